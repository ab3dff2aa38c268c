"""Who is compared with whom: people of the same propensity to be treated, within a caliper.

A logistic model gives each person's propensity; on its logit, every treated person is compared with all comparison people
within the caliper, who share one person's weight (radius matching, Dehejia and Wahba 2002), or with the nearest alone.
Comparison people may serve more than once. Treated people with nobody within the caliper leave the comparison, counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.discrete.discrete_model import Logit

from boldlink.analysis.methods.balance import Balance, balance_of
from boldlink.analysis.methods.estimate import Booleans, Floats, Integers
from boldlink.analysis.methods.fitting import fitted, need, numbers

CALIPER = 0.2  # standard deviations of the logit: Austin 2011, Pharm Stat 10:150
FEWEST = 30  # treated people, and comparison people, that a comparison needs: ours


class Kind(StrEnum):
    """How comparison people are chosen."""

    RADIUS = "radius"
    NEAREST = "nearest"


@dataclass(frozen=True)
class Matched:
    """Treated people, those they are compared with, and how well it balances.

    treated: (matched,) rows; comparison: (controls,) rows in the order of their logit. first, last: (matched,) the stretch
    of `comparison` each treated person is compared with. weights: (people,) 1 for each matched treated person, for a
    comparison person the shares of treated people he or she stands for; both sides sum to the matched. effective_treated,
    effective_comparison: people of equal weight that would say as much (Kish 1965). unmatched: treated people left out.
    """

    treated: Integers
    comparison: Integers
    first: Integers
    last: Integers
    weights: Floats
    logit: Floats
    balance: tuple[Balance, ...]
    effective_treated: float
    effective_comparison: float
    unmatched: int
    method: str

    def compared(self, outcome: Any) -> Floats:
        """For each matched treated person, the mean outcome of those he or she is compared with. (matched,)."""
        sums = np.concatenate([[0.0], np.cumsum(np.asarray(outcome, dtype=float)[self.comparison])])
        return np.asarray((sums[self.last] - sums[self.first]) / (self.last - self.first))


def match(treated: Any, covariates: pd.DataFrame, kind: Kind = Kind.RADIUS, caliper: float = CALIPER) -> Matched:
    """Match treated people to comparison people. treated: (people,) of 0 and 1; covariates: (people, columns) of numbers.

    caliper: in standard deviations of the logit. Raises BadInput METHODS-TOO-FEW, METHODS-NO-FIT, METHODS-MISSING.
    """
    chosen, exog = np.asarray(treated).astype(bool), numbers(covariates)
    need(int(min(chosen.sum(), (~chosen).sum())), FEWEST, "people in the smaller group")
    logit = _logit(chosen, exog)
    comparison = np.flatnonzero(~chosen)
    comparison = comparison[np.argsort(logit[comparison], kind="stable")]
    reach = caliper * float(logit.std())
    rows = np.flatnonzero(chosen)
    first, last = _stretch(logit[rows], logit[comparison], reach, kind)
    found = last > first
    need(int(found.sum()), FEWEST, "treated people with somebody to compare")
    rows, first, last = rows[found], first[found], last[found]
    weights = _weights(len(chosen), rows, comparison, first, last)
    others = weights[~chosen]
    return Matched(
        rows,
        comparison,
        first,
        last,
        weights,
        logit,
        balance_of(covariates, chosen, weights),
        float(len(rows)),
        float(others.sum() ** 2 / (others**2).sum()),
        int((~found).sum()),
        f"Propensity score matching ({kind}, caliper {caliper:g} standard deviations of the logit, with replacement)",
    )


def _logit(chosen: Booleans, exog: Floats) -> Floats:
    """Each person's logit of the propensity. (people,)."""
    design = np.column_stack([np.ones(len(exog)), exog])
    found = fitted(lambda: Logit(chosen.astype(float), design).fit(disp=0), "propensity model")
    return np.asarray(design @ found.params)


def _stretch(wanted: Floats, offered: Floats, reach: float, kind: Kind) -> tuple[Integers, Integers]:
    """For each wanted logit the stretch [first, last) of the sorted offered ones: all in reach, or the nearest in reach."""
    near = np.full(len(wanted), reach)
    if kind is Kind.NEAREST:
        place = np.searchsorted(offered, wanted)
        sides = np.stack([offered[np.maximum(place - 1, 0)], offered[np.minimum(place, len(offered) - 1)]])
        near = np.minimum(np.abs(sides - wanted).min(axis=0) + 1e-12, reach)  # equally near ones share the weight
    return np.searchsorted(offered, wanted - near, "left"), np.searchsorted(offered, wanted + near, "right")


def _weights(people: int, rows: Integers, comparison: Integers, first: Integers, last: Integers) -> Floats:
    steps = np.zeros(len(comparison) + 1)
    np.add.at(steps, first, 1 / (last - first))
    np.add.at(steps, last, -1 / (last - first))
    weights = np.zeros(people)
    weights[comparison] = np.maximum(np.cumsum(steps)[:-1], 0.0)
    weights[rows] = 1.0
    return np.where(weights < 1e-12, 0.0, weights)
