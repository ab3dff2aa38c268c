"""An estimate stands on its own line: ratios on the logarithm, shares and days as they are."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.analysis.methods import Estimate, Scale, share, wald


def test_a_ratio_is_symmetric_on_the_logarithm():
    found = wald(math.log(2), 0.1, Scale.HAZARD_RATIO, 100, 40, "test")
    assert found.value == pytest.approx(2)
    assert found.low * found.high == pytest.approx(4)
    assert found.p == pytest.approx(2 * (1 - 0.5 * (1 + math.erf(math.log(2) / 0.1 / math.sqrt(2)))), abs=1e-9)


def test_a_difference_that_crosses_nothing_is_not_settled():
    assert wald(0.1, 0.2, Scale.RISK_DIFFERENCE, 10, 5, "test").direction == 0
    assert wald(0.5, 0.2, Scale.RISK_DIFFERENCE, 10, 5, "test").direction == 1
    assert wald(-0.5, 0.1, Scale.ODDS_RATIO, 10, 5, "test").direction == -1


def test_few_degrees_of_freedom_widen_the_interval():
    wide, narrow = (wald(1.0, 0.3, Scale.DAYS_DIFFERENCE, 9, 9, "test", degrees=d) for d in (3, math.inf))
    assert wide.high == pytest.approx(1 + 3.18244630528 * 0.3)
    assert narrow.high == pytest.approx(1 + 1.95996398454 * 0.3)
    assert wide.p > narrow.p


def test_what_does_not_exist_has_no_direction():
    assert Estimate(None, None, None, None, 3, 0, Scale.RISK_RATIO, "test", "too few").direction == 0


def test_a_share_of_nobody_does_not_exist():
    assert share([]).value is None and "Nobody" in share([]).note


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_a_share_is_the_same_in_any_order(happened):
    one, other = share(happened), share(sorted(happened))
    assert one == other
    assert one.low <= one.value <= one.high
    assert one.value == pytest.approx(np.mean(happened))
