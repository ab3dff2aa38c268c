"""Published numbers as equations over shared cells.

A cell holds people: it is one combination of everything that published tables tell apart. A published number counts the
people of a set of cells, exactly, rounded (an interval) or not at all (suppressed: nothing is known of it). What anybody
can conclude is every assignment of people to cells that satisfies all of the intervals at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Integers = np.ndarray[tuple[int], np.dtype[np.int64]]
Witnesses = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (several, cells) people that numbers allow
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class System:
    """Intervals on sums of cells: low <= matrix @ people <= high, people >= 0.

    matrix: (numbers, cells) of 0 and 1; low, high: (numbers,), high may be infinite.
    """

    matrix: sp.csr_array
    low: Floats
    high: Floats

    def __post_init__(self) -> None:
        assert self.matrix.shape[0] == len(self.low) == len(self.high)
        assert bool(np.all(self.low <= self.high))

    @property
    def cells(self) -> int:
        """How many cells the numbers are over."""
        return int(self.matrix.shape[1])

    def holds(self, people: Integers | Floats, tolerance: float = 1e-6) -> bool:
        """Whether these people in cells, (cells,), are possible."""
        return bool(self.holding(people.astype(float).reshape(1, -1), tolerance)[0])

    def holding(self, several: Witnesses, tolerance: float = 1e-6) -> Flags:
        """(several,) which of several assignments of people to cells, (several, cells), are possible."""
        sums = self.matrix @ several.T
        above, below = sums >= self.low[:, None] - tolerance, sums <= self.high[:, None] + tolerance
        found: Flags = np.all(above & below, axis=0)
        return found

    def and_also(self, more: System) -> System:
        """Both sets of numbers, over the same cells."""
        matrix = sp.csr_array(sp.vstack([self.matrix, more.matrix], format="csr"))
        return System(matrix, np.concatenate([self.low, more.low]), np.concatenate([self.high, more.high]))


def rows_of(sets: Sequence[Integers], cells: int) -> sp.csr_array:
    """(sets, cells): a row of ones at each set's cells."""
    lengths = [len(one) for one in sets]
    indices = np.concatenate([*sets, np.empty(0, np.int64)]).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return sp.csr_array((np.ones(len(indices)), indices, starts), shape=(len(sets), cells))
