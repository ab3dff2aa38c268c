"""Programmes over published numbers: only an answer is an answer, nothing is printed, the same again is the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from boldlink.errors import BadInput
from boldlink.outputs.control.solve import Programme
from boldlink.outputs.control.system import System, rows_of


def pairs() -> System:
    """Four cells; the first two hold 3, the second and third 5 or 6; nothing is said of the fourth."""
    return System(rows_of([np.array([0, 1]), np.array([1, 2])], 4), np.array([3.0, 5.0]), np.array([3.0, 6.0]))


@pytest.mark.parametrize("inner", [True, False])
def test_the_ends_of_a_sum_are_those_that_the_numbers_leave(inner: bool) -> None:
    programme = Programme(pairs(), inner)
    assert programme.highest(np.array([1.0, 0, 0, 0])).value == pytest.approx(3)
    assert programme.lowest(np.array([1.0, 0, 1, 0])).value == pytest.approx(2)
    assert programme.highest(np.array([0, 1.0, 1, 0])).value == pytest.approx(6)


def test_a_sum_that_no_number_limits_is_unlimited_and_has_no_solution() -> None:
    answer = Programme(pairs()).highest(np.array([0, 0, 0, 1.0]))
    assert answer.value == math.inf
    assert not len(answer.people)


def test_other_intervals_give_other_ends() -> None:
    programme = Programme(pairs())
    programme.highest(np.array([0, 0, 1.0, 0]))
    programme.bound(np.array([0.0, 2.0]), np.array([1.0, 2.0]))
    assert programme.highest(np.array([0, 0, 1.0, 0])).value == pytest.approx(2)
    assert programme.lowest(np.array([0, 0, 1.0, 0])).value == pytest.approx(1)


def test_a_dual_names_the_number_that_holds_an_end() -> None:
    duals = Programme(pairs()).highest(np.array([0, 1.0, 1, 0])).row_duals
    assert np.flatnonzero(np.abs(duals) > 1e-6).tolist() == [1]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"solver": "no such solver"}, "option solver"),
        ({"solver": "simplex", "presolve": "off", "simplex_iteration_limit": 0}, "Iteration limit"),
        (
            {"threads": 2},
            "Not Set",
        ),  # after one thread was set in this process: HiGHS answers nothing and returns zeros
    ],
)
def test_a_setting_that_keeps_the_solver_from_answering_is_an_error(settings: dict[str, Any], said: str) -> None:
    Programme(pairs()).highest(np.ones(4))
    with pytest.raises(BadInput) as caught:
        Programme(pairs(), settings=settings).lowest(np.array([1.0, 0, 1, 0]))
    assert caught.value.code == "CONTROL-UNSOLVED"
    assert said in caught.value.why


def test_numbers_that_contradict_each_other_have_no_answer() -> None:
    same = rows_of([np.array([0]), np.array([0])], 1)
    with pytest.raises(BadInput, match="CONTROL-UNSOLVED"):
        Programme(System(same, np.array([1.0, 3.0]), np.array([2.0, 3.0]))).highest(np.ones(1))


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    Programme(pairs()).highest(np.array([1.0, 0, 0, 0]))
    assert capfd.readouterr() == ("", "")
