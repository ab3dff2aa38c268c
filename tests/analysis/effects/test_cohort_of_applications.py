"""Time at risk of applying again, on one person's few records: an application on day 0, its duty ended on day 50."""

from __future__ import annotations

import pytest
from cohort_tables import after, cohort

from boldlink.analysis.effects import applications

FIRST = {"application_date": after(0), "duty_end_date": after(50)}
LAST = {"person": 9, "application_date": after(400), "main_applicant": False}  # the data end with somebody else's case


def stretches(*cases, prison=(), ndtms=(), last=LAST):
    """(start, stop, event) of person 1, with the treatment and custody of each."""
    rows = {"hclic": [FIRST, *cases, last], "prison": prison, "ndtms": ndtms}
    return cohort(applications.time_at_risk, rows)


def spans(*cases, **others):
    """(start, stop, event) with stretches joined that only follow one another."""
    found = []
    for row in stretches(*cases, **others):
        joined = found and found[-1][1] == row["start"] and not found[-1][2]
        start = found.pop()[0] if joined else row["start"]
        found.append((start, row["stop"], row["event"]))
    return found


def test_time_at_risk_begins_28_days_after_the_duty_ended_and_lasts_until_the_data_end():
    assert spans() == [(78, 400, False)]


def test_the_next_application_is_an_event_and_the_clock_stands_until_its_own_duty_has_ended():
    again = {"application_date": after(100), "duty_end_date": after(150)}
    assert spans(again) == [(78, 100, True), (178, 400, False)]


@pytest.mark.parametrize(("day", "events"), [(77, 0), (78, 0), (79, 1)])
def test_an_application_within_28_days_belongs_to_the_case_before(day, events):
    again = {"application_date": after(day), "duty_end_date": after(150)}
    assert sum(event for *_, event in spans(again)) == events


def test_while_a_duty_lasts_nobody_waits():
    assert spans({"application_date": after(90)}) == [(78, 90, True)]


def test_whoever_was_owed_no_duty_leaves():
    assert spans({"application_date": after(100), "duty": "none"}) == [(78, 100, True)]


def test_another_adult_of_the_household_is_no_applicant():
    assert spans({"application_date": after(100), "main_applicant": False}) == [(78, 400, False)]


def test_custody_ends_the_wait_and_it_resumes_182_days_after_release():
    custody = [{"reception_date": after(100), "release_date": after(160)}]
    found = stretches(prison=custody)
    assert [(row["start"], row["stop"], row["custody"]) for row in found] == [(78, 100, False), (342, 400, True)]


def test_an_application_soon_after_release_is_no_event_but_the_wait_begins_with_it():
    custody = [{"reception_date": after(100), "release_date": after(160)}]
    again = {"application_date": after(170), "duty_end_date": after(200)}
    assert spans(again, prison=custody) == [(78, 100, False), (228, 400, False)]


def test_whoever_asks_for_help_on_the_day_of_release_waits_from_that_case_on():
    custody = [{"reception_date": after(100), "release_date": after(160)}]
    again = {"application_date": after(160), "duty_end_date": after(200)}
    assert spans(again, prison=custody) == [(78, 100, False), (228, 400, False)]


@pytest.mark.parametrize(("day", "events"), [(342, 0), (343, 1)])
def test_the_182_days_after_release_are_over_when_they_are_over(day, events):
    custody = [{"reception_date": after(100), "release_date": after(160)}]
    assert sum(event for *_, event in spans({"application_date": after(day)}, prison=custody)) == events


def test_whoever_is_not_released_does_not_wait_outside():
    assert spans(prison=[{"reception_date": after(100), "release_date": None}]) == [(78, 100, False)]


def test_custody_before_the_first_application_is_history_not_a_gap():
    custody = [{"reception_date": after(-90), "release_date": after(-10), "link_probability": 0.8}]
    assert spans(prison=custody) == [(78, 400, False)]
    assert {(row["custody"], row["custody_chance"]) for row in stretches(prison=custody)} == {(True, 0.8)}


def test_treatment_counts_on_the_days_of_treatment():
    inside = [{"triaged_jy": after(100), "disd_jy": after(200), "link_probability": 0.9}]
    found = stretches(ndtms=inside)
    assert [(row["start"], row["stop"], row["in_treatment"], row["in_treatment_chance"]) for row in found] == [
        (78, 100, False, 0.0), (100, 200, True, 0.9), (200, 400, False, 0.0),
    ]  # fmt: skip


def test_on_the_day_treatment_starts_an_application_is_still_of_somebody_untreated():
    again = {"application_date": after(100)}
    (found,) = stretches(again, ndtms=[{"triaged_jy": after(100), "disd_jy": after(200)}])
    assert (found["stop"], found["event"], found["in_treatment"]) == (100, True, False)


def test_on_the_day_treatment_ends_an_application_is_of_somebody_treated():
    again = {"application_date": after(200)}
    *_, found = stretches(again, ndtms=[{"triaged_jy": after(100), "disd_jy": after(200)}])
    assert (found["stop"], found["event"], found["in_treatment"]) == (200, True, True)


def test_of_two_journeys_that_begin_together_the_longer_one_counts():
    inside = [{"triaged_jy": after(60), "disd_jy": after(day)} for day in (70, 300)]
    assert [row["in_treatment"] for row in stretches(ndtms=inside)] == [True, False]
    assert stretches(ndtms=inside) == stretches(ndtms=inside[::-1])


def test_treatment_in_prison_is_no_community_treatment():
    assert [row["in_treatment"] for row in stretches(ndtms=[{"setting": "prison", "triaged_jy": after(60)}])] == [False]


def test_a_need_that_nobody_recorded_is_a_need_that_is_not_recorded():
    first = {**FIRST, "support_mental_health": None, "support_drug_dependency": True}
    (found,) = cohort(applications.time_at_risk, {"hclic": [first, LAST]})
    assert (found["mental"], found["drugs"]) == (False, True)


def test_cases_of_nobody_are_not_one_person_who_applies_again_and_again():
    rows = [{**FIRST, "person": None}, {"person": None, "application_date": after(100)}, LAST]
    assert cohort(applications.time_at_risk, {"hclic": rows}) == []
