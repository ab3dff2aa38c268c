"""Logistic regression where the outcome is a link that may be missed or false (Magder and Hughes 1997, AJE 146:195).

P(linked | x) = (1 - specificity) + (sensitivity + specificity - 1) × logistic(x b): the likelihood of what linking shows,
with accuracies that may differ by group. What is not known of them widens the intervals by the delta method.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit

from boldlink.analysis.ask import bad
from boldlink.analysis.linkage_error.misclassification import ONE_STRATUM
from boldlink.analysis.linkage_error.rogan_gladen import Accuracy, youden
from boldlink.analysis.methods.estimate import Estimate, Floats, Scale, wald
from boldlink.analysis.methods.fitting import FARTHEST, need, no_fit, numbers

FEWEST_EVENTS = 10  # for each covariate
TINY = 1e-12

Accuracies = Mapping[str, tuple[Accuracy, Accuracy]]


def corrected_odds_ratios(
    covariates: pd.DataFrame, linked: Any, accuracies: Accuracies, group: Any = None
) -> Mapping[str, Estimate]:
    """Odds ratios of truly having a record, by covariate.

    covariates: (people, columns) of numbers; linked: (people,) 0 or 1. accuracies: (sensitivity, specificity) by group;
    group: (people,) names in it, None where "everybody" is the only one. Raises BadInput METHODS-TOO-FEW, METHODS-NO-FIT,
    METHODS-NO-BETTER, METHODS-GROUP.
    """
    exog, yes = numbers(covariates), np.asarray(linked, dtype=float)
    need(int(min(yes.sum(), len(yes) - yes.sum())), FEWEST_EVENTS * exog.shape[1], "people with the rarer outcome")
    labels = np.full(len(yes), ONE_STRATUM, dtype=object) if group is None else np.asarray(group, dtype=object)
    model = _Model(np.column_stack([np.ones(len(exog)), exog]), yes, *_by_person(accuracies, labels))
    centre = model.fitted()
    variance = np.linalg.inv(model.information(centre))
    for slopes, uncertain in model.of_accuracies(centre, accuracies, labels):
        moved = variance @ slopes
        variance = variance + uncertain * np.outer(moved, moved)
    people, events = len(yes), int(yes.sum())
    method = "Logistic regression with the link's sensitivity and specificity (Magder-Hughes)"
    return {
        str(name): wald(float(one), float(np.sqrt(var)), Scale.ODDS_RATIO, people, events, method)
        for name, one, var in zip(covariates.columns, centre[1:], np.diag(variance)[1:], strict=True)
    }


class _Model:
    """The likelihood of what linking shows, its slope and its information."""

    def __init__(self, design: Floats, yes: Floats, sensitivity: Floats, specificity: Floats) -> None:
        self.design, self.yes = design, yes
        self.floor, self.rise = 1 - specificity, sensitivity + specificity - 1

    def chances(self, centre: Floats) -> tuple[Floats, Floats]:
        """Of truly having a record, and of being linked. (people,) each."""
        true = expit(self.design @ centre)
        return true, np.clip(self.floor + self.rise * true, TINY, 1 - TINY)

    def loss(self, centre: Floats) -> tuple[float, Floats]:
        """Minus the log likelihood per person, and its slope."""
        true, seen = self.chances(centre)
        likelihood = self.yes * np.log(seen) + (1 - self.yes) * np.log1p(-seen)
        slope = (self.yes - seen) / (seen * (1 - seen)) * self.rise * true * (1 - true)
        return -float(likelihood.mean()), -(slope @ self.design) / len(self.yes)

    def fitted(self) -> Floats:
        """The coefficients. Raises BadInput METHODS-NO-FIT where there is no maximum."""
        start = np.zeros(self.design.shape[1])
        found = minimize(self.loss, start, jac=True, method="BFGS", options={"gtol": 1e-7})
        if np.abs(found.jac).max() > 1e-4 or np.abs(found.x).max() > FARTHEST:
            raise no_fit("corrected logistic regression")
        return np.asarray(found.x)

    def information(self, centre: Floats) -> Floats:
        """Fisher's expected information."""
        true, seen = self.chances(centre)
        weight = (self.rise * true * (1 - true)) ** 2 / (seen * (1 - seen))
        return np.asarray((self.design * weight[:, None]).T @ self.design)

    def of_accuracies(self, centre: Floats, accuracies: Accuracies, labels: Any) -> list[tuple[Floats, float]]:
        """For each accuracy that is not known: how the score moves with it, and its variance."""
        true, seen = self.chances(centre)
        weight = self.rise * true * (1 - true) / (seen * (1 - seen))
        moves: dict[int, tuple[Floats, float]] = {}
        for name, pair in accuracies.items():
            for accuracy, moved in zip(pair, (true, true - 1), strict=True):
                slopes = (weight * moved * (labels == name)) @ self.design
                before = moves.get(id(accuracy), (np.zeros_like(slopes), 0.0))[0]
                moves[id(accuracy)] = before + slopes, accuracy.drawn_in.variance
        return list(moves.values())


def _by_person(accuracies: Accuracies, labels: Any) -> tuple[Floats, Floats]:
    if unknown := sorted(set(labels) - set(accuracies)):
        raise bad("METHODS-GROUP", f"{len(unknown)} groups have no sensitivity and specificity.")
    for sensitivity, specificity in accuracies.values():
        if youden(sensitivity.share, specificity.share) <= 0:
            raise bad("METHODS-NO-BETTER", "Linking with this sensitivity and specificity is no better than chance.")
    names = list(accuracies)
    place = pd.Index(names).get_indexer(labels)
    shares = np.array([[one.share for one in accuracies[name]] for name in names])
    return shares[place, 0], shares[place, 1]
