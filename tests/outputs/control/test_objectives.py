"""Objectives over many counts: what they ask for, and that the answers are the same whichever kind is asked."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from boldlink.outputs.control import objectives as kinds
from boldlink.outputs.control import reach as readers
from boldlink.outputs.control.objectives import Apart, Inside, objectives
from boldlink.outputs.control.protected import Protected
from boldlink.outputs.control.reach import reach
from boldlink.outputs.control.solve import Programme
from boldlink.outputs.control.system import System, rows_of

COUNTS = rows_of([np.array(one) for one in ([0, 1], [1, 2], [2], [3], [3, 4])], 5)


def small(numbers: int = 5) -> System:
    return System(sp.csr_array(sp.eye_array(numbers, format="csr")), np.zeros(numbers), np.full(numbers, 20.0))


@pytest.mark.parametrize("seed", range(20))
def test_counts_apart_share_no_cell_and_none_more_would_fit(seed: int) -> None:
    asked = Apart(Programme(small()), COUNTS, np.random.default_rng(seed)).next(np.arange(5))
    whole = [count for count in range(5) if np.all(asked[COUNTS[[count]].indices] == 1)]
    chosen = COUNTS[whole].toarray()
    assert set(asked.tolist()) <= {0.0, 1.0}
    assert all(asked[COUNTS[[count]].indices].any() for count in range(5))  # each is asked, or shares a cell with one
    assert chosen.sum() >= asked.sum() > 0


def test_counts_that_are_settled_are_in_no_objective() -> None:
    draw = np.random.default_rng(1)
    left = np.array([3])
    apart, inside = (
        Apart(Programme(small()), COUNTS, draw).next(left),
        Inside(Programme(small()), COUNTS, draw).next(left),
    )
    assert apart.tolist() == [0, 0, 0, 1, 0]
    assert np.flatnonzero(inside).tolist() == [3] and 0.5 <= inside[3] <= 1.5


def test_solutions_inside_are_sought_first_where_numbers_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    corner = Programme(small())
    assert [type(one) for one in objectives(small(), COUNTS, corner)] == [Apart]
    monkeypatch.setattr(kinds, "NUMBERS_AT_MOST", 4)
    assert [type(one) for one in objectives(small(), COUNTS, corner)] == [Inside, Apart]


@pytest.mark.parametrize("seed", range(5))
def test_what_is_too_narrow_does_not_depend_on_how_witnesses_were_sought(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty cells in random sums of them rounded to 5, and every cell of few people protected."""
    draw = np.random.default_rng(seed)
    people = np.where(draw.random(40) < 0.6, draw.integers(1, 10, 40), draw.integers(10, 90, 40))
    matrix = rows_of([np.flatnonzero(draw.random(40) < share) for share in draw.uniform(0.02, 0.3, 60)], 40)
    shown = 5 * np.round(matrix @ people / 5)
    numbers = System(matrix, np.maximum(shown - 2, 0), shown + 2)
    few = Protected(rows_of([np.array([cell]) for cell in np.flatnonzero(people < 10)], 40), 9)
    found = []
    for many, most in ((1_000, 500), (2, 500), (2, 10)):  # one by one; apart; inside, then apart
        monkeypatch.setattr(readers, "MANY", many)
        monkeypatch.setattr(kinds, "NUMBERS_AT_MOST", most)
        found.append(reach(numbers, few, people).narrow.tolist())
    assert found[0] == found[1] == found[2] and found[0]
