"""The same question with fewer cells and numbers: nothing that a reader could conclude changes.

- A number without limits says nothing and goes. Equal sets of cells are one number, within all their intervals.
- Cells that occur in the same numbers and the same protected counts are one cell: only their sum is ever asked about.
- A count with a cell that no number limits from above has no upper end, and needs no programme for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.protected import Protected, distinct_rows
from boldlink.outputs.control.system import Floats, Integers, System


@dataclass(frozen=True)
class Reduced:
    """A smaller question of the same answers.

    system, sums: over merged cells. unlimited: (counts,) whether a cell of it has no limit from above. cell_of: (cells,)
    merged cell of each cell. row_of: (numbers,) merged number of each number, -1 for none.
    """

    system: System
    sums: sp.csr_array
    unlimited: np.ndarray[tuple[int], np.dtype[np.bool_]]
    cell_of: Integers
    row_of: Integers

    def people(self, people: Integers | Floats) -> Floats:
        """(merged,) from (cells,)."""
        return np.bincount(self.cell_of, weights=people, minlength=self.system.cells).astype(float)

    def spread(self, merged: Floats) -> Floats:
        """(cells,) from (merged,): all people of a merged cell in its first cell, as good as any other way."""
        first = np.unique(self.cell_of, return_index=True)[1]
        people = np.zeros(len(self.cell_of))
        people[first] = merged
        return people


def reduce(system: System, protected: Protected) -> Reduced:
    """The reduced question about these protected counts."""
    system, row_of = _without_repetition(system)
    cell_of, first = _alike(system.matrix, protected.sums)
    matrix = sp.csr_array(sp.csc_array(system.matrix)[:, first])
    sums = sp.csr_array(sp.csc_array(protected.sums)[:, first])
    merged = System(matrix, system.low, system.high)
    limited = np.isfinite(system.high).astype(float) @ matrix > 0
    unlimited = sums @ (~limited).astype(float) > 0
    return Reduced(merged, sums, unlimited, cell_of, row_of)


def _without_repetition(system: System) -> tuple[System, Integers]:
    says = np.flatnonzero((system.low > 0) | np.isfinite(system.high))
    matrix, which = distinct_rows(sp.csr_array(system.matrix)[says])
    low, high = np.zeros(matrix.shape[0]), np.full(matrix.shape[0], np.inf)
    np.maximum.at(low, which, system.low[says])
    np.minimum.at(high, which, system.high[says])
    row_of = np.full(system.matrix.shape[0], -1, dtype=np.int64)
    row_of[says] = which
    return System(matrix, low, high), row_of


def _alike(*matrices: sp.csr_array) -> tuple[Integers, Integers]:
    """For columns that are alike in all matrices: (cells,) which merged one each is, and (merged,) the first of each."""
    _, cell_of = distinct_rows(sp.csr_array(sp.vstack(matrices, format="csr").T))
    return cell_of, np.unique(cell_of, return_index=True)[1]
