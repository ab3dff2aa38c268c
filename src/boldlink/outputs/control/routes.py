"""The cheapest way to let one number move: which others must be withheld so that it could be more, or less, than it is.

People who could as well be counted elsewhere make a deviation from the truth: some cells gain, some lose, and every
number that shows stays inside its interval. If number p could be `up` more in one such deviation and `down` less in
another, a reader cannot tell p to within less than up + down. Among all deviations the one is sought whose numbers cost
least to withhold, in proportion to how far they move: a linear programme, in a two-way table a cheapest flow around a
cycle (Cox 1980; Kelly, Golden and Assad 1992).
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.highs import load, model, solved, solver
from boldlink.outputs.control.reader import Published, own_numbers
from boldlink.outputs.control.system import Flags, Floats, Integers
from boldlink.outputs.control.tables import Table

Bounds = tuple[Floats, Floats]
_INFEASIBLE = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)


@dataclass(frozen=True)
class Route:
    """A deviation: moves, (numbers,) by how many people each number would differ; needs: numbers it takes withheld."""

    moves: Floats
    needs: Integers


class Routes:
    """Cheapest deviations of one table, among numbers that may be withheld: `allowed`, (numbers,), all that need not show.

    Columns: what each number gains and loses beyond its interval, what it moves within, and cells that have no number of
    their own; those that cannot move are left out. Rows: numbers of several cells, and history.
    """

    def __init__(self, table: Table, published: Published, allowed: Flags | None = None) -> None:
        self.table, self.published, self.solved = table, published, 0
        self._allowed = ~table.must_show if allowed is None else allowed & ~table.must_show
        self._own = own_numbers(table)
        self._free, self._rest = np.flatnonzero(self._own < 0), np.setdiff1d(np.arange(table.numbers), self._own)
        low, high = self._columns()
        losing = np.concatenate([none := np.zeros(table.numbers, bool), self._allowed & (table.counts > 0), none])
        kept = np.flatnonzero((low < high) | np.pad(losing, (0, len(self._free))))
        self._low, self._high = low[kept], high[kept]
        self._place = np.full(len(low), -1)
        self._place[kept] = np.arange(len(kept))
        matrix = sp.csr_array(self._matrix().tocsc()[:, kept])
        programme = model(matrix, self._rows(), (self._low, self._high), np.zeros(len(kept)))
        self._solver = load(solver(presolve="off"), programme)

    def _columns(self) -> Bounds:
        """Gains, losses, moves within the interval, cells without a number of their own."""
        table, counts = self.table, self.table.counts.astype(float)
        low, high = np.minimum(self.published.low - counts, 0.0), np.maximum(self.published.high - counts, 0.0)
        gainable = np.where(self._allowed, np.inf, 0.0)
        losable = np.where(self._allowed, np.maximum(counts + low, 0.0), 0.0)
        none = np.zeros(table.numbers)
        lows = [none, none, low, -table.people[self._free].astype(float)]
        return np.concatenate(lows), np.concatenate([gainable, losable, high, np.full(len(self._free), np.inf)])

    def _matrix(self) -> sp.csr_array:
        """Numbers of several cells: what their cells move, less what they move, is nothing. Then earlier numbers."""
        cells, numbers = self.table.matrix.shape[1], self.table.numbers
        held, rest = np.flatnonzero(self._own >= 0), np.arange(len(self._rest))
        one = _ones(held, self._own[held], (cells, numbers))
        loose = _ones(self._free, np.arange(len(self._free)), (cells, len(self._free)))
        moved = sp.hstack([one, -one, one, loose], format="csr")  # (cells, columns): how a cell moves
        pick = _ones(rest, self._rest, (len(rest), numbers))
        itself = sp.hstack([pick, -pick, pick, sp.csr_array((len(rest), len(self._free)))], format="csr")
        parts = [self.table.matrix[self._rest] @ moved - itself]
        if self.published.history:
            parts.append(self.published.history.matrix @ moved)
        return sp.csr_array(sp.vstack(parts, format="csr"))

    def _rows(self) -> Bounds:
        zeros = np.zeros(len(self._rest))
        past = self.published.history
        if not past:
            return zeros, zeros
        known = past.matrix @ self.table.people
        return np.concatenate([zeros, past.low - known]), np.concatenate([zeros, past.high - known])

    def price(self, costs: Floats) -> None:
        """(numbers,) what moving each number by one person costs from now on: 0 where it is withheld anyhow."""
        self._charge(costs, costs)

    def allow(self, allowed: Flags) -> None:
        """Only these numbers, (numbers,), of those given at first may leave their intervals from now on."""
        self._allowed = allowed
        for step in range(2):
            numbers, places = self._present(step)
            high = np.where(allowed[numbers], self._high[places], 0.0)
            self._solver.changeColsBounds(len(places), places.astype(np.int32), self._low[places], high)

    def towards(self, number: int, people: float, upper: bool) -> Route | None:
        """The cheapest deviation in which the number has so many people more (or fewer); None if there is none."""
        gain, loss = (people, 0.0) if upper else (0.0, people)
        self._limit(number, (gain, gain), (loss, loss), (0.0, 0.0))
        status = self._solve()
        route = None if status in _INFEASIBLE else self._route()
        self._release(number)
        return route

    def furthest_down(self, number: int) -> int:
        """By how many whole people fewer the number could be."""
        costs, reward = self._costs, np.zeros(self.table.numbers)
        reward[number] = -1.0
        self._charge(np.zeros(self.table.numbers), reward)
        self._limit(number, (0.0, 0.0), (0.0, float(self.table.counts[number])), (0.0, 0.0))
        self._solve()
        found = self._solver.getInfo().objective_function_value
        self._charge(costs, costs)
        self._release(number)
        return int(np.floor(-found + 1e-6))

    def _solve(self) -> highspy.HighsModelStatus:
        # From nothing moved it is a few steps to one route; from another number's route it is hundreds, there and back.
        self._solver.clearSolver()
        self.solved += 1
        return solved(self._solver, *_INFEASIBLE)

    def _present(self, step: int) -> tuple[Integers, Integers]:
        """Numbers that have a column of a kind (0 gains, 1 losses, 2 moves within), and where it stands."""
        places = self._place[step * self.table.numbers : (step + 1) * self.table.numbers]
        numbers = np.flatnonzero(places >= 0)
        return numbers, places[numbers]

    def _charge(self, gains: Floats, losses: Floats) -> None:
        self._costs = gains
        for step, costs in enumerate((gains, losses)):
            numbers, places = self._present(step)
            self._solver.changeColsCost(len(places), places.astype(np.int32), costs[numbers].astype(float))

    def _limit(self, number: int, *bounds: tuple[float, float]) -> None:
        """Bounds of what one number gains, loses and moves within."""
        for step, (low, high) in enumerate(bounds):
            place = int(self._place[number + step * self.table.numbers])
            if place >= 0:
                self._solver.changeColBounds(place, low, high)

    def _release(self, number: int) -> None:
        for step in range(3):
            place = int(self._place[number + step * self.table.numbers])
            if place >= 0:
                free = step == 2 or self._allowed[number]
                self._solver.changeColBounds(place, float(self._low[place]), float(self._high[place]) if free else 0.0)

    def _route(self) -> Route:
        found, moves = np.array(self._solver.getSolution().col_value), np.zeros(self.table.numbers)
        for step, sign in enumerate((1.0, -1.0, 1.0)):
            numbers, places = self._present(step)
            moves[numbers] += sign * found[places]
        counts = self.table.counts
        outside = (moves > self.published.high - counts + 1e-6) | (moves < self.published.low - counts - 1e-6)
        return Route(moves, np.flatnonzero(outside))


def _ones(rows: Integers, columns: Integers, shape: tuple[int, int]) -> sp.csr_array:
    return sp.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
