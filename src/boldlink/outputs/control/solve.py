"""Linear programmes over a System, solved by HiGHS: the model is passed once, objectives change, every status is asserted.

A setting that HiGHS does not like can make it stop without an answer and hand back zeros ("Not Set"). Zeros would say
that everything is protected or nothing is; so only the statuses "Optimal" and "Unbounded" are answers, and anything else
is an error (ADR 0016).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import highspy
import numpy as np

from boldlink.errors import BadInput
from boldlink.outputs.control.system import Floats, System


@dataclass(frozen=True)
class Answer:
    """value: of the objective, infinite if there is no limit. people: (cells,) a solution, empty if there is none.

    row_duals: (numbers,) what the objective would gain from a unit more of each number; empty without a solution.
    """

    value: float
    people: Floats
    row_duals: Floats


class Programme:
    """The largest and smallest values of sums of cells that a system leaves possible."""

    def __init__(self, system: System) -> None:
        self.cells = system.cells
        self._columns = np.arange(self.cells, dtype=np.int32)
        self._solver = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
            _require(self._solver.setOptionValue(name, value) == highspy.HighsStatus.kOk, f"option {name}")
        _require(self._solver.passModel(_model(system)) != highspy.HighsStatus.kError, "model")

    def bound(self, low: Floats, high: Floats) -> None:
        """Other intervals for the same numbers: (numbers,) each."""
        rows = np.arange(len(low), dtype=np.int32)
        self._solver.changeRowsBounds(len(rows), rows, low.astype(float), high.astype(float))

    def highest(self, objective: Floats) -> Answer:
        """The largest value of objective @ people, (cells,)."""
        return self._solve(objective, highspy.ObjSense.kMaximize, math.inf)

    def lowest(self, objective: Floats) -> Answer:
        """The smallest value of objective @ people, (cells,)."""
        return self._solve(objective, highspy.ObjSense.kMinimize, -math.inf)

    def _solve(self, objective: Floats, sense: highspy.ObjSense, unlimited: float) -> Answer:
        self._solver.changeColsCost(self.cells, self._columns, objective.astype(float))
        self._solver.changeObjectiveSense(sense)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kUnbounded:
            return Answer(unlimited, np.empty(0), np.empty(0))
        _require(status == highspy.HighsModelStatus.kOptimal, self._solver.modelStatusToString(status))
        solution = self._solver.getSolution()
        value = float(self._solver.getInfo().objective_function_value)
        return Answer(value, np.array(solution.col_value), np.array(solution.row_dual))


def _model(system: System) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = system.matrix.shape
    model.col_cost_ = np.zeros(system.cells)
    model.col_lower_ = np.zeros(system.cells)
    model.col_upper_ = np.full(system.cells, highspy.kHighsInf)
    model.row_lower_, model.row_upper_ = system.low.astype(float), system.high.astype(float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = system.matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = system.matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = system.matrix.data.astype(float)
    return model


def _require(held: bool, what: str) -> None:
    if not held:
        raise BadInput(
            "CONTROL-UNSOLVED",
            "Whether these numbers are safe could not be worked out.",
            f"the solver stopped without an answer ({what}): no answer counts as unsafe.",
            "ask for fewer or coarser tables at once",
            "the maintainers of boldlink, with the table's structure and none of its numbers",
        )
