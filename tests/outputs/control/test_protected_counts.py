"""Which counts readers must not be able to tell: small cells, small groups, small differences between groups."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from small_counts import everything_small

from boldlink.outputs.control.protected import Protected, SmallCounts, distinct_rows
from boldlink.outputs.control.system import rows_of

HOUSE = SmallCounts("house", 10)


def cells_of(protected: Protected) -> set[frozenset[int]]:
    return {frozenset(protected.sums[[row]].indices.tolist()) for row in range(len(protected))}


def test_the_house_leaves_one_value_less_than_its_minimum() -> None:
    assert (HOUSE.minimum, HOUSE.width, HOUSE.zeros) == (10, 9, False)
    assert SmallCounts("other", 10, width=4).width == 4


def test_one_to_nine_people_are_small_and_nobody_only_where_the_rule_says_so() -> None:
    counts = np.array([0, 1, 9, 10])
    assert HOUSE.small(counts).tolist() == [False, True, True, False]
    assert SmallCounts("strict", 10, zeros=True).small(counts).tolist() == [True, True, True, False]


def test_small_cells_small_groups_and_small_differences_are_protected_each_once() -> None:
    people = np.array([4, 5, 30, 40])
    groups = rows_of([np.array([0, 1]), np.array([0, 1]), np.array([0, 2, 3]), np.array([2, 3])], 4)
    assert cells_of(everything_small(people, HOUSE, groups)) == {frozenset({0}), frozenset({1}), frozenset({0, 1})}


def test_a_difference_of_few_is_protected_though_no_table_shows_it() -> None:
    people = np.array([2, 3, 30])
    groups = rows_of([np.array([0, 1, 2]), np.array([2])], 3)
    assert frozenset({0, 1}) in cells_of(everything_small(people, HOUSE, groups))


def test_groups_without_anybody_in_common_are_not_compared() -> None:
    people = np.array([20, 30])
    assert not len(everything_small(people, HOUSE, rows_of([np.array([0]), np.array([1])], 2)))


@given(
    people=st.lists(st.integers(0, 15), min_size=6, max_size=6),
    groups=st.lists(st.sets(st.integers(0, 5), min_size=1), min_size=1, max_size=6),
    zeros=st.booleans(),
)
def test_everything_small_that_pairs_of_groups_tell_is_found(
    people: list[int], groups: list[set[int]], zeros: bool
) -> None:
    rule = SmallCounts("test", 10, zeros)
    matrix = rows_of([np.array(sorted(one)) for one in groups], 6)
    counted = {frozenset(one) for one in groups} | {frozenset({cell}) for cell in range(6)}
    small = {one for one in counted if (0 if zeros else 1) <= sum(people[cell] for cell in one) < 10}
    for one, other in permutations(map(frozenset, groups), 2):
        shared, left = (sum(people[cell] for cell in cells) for cells in (one & other, one - other))
        if shared and 0 < left < 10:
            small.add(one - other)
    assert cells_of(everything_small(np.array(people), rule, matrix)) == small


def test_rows_alike_are_one_in_order_of_appearance() -> None:
    rows, which = distinct_rows(sp.csr_array(np.array([[0, 1, 1], [1, 0, 0], [0, 1, 1]])))
    assert rows.toarray().tolist() == [[0, 1, 1], [1, 0, 0]]
    assert which.tolist() == [0, 1, 0]
