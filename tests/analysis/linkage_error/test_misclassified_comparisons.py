"""Differences and ratios where the link is the outcome: by table, by stratum, by regression."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from boldlink.analysis.linkage_error import (
    Accuracy,
    Seen,
    Stratum,
    between,
    corrected_odds_ratios,
    odds_ratio,
    risk_difference,
    risk_ratio,
)
from boldlink.analysis.methods import odds_ratios
from boldlink.errors import BadInput


def seen_of(true, people, sensitivity, specificity):
    """What linking shows of a group, in whole people."""
    return Seen(
        round(people * (sensitivity.share * true + (1 - specificity.share) * (1 - true))),
        people,
        sensitivity,
        specificity,
    )


def test_differential_linking_makes_a_difference_that_is_not_there():
    better, worse, specificity = Accuracy(0.9), Accuracy(0.6), Accuracy(1.0)
    found = between(seen_of(0.5, 1000, worse, specificity), seen_of(0.5, 1000, better, specificity))
    assert found["everybody"].exposed.positive == 300 and found["everybody"].unexposed.positive == 450
    assert risk_difference(found).value == pytest.approx(0)
    assert risk_ratio(found).value == pytest.approx(1)
    assert odds_ratio(found).value == pytest.approx(1)


def test_perfect_linking_gives_the_plain_difference_and_ratios():
    found = between(Seen(30, 100), Seen(40, 80))
    assert risk_difference(found).value == pytest.approx(0.3 - 0.5)
    assert risk_ratio(found).value == pytest.approx(0.6)
    assert odds_ratio(found).value == pytest.approx((30 / 70) / (40 / 40))
    assert odds_ratio(found).error == pytest.approx(math.sqrt(1 / 30 + 1 / 70 + 1 / 40 + 1 / 40), rel=0.02)


def test_a_shared_sensitivity_hardly_touches_a_ratio_but_its_own_does():
    shared, specificity = Accuracy(0.7, 40), Accuracy(1.0)
    together = between(Seen(200, 1000, shared, specificity), Seen(300, 1000, shared, specificity))
    apart = between(Seen(200, 1000, shared, specificity), Seen(300, 1000, Accuracy(0.7, 40), specificity))
    known = between(Seen(200, 1000, Accuracy(0.7), specificity), Seen(300, 1000, Accuracy(0.7), specificity))
    assert risk_ratio(together).error == pytest.approx(risk_ratio(known).error)
    assert risk_ratio(apart).error > 1.5 * risk_ratio(together).error


def test_strata_undo_a_difference_that_only_they_make():
    one = Accuracy(0.8)
    strata = {
        "few priors": Stratum(seen_of(0.2, 1000, one, Accuracy(0.95)), seen_of(0.2, 200, one, Accuracy(0.95))),
        "many priors": Stratum(seen_of(0.6, 200, one, Accuracy(0.95)), seen_of(0.6, 1000, one, Accuracy(0.95))),
    }
    assert risk_difference(strata).value == pytest.approx(0, abs=0.002)
    assert "2 strata" in risk_difference(strata).method


def test_a_ratio_of_nobody_does_not_exist_and_says_why():
    found = risk_ratio(between(Seen(2, 100, Accuracy(0.9), Accuracy(0.95)), Seen(40, 100)))
    assert found.value is None and "false ones alone" in found.note


def test_intervals_cover_where_accuracies_are_estimated_and_differ():
    draw, covered = np.random.default_rng(1), 0
    for _ in range(300):
        cells = []
        for share, sensitivity in ((0.3, 0.7), (0.4, 0.9)):
            true = draw.binomial(800, share)
            positive = draw.binomial(true, sensitivity) + draw.binomial(800 - true, 0.03)
            accuracy = Accuracy(draw.binomial(150, sensitivity) / 150, 150)
            cells.append(Seen(positive, 800, accuracy, Accuracy(draw.binomial(400, 0.97) / 400, 400)))
        found = risk_difference(between(*cells))
        covered += found.low <= -0.1 <= found.high
    assert 272 <= covered <= 298


@given(st.integers(1, 99), st.integers(1, 99))
def test_turning_groups_round_turns_the_answer_round(ours, others):
    one, other = Seen(ours, 100), Seen(others, 100)
    assert risk_difference(between(one, other)).value == pytest.approx(-risk_difference(between(other, one)).value)
    assert risk_ratio(between(one, other)).value == pytest.approx(1 / risk_ratio(between(other, one)).value)


def world(seed, people=3000):
    draw = np.random.default_rng(seed)
    treated, priors = draw.random(people) < 0.5, draw.normal(size=people)
    true = draw.random(people) < 1 / (1 + np.exp(0.5 - math.log(0.6) * treated - 0.5 * priors))
    linked = np.where(true, draw.random(people) < np.where(treated, 0.65, 0.9), draw.random(people) < 0.04)
    return pd.DataFrame({"treated": treated * 1.0, "priors": priors}), linked, np.where(treated, "treated", "others")


ACCURACIES = {"treated": (Accuracy(0.65), Accuracy(0.96)), "others": (Accuracy(0.9), Accuracy(0.96))}


def test_regression_with_perfect_linking_is_plain_logistic_regression():
    covariates, linked, _ = world(1)
    one = corrected_odds_ratios(covariates, linked, {"everybody": (Accuracy(1.0), Accuracy(1.0))})
    other = odds_ratios(covariates, linked)
    for name, plain in other.items():
        assert (one[name].value, one[name].error) == pytest.approx((plain.value, plain.error), rel=1e-4)


def test_regression_on_one_exposure_equals_the_matrix_method():
    covariates, linked, group = world(2)
    cells = [
        Seen(int(linked[group == name].sum()), int((group == name).sum()), *ACCURACIES[name]) for name in ACCURACIES
    ]
    table, model = (
        odds_ratio(between(*cells)),
        corrected_odds_ratios(covariates[["treated"]], linked, ACCURACIES, group)["treated"],
    )
    assert (model.value, model.error) == pytest.approx((table.value, table.error), rel=0.005)


def test_what_is_not_known_widens_regression_as_it_widens_the_table():
    covariates, linked, group = world(3)
    unsure = {"treated": (Accuracy(0.65, 100), Accuracy(0.96)), "others": (Accuracy(0.9, 100), Accuracy(0.96))}
    cells = [Seen(int(linked[group == name].sum()), int((group == name).sum()), *unsure[name]) for name in unsure]
    table = odds_ratio(between(*cells))
    model = corrected_odds_ratios(covariates[["treated"]], linked, unsure, group)["treated"]
    known = corrected_odds_ratios(covariates[["treated"]], linked, ACCURACIES, group)["treated"]
    assert known.error < model.error
    assert model.error == pytest.approx(table.error, rel=0.02)


def test_regression_intervals_cover_where_ignoring_linkage_does_not():
    carried = ignored = 0
    for seed in range(200):
        covariates, linked, group = world(seed, 1500)
        found, plain = (
            corrected_odds_ratios(covariates, linked, ACCURACIES, group)["treated"],
            odds_ratios(covariates, linked)["treated"],
        )
        carried += found.low <= 0.6 <= found.high
        ignored += plain.low <= 0.6 <= plain.high
    assert 180 <= carried <= 199
    assert ignored < 100


def test_a_p_value_asks_about_no_effect():
    found = risk_difference(between(Seen(300, 1000), Seen(350, 1000)))
    assert found.p == pytest.approx(2 * norm.sf(abs(found.value) / found.error))


def test_groups_without_accuracies_are_counted_not_named():
    covariates, linked, group = world(4)
    with pytest.raises(BadInput, match="1 groups have no"):
        corrected_odds_ratios(covariates, linked, {"others": ACCURACIES["others"]}, group)
