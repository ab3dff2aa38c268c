"""The same question with fewer cells and numbers: nothing that a reader could conclude changes.

- A number without limits says nothing and goes. Equal sets of cells are one number, within all their intervals.
- Cells that occur in the same numbers and the same protected counts are one cell: only their sum is ever asked about.
- A count with a cell that no number limits from above has no upper end, and needs no programme for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.protected import Protected, distinct_rows
from boldlink.outputs.control.system import Flags, Floats, Integers, System


@dataclass(frozen=True)
class Reduced:
    """A smaller question of the same answers.

    system, sums: over merged cells. cell_of: (cells,) merged cell of each cell; first: (merged,) the first of each.
    row_of: (numbers,) merged number of each number, -1 for one that says nothing.
    """

    system: System
    sums: sp.csr_array
    cell_of: Integers
    first: Integers
    row_of: Integers

    @property
    def unlimited(self) -> Flags:
        """(counts,) whether a cell of it has no limit from above."""
        limited = np.isfinite(self.system.high).astype(float) @ self.system.matrix > 0
        found: Flags = self.sums @ (~limited).astype(float) > 0
        return found

    def showing(self, system: System) -> Reduced | None:
        """The same numbers with other intervals; None if one of them says something that said nothing."""
        if np.any(_says(system) & (self.row_of < 0)):
            return None
        told = np.flatnonzero(self.row_of >= 0)
        low, high = within_all(self.row_of[told], self.system.matrix.shape[0], system.low[told], system.high[told])
        return replace(self, system=System(self.system.matrix, low, high))

    def people(self, people: Integers | Floats) -> Floats:
        """(merged,) from (cells,)."""
        return np.bincount(self.cell_of, weights=people, minlength=self.system.cells).astype(float)

    def spread(self, merged: Floats) -> Floats:
        """(cells,) from (merged,): all people of a merged cell in its first cell, as good as any other way."""
        people = np.zeros(len(self.cell_of))
        people[self.first] = merged
        return people


def reduce(system: System, protected: Protected) -> Reduced:
    """The reduced question about these protected counts."""
    system, row_of = _without_repetition(system)
    cell_of, first = _alike(system.matrix, protected.sums)
    matrix = sp.csr_array(sp.csc_array(system.matrix)[:, first])
    sums = sp.csr_array(sp.csc_array(protected.sums)[:, first])
    return Reduced(System(matrix, system.low, system.high), sums, cell_of, first, row_of)


def _says(system: System) -> Flags:
    """(numbers,) which say anything."""
    found: Flags = (system.low > 0) | np.isfinite(system.high)
    return found


def _without_repetition(system: System) -> tuple[System, Integers]:
    says = np.flatnonzero(_says(system))
    matrix, which = distinct_rows(sp.csr_array(system.matrix)[says])
    low, high = within_all(which, matrix.shape[0], system.low[says], system.high[says])
    row_of = np.full(system.matrix.shape[0], -1, dtype=np.int64)
    row_of[says] = which
    return System(matrix, low, high), row_of


def within_all(which: Integers, numbers: int, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """(numbers,) each: the interval that lies in all those of the same number."""
    lowest, highest = np.zeros(numbers), np.full(numbers, np.inf)
    np.maximum.at(lowest, which, low)
    np.minimum.at(highest, which, high)
    return lowest, highest


def _alike(*matrices: sp.csr_array) -> tuple[Integers, Integers]:
    """For columns that are alike in all matrices: (cells,) which merged one each is, and (merged,) the first of each."""
    _, cell_of = distinct_rows(sp.csr_array(sp.vstack(matrices, format="csr").T))
    return cell_of, np.unique(cell_of, return_index=True)[1]
