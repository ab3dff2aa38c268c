"""Two safe tables that are unsafe together: found before the second leaves, with the numbers that do it."""

from __future__ import annotations

import numpy as np

from boldlink.outputs.control.history import Narrowed, Past
from boldlink.outputs.control.protected import Protected
from boldlink.outputs.control.system import System, rows_of

CELLS = 3


def numbers(*sets: list[int], low: list[float], high: list[float]) -> System:
    return System(rows_of([np.array(one) for one in sets], CELLS), np.array(low, float), np.array(high, float))


def exactly(*sets: list[int], of: list[float]) -> System:
    return numbers(*sets, low=of, high=of)


def beside(past: System, new: System, protected: Protected, people: np.ndarray) -> list[Narrowed]:
    """What new numbers narrow beside those of the past."""
    asked = Past(past, new.matrix, protected, people)
    asked.show(new.low, new.high)
    return list(asked.narrowed())


# Everybody by area (two areas), then the same people by area without three who came late.
PEOPLE = np.array([40, 3, 60])
NOTHING = exactly(of=[])
EVERYBODY = exactly([0, 1], [2], of=[43, 60])
WITHOUT = exactly([0], [2], of=[40, 60])
LATE = Protected(rows_of([np.array([1])], CELLS), 9)


def test_each_of_two_tables_passes_alone():
    for one in (EVERYBODY, WITHOUT):
        assert beside(NOTHING, one, LATE, PEOPLE) == []


def test_together_they_give_three_people_away_and_the_numbers_that_do_are_named():
    (narrowed,) = beside(EVERYBODY, WITHOUT, LATE, PEOPLE)
    assert (narrowed.low, narrowed.high) == (3, 3)
    assert narrowed.before[1] - narrowed.before[0] + 1 >= 9
    assert narrowed.held_by.tolist() == [0, 2]  # areas 0 of both; nothing of area 1


def test_a_chain_of_three_is_followed():
    """a + b + few, then a, then b: only all three give the few away."""
    people = np.array([40, 50, 4])
    few = Protected(rows_of([np.array([2])], CELLS), 9)
    (narrowed,) = beside(exactly([0, 1, 2], [0], of=[94, 40]), exactly([1], of=[50]), few, people)
    assert (narrowed.low, narrowed.high, narrowed.held_by.tolist()) == (4, 4, [0, 1, 2])


def test_what_was_given_away_before_is_no_reason_unless_it_becomes_worse():
    known = EVERYBODY.and_also(numbers([0], low=[39], high=[41]))  # the late are 2 to 4 already
    assert beside(known, exactly([2], of=[60]), LATE, PEOPLE) == []
    worse = beside(known, WITHOUT, LATE, PEOPLE)
    assert [(one.low, one.high, one.before) for one in worse] == [(3, 3, (2, 4))]


def test_totals_summed_from_rounded_cells_add_no_equation():
    """Two cells to the nearest 5 and a withheld one; their shown sum says no more of the third than they do."""
    people = np.array([41, 33, 4])
    cells = numbers([0], [1], [2], low=[38, 33, 0], high=[42, 37, np.inf])
    assert beside(NOTHING, cells, Protected(rows_of([np.array([2])], CELLS), 9), people) == []


def test_a_candidate_is_asked_about_again_as_it_shows_differently():
    past = Past(EVERYBODY, WITHOUT.matrix, LATE, PEOPLE)
    past.show(WITHOUT.low, WITHOUT.high)
    assert [one.count for one in past.narrowed()] == [0]
    assert [one.count for one in past.narrowed()] == [0]  # and told again
    past.show(np.array([30.0, 60.0]), np.array([49.0, 60.0]))
    assert list(past.narrowed()) == [] and past.reach().safe


def test_what_is_narrow_is_told_before_the_rest_is_asked():
    """Two areas with three late people each: the first is told while nothing is known of the second."""
    people = np.array([40, 3, 50, 3])
    few = Protected(rows_of([np.array([1]), np.array([3])], 4), 9)
    everybody = System(rows_of([np.array([0, 1]), np.array([2, 3])], 4), np.array([43.0, 53.0]), np.array([43.0, 53.0]))
    past = Past(everybody, rows_of([np.array([0]), np.array([2])], 4), few, people)
    past.show(np.array([40.0, 50.0]), np.array([40.0, 50.0]))
    first = next(past.narrowed())
    assert (first.count, first.held_by.tolist()) == (0, [0, 2])
    past.show(np.array([0.0, 50.0]), np.array([np.inf, 50.0]))
    assert [one.count for one in past.narrowed()] == [1]
