"""Prison leavers, on tables small enough to read."""

from __future__ import annotations

import pytest
from cohort_tables import after, cohort

from boldlink.analysis.effects import rehabilitation, releases

RELEASED = {"release_date": after(0)}
BEFORE = {"offence_date": after(-90), "proven_date": after(-60), "prior_convictions": 4}


def leaver(*offences, **release):
    """The one leaver of a table, with these offences after a conviction before release."""
    (found,) = cohort(releases.leavers, {"prison": [{**RELEASED, **release}], "pnc": [BEFORE, *offences]})
    return found


@pytest.mark.parametrize(("day", "counts"), [(-1, False), (0, True), (364, True), (365, False)])
def test_an_offence_counts_from_the_day_of_release_until_a_year_is_over(day, counts):
    found = leaver({"offence_date": after(day), "proven_date": after(400)})
    assert found["reoffended"] is counts
    assert found["days_to_reoffence"] == (day if counts else None)


@pytest.mark.parametrize(("day", "counts"), [(545, True), (546, False)])
def test_it_must_be_proven_before_eighteen_months_are_over(day, counts):
    assert leaver({"offence_date": after(10), "proven_date": after(day)})["reoffended"] is counts  # to 1 July 2023


@pytest.mark.parametrize("doubt", [{"breach": True}, {"recordable": False}, {"recordable": None}])
def test_breaches_and_what_is_not_recordable_are_no_reoffences(doubt):
    assert not leaver({"offence_date": after(10), "proven_date": after(20), **doubt})["reoffended"]


def test_an_offence_that_nobody_calls_a_breach_counts_as_it_does_in_the_official_rate():
    assert leaver({"offence_date": after(10), "proven_date": after(20), "breach": None})["reoffended"]


def test_every_reoffence_of_the_year_counts_and_the_first_one_dates_it():
    found = leaver(*({"offence_date": after(day), "proven_date": after(day + 30)} for day in (200, 40, 300)))
    assert (found["reoffences"], found["days_to_reoffence"]) == (3, 40)


def test_of_two_releases_the_first_in_the_period_counts():
    rows = [
        {"release_date": after(day), "main_offence": offence}
        for day, offence in ((-1, "Fraud"), (90, "Drugs"), (40, "Theft"))
    ]
    (found,) = cohort(releases.leavers, {"prison": rows})
    assert (found["released"].date(), found["offence"]) == (after(40), "Theft")


def test_whoever_is_not_on_the_pnc_is_not_known_to_have_reoffended_or_not():
    rows = {"prison": [RELEASED, {**RELEASED, "person": 2}], "pnc": [{**BEFORE, "person": 2}]}
    assert [row["linked"] for row in cohort(releases.leavers, rows)] == [False, True]
    assert [row["person"] for row in cohort(releases.reoffending, rows)] == [1]


def test_whoever_is_on_the_pnc_only_for_what_came_after_release_is_not_found_because_of_it():
    rows = {"prison": [RELEASED], "pnc": [{"offence_date": after(10), "proven_date": after(60)}]}
    (found,) = cohort(releases.leavers, rows)
    assert found["linked"] is False


@pytest.mark.parametrize(("day", "band"), [(0, "11 or more"), (1, "3 to 6")])
def test_priors_are_those_that_stood_on_the_day_of_release(day, band):
    later = {"offence_date": after(-20), "proven_date": after(day), "prior_convictions": 12}
    assert leaver(later)["priors_band"] == band


def test_people_whose_exposure_is_not_recorded_are_in_neither_group():
    rows = [
        {**RELEASED, "person": person, "employment_support": given}
        for person, given in ((1, None), (2, True), (3, False))
    ]
    found = cohort(releases.leavers, {"prison": rows}, ("employment_support",))
    assert [row["employment_support"] for row in found] == [True, False]


def test_people_of_whom_no_service_is_recorded_stay_among_those_without_one():
    rows = {"prison": [{**RELEASED, "accommodation_service": None}], "pnc": [BEFORE], "hclic": []}
    assert [row["accommodation_service"] for row in cohort(releases.leavers, rows, (releases.SERVICE,))] == [None]
    assert [row["accommodation_service"] for row in cohort(releases.homelessness, rows)] == [None]


def test_rows_of_nobody_are_left_out_and_never_made_one_person():
    rows = {
        "prison": [{**RELEASED, "person": person} for person in (None, None, 1)],
        "pnc": [{**BEFORE, "person": None}],
    }
    assert [row["linked"] for row in cohort(releases.leavers, rows)] == [False]


@pytest.mark.parametrize(("day", "homeless"), [(-1, False), (0, True), (182, True), (183, False)])
def test_an_application_within_182_days_of_release_counts(day, homeless):
    (found,) = cohort(releases.homelessness, {"prison": [RELEASED], "hclic": [{"application_date": after(day)}]})
    assert found["homeless"] is homeless


INSIDE = {
    "setting": "prison",
    "disd_jy": after(0),
    "disrsn_jy": "transferred - not in custody",
    "opioid_substitution": True,
}


def engaged(*journeys, **release):
    """Rows of people transferred from prison treatment."""
    return cohort(rehabilitation.engagement, {"prison": [{**RELEASED, **release}], "ndtms": [INSIDE, *journeys]})


@pytest.mark.parametrize(("day", "yes"), [(-1, False), (0, True), (21, True), (22, False)])
def test_treatment_that_begins_within_21_days_of_release_is_engagement(day, yes):
    (found,) = engaged({"triaged_jy": after(day)})
    assert (found["substitution"], found["engaged"]) == (True, yes)


@pytest.mark.parametrize(("days", "counted"), [(7, 1), (8, 0)])
def test_prison_treatment_must_have_ended_within_a_week_of_release(days, counted):
    assert len(engaged(release_date=after(days))) == counted


def test_people_released_in_wales_cannot_be_seen_in_english_treatment():
    assert engaged(release_region="Wales") == []
    assert len(engaged(release_region=None)) == 1


def test_only_opiate_treatment_transferred_out_of_custody_is_asked_about():
    others = [
        {**INSIDE, "person": 2, "drug1": "Alcohol"},
        {**INSIDE, "person": 3, "disrsn_jy": "transferred - in custody"},
    ]
    rows = {"prison": [{**RELEASED, "person": person} for person in (2, 3)], "ndtms": others}
    assert cohort(rehabilitation.engagement, rows) == []
