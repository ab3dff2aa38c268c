"""Two safe tables that are unsafe together: found before the second leaves, with the numbers that do it."""

from __future__ import annotations

import numpy as np

from boldlink.outputs.control.history import Past
from boldlink.outputs.control.protected import Protected
from boldlink.outputs.control.system import System, rows_of

CELLS = 3


def numbers(*sets: list[int], low: list[float], high: list[float]) -> System:
    return System(rows_of([np.array(one) for one in sets], CELLS), np.array(low, float), np.array(high, float))


def exactly(*sets: list[int], of: list[float]) -> System:
    return numbers(*sets, low=of, high=of)


# Everybody by area (two areas), then the same people by area without three who came late.
PEOPLE = np.array([40, 3, 60])
NOTHING = exactly(of=[])
EVERYBODY = exactly([0, 1], [2], of=[43, 60])
WITHOUT = exactly([0], [2], of=[40, 60])
LATE = Protected(rows_of([np.array([1])], CELLS), 9)


def test_each_of_two_tables_passes_alone():
    for one in (EVERYBODY, WITHOUT):
        assert Past(NOTHING, LATE, PEOPLE).narrowed_by(one)[1] == ()


def test_together_they_give_three_people_away_and_the_numbers_that_do_are_named():
    found, (narrowed,) = Past(EVERYBODY, LATE, PEOPLE).narrowed_by(WITHOUT)
    assert (narrowed.low, narrowed.high) == (3, 3)
    assert narrowed.before[1] - narrowed.before[0] + 1 >= 9
    assert found.held_by[0].tolist() == [0, 2]  # areas 0 of both; nothing of area 1


def test_a_chain_of_three_is_followed():
    """a + b + few, then a, then b: only all three give the few away."""
    people = np.array([40, 50, 4])
    few = Protected(rows_of([np.array([2])], CELLS), 9)
    past = Past(exactly([0, 1, 2], [0], of=[94, 40]), few, people)
    found, (narrowed,) = past.narrowed_by(exactly([1], of=[50]))
    assert (narrowed.low, narrowed.high, found.held_by[0].tolist()) == (4, 4, [0, 1, 2])


def test_what_was_given_away_before_is_no_reason_unless_it_becomes_worse():
    known = EVERYBODY.and_also(numbers([0], low=[39], high=[41]))  # the late are 2 to 4 already
    past = Past(known, LATE, PEOPLE)
    assert past.narrowed_by(exactly([2], of=[60]))[1] == ()
    worse = past.narrowed_by(WITHOUT)[1]
    assert [(one.low, one.high, one.before) for one in worse] == [(3, 3, (2, 4))]


def test_totals_summed_from_rounded_cells_add_no_equation():
    """Two cells to the nearest 5 and a withheld one; their shown sum says no more of the third than they do."""
    people = np.array([41, 33, 4])
    cells = numbers([0], [1], [2], low=[38, 33, 0], high=[42, 37, np.inf])
    assert Past(NOTHING, Protected(rows_of([np.array([2])], CELLS), 9), people).narrowed_by(cells)[1] == ()


def test_what_was_found_possible_once_is_not_asked_again():
    past = Past(EVERYBODY, LATE, PEOPLE)
    coarse = numbers([0], [2], low=[30, 60], high=[49, 60])
    first, _ = past.narrowed_by(coarse)
    again, _ = past.narrowed_by(coarse, first.witnesses)
    assert first.programmes > again.programmes == 0
