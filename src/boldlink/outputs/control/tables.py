"""A table as it will be published: numbers over shared cells, which of them may be withheld, and what that would cost.

A cell is one combination of everything that the numbers tell apart; a number counts the people of a set of cells: an
inner cell of the table, a margin, the grand total, the same people grouped otherwise in another table of one family.
Tables of one family are one Table here, because a reader has them all: what is withheld in one must not be worked out
from another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import scipy.sparse as sp

from boldlink.errors import BadInput
from boldlink.outputs.control.system import Flags, Floats, Integers, System, rows_of

Kept = (
    Sequence[str] | Mapping[str, Mapping[str, str]]
)  # keys of a margin, or keys with the groups their values fall into

ALL = "All"


@dataclass(frozen=True)
class Table:
    """What would be published: matrix @ people, one number a row.

    people: (cells,) true counts. matrix: (numbers, cells) of 0 and 1. costs: (numbers,) positive, what withholding a
    number loses. must_show: (numbers,) published already, or exact by order: it is never withheld, however small.
    must_withhold: (numbers,) protected whatever their count is, as where one person dominates. labels: of each number.
    """

    people: Integers
    matrix: sp.csr_array
    costs: Floats
    must_show: Flags
    must_withhold: Flags
    labels: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        numbers, cells = self.matrix.shape
        assert len(self.people) == cells and bool(np.all(self.people >= 0))
        assert len(self.costs) == len(self.must_show) == len(self.must_withhold) == len(self.labels) == numbers
        assert bool(np.all(self.costs > 0)) and not bool(np.any(self.must_show & self.must_withhold))

    @cached_property
    def counts(self) -> Integers:
        """(numbers,) the true counts."""
        return np.asarray(self.matrix @ self.people, np.int64)

    @property
    def numbers(self) -> int:
        """How many numbers there are to publish or to withhold."""
        return len(self.costs)

    def primary(self, minimum: int, zeros: bool) -> Flags:
        """(numbers,) those that may not show: 1 to minimum - 1 people, nobody where zeros disclose, must_withhold.

        What must show is not among them: withholding it would take back what readers have already.
        """
        small = (self.counts < minimum) & (zeros | (self.counts > 0))
        return np.asarray((small & ~self.must_show) | self.must_withhold)

    def system(self, low: Floats, high: Floats, withheld: Flags) -> System:
        """What a reader has: of each number that shows its interval, (numbers,) low to high; of others nothing."""
        return System(self.matrix, np.where(withheld, 0.0, low), np.where(withheld, np.inf, high))

    def and_also(self, other: Table) -> Table:
        """Both tables over the same cells, to be protected together."""
        if not np.array_equal(self.people, other.people):
            raise _cells_differ()
        return Table(
            self.people,
            sp.csr_array(sp.vstack([self.matrix, other.matrix], format="csr")),
            np.concatenate([self.costs, other.costs]),
            np.concatenate([self.must_show, other.must_show]),
            np.concatenate([self.must_withhold, other.must_withhold]),
            (*self.labels, *other.labels),
        )


def multiway(
    people: np.ndarray[Any, np.dtype[Any]], categories: Mapping[str, Sequence[str]], margins: Sequence[Kept],
    must_show: Sequence[Kept] = (), inner: bool = True,
) -> Table:  # fmt: skip
    """A table by keys, with totals of chosen margins.

    people: counts, one axis a key of `categories`, which gives its values in order. margins: keys that a margin keeps
    (() is the grand total), or a mapping from keys to the groups that their values fall into. must_show: margins that
    are published already. inner: whether the cells themselves are published. Withholding a number costs the people it
    counts, and 1 at least: so readers keep the margins as long as cells can hide each other.
    """
    cells = np.asarray(people, np.int64)
    if cells.shape != tuple(len(values) for values in categories.values()) or bool(np.any(cells < 0)):
        raise _no_table("there must be one count of people, nought or more, for every combination of the keys' values.")
    views = [*([tuple(categories)] if inner else []), *margins]
    sets, labels = zip(*(one for kept in [*views, *must_show] for one in _sets(kept, categories)), strict=True)
    before = sum(len(_sets(kept, categories)) for kept in views)
    matrix = rows_of(list(sets), cells.size)
    costs = np.maximum(matrix @ cells.ravel(), 1).astype(float)
    shows = np.arange(len(sets)) >= before
    return Table(cells.ravel(), matrix, costs, shows, np.zeros(len(sets), bool), tuple(labels))


def from_rows(rows: Iterable[Mapping[str, Any]], keys: Sequence[str], count: str, margins: Sequence[Kept]) -> Table:
    """A table from rows of keys and a count; combinations without a row hold nobody. Values keep their order of rows."""
    read = [(tuple(str(row[key]) for key in keys), int(row[count])) for row in rows]
    categories = {key: list(dict.fromkeys(values[axis] for values, _ in read)) for axis, key in enumerate(keys)}
    places = {key: {value: place for place, value in enumerate(values)} for key, values in categories.items()}
    people = np.zeros(tuple(map(len, categories.values())), np.int64)
    if len({values for values, _ in read}) < len(read):
        raise _no_table("two rows have the same keys: a combination's people stand in one row.")
    for values, number in read:
        people[tuple(places[key][value] for key, value in zip(keys, values, strict=True))] = number
    return multiway(people, categories, margins)


def _sets(kept: Kept, categories: Mapping[str, Sequence[str]]) -> list[tuple[Integers, tuple[str, ...]]]:
    """The cells of every number of a margin, with its labels."""
    groups = _groups(kept, categories)
    indices = np.arange(np.prod([len(values) for values in categories.values()], dtype=int))
    grid = indices.reshape([len(values) for values in categories.values()])
    found = []
    for labels in product(*(group for group in groups)):
        chosen = np.ix_(*(np.array(group[label]) for group, label in zip(groups, labels, strict=True)))
        found.append((np.sort(grid[chosen].ravel()), labels))
    return found


def _groups(kept: Kept, categories: Mapping[str, Sequence[str]]) -> list[dict[str, list[int]]]:
    """Of each key the labels that the margin shows, and the places of the values behind each."""
    groups: list[dict[str, list[int]]] = []
    for key, values in categories.items():
        named: dict[str, list[int]] = {}
        for place, value in enumerate(values):
            grouped = kept[key][value] if isinstance(kept, Mapping) and key in kept else value
            named.setdefault(grouped if key in kept else ALL, []).append(place)
        groups.append(named)
    return groups


def _no_table(why: str) -> BadInput:
    return BadInput(
        "CONTROL-TABLE",
        "These counts cannot be read as a table.",
        why,
        "give one row for each combination of the keys' values",
        "the analyst who made the table",
    )


def _cells_differ() -> BadInput:
    return BadInput(
        "CONTROL-CELLS",
        "These tables cannot be protected together.",
        "they are not over the same cells of the same people.",
        "build both from one table of everything that they tell apart",
        "the analyst who made the tables",
    )
