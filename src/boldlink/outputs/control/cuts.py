"""What every safe pattern must withhold: inequalities from proofs that a number is bounded too tightly.

A proof that number p is at most h weighs the high ends of some numbers that show and the low ends of others (linear
programming duality). Withholding a number takes its end away: a high end becomes infinite, a low end nought. So for every
pattern x, with x[r] = 1 where number r is withheld,

    width of p under x  <=  width proved  +  sum over r of x[r] * (what taking r's ends away could add),

and a safe pattern needs the right-hand side to be at least the reach. What a number could add beyond what is missing
does not help the sum: coefficients are capped at what is missing (Fischetti and Salazar's strengthening, 2001, section
4.1), after what is withheld anyhow has been taken off. The inequality holds for whole patterns from any weights at all,
so that proofs found for patterns withheld in part are as good as others.

LP bounds need not be whole. Where an interval is long enough and yet holds too few whole values, one of the numbers that
the proof uses must be withheld as well, since without one of them the same proof stands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from boldlink.outputs.control.reader import Bound, Published
from boldlink.outputs.control.system import Flags, Floats, Integers
from boldlink.outputs.control.tables import Table


@dataclass(frozen=True)
class Cut:
    """sum of weights[i] * x[numbers[i]] >= 1. numbers, weights: (used,), weights in (0, 1]."""

    numbers: Integers
    weights: Floats

    def short(self, shares: Floats) -> float:
        """By how much shares, (numbers,), fall short of it: positive if the cut is broken."""
        return float(1.0 - self.weights @ shares[self.numbers])


@dataclass(frozen=True)
class Pricing:
    """Of one table: its numbers' intervals, and which are withheld anyhow, (numbers,), so that no cut need ask for it."""

    table: Table
    published: Published
    settled: Flags

    def cut(self, highest: Bound, lowest: Bound, reach: float) -> Cut | None:
        """What a width of `reach` people asks of patterns; None if these proofs ask nothing."""
        if bool(np.any(highest.loose > 0) | np.any(lowest.loose < 0)):
            return None  # a proof up to the solver's tolerance is no proof
        missing = reach - (self._proved(highest, 1.0) - self._proved(lowest, -1.0))
        added = np.minimum(self._taken(highest, 1.0) + self._taken(lowest, -1.0), max(missing, 0.0))
        missing -= float(added[self.settled].sum())
        return _scaled(added, missing, ~self.settled & ~self.table.must_show)

    def support(self, highest: Bound, lowest: Bound, withheld: Flags) -> Cut:
        """One more of the numbers that these proofs use, of those that show, must be withheld."""
        used = ((highest.weights != 0) | (lowest.weights != 0)) & ~withheld & ~self.table.must_show
        return Cut(np.flatnonzero(used), np.ones(int(used.sum())))

    def _proved(self, bound: Bound, sign: float) -> float:
        """The value proved where everything shows that is not settled; settled numbers count as if they showed."""
        weights, past = sign * bound.weights, sign * bound.past
        known = _ends(weights, self.published.low, self.published.high)
        history = self.published.history
        return sign * (known + (_ends(past, history.low, history.high) if history and len(past) else 0.0))

    def _taken(self, bound: Bound, sign: float) -> Floats:
        """(numbers,) what each could add to the width if it were withheld."""
        weights = sign * bound.weights
        return np.where(weights > 0, np.inf, -weights * self.published.low)


def _ends(weights: Floats, low: Floats, high: Floats) -> float:
    used = np.flatnonzero(weights)
    return float(np.sum(weights[used] * np.where(weights[used] > 0, high[used], low[used])))


def _scaled(added: Floats, missing: float, choice: Flags) -> Cut | None:
    if not np.isfinite(missing) or missing < 1e-6:
        return None
    free = np.flatnonzero(choice & (added > 1e-9))
    return Cut(free, np.minimum(added[free] / missing, 1.0))
