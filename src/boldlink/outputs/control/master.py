"""The cheapest patterns that keep the cuts found so far: a relaxation, so what it costs bounds what any safe pattern costs.

One binary variable a number that is neither settled nor bound to show. Solved relaxed (shares between 0 and 1) it guides
where to look for more cuts; solved whole it proposes a pattern. Whole programmes stop after a counted number of nodes of
the search, never by the clock, and then still give a bound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.cuts import Cut
from boldlink.outputs.control.highs import load, model, require, solved, solver
from boldlink.outputs.control.system import Flags, Floats

_STOPPED = (highspy.HighsModelStatus.kSolutionLimit, highspy.HighsModelStatus.kInterrupt)


@dataclass(frozen=True)
class Proposal:
    """shares: (numbers,) 0 to 1, the settled ones 1. bound: no safe pattern's choice costs less."""

    shares: Floats
    bound: float


class Master:
    """Patterns over numbers; `settled`, (numbers,), are withheld in all of them and cost nothing here."""

    def __init__(self, costs: Floats, settled: Flags, must_show: Flags) -> None:
        self.settled, self.cuts, self.entries = settled, 0, 0
        self.free = np.flatnonzero(~settled & ~must_show)
        self._column = np.full(len(costs), -1)
        self._column[self.free] = np.arange(len(self.free))
        size = len(self.free)
        columns, nothing = (np.zeros(size), np.ones(size)), np.empty(0)
        empty = sp.csr_array((0, size))
        self.whole_costs = bool(np.all(costs[self.free] == np.round(costs[self.free])))
        self._solver = load(solver(), model(empty, (nothing, nothing), columns, costs[self.free]))

    def add(self, cuts: Iterable[Cut]) -> int:
        """Keep these cuts as well; how many there were."""
        before = self.cuts
        for cut in cuts:
            columns = self._column[cut.numbers].astype(np.int32)
            status = self._solver.addRow(1.0, highspy.kHighsInf, len(columns), columns, cut.weights.astype(float))
            require(status != highspy.HighsStatus.kError, "cut")
            self.cuts, self.entries = self.cuts + 1, self.entries + len(columns)
        return self.cuts - before

    def relaxed(self) -> Proposal:
        """The cheapest shares."""
        solved(self._solver)
        return self._proposal(self._solver, float(self._solver.getInfo().objective_function_value))

    def whole(self, nodes: int) -> Proposal:
        """The cheapest whole pattern, or the best of so many nodes.

        No known pattern is given as a start: HiGHS 1.16 then reports bounds that are off by what its presolve had fixed.
        That the objective is what the solution costs is asserted.
        """
        search = solver(mip_max_nodes=nodes, mip_rel_gap=0.0, mip_abs_gap=0.999 if self.whole_costs else 1e-6)
        programme = self._solver.getLp()
        programme.integrality_ = [highspy.HighsVarType.kInteger] * len(self.free)
        solved(load(search, programme), *_STOPPED)
        told, costs = search.getInfo(), np.array(programme.col_cost_)
        paid = float(costs @ np.array(search.getSolution().col_value))
        require(abs(paid - told.objective_function_value) <= 1e-6 * max(1.0, paid), "objective")
        return self._proposal(search, float(told.mip_dual_bound))

    def _proposal(self, search: highspy.Highs, bound: float) -> Proposal:
        shares = self.settled.astype(float)
        shares[self.free] = np.clip(np.array(search.getSolution().col_value), 0.0, 1.0)
        return Proposal(shares, self.rounded(bound))

    def rounded(self, bound: float) -> float:
        """A bound on costs, up to the next whole one where costs are whole."""
        return float(np.ceil(bound - 1e-6)) if self.whole_costs else bound
