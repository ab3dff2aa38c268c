"""Shares corrected for links missed and false: the equation turned round, the published interval, bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.analysis.linkage_error import Accuracy, Seen, bounds, corrected, corrected_by_group, specificity_of
from boldlink.analysis.linkage_error.rogan_gladen import true_share
from boldlink.analysis.methods import wilson
from boldlink.errors import BadInput

GOOD = st.floats(0.6, 1.0)


@given(st.floats(0, 1), GOOD, GOOD)
def test_it_turns_misclassification_round_exactly(share, sensitivity, specificity):
    seen = sensitivity * share + (1 - specificity) * (1 - share)
    assert true_share(seen, sensitivity, specificity) == pytest.approx(share)


@given(st.integers(0, 50), st.integers(50, 90))
def test_perfect_linking_changes_nothing(positive, people):
    found = corrected(Seen(positive, people))
    assert found.value == pytest.approx(positive / people)
    assert (found.low, found.high) == pytest.approx(wilson(positive, people), abs=0.03)


def test_the_interval_is_lang_and_reiczigels_by_hand():
    found = corrected(Seen(130, 200, Accuracy(0.9, 100), Accuracy(0.8, 50)))
    z = 1.959963984540054
    p, se, sp = (130 + z**2 / 2) / (200 + z**2), 91 / 102, 41 / 52
    centre = (p + sp - 1) / (se + sp - 1)
    error = np.sqrt(
        p * (1 - p) / (200 + z**2) + centre**2 * se * (1 - se) / 102 + (1 - centre) ** 2 * sp * (1 - sp) / 52
    ) / (se + sp - 1)
    shift = 2 * z**2 * (centre * se * (1 - se) / 102 - (1 - centre) * sp * (1 - sp) / 52)
    assert found.value == pytest.approx((0.65 - 0.2) / 0.7)
    assert (found.low, found.high) == pytest.approx((centre + shift - z * error, centre + shift + z * error))


def test_what_is_not_known_of_linking_widens_the_interval():
    known = corrected(Seen(60, 300, Accuracy(0.8), Accuracy(0.98)))
    unsure = corrected(Seen(60, 300, Accuracy(0.8, 50), Accuracy(0.98, 50)))
    assert unsure.high - unsure.low > 1.3 * (known.high - known.low)


def test_fewer_links_than_false_ones_alone_is_nobody_and_said():
    found = corrected(Seen(1, 100, Accuracy(0.9), Accuracy(0.95)))
    assert found.value == found.low == 0.0
    assert "false ones alone" in found.note


def test_groups_are_corrected_by_how_linking_works_for_them():
    seen = {"long-standing address": Seen(45, 100, Accuracy(0.9)), "no fixed abode": Seen(30, 100, Accuracy(0.6))}
    assert {name: one.value for name, one in corrected_by_group(seen).items()} == pytest.approx(
        {"long-standing address": 0.5, "no fixed abode": 0.5}
    )


def test_intervals_cover_where_sensitivity_and_specificity_are_estimated():
    draw, covered = np.random.default_rng(1), 0
    for _ in range(400):
        true = draw.binomial(500, 0.3)
        positive = draw.binomial(true, 0.8) + draw.binomial(500 - true, 0.05)
        found = corrected(
            Seen(
                positive, 500, Accuracy(draw.binomial(80, 0.8) / 80, 80), Accuracy(draw.binomial(120, 0.95) / 120, 120)
            )
        )
        covered += found.low <= 0.3 <= found.high
    assert 365 <= covered <= 398


@given(st.integers(0, 100), st.floats(0.6, 0.9), st.floats(0, 0.1), st.floats(0.7, 0.9), st.floats(0, 0.1))
def test_bounds_hold_every_accuracy_in_their_ranges(positive, sensitivity, more, specificity, higher):
    low, high = bounds(positive, 100, (sensitivity, sensitivity + more), (specificity, specificity + higher))
    for part in (0.0, 0.3, 1.0):
        inside = corrected(
            Seen(positive, 100, Accuracy(sensitivity + part * more), Accuracy(specificity + part * higher))
        )
        assert low - 1e-9 <= inside.value <= high + 1e-9


def test_linking_no_better_than_chance_is_refused():
    with pytest.raises(BadInput, match="METHODS-NO-BETTER"):
        Seen(5, 10, Accuracy(0.4), Accuracy(0.6))
    with pytest.raises(BadInput, match="METHODS-NO-BETTER"):
        bounds(5, 10, (0.3, 0.9), (0.6, 0.9))


def test_specificity_follows_from_precision_and_recall():
    specificity = specificity_of(100, 1000, precision=0.9, recall=0.75)  # 90 true of 120 with a record, 10 false of 880
    assert specificity == pytest.approx(1 - 10 / 880)
    assert corrected(Seen(100, 1000, Accuracy(0.75), Accuracy(specificity))).value == pytest.approx(0.12)


@pytest.mark.parametrize("wrong", [(1.1, None), (0.5, 0)])
def test_what_is_no_accuracy_is_refused(wrong):
    with pytest.raises(BadInput, match="METHODS-ACCURACY"):
        Accuracy(*wrong)
