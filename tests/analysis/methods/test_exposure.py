"""Exposure counts from the day it began; who was "ever exposed" is never asked."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.analysis.methods import followed, hazard_ratios, landmark, split_at_exposure, time_varying
from boldlink.errors import BadInput

NEVER = np.nan


def world(seed, people=1500, ratio=1.0):
    """Support begins at random while people wait; from then on the hazard changes by the ratio."""
    draw = np.random.default_rng(seed)
    began = np.where(draw.random(people) < 0.7, np.ceil(draw.exponential(60, people)), NEVER)
    before, after = np.ceil(draw.exponential(100, people)), np.ceil(draw.exponential(100 / ratio, people))
    event = np.where(before <= np.nan_to_num(began, nan=np.inf), before, began + after)
    days = np.minimum(event, 300)
    return days, event <= 300, np.where(began < days, began, NEVER)


def test_time_is_cut_where_exposure_began():
    parts, exposed = split_at_exposure([10, 10, 10, 10, 10], [1, 0, 1, 1, 0], [4, NEVER, 0, 10, 12])
    shown = list(zip(parts.person, parts.entry_days, parts.exit_days, parts.happened, exposed, strict=True))
    assert shown == [
        (0, 0, 4, 0, False),
        (0, 4, 10, 1, True),
        (1, 0, 10, 0, False),
        (2, 0, 10, 1, True),  # exposed from the first day
        (3, 0, 10, 1, False),  # begun on the last day: no time was spent exposed
        (4, 0, 10, 0, False),
    ]


@pytest.mark.parametrize(
    "ever", [[True, False, True], [0, 1, 1], [0.0, 1.0, 0.0], ["yes", "no", "no"], [True, None, False]]
)
@pytest.mark.parametrize("method", [time_varying, lambda d, h, b: landmark(d, h, b, 2)])
def test_ever_exposed_is_refused(ever, method):
    with pytest.raises(BadInput, match="METHODS-EVER-EXPOSED"):
        method([5, 6, 7], [1, 0, 1], ever)


def test_a_yes_or_no_would_have_found_an_effect_that_is_not_there():
    days, happened, began = world(1)
    ever = hazard_ratios(followed(days, happened), pd.DataFrame({"ever": np.isfinite(began) * 1.0}))["ever"]
    found = time_varying(days, happened, began)["exposed"]
    assert ever.high < 0.8
    assert found.low <= 1 <= found.high


@pytest.mark.parametrize("ratio", [0.6, 1.0])
def test_intervals_cover_the_effect_of_being_exposed(ratio):
    covered = 0
    for seed in range(200):
        found = time_varying(*world(seed, 500, ratio), most_rows=0)["exposed"]
        covered += found.low <= ratio <= found.high
    assert 178 <= covered <= 199


def test_a_landmark_compares_people_still_at_risk():
    days, happened, began = world(2)
    found = landmark(days, happened, began, 30)["exposed"]
    assert found.people == (days > 30).sum()
    assert "day 30" in found.note
    assert found.low <= 1 <= found.high


def test_covariates_stay_with_their_people():
    days, happened, began = world(3)
    covariates = pd.DataFrame({"priors": np.arange(1500) % 5 * 1.0})
    order = np.random.default_rng(0).permutation(1500)
    one = time_varying(days, happened, began, covariates)["priors"]
    other = time_varying(days[order], happened[order], began[order], covariates.iloc[order])["priors"]
    assert other.value == pytest.approx(one.value)


@given(st.lists(st.tuples(st.integers(1, 9), st.one_of(st.none(), st.integers(-3, 12))), min_size=1, max_size=20))
def test_no_time_is_lost_or_won_by_cutting(people):
    days = np.array([one[0] for one in people], dtype=float)
    began = np.array([NEVER, *[NEVER if one[1] is None else float(one[1]) for one in people]])[1:]
    began = np.append(began, NEVER)
    days = np.append(days, 5.0)
    parts, exposed = split_at_exposure(days, np.ones(len(days)), began)
    assert np.bincount(parts.person, parts.exit_days - parts.entry_days) == pytest.approx(days)
    after = np.clip(days - np.maximum(np.nan_to_num(began, nan=np.inf), 0), 0, None)
    assert np.bincount(parts.person, (parts.exit_days - parts.entry_days) * exposed) == pytest.approx(after)
