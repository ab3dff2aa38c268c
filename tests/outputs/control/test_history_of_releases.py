"""Two safe tables that are unsafe together: found before the second leaves, with what to blame and what would pass."""

from __future__ import annotations

import numpy as np
import pytest

from boldlink.outputs.control.changes import Change, change_that_passes, withhold_few
from boldlink.outputs.control.history import Candidate, Past, Released, together, what_it_adds
from boldlink.outputs.control.protected import Protected, SmallCounts, protect
from boldlink.outputs.control.shown import Shown
from boldlink.outputs.control.system import System, rows_of

RULE = SmallCounts("test", 10)


def released(name: str, sets: list[list[int]], low: list[float], high: list[float], cells: int) -> Released:
    matrix = rows_of([np.array(one) for one in sets], cells)
    return Released(name, System(matrix, np.array(low, float), np.array(high, float)))


def table(name: str, sets: list[list[int]], cells: int, base: int = 5, **keys: list[int]) -> Candidate:
    matrix = rows_of([np.array(one) for one in sets], cells)
    codes = {key: np.array(values) for key, values in keys.items()}
    return Candidate(name, matrix, np.zeros(len(sets), bool), Shown(base, RULE.minimum), codes)


def small(people: np.ndarray, *tables: Candidate) -> Protected:
    return protect(people, RULE, [one.matrix for one in tables])


# Everybody by area (two areas), then the same people by area without three who came late.
PEOPLE = np.array([40, 3, 60])
EVERYBODY = released("everybody", [[0, 1], [2]], [43, 60], [43, 60], 3)
WITHOUT = released("without the late", [[0], [2]], [40, 60], [40, 60], 3)
LATE = Protected(rows_of([np.array([1])], 3), 9)


def test_a_first_release_of_large_groups_passes() -> None:
    added = what_it_adds([], EVERYBODY, LATE, PEOPLE)
    assert added.passes
    assert (added.releases, added.numbers) == ((), ())


def test_two_safe_tables_that_give_three_people_away_together_are_found() -> None:
    assert what_it_adds([], WITHOUT, LATE, PEOPLE).passes
    added = what_it_adds([EVERYBODY], WITHOUT, LATE, PEOPLE)
    assert not added.passes
    (narrowed,) = added.narrowed
    assert (narrowed.low, narrowed.high) == (3, 3)
    assert narrowed.before[1] - narrowed.before[0] + 1 >= 9


def test_the_earlier_release_and_the_number_to_blame_are_named_and_no_others() -> None:
    other = released("other", [[2]], [60], [60], 3)
    coarse = released("coarse", [[0, 1]], [20], [69], 3)
    added = what_it_adds([other, coarse, EVERYBODY, other], WITHOUT, LATE, PEOPLE)
    assert added.releases == ("everybody",)
    assert added.numbers == (0,)


def test_of_two_earlier_releases_that_say_the_same_one_is_named() -> None:
    again = Released("again", EVERYBODY.system)
    assert len(what_it_adds([EVERYBODY, again], WITHOUT, LATE, PEOPLE).releases) == 1


def test_a_chain_of_releases_is_named_whole() -> None:
    """a + b + few, then a, then b: only all three give the few away."""
    people = np.array([40, 50, 4])
    few = Protected(rows_of([np.array([2])], 3), 9)
    history = [released("all", [[0, 1, 2]], [94], [94], 3), released("a", [[0]], [40], [40], 3)]
    added = what_it_adds(history, released("b", [[1]], [50], [50], 3), few, people)
    assert added.releases == ("all", "a")
    assert added.numbers == (0,)


def test_a_candidate_that_gives_itself_away_blames_no_earlier_release() -> None:
    both = released("both", [[0, 1], [0]], [43, 40], [43, 40], 3)
    added = what_it_adds([released("other", [[2]], [60], [60], 3)], both, LATE, PEOPLE)
    assert added.releases == ()
    assert added.numbers == (0, 1)


def test_what_was_given_away_before_is_no_reason_unless_it_becomes_worse() -> None:
    loose = released("loose", [[0]], [39], [41], 3)
    past = [EVERYBODY, loose]  # the late are 2 to 4 already
    assert what_it_adds(past, released("elsewhere", [[2]], [60], [60], 3), LATE, PEOPLE).passes
    worse = what_it_adds(past, WITHOUT, LATE, PEOPLE)
    assert [(one.low, one.high, one.before) for one in worse.narrowed] == [(3, 3, (2, 4))]


def test_totals_summed_from_rounded_cells_add_no_equation() -> None:
    """Two cells to the nearest 5 and a withheld one; their shown sum says no more of the third than they do."""
    people = np.array([41, 33, 4])
    cells = released("cells", [[0], [1], [2]], [38, 33, 0], [42, 37, np.inf], 3)
    assert what_it_adds([], cells, Protected(rows_of([np.array([2])], 3), 9), people).passes


def test_several_releases_are_one_system_in_their_order() -> None:
    system = together([EVERYBODY, WITHOUT], 3)
    assert system.low.tolist() == [43, 60, 40, 60]
    assert together([], 3).matrix.shape == (0, 3)


def test_a_candidate_shows_rounded_counts_and_nothing_of_small_ones() -> None:
    one = table("areas", [[0, 1], [1], [2]], 3).withhold([2]).released(PEOPLE)
    assert one.system.low.tolist() == [43, 0, 0]
    assert one.system.high.tolist() == [47, np.inf, np.inf]


def test_a_table_without_a_key_counts_its_groups_together() -> None:
    by_both = table("both", [[0], [1], [2], [3]], 4, area=[0, 0, 1, 1], sex=[0, 1, 0, 1])
    by_area = by_both.without("sex")
    assert by_area.matrix.toarray().tolist() == [[1, 1, 0, 0], [0, 0, 1, 1]]
    assert {key: codes.tolist() for key, codes in by_area.keys.items()} == {"area": [0, 1]}


# Cells: (area 0, early), (area 0, late), (area 1, early), (area 1, late). Area 0 had three late people, area 1 forty.
AREAS = np.array([43, 3, 60, 40])


def early_then_all(base: int) -> tuple[Past, Candidate]:
    early = table("early", [[0], [2]], 4, base, area=[0, 1])
    everybody = table("all", [[0, 1], [2, 3]], 4, base, area=[0, 1])
    return Past([early.released(AREAS)], small(AREAS, early, everybody), AREAS), everybody


def adds(past: Past, candidate: Candidate) -> bool:
    return bool(past.narrowed_by(candidate.released(past.people).system)[1])


def test_withholding_the_number_that_gives_few_away_passes_where_it_is_few_of_many() -> None:
    past, asked = early_then_all(5)
    assert adds(past, asked)
    change = withhold_few(past, asked, few=0.5)
    assert change is not None
    assert change.numbers == (0,)
    assert not adds(past, change.candidate)


def test_rounding_more_coarsely_is_tried_when_too_much_would_be_withheld() -> None:
    early = table("early", [[0], [2]], 4, 5, area=[0, 1])
    asked = table("all", [[0, 1], [2, 3]], 4, 5, area=[0, 1])
    people = np.array([43, 3, 63, 4])
    past = Past([early.released(people)], small(people, early, asked), people)
    change = change_that_passes(past, asked, RULE)
    assert change is not None
    assert (change.kind, change.base) == ("coarser", 10)
    assert not adds(past, change.candidate)


def dropped() -> tuple[Past, Candidate]:
    """By area and sex, everybody; earlier exactly the same without few late people of every group."""
    people = np.array([40, 41, 42, 43, 3, 3, 3, 3])
    early = released("early", [[0], [1], [2], [3]], [40, 41, 42, 43], [40, 41, 42, 43], 8)
    sets = [[0, 4], [1, 5], [2, 6], [3, 7]]
    asked = table("all", sets, 8, 5, area=[0, 0, 1, 1], sex=[0, 1, 0, 1])
    late = Protected(rows_of([np.array([cell]) for cell in (4, 5, 6, 7)], 8), 9)
    return Past([early], late, people), asked


def test_a_key_is_dropped_when_nothing_less_passes() -> None:
    past, asked = dropped()
    change = change_that_passes(past, asked, SmallCounts("narrow", 5, width=4))
    assert isinstance(change, Change)
    assert change.kind in {"coarser", "drop"}
    assert not adds(past, change.candidate)


def test_the_coarser_tables_own_small_differences_are_protected_too() -> None:
    """The late of an area are six: without a key the table would tell them by the earlier release by area."""
    past, asked = dropped()
    by_area = released("early by area", [[0, 1], [2, 3]], [81, 85], [81, 85], 8)
    with_areas = Past([*past.history, by_area], past.protected, past.people)
    change = change_that_passes(with_areas, asked, RULE)
    if change is not None:
        told = protect(past.people, RULE, [with_areas.system.matrix, change.candidate.matrix])
        assert not adds(with_areas.also_protecting(told), change.candidate)


def test_no_change_is_offered_where_none_passes() -> None:
    people = np.array([40, 3])
    early = released("early", [[0]], [40], [40], 2)
    asked = table("all", [[0, 1]], 2, 1, area=[0])
    late = Protected(rows_of([np.array([1])], 2), 60)  # a width that no rounding leaves
    change = change_that_passes(Past([early], late, people), asked, RULE)
    assert change is None or change.kind == "withhold"


@pytest.mark.parametrize("seed", range(6))
def test_a_change_that_is_offered_always_passes(seed: int) -> None:
    draw = np.random.default_rng(seed)
    people = draw.integers(0, 30, 12)
    tables = [
        table(str(place), [sorted(draw.choice(12, 6, replace=False)) for _ in range(4)], 12, 5, row=[0, 0, 1, 1])
        for place in range(3)
    ]
    protected = small(people, *tables)
    history: list[Released] = []
    for one in tables:
        past = Past(history, protected, people)
        change = change_that_passes(past, one, RULE) if adds(past, one) else Change("as asked", one)
        if change is not None:
            assert not adds(past, change.candidate)
            history.append(change.candidate.released(people))
