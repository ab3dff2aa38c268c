"""Hazard ratios: against a partial likelihood written out in plain loops, and the grouped form against Cox's."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.tools.numdiff import approx_hess

from boldlink.analysis.methods import Intervals, followed, hazard_ratios
from boldlink.analysis.methods.cox import one_hazard_ratio, score_residuals
from boldlink.analysis.methods.intervals import cut
from boldlink.errors import BadInput


def world(seed, rows=400, ratio=0.5):
    """Late entries, whole days, two covariates; person's two intervals each stand side by side."""
    draw = np.random.default_rng(seed)
    covariates = pd.DataFrame({"treated": draw.integers(0, 2, rows) * 1.0, "priors": draw.integers(0, 4, rows) * 1.0})
    entry = np.where(draw.random(rows) < 0.5, draw.integers(0, 20, rows), 0).astype(float)
    hazard = 0.01 * np.exp(np.log(ratio) * covariates.treated + 0.2 * covariates.priors)
    ends = entry + np.ceil(draw.exponential(1 / hazard))
    last = entry + draw.integers(10, 200, rows)
    intervals = Intervals(np.arange(rows) // 2, entry, np.minimum(ends, last), (ends <= last).astype(float))
    return intervals, covariates


def own_cox(intervals, exog, strata=None):
    level = np.zeros(len(exog)) if strata is None else np.asarray(strata)
    rows = [i for i in range(len(exog)) if intervals.happened[i]]

    def loss(centre):
        line, lost = exog @ centre, 0.0
        for i in rows:
            day = intervals.exit_days[i]
            at_risk = (intervals.entry_days < day) & (intervals.exit_days >= day) & (level == level[i])
            lost -= line[i] - np.log(np.exp(line[at_risk]).sum())
        return lost

    found = minimize(loss, np.zeros(exog.shape[1]), method="BFGS")
    return found.x, np.sqrt(np.diag(np.linalg.inv(approx_hess(found.x, loss))))


def test_ratios_equal_a_second_implementation():
    intervals, covariates = world(1)
    centre, error = own_cox(intervals, covariates.to_numpy())
    found = hazard_ratios(intervals, covariates)
    assert np.log([one.value for one in found.values()]) == pytest.approx(centre, abs=1e-4)
    assert [one.error for one in found.values()] == pytest.approx(error, rel=1e-3)


def test_strata_have_their_own_baselines():
    intervals, covariates = world(2)
    strata = np.where(covariates.priors > 1, "many", "few")
    centre, _ = own_cox(intervals, covariates[["treated"]].to_numpy(), strata)
    found = hazard_ratios(intervals, covariates[["treated"]], strata=strata)["treated"]
    assert np.log(found.value) == pytest.approx(centre[0], abs=1e-4)


def test_somebody_who_enters_on_a_day_is_at_risk_from_the_next():
    intervals = Intervals(
        np.arange(24) % 12, np.repeat([0.0, 5.0], 12), np.repeat([5.0, 9.0], 12), np.tile([1.0, 0.0, 1.0], 8)
    )
    covariates = pd.DataFrame({"x": np.tile([1.0, 0.0, 0.0, 1.0], 6)})
    centre, _ = own_cox(intervals, covariates.to_numpy())
    assert np.log(hazard_ratios(intervals, covariates)["x"].value) == pytest.approx(centre[0], abs=1e-4)


def test_score_residuals_equal_the_librarys():
    intervals, covariates = world(3)
    whole = followed(intervals.exit_days, intervals.happened)
    exog, centre = covariates.to_numpy(), np.array([-0.4, 0.3])
    model = PHReg(whole.exit_days, exog, status=whole.happened, ties="breslow")
    found = score_residuals(whole, exog, np.zeros(len(exog), np.int64), centre)
    assert found == pytest.approx(np.nan_to_num(model.score_residuals(centre)), abs=1e-9)


def test_slopes_sum_to_nothing_at_the_estimate():
    intervals, covariates = world(4)
    strata = (covariates.priors > 1).astype(int).to_numpy()
    centre = np.log([one.value for one in hazard_ratios(intervals, covariates, strata=strata).values()])
    assert score_residuals(intervals, covariates.to_numpy(), strata, centre).sum(axis=0) == pytest.approx(0, abs=1e-5)


def test_the_grouped_form_with_a_piece_for_every_event_day_is_coxs():
    intervals, covariates = world(5)
    days = Intervals(intervals.person, intervals.entry_days // 10, intervals.exit_days // 10 + 1, intervals.happened)
    cox, grouped = (hazard_ratios(days, covariates, most_rows=most)["treated"] for most in (1000, 0))
    assert "Poisson" in grouped.method and "partial likelihood" in cox.method
    assert grouped.value == pytest.approx(cox.value, rel=1e-6)
    assert grouped.error == pytest.approx(cox.error, rel=1e-6)


@pytest.mark.parametrize("clustered", [False, True])
def test_the_grouped_form_comes_near_coxs(clustered):
    intervals, covariates = world(6, 4000)
    cox, grouped = (
        hazard_ratios(intervals, covariates, most_rows=most, clustered=clustered)["treated"] for most in (10_000, 0)
    )
    assert np.log(grouped.value) == pytest.approx(np.log(cox.value), abs=0.1 * cox.error)
    assert grouped.error == pytest.approx(cox.error, rel=0.03)


def test_rows_that_say_the_same_twice_widen_robust_intervals():
    intervals, covariates = world(7)
    single = Intervals(np.arange(400), intervals.entry_days, intervals.exit_days, intervals.happened)
    rows = np.repeat(np.arange(400), 2)
    one = hazard_ratios(single, covariates, clustered=True)["treated"]
    twice = hazard_ratios(single.take(rows), covariates.iloc[rows], clustered=True)["treated"]
    naive = hazard_ratios(single.take(rows), covariates.iloc[rows])["treated"]
    assert twice.error == pytest.approx(one.error, rel=0.02)
    assert naive.error < 0.8 * twice.error


def test_intervals_cover_as_often_as_they_say():
    covered = 0
    for seed in range(200):
        found = one_hazard_ratio(*world(seed), "treated", most_rows=0)
        covered += found.low <= 0.5 <= found.high
    assert 180 <= covered <= 199


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_ratios_are_the_same_in_any_order(seed):
    intervals, covariates = world(8)
    order = np.random.default_rng(seed).permutation(400)
    one = hazard_ratios(intervals, covariates, clustered=True)["treated"]
    other = hazard_ratios(intervals.take(order), covariates.iloc[order], clustered=True)["treated"]
    assert (other.value, other.error) == pytest.approx((one.value, one.error))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=9), st.sets(st.integers(1, 15)))
def test_cutting_keeps_time_and_events(spans, edges):
    entry, length = (np.array(part, dtype=float) for part in zip(*spans, strict=True))
    whole = Intervals(np.arange(len(entry)), entry, entry + length, np.ones(len(entry)))
    parts, _, row = cut(whole, np.array(sorted(edges), dtype=float))
    assert np.bincount(row, parts.exit_days - parts.entry_days) == pytest.approx(length)
    assert np.bincount(row, parts.happened).tolist() == [1.0] * len(entry)
    assert not any(a < edge < b for edge in edges for a, b in zip(parts.entry_days, parts.exit_days, strict=True))


def test_too_few_events_are_refused_in_words():
    intervals, covariates = world(9, 16)
    with pytest.raises(BadInput, match="at least 20"):
        hazard_ratios(intervals, covariates)


@pytest.mark.parametrize("most_rows", [0, 1000])
def test_a_group_without_events_is_refused(most_rows):
    intervals, covariates = world(10)
    safe = Intervals(
        intervals.person, intervals.entry_days, intervals.exit_days, intervals.happened * (covariates.treated == 0)
    )
    with pytest.raises(BadInput, match="METHODS-NO-FIT"):
        hazard_ratios(safe, covariates, most_rows=most_rows)


def test_what_cannot_be_a_covariate_is_named():
    intervals, covariates = world(11)
    with pytest.raises(BadInput, match="priors has missing"):
        hazard_ratios(intervals, covariates.assign(priors=np.nan))
    with pytest.raises(BadInput, match="priors has the same value"):
        hazard_ratios(intervals, covariates.assign(priors=1.0))
    with pytest.raises(BadInput, match="no covariate age"):
        one_hazard_ratio(intervals, covariates, "age")
