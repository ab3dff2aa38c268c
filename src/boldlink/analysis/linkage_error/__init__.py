"""Estimates that carry linkage error: what the answer would be if links were known, and how unsure that makes it.

    from boldlink.analysis.linkage_error import Accuracy, Candidates, Seen, at_confidences, between, corrected, impute
    from boldlink.analysis.linkage_error import risk_difference, weighted_difference

    at_confidences(lambda person: analysis(table, person)).range          # the same analysis at three confidences
    weighted_difference(happened, exposed, link_probability)              # doubtful links say less

    candidates = Candidates.of(people, person, link_probability, outcome, missed=missed_chance(people, linked, 0.95, 0.85))
    impute(candidates, lambda drawn: risk_effect(matched, drawn.outcome).estimate, generator, covariates)

    sensitivity, specificity = Accuracy(0.85, checked=400), Accuracy(0.99, checked=600)
    corrected(Seen(30, 200, sensitivity, specificity))                    # where the link itself is the outcome
    risk_difference(between(Seen(30, 200, sensitivity, specificity), Seen(50, 210, sensitivity, specificity)))
    bounds(30, 200, sensitivity=(0.8, 0.9), specificity=(0.98, 1.0))      # where only ranges are known

Which to take: the outcome is written in the linked record - imputation, which asks of every doubtful link whether the
record fits the person, and weighting as the simple form beside it; being linked is the outcome - Rogan-Gladen, by group
when linking works less well for some; always three confidences beside it. Every answer is an `Estimate` of `methods`.
"""

from boldlink.analysis.linkage_error.confidences import Spread, at_confidences
from boldlink.analysis.linkage_error.imputation import Candidates, Drawn, impute, imputed, missed_chance
from boldlink.analysis.linkage_error.misclassification import (
    Stratum,
    between,
    odds_ratio,
    risk_difference,
    risk_ratio,
)
from boldlink.analysis.linkage_error.pooling import pool
from boldlink.analysis.linkage_error.regression import corrected_odds_ratios
from boldlink.analysis.linkage_error.rogan_gladen import (
    PERFECT,
    Accuracy,
    Seen,
    bounds,
    corrected,
    corrected_by_group,
    specificity_of,
)
from boldlink.analysis.linkage_error.weighting import (
    expected_linked_share,
    weighted_difference,
    weighted_odds_ratios,
    weighted_share,
)

__all__ = [
    "PERFECT",
    "Accuracy",
    "Candidates",
    "Drawn",
    "Seen",
    "Spread",
    "Stratum",
    "at_confidences",
    "between",
    "bounds",
    "corrected",
    "corrected_by_group",
    "corrected_odds_ratios",
    "expected_linked_share",
    "impute",
    "imputed",
    "missed_chance",
    "odds_ratio",
    "pool",
    "risk_difference",
    "risk_ratio",
    "specificity_of",
    "weighted_difference",
    "weighted_odds_ratios",
    "weighted_share",
]
