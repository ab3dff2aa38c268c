"""Numbers that share people, and the few people by whom they differ: what of those readers can bound, and how it is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.by_two import NOTHING, ByTwo, Few
from boldlink.outputs.control.history import Past
from boldlink.outputs.control.protected import Protected, SmallCounts, close_pairs, distinct_rows, without
from boldlink.outputs.control.reach import Say
from boldlink.outputs.control.system import Flags, Floats, Integers, System

ATOMS_AT_MOST = 4_000


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


class Connected:
    """Numbers that share people, directly or through others; asked about while those of a candidate show in one way or another.

    numbers: (numbers,) places among all numbers compared, of which the first `before` are of the past. matrix: (numbers, atoms)
    of 0 and 1. people: (atoms,). low, high: (past,) what readers conclude from all numbers of the past. Of more than
    ATOMS_AT_MOST atoms numbers are looked at two at a time, and no chains of three or more.
    """

    def __init__(
        self, numbers: Integers, before: int, matrix: sp.csr_array, people: Integers, low: Floats, high: Floats,
        rule: SmallCounts,
    ) -> None:  # fmt: skip
        past = numbers[numbers < before]
        self.numbers, self.new = numbers, numbers[len(past) :] - before
        self.matrix, self.people, self.before, self.rule = matrix, people, len(past), rule
        low, high = low[past], high[past]
        many = len(self.people) > ATOMS_AT_MOST
        alone = np.empty(0, np.int64) if many else np.flatnonzero(rule.small(self.people))
        self.few = _few(self.matrix, self.people, rule, len(alone))
        self.two = ByTwo(self.matrix, self.few, low, high)
        self.past: Past | None = None
        self.which = np.arange(len(self.few.one))
        if not many:
            self.past, self.which = self._past(System(sp.csr_array(matrix[: len(past)]), low, high), alone)
        self.once = self._once()

    def by_two(self, low: Floats, high: Floats) -> tuple[Difference, ...]:
        """What two numbers tell. low, high: what readers conclude from all numbers of the candidate."""
        return tuple(one for one in self._by_two(low, high) if one.revealed)

    def by_all(self, low: Floats, high: Floats, say: Say = lambda text: None) -> Iterator[tuple[Difference, ...]]:
        """What all of them tell, difference by difference, each as soon as it is known."""
        if self.past:
            self.past.show(low[self.new], high[self.new])
            for one in self.past.narrowed(say):
                places = np.flatnonzero(self.once & (self.which == one.count))
                yield tuple(self._difference(place, one.low, one.high, one.held_by) for place in places.tolist())

    def differences(self, low: Floats, high: Floats, say: Say = lambda text: None) -> tuple[Difference, ...]:
        """Those of the candidate, and those revealed."""
        say(f"{len(self.few.one)} numbers or differences are of fewer than {self.rule.minimum} people")
        if self.past is None:
            return tuple(self._by_two(low, high))
        self.past.show(low[self.new], high[self.new])
        narrowed = {one.count: one.held_by for one in self.past.narrowed(say)}
        found = self.past.reach()
        return tuple(
            self._difference(place, float(found.low[count]), float(found.high[count]), narrowed.get(count))
            for place in self._concerned(np.isin(self.which, [*narrowed])).tolist()
            for count in [int(self.which[place])]
        )

    def _past(self, history: System, alone: Integers) -> tuple[Past, Integers]:
        """What earlier numbers say of the few people of each difference, each sum of atoms once; and which sum is whose."""
        sums, which = distinct_rows(_sums(self.matrix, self.few, alone))
        candidate = sp.csr_array(self.matrix[self.before :])
        return Past(history, candidate, Protected(sums, self.rule.width), self.people), which

    def _by_two(self, low: Floats, high: Floats) -> Iterator[Difference]:
        low, high = low[self.new], high[self.new]
        revealed, fewest, most = self.two.narrowed(low, high, self.rule.width)
        for place in self._concerned(revealed).tolist():
            held_by = self.two.held_by(place, low, high) if revealed[place] else None
            yield self._difference(place, float(fewest[place]), float(most[place]), held_by)

    def _once(self) -> Flags:
        """(differences,) An atom that is a difference of two numbers is told as that."""
        named = self.few.one != NOTHING
        found: Flags = named | ~np.isin(self.which, self.which[named])
        return found

    def _concerned(self, revealed: Flags) -> Integers:
        """Those of the candidate, and those revealed."""
        its_own = (self.few.one >= self.before) | (self.few.other >= self.before)
        return np.flatnonzero(self.once & (revealed | its_own))

    def _difference(self, place: int, low: float, high: float, held_by: Integers | None) -> Difference:
        """Revealed, if it is held by numbers."""
        one, other = self._there(self.few.one[place]), self._there(self.few.other[place])
        held = () if held_by is None else tuple(self.numbers[held_by].tolist())
        return Difference(one, other, bool(self.few.nested[place]), low, high, held_by is not None, held)

    def _there(self, number: np.int64) -> int | None:
        return None if number == NOTHING else int(self.numbers[number])


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
