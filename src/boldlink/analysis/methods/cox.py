"""Hazard ratios: one front function, two forms of one model, and the answer says which was used.

Cox's partial likelihood (statsmodels PHReg, Breslow's ties) up to `most_rows` intervals. Beyond, where its Python loops
take long, person-time grouped by covariate pattern and a Poisson model (`grouped`), which comes to the same as the
pieces of time get shorter. Intervals are open at entry and closed at exit, (entry, exit], so that somebody who changes
group on a day is in one group on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.duration.hazard_regression import PHReg

from boldlink.analysis.ask import bad
from boldlink.analysis.methods.estimate import Estimate, Floats, Integers, Scale, wald
from boldlink.analysis.methods.fitting import FARTHEST, fitted, need, no_fit, numbers
from boldlink.analysis.methods.grouped import piecewise
from boldlink.analysis.methods.intervals import Intervals

MOST_ROWS = 50_000
FEWEST_EVENTS = 10  # for each covariate: Peduzzi et al. 1995, J Clin Epidemiol 48:1503


def hazard_ratios(
    intervals: Intervals,
    covariates: pd.DataFrame,
    *,
    strata: Any = None,
    clustered: bool = False,
    most_rows: int | None = None,
) -> Mapping[str, Estimate]:
    """Each covariate's hazard ratio, by its name.

    covariates: (intervals, columns) of numbers, a row per interval. strata: (intervals,) groups with a baseline hazard of
    their own. clustered: variance robust to one person's intervals depending on each other (Lin and Wei 1989), for
    events that recur. most_rows: above it (MOST_ROWS if not given), the grouped form; 0 asks for it always. Raises BadInput METHODS-TOO-FEW under
    ten events a covariate, METHODS-MISSING, METHODS-CONSTANT, METHODS-NO-FIT.
    """
    exog = numbers(covariates)
    events = int(intervals.happened.sum())
    need(events, FEWEST_EVENTS * exog.shape[1], "events")
    level = np.zeros(len(exog), np.int64) if strata is None else np.unique(np.asarray(strata), return_inverse=True)[1]
    form = _partial if len(exog) <= (MOST_ROWS if most_rows is None else most_rows) else piecewise
    centre, variance, method = form(intervals, exog, level, clustered)
    if np.abs(centre).max() > FARTHEST:
        raise no_fit("hazard model")
    method += ", robust variance by person" if clustered else ""
    people = len(np.unique(intervals.person))
    return {
        str(name): wald(float(one), float(np.sqrt(var)), Scale.HAZARD_RATIO, people, events, method)
        for name, one, var in zip(covariates.columns, centre, np.diag(variance), strict=True)
    }


def one_hazard_ratio(intervals: Intervals, covariates: pd.DataFrame, name: str, **options: Any) -> Estimate:
    """The hazard ratio of one covariate, held beside the others."""
    if name not in covariates.columns:
        raise bad(
            "METHODS-COVARIATE", f"There is no covariate {name}.", f"use {', '.join(map(str, covariates.columns))}"
        )
    return hazard_ratios(intervals, covariates, **options)[name]


def _partial(intervals: Intervals, exog: Floats, level: Integers, clustered: bool) -> tuple[Floats, Floats, str]:
    # PHReg holds somebody at risk on the day of entry already: a hair later makes it (entry, exit]
    entry = np.nextafter(intervals.entry_days, np.inf)
    model = PHReg(intervals.exit_days, exog, status=intervals.happened, entry=entry, strata=level, ties="breslow")
    found = fitted(lambda: model.fit(disp=0), "Cox model")
    centre, variance = np.asarray(found.params), np.asarray(found.cov_params())
    if clustered:
        scores = score_residuals(intervals, exog, level, centre)
        whole = np.zeros((intervals.person.max() + 1, exog.shape[1]))
        np.add.at(whole, intervals.person, scores)
        variance = variance @ (whole.T @ whole) @ variance
    return centre, variance, "Cox regression (partial likelihood)"


def score_residuals(intervals: Intervals, exog: Floats, level: Integers, centre: Floats) -> Floats:
    """Each interval's part of the partial likelihood's slope (rows, covariates): Therneau and Grambsch 2000, 4.2.

    In one pass over sorted times, where PHReg takes a Python loop over everybody at risk.
    """
    scores = np.zeros_like(exog)
    for one in np.unique(level):
        rows = np.flatnonzero(level == one)
        scores[rows] = _scores(intervals.take(rows), exog[rows], np.exp(exog[rows] @ centre))
    return scores


def _scores(intervals: Intervals, exog: Floats, risk: Floats) -> Floats:
    happened = intervals.happened.astype(bool)
    days, count = np.unique(intervals.exit_days[happened], return_counts=True)
    if not len(days):
        return np.zeros_like(exog)
    weighted = np.column_stack([risk, exog * risk[:, None]])
    at_risk = _later(intervals.exit_days, weighted, days, "left") - _later(intervals.entry_days, weighted, days, "left")
    mean = at_risk[:, 1:] / at_risk[:, :1]
    hazard = np.concatenate([[0.0], np.cumsum(count / at_risk[:, 0])])
    drift = np.vstack([np.zeros(exog.shape[1]), np.cumsum(mean * (count / at_risk[:, 0])[:, None], axis=0)])
    first, last = (np.searchsorted(days, one, "right") for one in (intervals.entry_days, intervals.exit_days))
    scores = -risk[:, None] * (exog * (hazard[last] - hazard[first])[:, None] - (drift[last] - drift[first]))
    scores[happened] += exog[happened] - mean[np.searchsorted(days, intervals.exit_days[happened])]
    return np.asarray(scores)


def _later(at: Floats, values: Floats, days: Floats, side: Any) -> Floats:
    """For each day, the sum of the values that stand at that day or later."""
    order = np.argsort(at, kind="stable")
    sums = np.vstack([np.zeros(values.shape[1]), np.cumsum(values[order], axis=0)])
    return np.asarray(sums[-1] - sums[np.searchsorted(at[order], days, side)])
