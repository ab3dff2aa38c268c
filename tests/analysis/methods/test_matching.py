"""Matched comparisons: by hand, against plain loops, in simulation, and in words when they cannot be made."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.analysis.methods import (
    Kind,
    Light,
    frequency_effect,
    light_of,
    match,
    needed_people,
    risk_effect,
    standardised_percent,
    time_effect,
)
from boldlink.analysis.methods.propensity import _stretch
from boldlink.errors import BadInput


def world(seed, people=800, effect=-0.3):
    draw = np.random.default_rng(seed)
    covariates = pd.DataFrame({"priors": draw.normal(size=people), "woman": draw.integers(0, 2, people).astype(float)})
    treated = draw.random(people) < 1 / (1 + np.exp(1.2 - 0.7 * covariates.priors - 0.5 * covariates.woman))
    chance = [1 / (1 + np.exp(0.5 - 0.8 * covariates.priors - 0.4 * covariates.woman - e)) for e in (0, effect)]
    happened = draw.random(people) < np.where(treated, chance[1], chance[0])
    return covariates, treated.to_numpy(), happened, (chance[1] - chance[0]).to_numpy()


def test_the_stretch_in_reach_is_all_within_the_caliper():
    offered = np.array([0.0, 0.1, 0.1, 0.4, 0.9])
    first, last = _stretch(np.array([0.1, 0.62, 2.0]), offered, 0.25, Kind.RADIUS)
    assert [list(offered[one:other]) for one, other in zip(first, last, strict=True)] == [[0.0, 0.1, 0.1], [0.4], []]


def test_the_nearest_are_all_equally_near_ones():
    offered = np.array([0.0, 0.1, 0.1, 0.4])
    first, last = _stretch(np.array([0.12, 0.3]), offered, 0.25, Kind.NEAREST)
    assert [list(offered[one:other]) for one, other in zip(first, last, strict=True)] == [[0.1, 0.1], [0.4]]


@pytest.mark.parametrize("kind", Kind)
def test_effect_and_variance_equal_plain_loops(kind):
    covariates, treated, happened, _ = world(1, 300)
    matched = match(treated, covariates, kind)
    found = risk_effect(matched, happened).estimate
    logit, y = matched.logit, happened.astype(float)
    controls = sorted(np.flatnonzero(~treated), key=lambda i: logit[i])
    reach, gaps, uses, squares = 0.2 * logit.std(), [], dict.fromkeys(controls, 0.0), dict.fromkeys(controls, 0.0)
    for i in np.flatnonzero(treated):
        away = {j: abs(logit[i] - logit[j]) for j in controls}
        near = reach if kind is Kind.RADIUS else min(min(away.values()) + 1e-12, reach)
        those = [j for j in controls if away[j] <= near]
        if not those:
            continue
        gaps.append(y[i] - np.mean([y[j] for j in those]))
        for j in those:
            uses[j] += 1 / len(those)
            squares[j] += 1 / len(those) ** 2
    noise = {}
    for place, j in enumerate(controls):
        sides = [controls[k] for k in (place - 1, place + 1) if 0 <= k < len(controls)]
        noise[j] = 2 / 3 * (y[j] - np.mean([y[k] for k in sides])) ** 2
    variance = sum((gap - np.mean(gaps)) ** 2 for gap in gaps)
    variance += sum((uses[j] ** 2 - squares[j]) * noise[j] for j in controls)
    assert found.value == pytest.approx(np.mean(gaps))
    assert found.error == pytest.approx(math.sqrt(variance) / len(gaps))
    assert matched.effective_comparison == pytest.approx(sum(uses.values()) ** 2 / sum(use**2 for use in uses.values()))


def test_weights_of_both_sides_sum_to_the_matched():
    covariates, treated, _, _ = world(2)
    matched = match(treated, covariates)
    assert matched.weights[treated].sum() == len(matched.treated)
    assert matched.weights[~treated].sum() == pytest.approx(len(matched.treated))
    assert matched.unmatched == treated.sum() - len(matched.treated)


def test_matching_balances_what_it_saw():
    covariates, treated, _, _ = world(3, 2000)
    before = {one.covariate: abs(one.before_percent) for one in match(treated, covariates).balance}
    after = {one.covariate: one for one in match(treated, covariates).balance}
    assert before["priors"] > 30
    assert after["priors"].light is Light.GREEN and after["woman"].light is Light.GREEN


def test_intervals_cover_the_effect_as_often_as_they_say():
    covered = 0
    for seed in range(200):
        covariates, treated, happened, effects = world(seed, 600)
        matched = match(treated, covariates)
        found = risk_effect(matched, happened).estimate
        covered += found.low <= effects[matched.treated].mean() <= found.high
    assert 180 <= covered <= 199  # 95 % of 200 is 190, give or take three


def test_frequency_counts_events_per_person_of_the_whole_group():
    covariates, treated, happened, _ = world(4)
    matched = match(treated, covariates)
    one, three = risk_effect(matched, happened), frequency_effect(matched, happened * 3)
    assert three.estimate.value == pytest.approx(3 * one.estimate.value)
    assert three.estimate.error == pytest.approx(3 * one.estimate.error)


def test_time_to_reoffence_is_withheld_below_thirty_reoffenders():
    covariates, treated, happened, _ = world(5)
    matched = match(treated, covariates)
    few = happened.copy()
    few[np.flatnonzero(happened & treated)[29:]] = False
    assert time_effect(matched, np.full(800, 100.0), few).estimate.value is None
    assert "30" in time_effect(matched, np.full(800, 100.0), few).estimate.note


def test_time_to_reoffence_compares_means_of_those_who_reoffended():
    covariates, treated, happened, _ = world(6)
    days = np.where(treated, 100.0, 130.0) + np.random.default_rng(6).normal(0, 5, 800)
    found = time_effect(match(treated, covariates), days, happened)
    assert found.estimate.value == pytest.approx(-30, abs=3)
    assert found.estimate.settled and found.needed_people is None


def test_the_people_needed_follow_from_size_and_spread():
    covariates, treated, happened, _ = world(7, 300, effect=-0.1)
    found = risk_effect(match(treated, covariates), happened).estimate
    assert not found.settled
    expected = treated.sum() * ((1.959964 + 0.841621) * found.error / found.value) ** 2
    assert needed_people(found, int(treated.sum())) == math.ceil(expected)


def test_bands_change_at_five_and_ten_per_cent():
    assert [light_of(one) for one in (5.0, -5.1, 10.0, -10.1)] == [Light.GREEN, Light.AMBER, Light.AMBER, Light.RED]


def test_a_standardised_difference_by_hand():
    values = pd.Series([1.0, 3.0, 0.0, 2.0])
    treated = np.array([True, True, False, False])
    assert standardised_percent(values, treated, np.ones(4)) == pytest.approx(100)  # 1 apart, both spread by 1


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_an_effect_is_the_same_in_any_order(seed):
    covariates, treated, happened, _ = world(8, 300)
    order = np.random.default_rng(seed).permutation(300)
    one = risk_effect(match(treated, covariates), happened).estimate
    other = risk_effect(match(treated[order], covariates.iloc[order]), happened[order]).estimate
    assert other.value == pytest.approx(one.value, abs=1e-6)


def test_too_few_people_are_refused_in_words():
    covariates, treated, _, _ = world(9, 60)
    with pytest.raises(BadInput, match="METHODS-TOO-FEW"):
        match(treated, covariates)


def test_a_covariate_that_settles_treatment_is_refused():
    covariates, treated, _, _ = world(10)
    with pytest.raises(BadInput, match="METHODS-NO-FIT"):
        match(treated, covariates.assign(label=treated.astype(float)))
