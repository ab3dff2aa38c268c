"""Releases as equations over shared cells, and what one more release would add to what readers can bound.

Every number ever released from the same data stays known. A release that is safe alone may be unsafe with the others; so
before it leaves, the protected counts are bounded over everything released so far and the candidate together (`reach`).
Where a count is bounded too narrowly, the refusal can say by which earlier releases and by which of the candidate's numbers:
those whose limits the dual solution of the two programmes uses, made minimal by leaving out one release after another.
A count that was bounded too narrowly before is no reason to refuse, unless the candidate narrows it further.

Facts only: ids, positions and counts of cells; how they are said stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.protected import Protected
from boldlink.outputs.control.reach import Reach, reach
from boldlink.outputs.control.shown import Shown
from boldlink.outputs.control.system import Floats, Integers, System, rows_of

Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Released:
    """id: of a release. system: its numbers as sets of shared cells, with the intervals that readers conclude."""

    id: str
    system: System


@dataclass(frozen=True)
class Candidate:
    """A table that asks to leave.

    matrix: (numbers, cells) of 0 and 1. hidden: (numbers,) withheld though not small. shown: how the others show.
    keys: (numbers,) each number's value of each key, for tables with one group a number.
    """

    id: str
    matrix: sp.csr_array
    hidden: Flags
    shown: Shown
    keys: Mapping[str, Integers]

    def released(self, people: Integers) -> Released:
        """What readers would conclude from it. people: (cells,) true people."""
        low, high = self.shown.interval(self.counts(people), self.hidden)
        return Released(self.id, System(self.matrix, low, high))

    def counts(self, people: Integers) -> Integers:
        """(numbers,) true people."""
        counts: Integers = np.rint(self.matrix @ people).astype(np.int64)
        return counts

    def withhold(self, numbers: Sequence[int]) -> Candidate:
        """The same without these numbers."""
        hidden = self.hidden.copy()
        hidden[list(numbers)] = True
        return replace(self, hidden=hidden)

    def without(self, key: str) -> Candidate:
        """The coarser table without a key: numbers that differ only in it are counted together."""
        kept = {name: codes for name, codes in self.keys.items() if name != key}
        groups, group_of = np.unique(np.array(list(kept.values())), axis=1, return_inverse=True)
        together = sp.csr_array((np.ones(len(group_of)), (group_of.ravel(), np.arange(len(group_of)))))
        matrix = sp.csr_array(together @ self.matrix)
        assert matrix.max() <= 1
        keys = {name: groups[place] for place, name in enumerate(kept)}
        return replace(self, matrix=matrix, hidden=np.zeros(matrix.shape[0], dtype=bool), keys=keys)


@dataclass(frozen=True)
class Narrowed:
    """A protected count, by position, that the candidate would let readers bound to low..high.

    before: what they can bound it to already, where that is too narrow; else values that are certainly possible.
    """

    count: int
    low: float
    high: float
    before: tuple[float, float]


@dataclass(frozen=True)
class Added:
    """What a candidate adds. narrowed: counts bounded too narrowly through it, the narrowest first; none: it passes.

    releases: a smallest set of earlier releases that narrow the first of them together with the candidate's `numbers`
    (positions): without any one of these releases readers are left the width. reach: of everything.
    """

    narrowed: tuple[Narrowed, ...]
    releases: tuple[str, ...]
    numbers: tuple[int, ...]
    reach: Reach

    @property
    def passes(self) -> bool:
        return not self.narrowed


class Past:
    """Everything released so far about protected counts of true people, asked about one candidate after another."""

    def __init__(self, history: Sequence[Released], protected: Protected, people: Integers) -> None:
        self.history, self.protected, self.people = tuple(history), protected, people
        self.system = together(history, len(people))
        self._before: dict[int, tuple[float, float]] = {}

    def also_protecting(self, more: Protected) -> Past:
        """The same past, asked about more counts."""
        return Past(self.history, self.protected.and_also(more), self.people)

    def narrowed_by(
        self, candidate: System, known: Iterable[Floats] = (), say: Say = lambda text: None
    ) -> tuple[Reach, tuple[Narrowed, ...]]:
        """What readers can bound with the candidate, and what it narrows. known: witnesses that may still hold."""
        found = reach(self.system.and_also(candidate), self.protected, self.people, known, say)
        self._learn([int(count) for count in found.narrow if count not in self._before])
        narrowed = [
            Narrowed(count, float(found.low[count]), float(found.high[count]), self._before[count])
            for count in found.narrow.tolist()
        ]
        further = [one for one in narrowed if one.low > one.before[0] or one.high < one.before[1]]
        return found, tuple(sorted(further, key=lambda one: (one.high - one.low, one.count)))

    def _learn(self, counts: Sequence[int]) -> None:
        alone = reach(self.system, self.protected.only(counts), self.people)
        self._before.update(zip(counts, zip(alone.low.tolist(), alone.high.tolist(), strict=True), strict=True))


def what_it_adds(
    history: Sequence[Released],
    candidate: Released,
    protected: Protected,
    people: Integers,
    say: Say = lambda text: None,
) -> Added:
    """Whether history and candidate together bound a protected count too narrowly, and which of them do.

    people: (cells,) true people. Raises BadInput as `reach` does.
    """
    past = Past(history, protected, people)
    found, narrowed = past.narrowed_by(candidate.system, say=say)
    if not narrowed:
        return Added((), (), (), found)
    releases, numbers = _who_narrows(past, candidate, narrowed[0].count, found)
    return Added(narrowed, tuple(one.id for one in releases), numbers, found)


def together(releases: Sequence[Released], cells: int) -> System:
    """The numbers of several releases, in order, as one system."""
    nothing = System(rows_of([], cells), np.empty(0), np.empty(0))
    systems = [nothing, *(one.system for one in releases)]
    matrix = sp.csr_array(sp.vstack([one.matrix for one in systems], format="csr"))
    return System(matrix, np.concatenate([one.low for one in systems]), np.concatenate([one.high for one in systems]))


def _who_narrows(
    past: Past, candidate: Released, count: int, found: Reach
) -> tuple[tuple[Released, ...], tuple[int, ...]]:
    starts = np.cumsum([0, *(one.system.matrix.shape[0] for one in past.history)])
    owners = set((np.searchsorted(starts, found.held_by[count], side="right") - 1).tolist())
    suspects = [one for place, one in enumerate(past.history) if place in owners]
    for one in tuple(suspects):
        others = [other for other in suspects if other is not one]
        if len(_bounds(past, [*others, candidate], count).narrow):
            suspects = others
    held = _bounds(past, [*suspects, candidate], count).held_by[0]
    before = sum(one.system.matrix.shape[0] for one in suspects)
    return tuple(suspects), tuple(int(number) - before for number in held if number >= before)


def _bounds(past: Past, releases: Sequence[Released], count: int) -> Reach:
    return reach(together(releases, len(past.people)), past.protected.only([count]), past.people)
