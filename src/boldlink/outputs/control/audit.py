"""The last word on a pattern: what a reader can conclude of every number that must be protected, from the system alone.

It knows nothing of how the pattern was found: a reader's system goes in, and for each protected number the solver must
show that enough whole values stay possible. Programmes in random directions come first, since each shows something of
every number at once; what they leave open is asked number by number. Cells that show exactly are taken out beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.solve import Programme
from boldlink.outputs.control.system import Floats, Integers, System


@dataclass(frozen=True)
class Audit:
    """low, high: (protected,) values that were seen to be possible, the extreme ones wherever `narrow` depends on it.

    narrow: (protected,) True where fewer whole values are possible than were asked. programmes: how many were solved.
    """

    low: Floats
    high: Floats
    narrow: np.ndarray[tuple[int], np.dtype[np.bool_]]
    programmes: int


def audit(system: System, protected: sp.csr_array, width: int) -> Audit:
    """Whether every protected sum of cells, (protected, cells), keeps at least `width` whole values."""
    reduced, kept, fixed = without_fixed(system)
    chosen = sp.csr_array(protected.tocsc()[:, kept])
    survey = _Survey(reduced, chosen, width)
    survey.at_random()
    survey.one_by_one()
    known = np.asarray(protected @ fixed, float)
    return Audit(survey.low + known, survey.high + known, survey.open(), survey.solved)


def without_fixed(system: System) -> tuple[System, Integers, Floats]:
    """The system without cells that show exactly and numbers of none but those; cells kept; (cells,) values fixed."""
    alone = np.flatnonzero((np.diff(system.matrix.indptr) == 1) & (system.low == system.high))
    cells = system.matrix.indices[system.matrix.indptr[alone]]
    fixed, kept = np.zeros(system.cells), np.setdiff1d(np.arange(system.cells), cells)
    fixed[cells] = system.low[alone]
    known, matrix = system.matrix @ fixed, sp.csr_array(system.matrix.tocsc()[:, kept])
    told = np.flatnonzero((np.diff(matrix.indptr) > 0) & ((system.low > 0) | np.isfinite(system.high)))
    low, high = (system.low - known)[told], (system.high - known)[told]
    return System(sp.csr_array(matrix[told]), low, high), kept, fixed


class _Survey:
    """What has been seen of each protected sum so far."""

    def __init__(self, system: System, chosen: sp.csr_array, width: int) -> None:
        self.chosen, self.width, self.solved = chosen, width, 0
        self.low, self.high = np.full(chosen.shape[0], np.inf), np.full(chosen.shape[0], -np.inf)
        if not system.cells:
            self._see(np.empty(0))
        self.programme = Programme(system) if system.cells else None

    def open(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """(protected,) those that were not yet seen to be wide enough."""
        whole = np.floor(self.high + 1e-6) - np.ceil(self.low - 1e-6) + 1
        return np.asarray(whole < self.width)

    def at_random(self) -> None:
        """Directions over all open sums, as long as one in three closes any."""
        draw, idle = np.random.default_rng(1), 0
        while self.programme and idle < 3 and np.any(left := self.open()):
            weights = np.where(left, draw.choice([-1.0, 1.0], len(left)) * draw.uniform(0.5, 1.5, len(left)), 0.0)
            for sign in (1.0, -1.0):
                self._ask(np.asarray(self.chosen.T @ (sign * weights), float), upper=True)
            idle = idle + 1 if np.array_equal(self.open(), left) else 0

    def one_by_one(self) -> None:
        """Both ends of every sum that is still open."""
        for place in np.flatnonzero(self.open()) if self.programme else ():
            objective = self.chosen[[place]].toarray().ravel()
            for upper, ends in ((True, self.high), (False, self.low)):
                ends[place] = self._ask(objective, upper)

    def _ask(self, objective: Floats, upper: bool) -> float:
        assert self.programme
        self.solved += 1
        answer = self.programme.highest(objective) if upper else self.programme.lowest(objective)
        if len(answer.people):
            self._see(answer.people)
        return answer.value

    def _see(self, people: Floats) -> None:
        sums = self.chosen @ people
        self.low, self.high = np.minimum(self.low, sums), np.maximum(self.high, sums)
