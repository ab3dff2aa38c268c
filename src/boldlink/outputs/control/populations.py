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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.history import Past, Say
from boldlink.outputs.control.protected import Protected, SmallCounts, close_pairs, distinct_rows, without
from boldlink.outputs.control.reach import Reach
from boldlink.outputs.control.system import Floats, Integers, System

NOTHING = -1  # in place of a number
ATOMS_AT_MOST = 4_000  # of more, only numbers that differ by few from another are taken together


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
    """The same people asked about again and again, while a candidate's numbers are shown in one way after another.

    What was found possible is kept: a number that is withheld or rounded more coarsely leaves most of it possible.
    """

    def __init__(self, earlier: PublishedSets, members: Sequence[Integers], rule: SmallCounts) -> None:
        every = [*earlier.members, *members]
        self.matrix, self.people = atoms(every)
        self.before, self.rule = len(earlier.members), rule
        self.few = _few(self.matrix, self.people, rule)
        self.close = np.ones(len(every), dtype=bool)
        if len(self.people) > ATOMS_AT_MOST:
            self.close = np.isin(np.arange(len(every)), np.concatenate([self.few.one, self.few.other]))
            nobody = np.empty(0, np.int64)
            self.matrix, self.people = atoms(
                [one if near else nobody for one, near in zip(every, self.close, strict=True)]
            )
            self.few = _few(self.matrix, self.people, rule)
        sums, self.which = distinct_rows(self.few.sums)
        low, high = self._known(earlier.low, earlier.high, self.close[: self.before])
        history = System(sp.csr_array(self.matrix[: self.before]), low, high)
        self.past = Past(history, Protected(sums, rule.width), self.people)
        self.known: Iterable[Floats] = ()

    def differences(self, low: Floats, high: Floats, say: Say = lambda text: None) -> tuple[Difference, ...]:
        """As `compare` says, if the candidate's numbers are shown so that readers conclude low..high, (numbers,)."""
        if not len(self.few.one):
            return ()
        say(f"{len(self.few.one)} numbers or differences are of fewer than {self.rule.minimum} people")
        low, high = self._known(low, high, self.close[self.before :])
        new = System(sp.csr_array(self.matrix[self.before :]), low, high)
        found, narrowed = self.past.narrowed_by(new, self.known, say)
        self.known = found.witnesses
        revealed = np.isin(self.which, [narrow.count for narrow in narrowed])
        return tuple(
            self._difference(place, found, bool(revealed[place])) for place in self._concerned(revealed).tolist()
        )

    def _known(
        self, low: Floats, high: Floats, close: np.ndarray[tuple[int], np.dtype[np.bool_]]
    ) -> tuple[Floats, Floats]:
        """(numbers,) each: what readers conclude, of numbers that are left out nothing."""
        return np.where(close, low, 0.0), np.where(close, high, np.inf)

    def _concerned(self, revealed: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Integers:
        """Those of the candidate, and those revealed. An atom that is a difference of two numbers is told as that."""
        named = self.few.one != NOTHING
        once = named | ~np.isin(self.which, self.which[named])
        return np.flatnonzero(once & (revealed | (self.few.one >= self.before) | (self.few.other >= self.before)))

    def _difference(self, place: int, found: Reach, revealed: bool) -> Difference:
        count, few = int(self.which[place]), self.few
        held = tuple(found.held_by[count].tolist()) if revealed else ()
        one, other = (None if number == NOTHING else int(number) for number in (few.one[place], few.other[place]))
        low, high = float(found.low[count]), float(found.high[count])
        return Difference(one, other, bool(few.nested[place]), low, high, revealed, held)


@dataclass(frozen=True)
class _Few:
    """(differences,) each: a number or NOTHING, another or NOTHING, whether it holds the other. sums: (differences, atoms)."""

    one: Integers
    other: Integers
    nested: np.ndarray[tuple[int], np.dtype[np.bool_]]
    sums: sp.csr_array


def _few(matrix: sp.csr_array, people: Integers, rule: SmallCounts) -> _Few:
    """Pairs of numbers of which one has few people that the other has not, small numbers, and small atoms."""
    one, other = close_pairs(people, rule, matrix)
    small = np.flatnonzero(rule.small(np.rint(matrix @ people).astype(np.int64)))
    alone = np.flatnonzero(rule.small(people)) if len(people) <= ATOMS_AT_MOST else np.empty(0, np.int64)
    inside = without(matrix, other, one).count_nonzero(axis=1) == 0
    atom = sp.csr_array(sp.eye_array(len(people), format="csr")[alone])
    return _Few(
        np.concatenate([one, small, np.full(len(alone), NOTHING)]),
        np.concatenate([other, np.full(len(small) + len(alone), NOTHING)]),
        np.concatenate([inside, np.zeros(len(small) + len(alone), dtype=bool)]),
        sp.csr_array(sp.vstack([without(matrix, one, other), matrix[small], atom], format="csr")),
    )


def atoms(members: Sequence[Integers]) -> tuple[sp.csr_array, Integers]:
    """(sets, atoms) of 0 and 1, and (atoms,) people: who is in exactly the same sets, by refining one set after another.

    Exact: each set splits the atoms it meets. The work is the sum of the sets' sizes.
    """
    units, places = np.unique(np.concatenate([*members, np.empty(0, np.int64)]), return_inverse=True)
    atom_of, used = np.zeros(len(units), dtype=np.int64), 1
    ends = np.cumsum([len(one) for one in members])
    each = np.split(places, ends[:-1]) if len(members) else []
    for inside in each:
        old, split = np.unique(atom_of[inside], return_inverse=True)
        atom_of[inside] = used + split
        used += len(old)
    _, first, atom_of, people = np.unique(atom_of, return_index=True, return_inverse=True, return_counts=True)
    rows = np.repeat(np.arange(len(members)), [len(one) for one in members])
    pairs = np.unique(np.stack([rows, atom_of[places]]), axis=1)
    matrix = sp.csr_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=(len(members), len(first)))
    return matrix, people.astype(np.int64)
