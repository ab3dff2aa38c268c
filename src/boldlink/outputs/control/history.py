"""Releases as equations over shared cells, and what more numbers would add to what readers can bound.

Every number ever released from the same data stays known. A release that is safe alone may be unsafe with the others; so
before it leaves, the protected counts are bounded over everything released so far and the candidate together (`reach`).
A count that was bounded too narrowly before is no reason to refuse, unless the candidate narrows it further.

Facts only: positions and counts of cells; how they are said stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.protected import Protected
from boldlink.outputs.control.reach import Reach, Readers, Say
from boldlink.outputs.control.system import Floats, Integers, System


@dataclass(frozen=True)
class Narrowed:
    """A protected count, by position, that the candidate would let readers bound to low..high.

    before: what they can bound it to already, where that is too narrow; else values that are certainly possible. held_by:
    the numbers, those of the past first, that bound it so.
    """

    count: int
    low: float
    high: float
    before: tuple[float, float]
    held_by: Integers


class Past:
    """What was released so far about protected counts of true people, asked about a candidate as it shows in one way or another.

    system: the numbers released, as sets of shared cells with the intervals that readers conclude. candidate: (numbers,
    cells) of 0 and 1. people: (cells,). Raises BadInput CONTROL-UNTRUE where numbers are not those of the people.
    """

    def __init__(self, system: System, candidate: sp.csr_array, protected: Protected, people: Integers) -> None:
        self.system = system
        self._alone = Readers(system.matrix, protected, people)
        self._alone.see(system.low, system.high)
        self._together = Readers(sp.csr_array(sp.vstack([system.matrix, candidate], format="csr")), protected, people)

    def show(self, low: Floats, high: Floats) -> None:
        """The candidate's numbers show so that readers conclude low..high, (numbers,), from now on."""
        before = self.system
        self._together.see(np.concatenate([before.low, low]), np.concatenate([before.high, high]))

    def narrowed(self, say: Say = lambda text: None) -> Iterator[Narrowed]:
        """What the candidate lets readers bound too narrowly, and further than before; each as soon as it is found."""
        for count in self._together.narrow(say):
            before, (low, high) = self._alone.ends(count), self._together.ends(count)
            if low > before[0] or high < before[1]:
                yield Narrowed(count, low, high, before, self._together.held_by[count])

    def reach(self) -> Reach:
        """What readers can bound of every protected count with the candidate."""
        return self._together.reach()
