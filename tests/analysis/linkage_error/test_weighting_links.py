"""Weights of link probability: by hand, equal to no weights where all are 1."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.discrete.discrete_model import Logit

from boldlink.analysis.linkage_error import (
    expected_linked_share,
    weighted_difference,
    weighted_odds_ratios,
    weighted_share,
)
from boldlink.errors import BadInput


def test_doubtful_links_say_less():
    found = weighted_share([1, 0, 1, 0], [1.0, 1.0, 0.5, 0.0])
    assert found.value == pytest.approx(1.5 / 2.5)
    assert found.error == pytest.approx(np.sqrt((0.4**2 + 0.6**2 + 0.25 * 0.4**2) / 2.5**2))


def test_links_count_for_their_probability():
    assert expected_linked_share(10, [1.0, 0.9, 0.6]).value == pytest.approx(0.25)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=4, max_size=30))
def test_weights_of_one_equal_no_weights(rows):
    happened, exposed = (np.array([row[k] for row in rows]) for k in (0, 1))
    if exposed.all() or not exposed.any():
        return
    found = weighted_difference(happened, exposed, np.ones(len(rows)))
    ours, others = happened[exposed], happened[~exposed]
    assert found.value == pytest.approx(ours.mean() - others.mean())
    assert found.error == pytest.approx(np.sqrt(ours.var() / len(ours) + others.var() / len(others)))


def test_odds_ratios_of_weights_of_one_equal_a_plain_robust_regression():
    draw = np.random.default_rng(1)
    covariates = pd.DataFrame({"treated": draw.integers(0, 2, 500) * 1.0})
    happened = draw.random(500) < 0.3 + 0.2 * covariates.treated.to_numpy()
    found = weighted_odds_ratios(covariates, happened, np.ones(500))["treated"]
    design = np.column_stack([np.ones(500), covariates])
    plain = Logit(happened * 1.0, design).fit(disp=0, cov_type="HC0")
    assert (np.log(found.value), found.error) == pytest.approx((plain.params[1], plain.bse[1]), rel=1e-6)


def test_a_link_of_no_probability_might_as_well_not_be_there():
    draw = np.random.default_rng(2)
    covariates = pd.DataFrame({"treated": draw.integers(0, 2, 500) * 1.0})
    happened, weights = draw.random(500) < 0.4, np.where(np.arange(500) < 100, 0.0, 0.8)
    one = weighted_odds_ratios(covariates, happened, weights)["treated"]
    other = weighted_odds_ratios(covariates[100:], happened[100:], weights[100:])["treated"]
    assert (one.value, one.error) == pytest.approx((other.value, other.error), rel=1e-6)


@pytest.mark.parametrize("wrong", [1.2, -0.1, np.nan])
def test_what_is_no_probability_is_refused(wrong):
    with pytest.raises(BadInput, match="METHODS-PROBABILITY"):
        weighted_share([1, 0], [0.5, wrong])
