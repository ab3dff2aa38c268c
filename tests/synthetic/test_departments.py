"""What departments write of a life, on lives made by hand: codes, series breaks, losses, and who is known by which number."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest

from boldlink.synthetic.departments import HEADERS, Desk, rows_of
from boldlink.synthetic.departments.courts import MOVED_PERCENT, has_moved
from boldlink.synthetic.departments.desk import opened_twice, share_of
from boldlink.synthetic.events import (
    Admission,
    Application,
    Assessment,
    Award,
    Case,
    Contact,
    Crime,
    Journey,
    Life,
    Needs,
    Referral,
    Spell,
    Supervision,
    Support,
)
from boldlink.synthetic.population import AREAS, Person

CARDIFF = next(place for place, area in enumerate(AREAS) if area[3] == "Cardiff")
NAMED = next(place for place, area in enumerate(AREAS) if share_of(area[3]) >= 20)
NAMELESS = next(place for place, area in enumerate(AREAS) if share_of(area[3]) < 20)


def person(id="0000000000000001", area=NAMED, household=1, **more):
    known = {"community": "british", "sex": "F", "forename": "Sarah", "middle_name": "Jane", "surname": "Holford"}
    plain = {"born": date(1985, 4, 9), "postcode": "M1 1AE", "nino": "AB123456C", "pnc": "2004/0012345X"}
    return Person(**{"id": id, "area": area, "household": household, **known, **plain, **more})


def written(*lives, seed=1):
    """Every row as a dictionary, by dataset."""
    desk = Desk(lives, Random(seed))
    found = {dataset: [] for dataset in HEADERS}
    for life in lives:
        for row in rows_of(life, desk):
            assert len(row.values) == len(HEADERS[row.dataset])
            found[row.dataset].append(dict(zip(HEADERS[row.dataset], row.values, strict=True)))
    return found


def test_somebody_to_whom_nothing_happened_is_in_no_english_record():
    assert not any(written(Life(person())).values())


def test_only_reception_without_a_home_gives_the_courts_code_for_no_address():
    spells = [
        Spell(date(2022, 1, 1), date(2022, 3, 1), "Theft", 60, homeless_before=homeless, first_night=night)
        for homeless, night in ((True, "A08A"), (False, "A07B"))
    ]
    first, second = written(Life(person(no_fixed_abode=True), spells=spells))["prison"]
    assert first["postcode"] == "NF1 1NF" and second["postcode"] != "NF1 1NF"
    assert (first["discharge_accommodation"], second["discharge_accommodation"]) == ("DNF", "DPH")
    assert first["noms_number"] == second["noms_number"] and first["book_id"] != second["book_id"]


def test_who_is_still_in_prison_has_no_release_and_nothing_offered_at_it():
    row = written(Life(person(), spells=[Spell(date(2024, 1, 1), None, "Theft", 400)]))["prison"][0]
    assert not any(
        row[name] for name in ("release_date", "release_type", "discharge_accommodation", "accommodation_service")
    )


@pytest.mark.parametrize(("started", "recorded"), [(date(2024, 1, 28), "A01C"), (date(2024, 1, 29), "")])
def test_accommodation_at_three_months_is_not_recorded_since_the_probation_reset(started, recorded):
    licence = Supervision(started, None, "LIC", "NONE", "A04", "A01C", "Employed", "Not known")
    row = written(Life(person(), supervised=[licence]))["probation"][0]
    assert (row["accommodation_status"], row["accommodation_3_months"]) == ("A04", recorded)


def test_somebody_whom_probation_opened_twice_has_two_references():
    twice = person(id="000000" + "1" * 10)
    assert opened_twice(twice) and not opened_twice(person(id="000001" + "1" * 10))
    licences = [Supervision(date(2022, 1, 1), None, "LIC", "NONE", "", "", "", "")] * 30
    assert len({row["crn"] for row in written(Life(twice, supervised=licences))["probation"]}) == 2
    once = Life(person(id="000001" + "1" * 10), supervised=licences)
    assert len({row["crn"] for row in written(once)["probation"]}) == 1


def test_some_assessments_stand_twice_and_every_row_has_its_own_number():
    assessments = [Assessment(date(2022, 5, 1), "NO", "1", 3, 4, 1, 5, 6, 48)] * 500
    rows = written(Life(person(), assessments=assessments))["oasys"]
    assert 500 < len(rows) < 530 and len({row["assessment_id"] for row in rows}) == len(rows)
    assert {(row["question_3_tot"], row["question_10_tot"], row["ogrs3"]) for row in rows} == {("3", "6", "48")}


def case(charged, court="magistrates", urn=""):
    return Case(charged, charged + timedelta(14), charged + timedelta(40), court, "Theft", "guilty", "convicted", urn)


def test_areas_move_to_common_platform_one_after_another_and_never_back():
    days = [day for day, _ in MOVED_PERCENT]
    moved = [{area for area in range(len(AREAS)) if has_moved(area, day)} for day in [date(2020, 1, 1), *days]]
    assert not moved[0] and moved[-1] == set(range(len(AREAS)))
    assert all(before < after for before, after in pairwise(moved))


def test_a_case_charged_after_its_area_moved_is_missing_from_libra_and_xhibit():
    early, late = date(2021, 10, 1), date(2024, 1, 1)
    area = next(area for area in range(len(AREAS)) if not has_moved(area, early))
    cases = [case(early, "crown", "U1"), case(late, "crown", "U2")]
    found = written(Life(person(area=area), cases=cases))
    assert (
        [row["case_urn"] for row in found["magistrates"]] == [row["case_urn"] for row in found["crown-court"]] == ["U1"]
    )
    assert [row["case_urn"] for row in found["common-platform"]] == ["U2"]
    assert (
        found["magistrates"][0]["result"] == "sent to Crown Court" and found["crown-court"][0]["result"] == "convicted"
    )


def test_libra_knows_nobody_again_and_common_platform_mostly_does():
    area = next(area for area in range(len(AREAS)) if not has_moved(area, date(2021, 10, 1)))
    days = [date(2021, 10, 1)] * 40 + [date(2024, 1, 1)] * 40
    found = written(Life(person(area=area), cases=[case(day) for day in days]))
    assert len({row["defendant_ref"] for row in found["magistrates"]}) == 40
    assert len({row["master_defendant_id"] for row in found["common-platform"]}) < 8


def journey(triaged, setting="community", **more):
    return Journey(setting, triaged, triaged, None, "", "Opiates", "self", **more)


def test_people_who_did_not_consent_are_delivered_and_marked():
    life = Life(person(), consents=False, opted_out=True, journeys=[journey(date(2022, 6, 1))])
    row = written(life)["ndtms"][0]
    assert (row["consent"], row["national_opt_out"]) == ("false", "true")


def test_each_treatment_agency_has_its_own_reference_to_a_client():
    journeys = [
        journey(date(2022, 1, 1) + timedelta(place), "prison" if place % 2 else "community") for place in range(40)
    ]
    rows = written(Life(person(), journeys=journeys))["ndtms"]
    known = {(row["agncy"], row["client_ref"]) for row in rows}
    assert len(known) == len({row["agncy"] for row in rows}) == len({row["client_ref"] for row in rows}) > 1


@pytest.mark.parametrize(
    ("settled", "slept_rough_on", "need"),
    [
        (True, date(2022, 6, 2), "none"),
        (False, date(2022, 6, 2), "urgent"),
        (False, date(2023, 6, 2), "housing problem"),
    ],
)
def test_housing_need_at_triage_is_what_the_agency_sees(settled, slept_rough_on, need):
    contact = Contact(slept_rough_on, NAMED, False)
    life = Life(person(), journeys=[journey(date(2022, 6, 1), settled_home=settled)], rough_sleeping=[contact])
    assert written(life)["ndtms"][0]["accommodation_need"] == need


def application(area=NAMED, lived="private rented"):
    return Application(date(2022, 6, 1), lived, "homeless", "relief", None, "", "none", "none", area)


def test_every_adult_of_a_household_is_in_its_case_and_one_of_them_applied():
    applicant = Life(person(), applications=[application()], awards=[Award(date(2020, 1, 1), None, 2)])
    partner, stranger = Life(person(id="2" * 16)), Life(person(id="3" * 16, household=2))
    rows = written(applicant, partner, stranger)["hclic"]
    assert [row["main_applicant"] for row in rows] == ["true", "false"]
    assert len({row["case_id"] for row in rows}) == 1 and len({row["person_ref"] for row in rows}) == 2
    assert {row["household_people"] for row in rows} == {"4"}


def test_who_leaves_prison_for_the_council_applies_alone():
    lived = "homeless on departure from institution: custody"
    rows = written(Life(person(), applications=[application(lived=lived)]), Life(person(id="2" * 16)))["hclic"]
    assert [row["main_applicant"] for row in rows] == ["true"]


def test_two_councils_have_two_references_and_one_of_them_no_name():
    life = Life(person(), applications=[application(NAMED), application(NAMED), application(NAMELESS)])
    first, again, elsewhere = written(life)["hclic"]
    assert first["person_ref"] == again["person_ref"] != elsewhere["person_ref"]
    assert first["surname"] and not elsewhere["surname"] and not elsewhere["forename"]


def test_outreach_often_lacks_the_date_of_birth_and_hears_nicknames():
    contacts = [Contact(date(2022, 1, 1), NAMED, True)] * 400
    rows = written(Life(person(forename="Samantha"), rough_sleeping=contacts))["rough-sleeping"]
    assert 60 < sum(not row["date_of_birth"] for row in rows) < 120
    assert 100 < sum(row["forename"].title() == "Sam" for row in rows) < 220


def test_one_adult_of_a_household_claims_child_benefit():
    lives = [Life(person(id=str(place) * 16), awards=[Award(date(2020, 1, 1), None, 1)]) for place in (1, 2)]
    assert len(written(*lives)["child-benefit"]) == 1


def test_deaths_that_a_coroner_looks_into_are_registered_months_later():
    for cause, least_days, most_days in (("other", 1, 15), ("drug misuse", 60, 260)):
        row = written(Life(person(), died=date(2022, 1, 1), cause=cause))["deaths"][0]
        waited = date.fromisoformat(row["registration_date"]) - date(2022, 1, 1)
        assert least_days <= waited.days < most_days


def test_a_death_not_registered_by_the_day_of_the_extract_is_not_there():
    assert not written(Life(person(), died=date(2024, 5, 1), cause="suicide"))["deaths"]


def test_hospitals_of_england_report_no_names_and_welsh_people_to_wales():
    stay = Admission(date(2022, 1, 1), date(2022, 1, 4), "emergency", "injury")
    english = written(Life(person(), admissions=[stay]))
    welsh = written(Life(person(area=CARDIFF), admissions=[stay]))
    assert len(english["hospital-episodes"]) == 1 and not english["wales-admissions"]
    assert len(welsh["wales-admissions"]) == 1 and not welsh["hospital-episodes"]
    assert not {"Sarah", "Holford", "HOLFORD"} & set(english["hospital-episodes"][0].values())


def test_wales_knows_somebody_by_one_alf_everywhere_and_by_the_monday_of_their_birth():
    referral = Referral(date(2022, 1, 3), None, None, None, "", "Alcohol", "self")
    found = written(Life(person(area=CARDIFF), referrals=[referral], died=date(2023, 1, 1), cause="other"))
    welsh = [row for name, rows in found.items() if name.startswith("wales-") for row in rows]
    assert len(welsh) >= 3 and len({row["alf"] for row in welsh}) == 1
    assert {row["week_of_birth"] for row in welsh if "week_of_birth" in row} == {"1985-04-08"}


def test_one_supplier_group_in_wales_reported_no_closures_for_some_quarters():
    def closed(on):
        return [Referral(date(2021, 11, 1), None, None, on, "declined", "Alcohol", "self")] * 500

    life = Life(person(area=CARDIFF), referrals=closed(date(2022, 5, 1)) + closed(date(2023, 9, 1)))
    rows = written(life)["wales-substance-misuse"]
    carried = [not row["closure_date"] for row in rows]
    assert 50 < sum(carried[:500]) < 120 and not any(carried[500:])
    assert all(bool(row["closure_date"]) == bool(row["closure_reason"]) for row in rows)


def test_police_prosecutors_and_supporters_share_no_number_of_a_victim():
    support = Support(date(2022, 2, 3), date(2022, 2, 5), "Advocate", date(2022, 2, 9), None, 4, 3, None, "open")
    crime = Crime(date(2022, 2, 1), "Violence", True, "1", date(2022, 3, 1), referred_to_cps=date(2022, 2, 20),
                  decision="charge", decided_on=date(2022, 3, 1), prosecution="stopped", withdrew_on=date(2022, 4, 1),
                  prosecution_ended=date(2022, 4, 1), support=support, urn="U7")  # fmt: skip
    found = written(Life(person(), crimes=[crime, crime]))
    assert {row["case_urn"] for row in found["police-crimes"] + found["cps"]} == {"U7"}
    references = [{row["victim_ref"] for row in found[dataset]} for dataset in ("police-crimes", "cps")]
    references.append({row["client_ref"] for row in found["victim-service"]})
    assert len(references[0]) == 1 and len(references[1]) == 2
    assert len(set().union(*references)) == sum(map(len, references))
    assert found["cps"][0]["victim_withdrew"] == "true" and found["victim-service"][0]["wellbeing_end"] == ""


def test_prosecutors_record_a_withdrawal_before_their_decision_too():
    crime = Crime(date(2022, 2, 1), "Violence", True, "16", date(2022, 3, 1), referred_to_cps=date(2022, 2, 20),
                  decision="no further action", decided_on=date(2022, 3, 1), withdrew_on=date(2022, 3, 1))  # fmt: skip
    assert written(Life(person(), crimes=[crime]))["cps"][0]["victim_withdrew"] == "true"


def test_councils_see_most_needs_and_never_one_that_is_not_there():
    needing = Life(person(), Needs("Opiates", mental=True), applications=[application()] * 200)
    rows = written(needing)["hclic"]
    assert 150 < sum(row["support_drug_dependency"] == "true" for row in rows) < 190
    assert {row["support_physical_health"] for row in rows} == {"false"}
