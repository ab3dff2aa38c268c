"""What a reader of a redacted table can conclude about a number: the attacker's problem of cell suppression.

The reader knows everything that shows, exactly or as an interval, what earlier releases say, and that nobody is counted
less than no times. The largest and the smallest value that this leaves possible for a withheld number are two linear
programmes (Fischetti and Salazar 2001, section 2). Cells that have a number of their own are bounds of columns, not rows,
so that a table of 10,000 cells with 200 margins is a programme of 200 rows.

A pattern may also be withheld in part, between 0 and 1: a number withheld by a share s is known to within s * reach
either way. Such a reader never sees more than one who has any pattern above the share, which makes cuts (see cuts.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.highs import set_options
from boldlink.outputs.control.solve import Answer, Programme
from boldlink.outputs.control.system import Flags, Floats, Integers, System
from boldlink.outputs.control.tables import Table

Witness = Callable[[Floats], None]  # told of people in cells, (cells,), that a reader cannot rule out


@dataclass(frozen=True)
class Published:
    """What numbers tell where they show: low and high, (numbers,), the same if exact. history: what is known already."""

    low: Floats
    high: Floats
    history: System | None = None


@dataclass(frozen=True)
class Bound:
    """A limit of a number, infinite if there is none, and its proof: what each number's interval contributes to it.

    weights: (numbers,) positive where the number's high end is used in a largest value (low end in a smallest).
    past: (earlier numbers,) the same for history. loose: (cells,) what is left on cells that have no number of their own.
    """

    value: float
    weights: Floats
    past: Floats
    loose: Floats


class Reader(Programme):
    """The programmes of one table, for one pattern after another; each starts from the last one's solution."""

    def __init__(self, table: Table, published: Published) -> None:
        self.table, self.published = table, published
        self.own = own_numbers(table)
        self.rest = np.setdiff1d(np.arange(table.numbers), self.own[self.own >= 0])
        self.solved = self.steps = 0  # programmes, and the simplex steps that they took
        super().__init__(self._equations())
        # From one objective to the next the last solution stays possible: the primal simplex goes on from there.
        set_options(self._solver, presolve="off", simplex_strategy=4)
        self._transposed = sp.csr_array(table.matrix[self.rest].T)

    def _equations(self) -> System:
        low, high = self.published.low[self.rest], self.published.high[self.rest]
        equations = System(sp.csr_array(self.table.matrix[self.rest]), low, high)
        return equations.and_also(self.published.history) if self.published.history else equations

    def withhold(self, withheld: Flags) -> None:
        """Show this pattern from now on: nothing is known of withheld numbers, (numbers,)."""
        self._show(np.where(withheld, 0.0, self.published.low), np.where(withheld, np.inf, self.published.high))

    def withhold_in_part(self, shares: Floats, reach: float) -> None:
        """Show numbers to within their share, (numbers,) from 0 to 1, of `reach` people from now on."""
        known = self.published
        self._show(known.low - shares * np.minimum(known.low, reach), known.high + shares * reach)

    def _show(self, low: Floats, high: Floats) -> None:
        past = self.published.history
        self.bound(
            np.concatenate([low[self.rest], past.low if past else []]),
            np.concatenate([high[self.rest], past.high if past else []]),
        )
        cell_low = np.where(self.own >= 0, low[self.own], 0.0)
        cell_high = np.where(self.own >= 0, high[self.own], np.inf)
        self._solver.changeColsBounds(self.cells, self._columns, cell_low, cell_high)

    def objective(self, number: int) -> Floats:
        """(cells,) of ones where the number counts."""
        return np.asarray(self.table.matrix[[number]].toarray().ravel(), float)

    def limit(self, objective: Floats, upper: bool, witness: Witness | None = None) -> Bound:
        """The largest (or smallest) value of objective @ people, (cells,)."""
        self.solved += 1
        answer = self.highest(objective) if upper else self.lowest(objective)
        self.steps += max(self._solver.getInfo().simplex_iteration_count, 0)
        if len(answer.people) and witness:
            witness(answer.people)
        return self._proof(answer, objective)

    def _proof(self, answer: Answer, objective: Floats) -> Bound:
        if not len(answer.row_duals):
            return Bound(answer.value, np.zeros(self.table.numbers), np.empty(0), np.zeros(self.cells))
        duals = np.where(np.abs(answer.row_duals) > 1e-7, answer.row_duals, 0.0)
        split = len(self.rest)
        left = objective - self._transposed @ duals[:split]
        if self.published.history:
            left = left - self.published.history.matrix.T @ duals[split:]
        left = np.where(np.abs(left) > 1e-7, left, 0.0)
        weights = np.zeros(self.table.numbers)
        weights[self.rest] = duals[:split]
        weights[self.own[self.own >= 0]] = left[self.own >= 0]
        return Bound(answer.value, weights, duals[split:], np.where(self.own >= 0, 0.0, left))


def own_numbers(table: Table) -> Integers:
    """(cells,) the first number that counts this cell alone; -1 where there is none."""
    own = np.full(len(table.people), -1)
    lengths = np.diff(table.matrix.indptr)
    for number in np.flatnonzero(lengths == 1)[::-1]:
        own[table.matrix.indices[table.matrix.indptr[number]]] = number
    return own


def whole_values(low: float, high: float) -> float:
    """How many whole numbers of people an interval holds, infinite if it has no end."""
    return float(np.floor(high + 1e-6) - np.ceil(low - 1e-6) + 1) if np.isfinite(high) else float("inf")
