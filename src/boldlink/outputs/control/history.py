"""Releases as equations over shared cells, and what more numbers would add to what readers can bound.

Every number ever released from the same data stays known. A release that is safe alone may be unsafe with the others; so
before it leaves, the protected counts are bounded over everything released so far and the candidate together (`reach`).
A count that was bounded too narrowly before is no reason to refuse, unless the candidate narrows it further.

Facts only: positions and counts of cells; how they are said stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from boldlink.outputs.control.protected import Protected
from boldlink.outputs.control.reach import Reach, reach
from boldlink.outputs.control.system import Floats, Integers, System

Say = Callable[[str], None]


@dataclass(frozen=True)
class Narrowed:
    """A protected count, by position, that the candidate would let readers bound to low..high.

    before: what they can bound it to already, where that is too narrow; else values that are certainly possible.
    """

    count: int
    low: float
    high: float
    before: tuple[float, float]


class Past:
    """What was released so far about protected counts of true people, asked about one candidate after another.

    system: the numbers released, as sets of shared cells with the intervals that readers conclude. people: (cells,).
    """

    def __init__(self, system: System, protected: Protected, people: Integers) -> None:
        self.system, self.protected, self.people = system, protected, people
        self._before: dict[int, tuple[float, float]] = {}

    def narrowed_by(
        self, candidate: System, known: Iterable[Floats] = (), say: Say = lambda text: None
    ) -> tuple[Reach, tuple[Narrowed, ...]]:
        """What readers can bound with the candidate, and what it narrows, the narrowest first.

        known: witnesses that may still hold. Raises BadInput as `reach` does.
        """
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
