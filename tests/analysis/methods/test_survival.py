"""Kaplan-Meier and Aalen-Johansen: by hand, and against second implementations in plain Python."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.analysis.methods import cause_hazards, cumulative_incidence, kaplan_meier
from boldlink.errors import BadInput

LIVES = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 2)), min_size=2, max_size=40)


def own_kaplan_meier(days, happened):
    left, curve = 1.0, {}
    for day in sorted({d for d, h in zip(days, happened, strict=True) if h}):
        at_risk = sum(d >= day for d in days)
        left *= 1 - sum(d == day and h for d, h in zip(days, happened, strict=True)) / at_risk
        curve[day] = left
    return curve


def own_aalen_johansen(days, cause, which):
    left, share, curve = 1.0, 0.0, {}
    for day in sorted(set(days)):
        at_risk = sum(d >= day for d in days)
        ours = sum(d == day and c == which for d, c in zip(days, cause, strict=True))
        share += left * ours / at_risk
        left *= 1 - sum(d == day and c > 0 for d, c in zip(days, cause, strict=True)) / at_risk
        curve[day] = share
    return curve


def test_six_remissions_by_hand():
    curve = kaplan_meier([6, 6, 6, 6, 7, 9, 10, 10, 11, 13], [1, 1, 1, 0, 1, 0, 1, 0, 0, 1])
    assert curve.at(6).value == pytest.approx(0.7)
    assert curve.at(7).value == pytest.approx(0.7 * 5 / 6)
    assert curve.at(5).value == 1.0
    assert curve.by(0.5).value == 10.0
    assert (curve.people, curve.events) == (10, 6)


def test_freireichs_remissions_give_the_published_curve():
    days = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    happened = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    curve = kaplan_meier(days, happened)
    assert curve.at(10).value == pytest.approx(0.7529, abs=1e-4)  # Kalbfleisch and Prentice 2002, table 1.2
    assert curve.at(10).error == pytest.approx(0.0963, abs=1e-4)
    assert curve.by(0.5).value == 23.0


def test_the_median_is_not_there_when_fewer_than_half_had_it():
    found = kaplan_meier([1, 5, 5, 5, 5], [1, 0, 0, 0, 0]).by(0.5)
    assert found.value is None and "Fewer than 50%" in found.note


def test_nobody_had_it_is_refused():
    with pytest.raises(BadInput, match="METHODS-TOO-FEW"):
        kaplan_meier([3, 4], [0, 0])


def test_who_was_never_seen_is_refused():
    with pytest.raises(BadInput, match="METHODS-NO-TIME"):
        kaplan_meier([0, 4], [0, 1])


@settings(deadline=None)
@given(LIVES)
def test_kaplan_meier_equals_a_second_implementation(lives):
    days, cause = zip(*lives, strict=True)
    happened = [c == 1 for c in cause]
    if not any(happened):
        return
    curve = kaplan_meier(days, happened)
    for day, left in own_kaplan_meier(days, happened).items():
        found = curve.at(day)
        assert found.value == pytest.approx(left)
        assert 0 <= found.low <= found.value + 1e-12 <= found.high + 2e-12 <= 1 + 3e-12


@settings(deadline=None)
@given(LIVES)
def test_aalen_johansen_equals_a_second_implementation(lives):
    days, cause = zip(*lives, strict=True)
    for which in {c for c in cause if c}:
        curve = cumulative_incidence(days, cause, which)
        for day, share in own_aalen_johansen(days, cause, which).items():
            assert curve.at(day).value == pytest.approx(share)


@settings(deadline=None)
@given(LIVES)
def test_causes_and_people_without_any_make_everybody(lives):
    days, cause = zip(*lives, strict=True)
    if not any(cause):
        return
    last = max(days)
    shares = sum(cumulative_incidence(days, cause, which).at(last).value for which in {c for c in cause if c})
    assert shares + kaplan_meier(days, np.array(cause) > 0).at(last).value == pytest.approx(1)


def test_intervals_of_competing_risks_cover_as_they_say():
    draw, covered = np.random.default_rng(11), 0
    for _ in range(200):
        first, second = np.ceil(draw.exponential(100, 300)), np.ceil(draw.exponential(50, 300))
        until = np.minimum(np.minimum(first, second), 120)
        cause = np.where(first <= until, 1, np.where(second <= until, 2, 0))
        found = cumulative_incidence(until, cause).at(60)
        p, q = 1 - np.exp(-1 / 100), 1 - np.exp(-1 / 50)
        both = 1 - (1 - p) * (1 - q)
        covered += found.low <= p * (1 - (1 - both) ** 60) / both <= found.high
    assert 180 <= covered <= 199


def test_another_cause_ends_follow_up():
    draw = np.random.default_rng(1)
    treated = draw.integers(0, 2, 1500).astype(float)
    ours, others = draw.exponential(100 * np.exp(-0.7 * treated)), draw.exponential(100, 1500)
    cause = np.where(ours < others, 1, 2)
    found = cause_hazards(np.minimum(ours, others) + 0.001, cause, 1, pd.DataFrame({"treated": treated}))["treated"]
    assert found.low <= np.exp(0.7) <= found.high
    assert found.events == (cause == 1).sum()
