"""Populations behind releases, compared as sets of people: whom one published number counts and another does not.

Releases of other use cases and cohorts from the same data have no keys in common, but they have people in common. Where a
published number counts a handful of people that another does not, the two may give that handful away. So every pair of
published sets of people is looked at, by one sparse product over atoms: an atom is the people who are in exactly the same
published sets. Then what decides is what the published numbers, exact, rounded or withheld, allow somebody to bound of
such a difference: too narrowly (fewer whole values than the width), it is revealed, and what reveals it is refused;
otherwise it is noted. For two sets of which one holds the other, with nothing else known, the bounds are
[low(A) - high(B), high(A) - low(B)], not under 0; all published sets together can only narrow them. One linear programme
over atoms (`reach`) takes them all into account: nested, overlapping or chained.

What is assumed of readers: they know how each set was chosen, and therefore which of the sets overlap, and which overlaps
hold nobody (a revised set that nobody left holds the earlier one). A real reader may not know that an overlap which
could hold people happens to be empty; taking it as known errs on the side of refusing. That two sets share people at all
tells a reader nothing of how many: pairs that are not nested are bounded by other numbers, or not at all. People are
compared only within one place and one body of data; the sets of other places are not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from boldlink.outputs.control.connected import Connected, Difference
from boldlink.outputs.control.protected import SmallCounts
from boldlink.outputs.control.reach import Say
from boldlink.outputs.control.system import Floats, Integers, rows_of


@dataclass(frozen=True)
class PublishedSets:
    """members: of each published number, the sorted ids of its people. low, high: (numbers,) what a reader concludes."""

    members: tuple[Integers, ...]
    low: Floats
    high: Floats


def compare(
    earlier: PublishedSets, candidate: PublishedSets, rule: SmallCounts, say: Say = lambda text: None
) -> tuple[Difference, ...]:
    """The small differences that concern a candidate: those it is part of, and those that it reveals among others.

    A number of few people is a difference as well, from nothing, and so are few people who are in exactly the same
    numbers. Revealed: bounded too narrowly, and more narrowly than without the candidate. Refuse if any is; note the
    others.
    """
    return Comparison(earlier, candidate.members, rule).differences(candidate.low, candidate.high, say)


class Comparison:
    """The same people asked about again and again, while a candidate's numbers are shown in one way after another.

    Numbers that share nobody, not even through others, say nothing of each other: they are compared apart.
    """

    def __init__(self, earlier: PublishedSets, members: Sequence[Integers], rule: SmallCounts) -> None:
        matrix, people = atoms([*earlier.members, *members])
        before = len(earlier.members)
        self.parts = [
            Connected(
                numbers, before, sp.csr_array(matrix[numbers][:, own]), people[own], earlier.low, earlier.high, rule
            )
            for numbers, own in _connected(matrix)
            if numbers[-1] >= before
        ]

    def by_two(self, low: Floats, high: Floats) -> tuple[Difference, ...]:
        """What two numbers tell if the candidate's are shown so that readers conclude low..high, (numbers,)."""
        return tuple(one for part in self.parts for one in part.by_two(low, high))

    def revealed(self, low: Floats, high: Floats, say: Say = lambda text: None) -> Iterator[tuple[Difference, ...]]:
        """What is revealed if the candidate's numbers are shown so that readers conclude low..high, (numbers,).

        First what two numbers tell, found in no time and all together; then what only all of them tell, difference by
        difference, each as soon as it is known.
        """
        yield self.by_two(low, high)
        for part in self.parts:
            yield from part.by_all(low, high, say)

    def differences(self, low: Floats, high: Floats, say: Say = lambda text: None) -> tuple[Difference, ...]:
        """As `compare` says, if the candidate's numbers are shown so that readers conclude low..high, (numbers,)."""
        return tuple(one for part in self.parts for one in part.differences(low, high, say))


def _connected(matrix: sp.csr_array) -> Iterator[tuple[Integers, Integers]]:
    """Numbers, in order, and atoms of each part of (numbers, atoms) that shares none with the others."""
    numbers = matrix.shape[0]
    both = sp.block_array([[None, matrix], [matrix.T, None]], format="csr")
    parts, part_of = connected_components(both, directed=False)
    for part in range(parts):
        inside = np.flatnonzero(part_of == part)
        own = inside[inside >= numbers] - numbers
        if len(own):
            yield inside[inside < numbers], own


def atoms(members: Sequence[Integers]) -> tuple[sp.csr_array, Integers]:
    """(sets, atoms) of 0 and 1, and (atoms,) people: who is in exactly the same sets, by refining one set after another.

    Exact: each set splits the atoms it meets. The work is the sum of the sets' sizes.
    """
    people, every = _numbered(members)
    atom_of, used = np.zeros(people, dtype=np.int64), 1
    for inside in every:
        met = _marked(atom_of[inside], used)
        split = np.empty(used, dtype=np.int64)
        split[met] = used + np.arange(len(met))
        atom_of[inside] = split[atom_of[inside]]
        used += len(met)
    _, first, atom_of, counts = np.unique(atom_of, return_index=True, return_inverse=True, return_counts=True)
    each = [_marked(atom_of[inside], len(first)) for inside in every]
    return rows_of(each, len(first)), counts.astype(np.int64)


def _marked(numbers: Integers, under: int) -> Integers:
    """The different ones among numbers from 0 to under, in order."""
    there = np.zeros(under, dtype=bool)
    there[numbers] = True
    return np.flatnonzero(there)


def _numbered(members: Sequence[Integers]) -> tuple[int, list[Integers]]:
    """How many different ids there are, and each set with its ids numbered from 0."""
    units, places = np.unique(np.concatenate([*members, np.empty(0, np.int64)]), return_inverse=True)
    ends = np.cumsum([len(one) for one in members])
    return len(units), list(np.split(places.astype(np.int64), ends[:-1])) if len(members) else []
