"""Waiting times: exponential, by integers, with hazards that stand in their ratio."""

from __future__ import annotations

import math
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.synthetic.chance import Choice, happens
from boldlink.synthetic.waiting import MILLION, NEVER, PER, rests, unit_exponential, wait_days, wait_through

DAY = date(2022, 1, 1)


def test_the_table_runs_from_nothing_to_the_logarithm_of_two():
    assert (rests()[0], rests()[-1]) == (0, 693_147)
    assert list(rests()) == sorted(rests())


def test_waits_are_exponential():
    draw = Random("waits")
    waits = sorted(unit_exponential(draw) for _ in range(40_000))
    assert sum(waits) / len(waits) == pytest.approx(MILLION, rel=0.02)
    for share in (0.05, 0.25, 0.5, 0.75, 0.95, 0.99):
        assert waits[int(share * len(waits))] == pytest.approx(-MILLION * math.log(1 - share), rel=0.06)


def test_a_hazard_of_nothing_never_comes():
    assert wait_days(Random(1), 0) == NEVER


def test_the_same_chance_at_twice_the_hazard_waits_half_as_long():
    for seed in range(200):
        slow, fast = (wait_days(Random(seed), hazard) for hazard in (10_000, 20_000))
        assert abs(slow - 2 * fast) <= 2


@given(seed=st.integers(0, 10_000), cut=st.integers(0, 400), hazard=st.integers(1, PER // 10))
def test_a_stretch_cut_in_two_gives_the_same_day(seed, cut, hazard):
    end = DAY + timedelta(days=400)
    middle = DAY + timedelta(days=cut)
    whole = wait_through(Random(seed), [(DAY, end, hazard)])
    assert wait_through(Random(seed), [(DAY, middle, hazard), (middle, end, hazard)]) == whole
    days = wait_days(Random(seed), hazard)
    assert whole == (DAY + timedelta(days=days) if days <= 400 else None)


def test_no_day_of_a_stretch_without_hazard_is_drawn():
    free = DAY + timedelta(days=100)
    for seed in range(300):
        day = wait_through(Random(seed), [(DAY, free, 0), (free, free + timedelta(days=50), PER // 20)])
        assert day is None or day > free


def test_a_weighted_choice_and_a_risk_come_out_as_often_as_they_say():
    draw, choice = Random("choices"), Choice({"a": 1, "b": 3})
    assert sum(choice.draw(draw) == "b" for _ in range(20_000)) / 20_000 == pytest.approx(0.75, abs=0.015)
    assert sum(happens(draw, 2_500) for _ in range(20_000)) / 20_000 == pytest.approx(0.25, abs=0.015)
    assert not any(happens(draw, 0) for _ in range(1_000))
