"""Odds ratios where areas differ: against a likelihood of our own, in simulation, and refused where there is no answer."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from boldlink.analysis.methods import indicators, odds_ratios
from boldlink.analysis.methods.logistic import FIXED, MIXED, PLAIN
from boldlink.errors import BadInput


def world(seed, people=1200, areas=24, spread=0.8, ratio=1.6):
    """People in areas that do badly are likelier to be treated."""
    draw = np.random.default_rng(seed)
    area, bad = draw.integers(0, areas, people), draw.normal(0, spread, areas)
    where = 0.5 * bad + draw.normal(0, 0.3, areas)
    treated = draw.random(people) < 1 / (1 + np.exp(-where[area]))
    priors = draw.integers(0, 4, people)
    line = -1 + np.log(ratio) * treated + 0.2 * priors + bad[area]
    happened = draw.random(people) < 1 / (1 + np.exp(-line))
    return pd.DataFrame({"treated": treated * 1.0, "priors": priors * 1.0}), happened, area


def test_without_areas_it_equals_a_likelihood_of_our_own():
    covariates, happened, _ = world(1)
    design = np.column_stack([np.ones(len(happened)), covariates])

    def loss(centre):
        line = design @ centre
        return np.logaddexp(0, line).sum() - line[happened].sum()

    own = minimize(loss, np.zeros(3), method="BFGS")
    found = odds_ratios(covariates, happened)
    assert found["treated"].method == PLAIN
    assert np.log([one.value for one in found.values()]) == pytest.approx(own.x[1:], abs=1e-4)


def test_a_two_by_two_table_by_hand():
    covariates = pd.DataFrame({"treated": np.repeat([1.0, 0.0], [100, 80])})
    happened = np.concatenate([np.arange(100) < 30, np.arange(80) < 40])
    found = odds_ratios(covariates, happened)["treated"]
    assert found.value == pytest.approx(30 * 40 / (70 * 40))
    assert found.error == pytest.approx(np.sqrt(1 / 30 + 1 / 70 + 1 / 40 + 1 / 40))


def test_the_answer_says_how_areas_were_taken():
    covariates, happened, area = world(4, spread=1.2)
    assert odds_ratios(covariates, happened, area)["treated"].method == MIXED
    assert odds_ratios(covariates, happened, area, mixed=False)["treated"].method == FIXED
    covariates, happened, area = world(4, spread=0.0)
    assert odds_ratios(covariates, happened, area)["treated"].method == FIXED


@pytest.mark.parametrize("options", [{"mixed": False}, {}], ids=["fixed", "tried"])
def test_intervals_cover_where_bad_areas_treat_more(options):
    runs = 200 if options else 60
    found = [odds_ratios(*world(seed), **options)["treated"] for seed in range(runs)]
    covered = sum(one.low <= 1.6 <= one.high for one in found)
    assert 0.89 * runs <= covered < runs
    assert np.mean([np.log(one.value) for one in found]) == pytest.approx(np.log(1.6), abs=0.06)


def test_the_same_question_has_the_same_answer_twice():
    covariates, happened, area = world(5, spread=1.2)
    assert odds_ratios(covariates, happened, area) == odds_ratios(covariates, happened, area)


def test_areas_where_everybody_has_the_outcome_are_left_out_and_counted():
    covariates, happened, area = world(6, spread=0.0)
    found = odds_ratios(covariates, happened | (area == 3), area, mixed=False)["treated"]
    assert found.people == (area != 3).sum()
    assert "1 areas" in found.note


def test_few_areas_are_said():
    covariates, happened, area = world(7, areas=4)
    assert "Only 4 areas" in odds_ratios(covariates, happened, area)["treated"].note


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000))
def test_ratios_are_the_same_in_any_order(seed):
    covariates, happened, area = world(8)
    order = np.random.default_rng(seed).permutation(len(area))
    one = odds_ratios(covariates, happened, area, mixed=False)["treated"]
    other = odds_ratios(covariates.iloc[order], happened[order], area[order], mixed=False)["treated"]
    assert (other.value, other.error) == pytest.approx((one.value, one.error), rel=1e-6)


def test_a_group_that_all_have_the_outcome_is_named():
    covariates, happened, _ = world(9)
    with pytest.raises(BadInput, match="one group of treated"):
        odds_ratios(covariates, happened | (covariates.treated == 1).to_numpy())


def test_too_few_events_are_refused_in_words():
    covariates, happened, _ = world(10)
    rare = happened & (np.cumsum(happened) <= 19)
    with pytest.raises(BadInput, match="19 people with the rarer outcome"):
        odds_ratios(covariates, rare)


def test_a_covariate_that_never_differs_within_areas_is_refused():
    covariates, happened, area = world(11)
    with pytest.raises(BadInput, match="METHODS-NO-FIT"):
        odds_ratios(covariates.assign(north=(area < 12) * 1.0), happened, area)


def test_values_become_columns_but_for_the_commonest():
    frame = pd.DataFrame({"sex": ["M", "M", "F", None], "priors": [1, 2, 3, 4]})
    made = indicators(frame, "sex")
    assert list(made.columns) == ["priors", "sex: F", "sex: Not recorded"]
    assert made["sex: F"].tolist() == [0, 0, 1, 0]
