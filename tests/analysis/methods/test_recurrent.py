"""Events that come back: intervals by hand, a robust variance that covers, and the second form."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.analysis.methods import andersen_gill, gap_times, repeated
from boldlink.errors import BadInput


def world(seed, people=400, ratio=1.5):
    """A frailty that makes some people's events many: what a plain variance leaves out."""
    draw = np.random.default_rng(seed)
    treated = draw.integers(0, 2, people) * 1.0
    until = draw.integers(100, 400, people).astype(float)
    rate = 0.01 * draw.gamma(1, 1, people) * ratio**treated
    counts = draw.poisson(rate * until)
    person = np.repeat(np.arange(people), counts)
    return until, person, draw.random(len(person)) * until[person], pd.DataFrame({"treated": treated})


def test_intervals_of_three_people_by_hand():
    parts, before = repeated([10, 20, 5], [1, 0, 1, 1], [12, 3, 20, 12])
    shown = list(zip(parts.person, parts.entry_days, parts.exit_days, parts.happened, before, strict=True))
    assert shown == [
        (0, 0, 3, 1, 0),
        (0, 3, 10, 0, 1),
        (1, 0, 12, 1, 0),  # two events on day 12 count as one
        (1, 12, 20, 1, 1),  # an event on the last day leaves nothing after it
        (2, 0, 5, 0, 0),
    ]


def test_events_outside_follow_up_are_left_out():
    parts, _ = repeated([10], [0, 0, 0], [0, -3, 11])
    assert parts.happened.tolist() == [0.0]


def test_an_event_of_nobody_is_refused():
    with pytest.raises(BadInput, match="METHODS-PERSON"):
        repeated([10], [1], [3])


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-2, 12)), max_size=30))
def test_time_at_risk_and_events_are_all_there(events):
    until = np.array([3.0, 5.0, 7.0, 9.0, 11.0])
    person, days = ([one[k] for one in events] for k in (0, 1))
    parts, _ = repeated(until, person, days)
    assert np.bincount(parts.person, parts.exit_days - parts.entry_days, minlength=5) == pytest.approx(until)
    assert parts.happened.sum() == len({(p, d) for p, d in events if 0 < d <= until[p]})


def test_robust_intervals_cover_where_some_people_have_many():
    covered = 0
    for seed in range(200):
        found = andersen_gill(*world(seed), most_rows=0)["treated"]
        covered += found.low <= 1.5 <= found.high
    assert 180 <= covered <= 199


def test_both_forms_say_what_they_are():
    whole, gaps = andersen_gill(*world(1))["treated"], gap_times(*world(1))["treated"]
    assert "Andersen-Gill" in whole.note and "robust variance by person" in whole.method
    assert "Time since the last event" in gaps.note
    assert whole.people == gaps.people == 400


def test_gap_times_find_how_soon_the_next_event_comes():
    draw = np.random.default_rng(3)
    treated = draw.integers(0, 2, 800) * 1.0
    gaps = draw.exponential(100 / 2 ** treated[:, None], (800, 3))
    days = np.cumsum(gaps, axis=1)
    found = gap_times(days[:, -1], np.repeat(np.arange(800), 3), days.ravel(), pd.DataFrame({"treated": treated}))
    assert found["treated"].low <= 2 <= found["treated"].high
