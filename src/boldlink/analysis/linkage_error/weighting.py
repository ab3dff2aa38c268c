"""Each linked record weighted by the probability that its link is true, so that doubtful links say less.

For what is seen in the linked record (it was engaged, it reoffended). It helps where links differ in how sure they are;
false links that keep some weight still pull towards other people's outcomes, and missed links stay missed: `imputation`
and `rogan_gladen` answer both. Variances are Huber and White's, because weights are not numbers of people (Lumley 2010,
2.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from boldlink.analysis.ask import bad
from boldlink.analysis.methods.estimate import Estimate, Floats, Scale, wald
from boldlink.analysis.methods.fitting import fitted, need, numbers

METHOD = "weighted by link probability"


def probabilities(link_probability: Any) -> Floats:
    """Weights as an array. Raises BadInput METHODS-PROBABILITY for what is not between 0 and 1."""
    weights = np.asarray(link_probability, dtype=float)
    if not ((weights >= 0) & (weights <= 1)).all():
        raise bad("METHODS-PROBABILITY", "Some link probabilities are missing or not between 0 and 1.")
    return weights


def weighted_share(happened: Any, link_probability: Any) -> Estimate:
    """The share among truly linked people. happened, link_probability: (links,)."""
    yes, weights = np.asarray(happened, dtype=float), probabilities(link_probability)
    mean, error = _mean(yes, weights)
    return wald(mean, error, Scale.RISK, len(yes), int(yes.sum()), f"Share, {METHOD}")


def weighted_difference(happened: Any, exposed: Any, link_probability: Any) -> Estimate:
    """Share among exposed minus share among the others, of truly linked people. All (links,)."""
    yes, weights = np.asarray(happened, dtype=float), probabilities(link_probability)
    group = np.asarray(exposed).astype(bool)
    (ours, ours_error), (others, others_error) = (_mean(yes[one], weights[one]) for one in (group, ~group))
    error = float(np.hypot(ours_error, others_error))
    return wald(ours - others, error, Scale.RISK_DIFFERENCE, len(yes), int(yes.sum()), f"Risk difference, {METHOD}")


def expected_linked_share(people: int, link_probability: Any) -> Estimate:
    """The share of people who are in the other dataset, each link counting for its probability: false links taken out.

    link_probability: (links,), one for each linked person. The error holds who happens to be in the group and which links
    happen to be true.
    """
    weights = probabilities(link_probability)
    need(people, 1, "people")
    mean = float(weights.sum() / people)
    error = float(np.sqrt(max(mean * (1 - mean), 0.0) / people))
    return wald(mean, error, Scale.RISK, people, len(weights), f"Share linked, {METHOD}")


def weighted_odds_ratios(covariates: pd.DataFrame, happened: Any, link_probability: Any) -> Mapping[str, Estimate]:
    """Odds ratios of a logistic regression on linked records. covariates: (links, columns). Raises as `odds_ratios`."""
    exog, yes = numbers(covariates), np.asarray(happened, dtype=float)
    weights = probabilities(link_probability)
    design = np.column_stack([np.ones(len(exog)), exog])
    model = GLM(yes, design, family=Binomial(), freq_weights=weights)
    found = fitted(lambda: model.fit(), "weighted logistic regression")
    errors = _robust_errors(design, yes, weights, np.asarray(found.fittedvalues))
    people, events = len(yes), int(yes.sum())
    method = f"Logistic regression, {METHOD}"
    return {
        str(name): wald(float(one), float(error), Scale.ODDS_RATIO, people, events, method)
        for name, one, error in zip(covariates.columns, found.params[1:], errors[1:], strict=True)
    }


def _robust_errors(design: Floats, yes: Floats, weights: Floats, expected: Floats) -> Floats:
    bread = np.linalg.inv((design * (weights * expected * (1 - expected))[:, None]).T @ design)
    slopes = design * (weights * (yes - expected))[:, None]
    return np.asarray(np.sqrt(np.diag(bread @ (slopes.T @ slopes) @ bread)))


def _mean(values: Floats, weights: Floats) -> tuple[float, float]:
    need(int((weights > 0).sum()), 1, "links of a probability above 0")
    parts = weights / weights.sum()
    mean = float((parts * values).sum())
    return mean, float(np.sqrt((parts**2 * (values - mean) ** 2).sum()))
