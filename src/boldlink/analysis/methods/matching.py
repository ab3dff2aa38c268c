"""What the intervention did for those who had it: outcomes of matched people compared, as the Justice Data Lab does.

Rate (risk difference), frequency (events per person) and, among people who reoffended, days to the first reoffence. The
variance is Abadie and Imbens's (2006, Econometrica 74:235, ATT, matching with replacement), written for weights: spread of
the effect over treated people, and for comparison people who serve more than once what their repeated use adds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm

from boldlink.analysis.methods.estimate import Estimate, Floats, Scale, wald
from boldlink.analysis.methods.propensity import Matched
from boldlink.analysis.proven import REOFFENDERS_AT_LEAST
from boldlink.wilson import Z95

POWER = 0.8


@dataclass(frozen=True)
class Effect:
    """A difference between matched groups, each group's own mean, and the treated people that would settle it.

    treated, comparison: mean outcome of each group. needed_people: None where the direction is already known, or where
    there is no difference to find.
    """

    estimate: Estimate
    treated: float
    comparison: float
    needed_people: int | None


def risk_effect(matched: Matched, happened: Any) -> Effect:
    """Difference of the shares of people to whom it happened. happened: (people,) of 0 and 1."""
    return _effect(matched, np.asarray(happened, dtype=float), Scale.RISK_DIFFERENCE)


def frequency_effect(matched: Matched, counts: Any) -> Effect:
    """Difference of events per person, of all in the group as the Justice Data Lab counts. counts: (people,)."""
    return _effect(matched, np.asarray(counts, dtype=float), Scale.COUNT_DIFFERENCE)


def time_effect(matched: Matched, days: Any, happened: Any) -> Effect:
    """Difference of mean days to the event among people who had it within the year.

    Withheld (value None) when fewer than 30 treated or 30 comparison people had it. Weights are those of the matching;
    the variance is that of two weighted means.
    """
    used = (matched.weights > 0) & np.asarray(happened).astype(bool)
    treated = np.zeros(len(used), bool)
    treated[matched.treated] = True
    groups = [np.flatnonzero(used & treated), np.flatnonzero(used & ~treated)]
    people, method = int(used.sum()), f"{matched.method}; mean days of people with the event"
    if min(len(group) for group in groups) < REOFFENDERS_AT_LEAST:
        note = f"Withheld: fewer than {REOFFENDERS_AT_LEAST} people in a group had the event."
        return Effect(
            Estimate(None, None, None, None, people, people, Scale.DAYS_DIFFERENCE, method, note),
            math.nan,
            math.nan,
            None,
        )
    until = np.asarray(days, dtype=float)
    (ours, ours_var), (others, others_var) = (_mean(until[group], matched.weights[group]) for group in groups)
    found = wald(ours - others, math.sqrt(ours_var + others_var), Scale.DAYS_DIFFERENCE, people, people, method)
    return Effect(found, ours, others, needed_people(found, len(groups[0])))


def needed_people(estimate: Estimate, treated: int, power: float = POWER) -> int | None:
    """Treated people needed for a difference of this size and spread to show with 95 % confidence and that power.

    Everything but size staying as measured. None when it shows already, or when there is no difference. The Ministry's
    own formula is unverified.
    """
    if estimate.settled or not estimate.value or not estimate.error:
        return None
    ratio = (Z95 + float(norm.ppf(power))) * estimate.error / abs(estimate.value)
    return max(math.ceil(treated * ratio**2), treated + 1)


def _effect(matched: Matched, outcome: Floats, scale: Scale) -> Effect:
    ours, others = outcome[matched.treated], matched.compared(outcome)
    difference = float((ours - others).mean())
    error = math.sqrt(_variance(matched, outcome, ours - others - difference))
    used = matched.weights > 0
    note = f"{matched.unmatched} treated people had nobody to compare." if matched.unmatched else ""
    method = f"{matched.method}, Abadie-Imbens variance"
    found = wald(difference, error, scale, int(used.sum()), int(outcome[used].sum()), method, note)
    return Effect(found, float(ours.mean()), float(others.mean()), needed_people(found, len(ours)))


def _variance(matched: Matched, outcome: Floats, left: Floats) -> float:
    """Abadie and Imbens 2006, theorem 7. left: (matched,) each treated person's difference from the mean difference."""
    size = matched.last - matched.first
    steps = np.zeros(len(matched.comparison) + 1)
    np.add.at(steps, matched.first, 1 / size**2)
    np.add.at(steps, matched.last, -1 / size**2)
    squares = np.cumsum(steps)[:-1]
    weights = matched.weights[matched.comparison]
    repeated = np.maximum(weights**2 - squares, 0.0)
    return float(((left**2).sum() + (repeated * _noise(outcome[matched.comparison])).sum()) / len(left) ** 2)


def _noise(sorted_outcome: Floats) -> Floats:
    """Variance of the outcome at each comparison person's logit, from the neighbours on both sides (at the ends: one)."""
    before, after = np.roll(sorted_outcome, 1), np.roll(sorted_outcome, -1)
    before[0], after[-1] = after[0], before[-1]
    return np.asarray(2 / 3 * (sorted_outcome - (before + after) / 2) ** 2)


def _mean(values: Floats, weights: Floats) -> tuple[float, float]:
    share = weights / weights.sum()
    mean = float((share * values).sum())
    return mean, float((share**2 * (values - mean) ** 2).sum() * len(values) / (len(values) - 1))
