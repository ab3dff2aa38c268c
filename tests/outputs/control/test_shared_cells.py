"""Who shares a cell: people whom no table tells apart, and combinations that nobody has but somebody could have."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from overlapping_families import family

from boldlink.errors import BadInput
from boldlink.outputs.control.shared_cells import Grouping, Key, labels_of_rows, shared_cells

AGE = Key(3, np.array([0, 0, 1, 2, 2]))
SEX = Key(2, np.array([0, 1, 1, 0, 0]))
KEYS = {"age": AGE, "sex": SEX}
ALL = np.ones(5, dtype=bool)


def by_age(labels: list[int], within: np.ndarray = ALL) -> Grouping:
    return Grouping(np.array(labels), 3, ("age",), np.arange(3), within)


YOUNG_BY_SEX = Grouping(np.array([0, 1, 1, -1, -1]), 2, ("age", "sex"), np.array([0, 1, 0, 1, -1, -1]), ALL)


def test_every_combination_of_the_keys_is_a_cell_also_those_that_nobody_has() -> None:
    cells = shared_cells(KEYS, [by_age([0, 0, 1, 2, 2]), YOUNG_BY_SEX])
    assert cells.whole
    assert cells.people.tolist() == [1, 1, 0, 1, 2, 0]
    assert cells.cell_of.tolist() == [0, 1, 3, 4, 4]


def test_a_group_is_the_cells_of_its_combinations() -> None:
    ages, young = shared_cells(KEYS, [by_age([0, 0, 1, 2, 2]), YOUNG_BY_SEX]).groups
    assert ages.toarray().tolist() == [[1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]]
    assert young.toarray().tolist() == [[1, 0, 1, 0, 0, 0], [0, 1, 0, 1, 0, 0]]


def test_who_came_with_a_revision_could_have_any_combination_but_is_in_no_table_before_it() -> None:
    before = np.array([True, True, True, True, False])
    cells = shared_cells(KEYS, [by_age([0, 0, 1, 2, -1], before), by_age([0, 0, 1, 2, 2])])
    assert len(cells.people) == 12
    first, second = cells.groups
    assert (first @ cells.people).tolist() == [2, 1, 1]
    assert (second @ cells.people).tolist() == [2, 1, 2]
    only_second = second.sum(axis=0) - first.sum(axis=0)
    assert sorted(only_second.tolist()) == [0] * 6 + [1] * 6


def test_a_part_table_makes_nobody_free_to_be_outside_the_population_it_was_drawn_from() -> None:
    """The same population tells the young and all: whoever is in the part table's groups is in the whole table's."""
    before = np.array([True, True, True, True, False])
    part = replace(YOUNG_BY_SEX, within=before)
    whole, young = shared_cells(KEYS, [by_age([0, 0, 1, 2, -1], before), part]).groups
    assert np.all(whole.sum(axis=0) >= young.sum(axis=0))


def test_too_many_combinations_leave_those_that_occur() -> None:
    cells = shared_cells(KEYS, [by_age([0, 0, 1, 2, 2]), YOUNG_BY_SEX], cells_at_most=5)
    assert not cells.whole
    assert sorted(cells.people.tolist()) == [1, 1, 1, 2]
    assert [(one @ cells.people).tolist() for one in cells.groups] == [[2, 1, 2], [1, 2]]


def test_tables_without_declared_keys_are_told_apart_by_their_labels_alone() -> None:
    cells = shared_cells({}, [Grouping(np.array([0, 0, -1]), 1), Grouping(np.array([1, 0, 0]), 2)])
    assert (cells.whole, cells.people.tolist()) == (False, [1, 1, 1])


@pytest.mark.parametrize("labels", [[0, 0, 1, 2, 1], [0, 0, 1, 2, -1], [0, 0, 1, 2, 7]])
def test_labels_that_do_not_follow_from_the_keys_are_refused(labels: list[int]) -> None:
    with pytest.raises(BadInput, match="CONTROL-GROUPS"):
        shared_cells(KEYS, [by_age(labels)])


def test_rows_of_one_person_count_once() -> None:
    (labels,) = labels_of_rows(np.array([0, 0, 0, 2]), np.array([1, 1, 1, 0]), people=4, number=2)
    assert labels.tolist() == [1, -1, 0, -1]


def test_groups_that_share_people_are_told_one_by_one() -> None:
    one, other = labels_of_rows(np.array([0, 0, 1]), np.array([0, 1, 1]), people=3, number=2)
    assert one.tolist() == [0, -1, -1]
    assert other.tolist() == [0, 0, -1]


@given(st.integers(0, 10_000))
def test_groups_count_the_people_whom_their_tables_count(seed: int) -> None:
    made = family(seed, cells_at_most=40)
    cells = made.shared()
    assert cells.whole
    assert cells.people.sum() == sum(made.population.values())
    for table, groups in zip(made.tables, cells.groups, strict=True):
        for place, group in enumerate(table.groups()):
            counted = made.count(lambda person, table=table, group=group: table.group(person) == group)
            assert (groups @ cells.people)[place] == counted
