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

from boldlink.outputs.control.by_two import NOTHING, ByTwo, Few
from boldlink.outputs.control.history import Past
from boldlink.outputs.control.protected import Protected, SmallCounts, close_pairs, distinct_rows, without
from boldlink.outputs.control.reach import Say
from boldlink.outputs.control.system import Flags, Floats, Integers, System, rows_of

ATOMS_AT_MOST = 4_000  # of more, numbers are looked at two at a time, and no chains of three or more


@dataclass(frozen=True)
class PublishedSets:
    """members: of each published number, the sorted ids of its people. low, high: (numbers,) what a reader concludes."""

    members: tuple[Integers, ...]
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Difference:
    """Few people of number `one` are not in number `other`; positions in the earlier sets and then the candidate's.

    other: None where `one` as a whole is of few people; both None for few people whom no number tells apart. nested:
    whether everybody of other is in one. low, high: what readers could bound it to, with the candidate, where it is
    revealed; else what is certainly left possible. held_by: the numbers that bound it so.
    """

    one: int | None
    other: int | None
    nested: bool
    low: float
    high: float
    revealed: bool
    held_by: tuple[int, ...] = ()


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
    """The same people asked about again and again, while a candidate's numbers are shown in one way after another."""

    def __init__(self, earlier: PublishedSets, members: Sequence[Integers], rule: SmallCounts) -> None:
        self.matrix, self.people = atoms([*earlier.members, *members])
        self.before, self.rule = len(earlier.members), rule
        many = len(self.people) > ATOMS_AT_MOST
        alone = np.empty(0, np.int64) if many else np.flatnonzero(rule.small(self.people))
        self.few = _few(self.matrix, self.people, rule, len(alone))
        self.two = ByTwo(self.matrix, self.few, earlier.low, earlier.high)
        self.past: Past | None = None
        self.which = np.arange(len(self.few.one))
        if not many:
            self.past, self.which = self._past(earlier, alone)

    def by_two(self, low: Floats, high: Floats) -> tuple[Difference, ...]:
        """What two numbers tell if the candidate's are shown so that readers conclude low..high, (numbers,)."""
        return tuple(one for one in self._by_two(low, high) if one.revealed)

    def revealed(self, low: Floats, high: Floats, say: Say = lambda text: None) -> Iterator[tuple[Difference, ...]]:
        """What is revealed if the candidate's numbers are shown so that readers conclude low..high, (numbers,).

        First what two numbers tell, found in no time and all together; then what only all of them tell, difference by
        difference, each as soon as it is known.
        """
        yield self.by_two(low, high)
        if self.past:
            self.past.show(low, high)
            for one in self.past.narrowed(say):
                places = np.flatnonzero(self._once & (self.which == one.count))
                yield tuple(self._difference(place, one.low, one.high, one.held_by) for place in places.tolist())

    def differences(self, low: Floats, high: Floats, say: Say = lambda text: None) -> tuple[Difference, ...]:
        """As `compare` says, if the candidate's numbers are shown so that readers conclude low..high, (numbers,)."""
        say(f"{len(self.few.one)} numbers or differences are of fewer than {self.rule.minimum} people")
        if self.past is None:
            return tuple(self._by_two(low, high))
        self.past.show(low, high)
        narrowed = {one.count: one.held_by for one in self.past.narrowed(say)}
        found = self.past.reach()
        return tuple(
            self._difference(place, float(found.low[count]), float(found.high[count]), narrowed.get(count))
            for place in self._concerned(np.isin(self.which, [*narrowed])).tolist()
            for count in [int(self.which[place])]
        )

    def _past(self, earlier: PublishedSets, alone: Integers) -> tuple[Past, Integers]:
        """What earlier numbers say of the few people of each difference, each sum of atoms once; and which sum is whose."""
        sums, which = distinct_rows(_sums(self.matrix, self.few, alone))
        before, candidate = (sp.csr_array(rows) for rows in (self.matrix[: self.before], self.matrix[self.before :]))
        history = System(before, earlier.low, earlier.high)
        return Past(history, candidate, Protected(sums, self.rule.width), self.people), which

    def _by_two(self, low: Floats, high: Floats) -> Iterator[Difference]:
        revealed, fewest, most = self.two.narrowed(low, high, self.rule.width)
        for place in self._concerned(revealed).tolist():
            held_by = self.two.held_by(place, low, high) if revealed[place] else None
            yield self._difference(place, float(fewest[place]), float(most[place]), held_by)

    @property
    def _once(self) -> Flags:
        """(differences,) An atom that is a difference of two numbers is told as that."""
        named = self.few.one != NOTHING
        found: Flags = named | ~np.isin(self.which, self.which[named])
        return found

    def _concerned(self, revealed: Flags) -> Integers:
        """Those of the candidate, and those revealed."""
        its_own = (self.few.one >= self.before) | (self.few.other >= self.before)
        return np.flatnonzero(self._once & (revealed | its_own))

    def _difference(self, place: int, low: float, high: float, held_by: Integers | None) -> Difference:
        """Revealed, if it is held by numbers."""
        one, other = _there(self.few.one[place]), _there(self.few.other[place])
        held = () if held_by is None else tuple(held_by.tolist())
        return Difference(one, other, bool(self.few.nested[place]), low, high, held_by is not None, held)


def _there(number: np.int64) -> int | None:
    return None if number == NOTHING else int(number)


def _few(matrix: sp.csr_array, people: Integers, rule: SmallCounts, alone: int) -> Few:
    """Pairs of numbers of which one has few people that the other has not, small numbers, and so many small atoms."""
    one, other, inside = close_pairs(people, rule, matrix)
    small = np.flatnonzero(rule.small(np.rint(matrix @ people).astype(np.int64)))
    return Few(
        np.concatenate([one, small, np.full(alone, NOTHING)]),
        np.concatenate([other, np.full(len(small) + alone, NOTHING)]),
        np.concatenate([inside, np.zeros(len(small) + alone, dtype=bool)]),
    )


def _sums(matrix: sp.csr_array, few: Few, alone: Integers) -> sp.csr_array:
    """(differences, atoms) of 0 and 1: the few people of each. alone: the small atoms, which come last."""
    pair = few.other != NOTHING
    apart = without(matrix, few.one[pair], few.other[pair])
    small = matrix[few.one[~pair & (few.one != NOTHING)]]
    atom = sp.eye_array(matrix.shape[1], format="csr")[alone]
    return sp.csr_array(sp.vstack([apart, small, atom], format="csr"))


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
