"""Linear programmes over a System, solved by HiGHS: the model is passed once, objectives change, every status is asserted.

A setting that HiGHS does not like can make it stop without an answer and hand back zeros ("Not Set"). Zeros would say
that everything is protected or nothing is; so only the statuses "Optimal" and "Unbounded" are answers, and anything else
is an error (ADR 0016). The interior point method may end as "Unknown" where an objective is flat; crossover then finishes.

Two ways of solving, each where it is fast (docs/disclosure-control.md). Inner: the interior point method without
crossover, for objectives over hundreds of counts at once. Corner: that method with crossover once, and then the primal
simplex method from the last corner, which stays a solution when only the objective changes: for one count after another.
Over many such steps errors of rounding add up, so that every solution is put into the numbers again; one that misses them
by more than a ten-thousandth of a person is solved afresh. One thread and a fixed seed: equal input gives equal answers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from boldlink.errors import BadInput
from boldlink.outputs.control.system import Floats, System

# The plain solver: highspy's own subclass prints a banner before any option can be set.
_Solver: Any = highspy.Highs.__base__
SETTINGS: Mapping[str, Any] = {"output_flag": False, "threads": 1, "random_seed": 0, "solver": "ipm"}
_PRIMAL = 4
UNSOLVED = "CONTROL-UNSOLVED"  # the code of a refusal where the solver gives no answer
TOLERANCE = 1e-4  # people by which a solution may miss a number, and which rounding to whole people forgives


@dataclass(frozen=True)
class Answer:
    """value: of the objective, infinite if there is no limit. people: (cells,) a solution, empty if there is none.

    row_duals: (numbers,) what the objective would gain from a unit more of each number; empty without a solution, and
    only a vertex's duals name few numbers.
    """

    value: float
    people: Floats
    row_duals: Floats


class Programme:
    """The largest and smallest values of sums of cells that a system leaves possible.

    inner: solutions need not be corners of what is possible. They come sooner for objectives over many cells, and their
    duals are spread over many numbers. settings: of HiGHS, beside SETTINGS. Raises BadInput CONTROL-UNSOLVED.
    """

    def __init__(self, system: System, inner: bool = False, settings: Mapping[str, Any] | None = None) -> None:
        self.system, self.cells, self._inner = system, system.cells, inner
        self._columns = np.arange(system.cells, dtype=np.int32)
        self._solver = _Solver()
        self._set({**SETTINGS, **(settings or {}), "run_crossover": "off" if inner else "on"})
        _require(self._solver.passModel(_model(system)) != highspy.HighsStatus.kError, "model")

    def bound(self, low: Floats, high: Floats) -> None:
        """Other intervals for the same numbers: (numbers,) each."""
        rows = np.arange(len(low), dtype=np.int32)
        changed = self._solver.changeRowsBounds(len(rows), rows, low.astype(float), high.astype(float))
        _require(changed != highspy.HighsStatus.kError, "intervals")
        self.system = System(self.system.matrix, low, high)

    def highest(self, objective: Floats) -> Answer:
        """The largest value of objective @ people, (cells,)."""
        return self._solve(objective, highspy.ObjSense.kMaximize, math.inf)

    def lowest(self, objective: Floats) -> Answer:
        """The smallest value of objective @ people, (cells,)."""
        return self._solve(objective, highspy.ObjSense.kMinimize, -math.inf)

    def _solve(self, objective: Floats, sense: highspy.ObjSense, unlimited: float) -> Answer:
        self._solver.changeColsCost(self.cells, self._columns, objective.astype(float))
        self._solver.changeObjectiveSense(sense)
        status = self._status()
        if status == highspy.HighsModelStatus.kUnbounded:
            return Answer(unlimited, np.empty(0), np.empty(0))
        answer = self._answer(status)
        if not self._true(answer):
            answer = self._answer(self._again({"solver": SETTINGS["solver"], "run_crossover": "on"}))
        _require(self._true(answer), "a solution that is none")
        return answer

    def _answer(self, status: highspy.HighsModelStatus) -> Answer:
        _require(status == highspy.HighsModelStatus.kOptimal, self._solver.modelStatusToString(status))
        solution = self._solver.getSolution()
        value = float(self._solver.getInfo().objective_function_value)
        return Answer(value, np.maximum(solution.col_value, 0.0), np.array(solution.row_dual))

    def _true(self, answer: Answer) -> bool:
        return self.system.holds(answer.people, TOLERANCE)

    def _status(self) -> highspy.HighsModelStatus:
        self._solver.run()
        status: highspy.HighsModelStatus = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kUnknown:
            status = self._again({"run_crossover": "on"})
        if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:  # presolve cannot tell the two apart
            status = self._again({"solver": "simplex", "presolve": "off"})
        if not self._inner and status == highspy.HighsModelStatus.kOptimal:
            self._set({"solver": "simplex", "simplex_strategy": _PRIMAL})
        return status

    def _again(self, settings: Mapping[str, Any]) -> highspy.HighsModelStatus:
        before = {name: self._solver.getOptionValue(name)[1] for name in settings}
        self._set(settings)
        self._solver.clearSolver()
        self._solver.run()
        self._set(before)
        status: highspy.HighsModelStatus = self._solver.getModelStatus()
        return status

    def _set(self, settings: Mapping[str, Any]) -> None:
        for name, value in settings.items():
            _require(self._solver.setOptionValue(name, value) == highspy.HighsStatus.kOk, f"option {name}")


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
            UNSOLVED,
            "Whether these numbers are safe could not be worked out.",
            f"the solver stopped without an answer ({what}): no answer counts as unsafe.",
            "ask for fewer or coarser tables at once",
            "the maintainers of boldlink, with the table's structure and none of its numbers",
        )
