"""Wilson's interval, against a published table and the equation that it solves."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.analysis import methods
from boldlink.publish.reports import wilson as published
from boldlink.wilson import Z95, wilson

SHARES = st.integers(1, 5000).flatmap(lambda people: st.tuples(st.integers(0, people), st.just(people)))


def test_wilsons_interval_is_the_published_one():
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998, Stat Med 17:857, table I
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


@given(SHARES)
def test_an_interval_holds_its_share_and_stays_between_nought_and_one(share):
    events, people = share
    low, high = wilson(events, people)
    assert 0 <= low <= events / people <= high <= 1


@given(SHARES)
def test_each_limit_is_the_share_from_which_what_was_seen_lies_just_as_far_as_chance_allows(share):
    events, people = share
    for limit in wilson(events, people):
        if 0 < limit < 1:
            off = abs(events / people - limit) / sqrt(limit * (1 - limit) / people)
            assert off == pytest.approx(Z95, rel=1e-6)


def test_estimates_and_reports_take_their_interval_from_one_place():
    assert methods.wilson is wilson and published.wilson is wilson
