"""Victims and their support, on one crime of day 0 at a time."""

from __future__ import annotations

import pytest
from cohort_tables import after, cohort, cohort_frame, rows_of

from boldlink.analysis.effects import crimes

WITHDREW = {"crime_ref": "A", "outcome_code": "16", "outcome_date": after(30)}


def victim(crime=None, *referrals):
    (found,) = cohort(crimes.victims, {"police-crimes": [{**WITHDREW, **(crime or {})}], "victim-service": referrals})
    return found


def parts(*referrals, expected=False, crime=None, lag_days=2):
    """(start, stop, event, advocate) of the crime's time."""
    frame = cohort_frame(
        crimes.victims, {"police-crimes": [{**WITHDREW, **(crime or {})}], "victim-service": referrals}
    )
    split = rows_of(crimes.split_at_support(frame, lag_days=lag_days, expected=expected))
    return [(row["start"], row["stop"], row["event"], row["advocate"]) for row in split]


def from_day(day, **given):
    return {"referral_date": after(0), "support_start_date": after(day), **given}


@pytest.mark.parametrize(("code", "withdrew"), [("14", True), ("16", True), ("1", False), ("15", False), ("18", False)])
def test_outcomes_14_and_16_are_withdrawals_and_every_other_one_ends_the_time_at_risk(code, withdrew):
    found = victim({"outcome_code": code})
    assert (found["days"], found["withdrew"]) == (30, withdrew)


def test_an_open_crime_is_seen_until_the_data_end():
    rows = [{"crime_ref": "A"}, {**WITHDREW, "crime_ref": "B", "person": 2, "outcome_date": after(90)}]
    assert [(r["days"], r["withdrew"]) for r in cohort(crimes.victims, {"police-crimes": rows})] == [
        (90, False),
        (90, True),
    ]


def test_a_withdrawal_without_a_day_says_nothing_of_how_long_the_victim_stayed():
    rows = [{**WITHDREW, "outcome_date": None}, {**WITHDREW, "crime_ref": "B"}]
    assert [row["days"] for row in cohort(crimes.victims, {"police-crimes": rows})] == [30]


def test_a_crime_closed_on_the_day_it_was_recorded_has_no_time_at_risk():
    assert cohort(crimes.victims, {"police-crimes": [{**WITHDREW, "outcome_date": after(0)}]}) == []


def test_time_before_support_and_the_lag_after_it_is_time_without_it():
    assert parts(from_day(10)) == [(0.0, 12.0, False, 0.0), (12.0, 30.0, True, 1.0)]


@pytest.mark.parametrize("day", [28, 29])
def test_support_that_counts_from_the_day_of_withdrawal_or_later_supported_nobody_before_it(day):
    assert parts(from_day(day)) == [(0.0, 30.0, True, 0.0)]


def test_support_from_the_first_day_counts_after_the_lag():
    assert parts(from_day(0)) == [(0.0, 2.0, False, 0.0), (2.0, 30.0, True, 1.0)]


def test_the_lag_is_a_fortnight_unless_another_is_asked_for():
    frame = cohort_frame(crimes.victims, {"police-crimes": [WITHDREW], "victim-service": [from_day(10)]})
    assert [row["start"] for row in rows_of(crimes.split_at_support(frame))] == [0.0, 24.0]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"referral_date": after(-1), "support_start_date": after(5)},
        {"referral_date": after(366), "support_start_date": after(370)},
        {"support_start_date": after(-1)},
        {"support_start_date": None},
        {"support_start_date": after(5), "person": 2},
    ],
    ids=[
        "referred before the crime",
        "referred a year later",
        "started before the crime",
        "never started",
        "somebody else",
    ],
)
def test_support_for_something_else_or_nobody_is_no_support(elsewhere):
    assert victim(None, {"referral_date": after(0), **elsewhere})["kind"] is None


def test_what_started_first_counts_whatever_was_asked_for_first():
    late = {"referral_date": after(0), "support_start_date": after(20), "support_type": "Counselling"}
    early = {"referral_date": after(5), "support_start_date": after(8), "support_type": "Advocate"}
    found = victim(None, late, early)
    assert (found["kind"], found["support_starts"]) == ("Advocate", 8)


def test_a_doubtful_link_to_support_counts_for_its_probability():
    assert parts(from_day(10, link_probability=0.7), expected=True)[1] == (12.0, 30.0, True, 0.7)


def test_a_link_that_does_not_say_how_sure_it_is_counts_for_nothing():
    assert parts(from_day(10, link_probability=None), expected=True)[1] == (12.0, 30.0, True, 0.0)


def test_two_crimes_of_a_victim_are_two_rows_of_one_person():
    rows = [
        WITHDREW,
        {**WITHDREW, "crime_ref": "B", "recorded_date": after(10)},
        {**WITHDREW, "crime_ref": "C", "person": 2},
    ]
    found = cohort(crimes.victims, {"police-crimes": rows})
    assert sorted((row["person"], row["days"]) for row in found) == [(0, 20), (0, 30), (1, 30)]
