"""The grouped form of a hazard model, for very many rows: person-time by covariate pattern, and a Poisson model.

Follow-up is cut where equal numbers of events lie. Within each piece the baseline hazard is taken as level, so that a
person's chance of the event is days × hazard, and rows of the same piece and covariates add up: events and days of the
pattern are all that the model needs (Holford 1980, Biometrics 36:299; Laird and Olivier 1981, JASA 76:231). With a piece
for every event day it is Cox's model (Breslow's ties) exactly.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from boldlink.analysis.methods.estimate import Floats, Integers
from boldlink.analysis.methods.fitting import fitted
from boldlink.analysis.methods.intervals import Intervals, cut

MOST_PIECES = 30  # over all strata
FEWEST_PIECES = 8  # in each stratum


def piecewise(
    intervals: Intervals, exog: Floats, level: Integers, clustered: bool, most_pieces: int = MOST_PIECES
) -> tuple[Floats, Floats, str]:
    """Log hazard ratios (covariates,), their variance, and the method's name. level: (intervals,) strata from 0."""
    pieces = max(FEWEST_PIECES, most_pieces // (int(level.max()) + 1))
    parts, place, row = cut(intervals, edges_of(intervals, pieces))
    baseline = level[row] * (pieces + 1) + place
    seen = np.bincount(baseline, parts.happened)[baseline] > 0  # a piece without events says nothing of ratios
    parts, row, baseline = parts.take(np.flatnonzero(seen)), row[seen], baseline[seen]
    baseline = np.unique(baseline, return_inverse=True)[1]
    first, cell = _patterns(exog, row, baseline)
    days, events = np.bincount(cell, parts.exit_days - parts.entry_days), np.bincount(cell, parts.happened)
    design = np.column_stack([exog[row[first]], np.eye(baseline.max() + 1)[baseline[first]]])
    found = fitted(GLM(events, design, family=Poisson(), offset=np.log(days)).fit, "Poisson model")
    variance = np.asarray(found.cov_params())
    if clustered:
        variance = _robust(parts, np.asarray(found.fittedvalues / days), design, cell, variance)
    ours = slice(exog.shape[1])
    name = f"Poisson regression on person-time in {pieces} pieces (piecewise exponential)"
    return np.asarray(found.params)[ours], variance[ours, ours], name


def edges_of(intervals: Intervals, pieces: int) -> Floats:
    """Days that cut follow-up so that about equal numbers of events lie between; every event day if they are few."""
    days = np.unique(intervals.exit_days[intervals.happened > 0])
    if len(days) <= pieces:
        return days
    shares = np.linspace(0, 1, pieces + 1)[1:-1]
    return np.unique(np.quantile(intervals.exit_days[intervals.happened > 0], shares, method="inverted_cdf"))


def _patterns(exog: Floats, row: Integers, baseline: Integers) -> tuple[Integers, Integers]:
    """One piece of each pattern of covariates and baseline, and each piece's pattern."""
    person = pd.DataFrame(exog).groupby(list(range(exog.shape[1])), sort=False).ngroup().to_numpy()
    _, first, cell = np.unique(person[row] * (baseline.max() + 1) + baseline, return_index=True, return_inverse=True)
    return first, cell


def _robust(parts: Intervals, rate: Floats, design: Floats, cell: Integers, variance: Floats) -> Floats:
    """The sandwich over persons: each person's slope is the sum over his or her pieces. rate: (patterns,) events a day."""
    left = parts.happened - rate[cell] * (parts.exit_days - parts.entry_days)
    slopes = coo_array((left, (parts.person, cell)), shape=(parts.person.max() + 1, len(design))).tocsr() @ design
    return np.asarray(variance @ (slopes.T @ slopes) @ variance)
