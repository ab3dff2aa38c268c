"""A measure whose follow-up is not in yet is refused in words, before work starts."""

from datetime import date

import pytest

from boldlink.analysis import Ask, find
from boldlink.analysis.maturity import immature, require_mature
from boldlink.errors import BadInput

REOFFENDING = find("proven-reoffending")
QUARTER = Ask(date(2022, 7, 1), date(2022, 9, 30))
COMPLETE = {"prison": date(2022, 9, 30), "probation": date(2022, 9, 30), "pnc": date(2024, 3, 31)}


def test_a_measure_is_mature_when_its_follow_up_days_are_in():
    assert (COMPLETE["pnc"] - QUARTER.ends).days == REOFFENDING.measure.follow_up_days["pnc"]
    assert immature(REOFFENDING, QUARTER, COMPLETE) == []
    require_mature(REOFFENDING, QUARTER, COMPLETE)


def test_one_day_too_early_is_not_mature_and_says_which_dataset_and_by_how_much():
    early = {**COMPLETE, "pnc": date(2024, 3, 30)}
    assert immature(REOFFENDING, QUARTER, early) == [
        "pnc is complete until 30 March 2024, 1 day(s) before 31 March 2024."
    ]


def test_the_index_dataset_must_reach_the_end_of_the_period():
    short = {**COMPLETE, "prison": date(2022, 9, 20)}
    assert immature(REOFFENDING, QUARTER, short) == [
        "prison is complete until 20 September 2022, 10 day(s) before 30 September 2022."
    ]


def test_a_dataset_of_which_nothing_is_said_is_not_asked_about():
    assert immature(REOFFENDING, QUARTER, {}) == []


def test_the_refusal_says_what_why_what_to_do_and_whom_to_ask():
    with pytest.raises(BadInput) as refused:
        require_mature(REOFFENDING, QUARTER, {"prison": date(2022, 9, 1), "pnc": date(2024, 1, 1)})
    found = refused.value
    assert found.code == "ANALYSIS-IMMATURE" and found.exit_code == 2
    assert "30 September 2022" in found.what and "prison is" in found.why and "pnc is" in found.why
    assert found.do and found.ask
