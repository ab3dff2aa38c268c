"""Published sets of people that differ by a handful: noted, or refused where the numbers give the handful away."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.outputs.control.populations import Comparison, Difference, PublishedSets, atoms, compare
from boldlink.outputs.control.protected import SmallCounts

RULE = SmallCounts("test", 10)


def people(first: int, last: int) -> np.ndarray:
    return np.arange(first, last)


def exactly(*members: np.ndarray) -> PublishedSets:
    sizes = np.array([len(one) for one in members], float)
    return PublishedSets(members, sizes, sizes)


def about(slack: int, *members: np.ndarray) -> PublishedSets:
    sizes = np.array([len(one) for one in members], float)
    return PublishedSets(members, sizes - slack, sizes + slack)


def withheld(*members: np.ndarray) -> PublishedSets:
    return PublishedSets(members, np.zeros(len(members)), np.full(len(members), np.inf))


def test_a_set_and_all_but_three_of_it_shown_exactly_reveal_the_three() -> None:
    found = compare(exactly(people(0, 100)), exactly(people(0, 97)), RULE)
    assert found == (Difference(0, 1, True, 3, 3, True, held_by=(0, 1)),)


def test_the_same_sets_with_one_withheld_are_noted() -> None:
    (found,) = compare(exactly(people(0, 100)), withheld(people(0, 97)), RULE)
    assert not found.revealed


def test_two_roundings_leave_the_handful_enough_values_or_not() -> None:
    (noted,) = compare(about(5, people(0, 100)), about(5, people(0, 97)), RULE)
    (refused,) = compare(about(2, people(0, 100)), about(2, people(0, 97)), RULE)
    assert not noted.revealed
    assert (refused.revealed, refused.low, refused.high) == (True, 0, 7)


def test_sets_that_only_overlap_are_noted_because_their_sizes_bound_nothing() -> None:
    found = compare(exactly(people(0, 100)), exactly(people(4, 160)), RULE)
    assert [(one.one, one.other, one.nested, one.revealed) for one in found] == [(0, 1, False, False)]


def test_a_third_set_that_closes_the_gap_reveals_the_difference_of_two_earlier_ones() -> None:
    """A and B overlap and are noted; a set of everybody in either would say how many B adds to A."""
    a, b = people(0, 100), people(4, 160)
    found = compare(exactly(a, b), exactly(people(0, 160)), RULE)
    assert {(one.one, one.other) for one in found if one.revealed} == {(0, 1), (2, 1)}


def test_what_earlier_releases_reveal_by_themselves_is_not_held_against_the_next() -> None:
    assert not compare(exactly(people(0, 100), people(0, 97)), exactly(people(200, 300)), RULE)


def test_sets_without_people_in_common_are_not_pairs() -> None:
    assert compare(exactly(people(0, 5)), exactly(people(10, 100)), RULE) == ()


def test_a_chain_of_cohorts_each_a_little_smaller_is_followed() -> None:
    earlier = PublishedSets((people(0, 100), people(0, 60)), np.array([100.0, 0]), np.array([100.0, np.inf]))
    (found,) = compare(earlier, exactly(people(0, 96)), RULE)
    assert (found.one, found.other, found.revealed) == (0, 2, True)


SOME = st.lists(st.sets(st.integers(0, 30), min_size=1).map(lambda ids: np.array(sorted(ids))), min_size=1, max_size=6)


@given(SOME)
def test_atoms_are_the_people_in_exactly_the_same_sets(members: list[np.ndarray]) -> None:
    matrix, counts = atoms(members)
    patterns: dict[tuple[bool, ...], int] = {}
    for unit in set(np.concatenate(members).tolist()):
        pattern = tuple(unit in one for one in members)
        patterns[pattern] = patterns.get(pattern, 0) + 1
    found = {tuple(column.astype(bool).tolist()): int(n) for column, n in zip(matrix.toarray().T, counts, strict=True)}
    assert found == patterns


@settings(max_examples=50)
@given(SOME, SOME, st.sampled_from([0, 1, 4]))
def test_every_close_pair_that_concerns_the_candidate_is_found_and_nested_ones_are_bounded_by_subtraction(
    before: list[np.ndarray], after: list[np.ndarray], slack: int
) -> None:
    earlier, candidate = about(slack, *before), about(slack, *after)
    everything = compare(earlier, candidate, SmallCounts("test", 5))
    found = {(one.one, one.other): one for one in everything if one.other is not None}
    sets = [set(one.tolist()) for one in (*before, *after)]
    low, high = (np.concatenate(sides) for sides in ((earlier.low, candidate.low), (earlier.high, candidate.high)))
    for one, other in permutations(range(len(sets)), 2):
        close = bool(sets[one] & sets[other]) and 0 < len(sets[one] - sets[other]) < 5
        if close and max(one, other) >= len(before):
            told = found.pop((one, other))
            assert told.nested == (sets[other] <= sets[one])
            few = high[one] - low[other] - max(0, low[one] - high[other]) + 1 < 4
            if told.nested and few:
                assert told.revealed or told.high - told.low + 1 < 4
        elif not close:
            assert (one, other) not in found
    assert all(one.revealed for one in found.values())


def test_a_small_number_that_is_withheld_and_can_be_worked_out_from_others_is_revealed() -> None:
    """Everybody, and all groups but the one of three."""
    shown = exactly(people(0, 100), people(0, 60), people(60, 97))
    hidden = withheld(people(97, 100))
    found = compare(withheld(), PublishedSets((*hidden.members, *shown.members), *(
        np.concatenate([one, other]) for one, other in ((hidden.low, shown.low), (hidden.high, shown.high))
    )), RULE)  # fmt: skip
    (small,) = [one for one in found if one.other is None]
    assert (small.one, small.low, small.high, small.revealed) == (0, 3, 3, True)


def test_three_numbers_that_only_together_leave_a_few_out_are_followed() -> None:
    """No two of them differ by few; everybody less the two parts is four people."""
    parts = (people(0, 50), people(50, 96))
    found = compare(exactly(people(0, 100)), exactly(*parts), RULE)
    assert {(one.one, one.other, one.low, one.revealed) for one in found} == {(None, None, 4, True)}


def test_no_releases_make_no_atoms() -> None:
    matrix, counts = atoms([])
    assert (matrix.shape, len(counts)) == ((0, 0), 0)


def test_beyond_so_many_atoms_only_numbers_that_differ_by_few_are_taken_together(monkeypatch) -> None:
    monkeypatch.setattr("boldlink.outputs.control.connected.ATOMS_AT_MOST", 2)
    apart = exactly(people(500, 900), people(700, 1100))
    found = compare(apart, exactly(people(0, 100), people(0, 97)), RULE)
    assert [(one.one, one.other, one.low, one.high, one.revealed) for one in found] == [(2, 3, 3, 3, True)]


@given(st.sets(st.integers(0, 60), min_size=20), st.sets(st.integers(0, 60), max_size=8), st.sampled_from([0, 2, 4, 5]))
def test_of_two_numbers_two_at_a_time_finds_what_a_programme_over_all_finds(
    whole: set[int], less: set[int], slack: int
) -> None:
    one, other = (np.array(sorted(people)) for people in (whole, whole - less or whole))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("boldlink.outputs.control.connected.ATOMS_AT_MOST", 0)
        by_two = compare(about(slack, one), about(slack, other), RULE)
    together = compare(about(slack, one), about(slack, other), RULE)
    told = [{(d.one, d.other, d.revealed) for d in found if d.one is not None} for found in (by_two, together)]
    assert told[0] == told[1]


def test_what_two_numbers_tell_is_told_together_and_first_and_what_three_tell_after_it() -> None:
    """The last three of a hundred by two numbers; the four between by three only."""
    everybody, most, first, second = people(0, 100), people(0, 97), people(200, 240), people(240, 290)
    chain = people(200, 294)
    told = Comparison(exactly(everybody, chain, first), [most, second], RULE)
    batches = [*told.revealed(np.array([97.0, 50.0]), np.array([97.0, 50.0]))]
    assert [(one.one, one.other, one.low, one.high) for one in batches[0]] == [(0, 3, 3, 3)]
    assert {one.held_by for several in batches[1:] for one in several} >= {(1, 2, 4)}


@given(st.lists(st.sets(st.integers(0, 60), min_size=5), min_size=2, max_size=5), st.integers(0, 3))
def test_what_two_numbers_tell_all_of_them_tell(sets: list[set[int]], slack: int) -> None:
    members = [np.array(sorted(one)) for one in sets]
    sizes = np.array([len(one) for one in members], float)
    told = Comparison(PublishedSets((), np.empty(0), np.empty(0)), members, RULE)
    low, high = np.maximum(sizes - slack, 0), sizes + slack
    by_two = {(one.one, one.other) for one in next(told.revealed(low, high))}
    assert by_two <= {(one.one, one.other) for one in told.differences(low, high) if one.revealed}


def test_numbers_that_share_nobody_are_compared_apart_and_told_by_their_own_places() -> None:
    """Two bodies of people, mixed in order: in each the last three are told, by numbers of that body alone."""
    past = exactly(people(0, 100), people(500, 600), people(900, 950))
    told = Comparison(past, [people(500, 597), people(0, 97)], RULE)
    found = told.differences(np.array([97.0, 97.0]), np.array([97.0, 97.0]))
    assert len(told.parts) == 2  # of the third body nothing is asked
    assert {(one.one, one.other, one.held_by) for one in found} == {(0, 4, (0, 4)), (1, 3, (1, 3))}


@given(st.lists(st.sets(st.integers(0, 40), min_size=1), min_size=1, max_size=6), st.integers(0, 3))
def test_people_who_share_nothing_with_the_others_change_nothing(sets: list[set[int]], slack: int) -> None:
    members = [np.array(sorted(one)) for one in sets]
    elsewhere = [one + 1_000 for one in members]
    sizes = np.array([len(one) for one in members], float)
    low, high, nothing = np.maximum(sizes - slack, 0), sizes + slack, PublishedSets((), np.empty(0), np.empty(0))
    alone = Comparison(nothing, members, RULE).differences(low, high)
    both = Comparison(nothing, [*members, *elsewhere], RULE).differences(np.tile(low, 2), np.tile(high, 2))
    own = {(one.one, one.other, one.revealed) for one in alone}
    shifted = {(_after(one, len(sets)), _after(other, len(sets)), told) for one, other, told in own}
    assert {(one.one, one.other, one.revealed) for one in both} == own | shifted


def _after(number: int | None, numbers: int) -> int | None:
    return None if number is None else number + numbers
