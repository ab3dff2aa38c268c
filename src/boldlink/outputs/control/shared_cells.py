"""Which people share a cell: they have the same combination of everything that published tables tell apart.

A number of a table is the people of one of its groups, whatever rows they have. With several tables made from the same
people, two people that no table tells apart can never be told apart: together they are one cell.

Which combinations are cells decides what readers are thought to know. A combination that nobody has but somebody could
have is a cell, because readers do not know that nobody has it; leaving it out errs on the side of withholding. A
combination that nobody could have must not be a cell: readers know that, and would be thought to know less than they
do. So the cells are the whole product of the declared keys, times the patterns of being within tables' populations that
occur (revisions, other cohorts: who is in one is not free to be out of another). Regrouped and part tables are told by
the same keys (`group_of`). Where keys are not declared or the product would be too large, only the combinations that
occur are cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from boldlink.errors import BadInput
from boldlink.outputs.control.system import Integers

CELLS_AT_MOST = 50_000
NOT_IN = -1
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Key:
    """A declared key column at its finest. values: how many there are. of: (people,) each person's, 0..values-1."""

    values: int
    of: Integers


@dataclass(frozen=True)
class Grouping:
    """One count column of a table. labels: (people,) group of each person, -1 for not in. groups: how many there are.

    keys: names of the declared keys that decide the group, in order. group_of: for each combination of their values, the last
    key fastest, its group, -1 if people with it are not counted. within: (people,) whether each is within the population
    that the table was made from, before any key selects: needed with group_of.
    """

    labels: Integers
    groups: int
    keys: tuple[str, ...] = ()
    group_of: Integers | None = None
    within: Flags | None = None


@dataclass(frozen=True)
class SharedCells:
    """cell_of: (people,). people: (cells,) true people. groups: for each grouping, (groups, cells) of 0 and 1.

    whole: whether combinations that nobody has are among the cells.
    """

    cell_of: Integers
    people: Integers
    groups: tuple[sp.csr_array, ...]
    whole: bool


def shared_cells(
    keys: Mapping[str, Key], groupings: Sequence[Grouping], cells_at_most: int = CELLS_AT_MOST
) -> SharedCells:
    """The shared cells of several tables of the same people.

    Raises BadInput CONTROL-GROUPS if labels are not what keys and population give.
    """
    for grouping in groupings:
        _check(keys, grouping)
    declared = all(one.group_of is not None and one.within is not None for one in groupings)
    product = int(np.prod([key.values for key in keys.values()], dtype=object)) if declared else cells_at_most + 1
    if product <= cells_at_most:
        found = _product(keys, groupings, product)
        if len(found.people) <= cells_at_most:
            return found
    return _occurring(groupings)


def labels_of_rows(units: Integers, groups: Integers, people: int, number: int) -> tuple[Integers, ...]:
    """Labels of people from rows: one array if everybody is in one group, else one array for each group.

    units: (rows,) person of each row, 0..people-1. groups: (rows,) 0..number-1. A person counts once in a group.
    """
    pairs = np.unique(np.stack([units, groups]), axis=1)
    if len(np.unique(pairs[0])) == pairs.shape[1]:
        return (_labels(pairs[0], pairs[1], people),)
    each = (pairs[0, pairs[1] == group] for group in range(number))
    return tuple(_labels(members, np.zeros(len(members), np.int64), people) for members in each)


def _labels(members: Integers, groups: Integers, people: int) -> Integers:
    labels = np.full(people, NOT_IN, dtype=np.int64)
    labels[members] = groups
    return labels


def _product(keys: Mapping[str, Key], groupings: Sequence[Grouping], product: int) -> SharedCells:
    combinations = _combination(keys, tuple(keys), len(groupings[0].labels))
    patterns, pattern_of = np.unique(np.array([one.within for one in groupings]), axis=1, return_inverse=True)
    cell_of = pattern_of.ravel() * product + combinations
    cells = patterns.shape[1] * product
    codes = np.unravel_index(np.arange(product), [key.values for key in keys.values()])
    groups = [
        _rows(np.where(pattern[:, None], _group_of(keys, one, codes)[None, :], NOT_IN).ravel(), one.groups)
        for one, pattern in zip(groupings, patterns, strict=True)
    ]
    return SharedCells(cell_of, np.bincount(cell_of, minlength=cells), tuple(groups), True)


def _occurring(groupings: Sequence[Grouping]) -> SharedCells:
    labels, cell_of = np.unique(np.array([one.labels for one in groupings]), axis=1, return_inverse=True)
    groups = [_rows(row, one.groups) for row, one in zip(labels, groupings, strict=True)]
    return SharedCells(cell_of.ravel(), np.bincount(cell_of.ravel()), tuple(groups), False)


def _combination(keys: Mapping[str, Key], names: Sequence[str], people: int) -> Integers:
    """(people,) the combination of the named keys' values, the last fastest."""
    found = np.zeros(people, dtype=np.int64)
    for name in names:
        found = found * keys[name].values + keys[name].of
    return found


def _group_of(keys: Mapping[str, Key], grouping: Grouping, codes: tuple[Integers, ...]) -> Integers:
    """(combinations,) the group of each combination of all keys."""
    assert grouping.group_of is not None
    place = dict(zip(keys, codes, strict=True))
    own = np.zeros(len(codes[0]), dtype=np.int64)
    for name in grouping.keys:
        own = own * keys[name].values + place[name]
    found: Integers = grouping.group_of[own]
    return found


def _rows(labels: Integers, groups: int) -> sp.csr_array:
    cells = np.flatnonzero(labels != NOT_IN)
    return sp.csr_array((np.ones(len(cells)), (labels[cells], cells)), shape=(groups, len(labels)))


def _check(keys: Mapping[str, Key], grouping: Grouping) -> None:
    held = bool(np.all((grouping.labels >= NOT_IN) & (grouping.labels < grouping.groups)))
    if held and grouping.group_of is not None and grouping.within is not None:
        given = grouping.group_of[_combination(keys, grouping.keys, len(grouping.labels))]
        held = np.array_equal(np.where(grouping.within, given, NOT_IN), grouping.labels)
    if not held:
        raise BadInput(
            "CONTROL-GROUPS",
            "A table's groups are not those that its keys give.",
            "at least one person does not stand in the group that their values of the keys lead to",
            "declare the keys and the population that the table was made by",
            "whoever made the table",
        )
