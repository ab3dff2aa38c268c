"""From a number as shown to the counts it may stand for: every rounding against all counts tried one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import BadInput
from boldlink.outputs.control.shown import exact, midpoint, nearest, withheld
from boldlink.outputs.ways import round_to


@pytest.mark.parametrize(
    ("shown", "base", "minimum", "low", "high"),
    [
        (25, 5, 10, 23, 27),
        (10, 5, 10, 10, 12),  # 8 and 9 are withheld
        (20, 10, 10, 15, 24),  # halves go up: 15 shows as 20, 25 as 30
        (10, 10, 10, 10, 14),
        (15, 15, 10, 10, 22),
        (20, 20, 10, 10, 29),
        (0, 5, 0, 0, 2),
        (37, 1, 10, 37, 37),
    ],
)
def test_a_multiple_stands_for_what_rounds_to_it(shown: int, base: int, minimum: int, low: int, high: int) -> None:
    assert [side.tolist() for side in nearest(np.array([shown]), base, minimum)] == [[low], [high]]


@given(st.integers(10, 500), st.integers(1, 25), st.integers(0, 10))
def test_nearest_is_exactly_the_counts_that_show_so(count: int, base: int, minimum: int) -> None:
    shown = round_to(count, base)
    low, high = nearest(np.array([shown]), base, minimum)
    possible = [other for other in range(600) if other >= minimum and round_to(other, base) == shown]
    assert (low[0], high[0]) == (possible[0], possible[-1])


@given(st.integers(0, 300))
def test_midpoint_is_exactly_the_counts_that_show_so(count: int) -> None:
    def show(number: int) -> int:
        return math.ceil(number / 6) * 6 - 3 if number else 0

    low, high = midpoint(np.array([show(count)]))
    possible = [other for other in range(400) if show(other) == show(count)]
    assert (low[0], high[0]) == (possible[0], possible[-1])


@pytest.mark.parametrize(("shown", "base", "minimum"), [(23, 5, 10), (5, 5, 10), (0, 5, 10)])
def test_a_number_that_cannot_have_been_shown_so_is_refused(shown: int, base: int, minimum: int) -> None:
    with pytest.raises(BadInput, match="CONTROL-NOT-SHOWN-SO"):
        nearest(np.array([shown]), base, minimum)


def test_a_midpoint_between_the_midpoints_is_refused() -> None:
    with pytest.raises(BadInput, match="CONTROL-NOT-SHOWN-SO"):
        midpoint(np.array([10]))


def test_a_withheld_number_says_nothing_and_an_exact_one_all() -> None:
    assert [side.tolist() for side in withheld(2)] == [[0, 0], [np.inf, np.inf]]
    assert [side.tolist() for side in exact(np.array([7]))] == [[7], [7]]
