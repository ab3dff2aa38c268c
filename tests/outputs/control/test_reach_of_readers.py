"""What readers can bound: literal tables worked by hand, and any system against scipy's linear programmes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from small_counts import everything_small

from boldlink.errors import BadInput
from boldlink.outputs.control.protected import Protected, SmallCounts
from boldlink.outputs.control.reach import Readers, reach
from boldlink.outputs.control.reduce import reduce
from boldlink.outputs.control.solve import UNSOLVED, Programme
from boldlink.outputs.control.system import System, rows_of

TWO_BY_TWO = [[0, 1], [2, 3], [0, 2], [1, 3]]  # rows and columns of a table of four cells


def system(sets: list[list[int]], low: list[float], high: list[float], cells: int = 4) -> System:
    return System(rows_of([np.array(one) for one in sets], cells), np.array(low, float), np.array(high, float))


def counts(sets: list[list[int]], cells: int = 4, width: int = 9) -> Protected:
    return Protected(rows_of([np.array(one) for one in sets], cells), width)


def test_exact_margins_with_a_row_of_few_people_give_a_cell_away() -> None:
    people = np.array([3, 1, 40, 60])
    exact = [4, 100, 43, 61]
    found = reach(system(TWO_BY_TWO, exact, exact), counts([[0], [2]]), people)
    assert found.narrow.tolist() == [0, 1]
    assert (found.low[0], found.high[0]) == (0, 4)
    assert (found.low[1], found.high[1]) == (39, 43)


def test_exact_margins_of_many_people_hide_a_small_cell() -> None:
    people = np.array([3, 40, 50, 60])
    exact = [43, 110, 53, 100]
    found = reach(system(TWO_BY_TWO, exact, exact), counts([[0]]), people)
    assert found.safe
    assert found.high[0] - found.low[0] + 1 >= 9


def test_a_number_and_its_part_leave_what_rounding_leaves() -> None:
    """45 and 40, each to the nearest 5: the difference is 1 to 9, nine values; 45 and 45 leave 0 to 4."""
    people = np.array([41, 3, 0, 0])
    wide = reach(system([[0, 1], [0]], [43, 38], [47, 42]), counts([[1]]), people)
    assert wide.safe
    narrow = reach(system([[0, 1], [0]], [43, 43], [47, 47]), counts([[1]]), np.array([43, 3, 0, 0]))
    assert (narrow.low[0], narrow.high[0], narrow.narrow.tolist()) == (0, 4, [0])


def test_the_numbers_that_hold_a_count_are_named_and_no_others() -> None:
    people = np.array([41, 3, 20, 30])
    numbers = system([[2, 3], [0, 1], [0], [2]], [50, 44, 41, 18], [50, 44, 41, 22])
    assert reach(numbers, counts([[1]]), people).held_by[0].tolist() == [1, 2]


def test_of_equal_numbers_the_one_with_the_limit_that_holds_is_named() -> None:
    people = np.array([41, 3, 0, 0])
    numbers = system([[0, 1], [0, 1], [0]], [40, 44, 41], [60, 44, 41])
    assert reach(numbers, counts([[1]]), people).held_by[0].tolist() == [1, 2]


def test_without_numbers_everything_is_possible_and_nothing_is_solved() -> None:
    found = reach(system([], [], []), counts([[0], [1, 2]]), np.array([3, 1, 2, 0]))
    assert found.safe
    assert found.programmes == 0
    assert np.all(np.isinf(found.high))


def test_numbers_that_are_not_those_of_the_people_are_refused() -> None:
    with pytest.raises(BadInput, match="CONTROL-UNTRUE"):
        reach(system([[0]], [5], [5]), counts([[0]]), np.array([4, 0, 0, 0]))


def test_what_was_found_possible_saves_programmes_only_while_it_holds() -> None:
    people = np.array([3, 40, 50, 60])
    exact = np.array([43.0, 110.0, 53.0, 100.0])
    numbers = system([*TWO_BY_TWO, [0]], [*exact, 0], [*exact, np.inf])
    readers = Readers(numbers.matrix, counts([[0]]), people)
    readers.see(numbers.low, numbers.high)
    assert readers.reach().safe and readers.programmes
    before = readers.programmes
    readers.see(np.append(exact - 1, 0), np.append(exact + 1, np.inf))  # says less
    assert readers.reach().safe and readers.programmes == before
    readers.see(np.append(exact, 3), np.append(exact, 3))  # a number that said nothing comes to say everything
    assert readers.reach().narrow.tolist() == [0]
    readers.see(numbers.low, numbers.high)
    assert readers.reach().safe


def test_the_same_numbers_seen_again_ask_nothing_and_tell_the_same() -> None:
    people = np.array([3, 1, 40, 60])
    exact = np.array([4.0, 100.0, 43.0, 61.0])
    readers = Readers(system(TWO_BY_TWO, [*exact], [*exact]).matrix, counts([[0], [2]]), people)
    readers.see(exact, exact)
    first = readers.reach()
    readers.see(exact, exact)
    again = readers.reach()
    assert again.narrow.tolist() == first.narrow.tolist() == [0, 1]
    assert again.programmes == first.programmes and list(again.held_by) == list(first.held_by)


def test_long_work_says_how_far_it_is() -> None:
    said: list[str] = []
    people = np.arange(1, 9)
    sets = [[cell, cell + 1] for cell in range(7)]
    exact = [float(people[one].sum()) for one in sets]
    reach(system(sets, exact, exact, 8), counts([[cell] for cell in range(8)], 8), people, say=said.append)
    assert any("exactly" in one for one in said)


CELLS = 7


def seen_by(numbers: System, protected: Protected, people: np.ndarray) -> Readers:
    readers = Readers(numbers.matrix, protected, people)
    readers.see(numbers.low, numbers.high)
    return readers


@st.composite
def questions(draw: st.DrawFn) -> tuple[System, Protected, np.ndarray]:
    """True people, numbers around them exact or rounded or from below only, and everything small."""
    people = np.array(draw(st.lists(st.integers(0, 25), min_size=CELLS, max_size=CELLS)))
    some = st.sets(st.integers(0, CELLS - 1), min_size=1)
    sets = draw(st.lists(some, min_size=0, max_size=8))
    matrix = rows_of([np.array(sorted(one)) for one in sets], CELLS)
    true = matrix @ people
    slack = st.sampled_from([0, 0, 2, 5, np.inf])
    low = np.maximum(0, true - np.array(draw(st.lists(slack, min_size=len(sets), max_size=len(sets)))))
    high = true + np.array(draw(st.lists(slack, min_size=len(sets), max_size=len(sets))))
    return System(matrix, low, high), everything_small(people, SmallCounts("test", 10), matrix), people


def oracle(numbers: System, objective: np.ndarray) -> tuple[float, float]:
    finite = np.isfinite(numbers.high)
    matrix = numbers.matrix.toarray()
    limits = np.vstack([matrix[finite], -matrix])
    right = np.concatenate([numbers.high[finite], -numbers.low])
    ends = []
    for sign in (1, -1):
        answer = linprog(sign * objective, A_ub=limits, b_ub=right, bounds=(0, None), method="highs")
        ends.append(sign * answer.fun if answer.status == 0 else -sign * np.inf)
    return np.ceil(ends[0] - 1e-6), np.floor(ends[1] + 1e-6)


@settings(max_examples=60)
@given(questions())
def test_what_is_too_narrow_is_what_scipy_finds_too_narrow(asked: tuple[System, Protected, np.ndarray]) -> None:
    numbers, protected, people = asked
    found = reach(numbers, protected, people)
    for count in range(len(protected)):
        low, high = oracle(numbers, protected.sums[[count]].toarray().ravel())
        assert (count in found.narrow) == (high - low + 1 < protected.width)
        assert low <= found.low[count] <= found.high[count] <= high
        if count in found.narrow:
            assert (found.low[count], found.high[count]) == (low, high)


@settings(max_examples=60)
@given(questions(), st.data())
def test_readers_who_saw_other_numbers_before_are_told_what_new_readers_are(
    asked: tuple[System, Protected, np.ndarray], data: st.DataObject
) -> None:
    """Whatever is withheld, shown again or rounded otherwise between two questions."""
    numbers, protected, people = asked
    readers, true = seen_by(numbers, protected, people), numbers.matrix @ people
    for _ in range(data.draw(st.integers(1, 4))):
        slack = st.lists(st.sampled_from([0, 1, 4, np.inf]), min_size=len(true), max_size=len(true))
        low, high = np.maximum(0, true - np.array(data.draw(slack))), true + np.array(data.draw(slack))
        readers.see(low, high)
        next(readers.narrow(), None)  # somebody who is told the first one only
        found, new = readers.reach(), reach(System(numbers.matrix, low, high), protected, people)
        assert found.narrow.tolist() == new.narrow.tolist()
        assert found.low[found.narrow].tolist() == new.low[new.narrow].tolist()
        assert found.high[found.narrow].tolist() == new.high[new.narrow].tolist()


@settings(max_examples=60)
@given(questions())
def test_every_settled_count_has_two_witnesses_that_show_its_width(asked: tuple[System, Protected, np.ndarray]) -> None:
    numbers, protected, people = asked
    readers = seen_by(numbers, protected, people)
    found, witnesses = readers.reach(), np.array(readers.witnesses)
    assert all(numbers.holds(one, 1e-3) for one in witnesses)
    sums = witnesses @ protected.sums.toarray().T
    for count in set(range(len(protected))) - set(found.narrow.tolist()):
        spread = np.floor(sums[:, count].max() + 1e-3) - np.ceil(sums[:, count].min() - 1e-3) + 1
        assert spread >= protected.width or np.isinf(found.high[count]) or found.exact[count]


@settings(max_examples=60)
@given(questions())
def test_the_numbers_said_to_hold_a_count_hold_it_alone(asked: tuple[System, Protected, np.ndarray]) -> None:
    numbers, protected, people = asked
    found = reach(numbers, protected, people)
    for count, held in found.held_by.items():
        alone = System(numbers.matrix[held], numbers.low[held], numbers.high[held])
        low, high = oracle(alone, protected.sums[[count]].toarray().ravel())
        assert high - low + 1 < protected.width


@given(questions())
def test_the_smaller_question_has_the_same_answers(asked: tuple[System, Protected, np.ndarray]) -> None:
    numbers, protected, people = asked
    small = reduce(numbers, protected)
    assert small.system.holds(small.people(people))
    for count in range(len(protected)):
        whole = oracle(numbers, protected.sums[[count]].toarray().ravel())
        assert oracle(small.system, small.sums[[count]].toarray().ravel()) == whole
        assert not (small.unlimited[count] and np.isfinite(whole[1]))


@given(questions())
def test_a_witness_of_the_smaller_question_is_one_of_the_whole(asked: tuple[System, Protected, np.ndarray]) -> None:
    numbers, protected, people = asked
    small = reduce(numbers, protected)
    spread = small.spread(small.people(people))
    assert numbers.holds(spread)
    assert np.allclose(protected.sums @ spread, protected.sums @ people)


def test_the_same_question_has_the_same_answer_and_the_same_witnesses() -> None:
    people = np.array([3, 40, 50, 6])
    exact = [43.0, 56.0, 53.0, 46.0]
    one, two = (seen_by(system(TWO_BY_TWO, exact, exact), counts([[0], [3]]), people) for _ in range(2))
    assert one.reach().programmes == two.reach().programmes
    assert np.array_equal(one.witnesses, two.witnesses)


def test_no_answer_of_the_solver_counts_as_unsafe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two counts of three people, in numbers that say nothing much: safe, if the solver says so."""

    def none(*_: object) -> None:
        raise BadInput(UNSOLVED, "The solver stopped.")

    loose, few = system([[0, 1], [2, 3]], [40, 40], [60, 60]), counts([[1], [3]])
    people = np.array([45, 3, 47, 3])
    assert reach(loose, few, people).safe
    monkeypatch.setattr(Programme, "_solve", none)
    found = reach(loose, few, people)
    assert found.narrow.tolist() == [0, 1]
    assert [found.held_by[count].tolist() for count in (0, 1)] == [[0], [1]]
