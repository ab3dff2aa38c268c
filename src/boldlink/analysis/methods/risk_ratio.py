"""Adjusted risk ratios from a Poisson regression with robust errors.

A risk ratio is what people take an odds ratio to be, and unlike it stays the same when a covariate that does not confound
is left out. Poisson's likelihood finds it without the failures of the log-binomial model; robust errors put right that
the outcome is not a count (Zou 2004, Am J Epidemiol 159:702). Areas stand as fixed effects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from boldlink.analysis.methods.estimate import Estimate, Scale, wald
from boldlink.analysis.methods.fitting import fitted, need, numbers

METHOD = "Poisson regression with robust errors (modified Poisson)"
FEWEST_EVENTS = 10  # for each covariate: Peduzzi et al. 1996


def risk_ratios(covariates: pd.DataFrame, happened: Any, weights: Any = None) -> Mapping[str, Estimate]:
    """Each covariate's risk ratio by its name, held beside the others.

    covariates: (people, columns) of numbers; happened: (people,) 0 or 1, or a probability of it; weights: (people,) what
    each person counts for. Raises BadInput METHODS-TOO-FEW under ten events a covariate, METHODS-MISSING,
    METHODS-CONSTANT, METHODS-NO-FIT.
    """
    exog, yes = numbers(covariates), np.asarray(happened, dtype=float)
    counted = np.ones(len(yes)) if weights is None else np.asarray(weights, dtype=float)
    events = float((yes * counted).sum())
    need(int(events), FEWEST_EVENTS * exog.shape[1], "people with the outcome")
    design = np.column_stack([np.ones(len(exog)), exog])
    model = GLM(yes, design, family=Poisson(), var_weights=counted)
    found = fitted(lambda: model.fit(cov_type="HC1"), METHOD)
    return {
        str(name): wald(float(centre), float(error), Scale.RISK_RATIO, len(yes), round(events), METHOD)
        for name, centre, error in zip(covariates.columns, found.params[1:], found.bse[1:], strict=True)
    }
