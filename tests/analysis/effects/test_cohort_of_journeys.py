"""Community treatment and people sentenced to it, on a few journeys."""

from __future__ import annotations

import pytest
from cohort_tables import after, cohort, cohort_frame

from boldlink.analysis.ask import Ask
from boldlink.analysis.effects import journeys, rehabilitation, sensitivity
from boldlink.analysis.effects.frames import ask_for

COMPLETED = {"triaged_jy": after(0), "disd_jy": after(60), "disrsn_jy": "treatment completed - drug free"}


def journey(*events, **given):
    """The one person in treatment, with what probation recorded."""
    (found,) = cohort(journeys.treatment, {"ndtms": [{**COMPLETED, **given}], "probation": events})
    return found


@pytest.mark.parametrize(
    ("reason", "ended_as"),
    [
        ("treatment completed - occasional user", journeys.COMPLETED),
        ("incomplete - dropped out", journeys.DROPPED),
        ("incomplete - client died", journeys.OTHER),
        ("transferred - in custody", journeys.OTHER),
        (None, journeys.OTHER),
    ],
)
def test_ends_compete(reason, ended_as):
    found = journey(disrsn_jy=reason)
    assert (found["days"], found["ended_as"]) == (60, ended_as)


def test_an_open_journey_is_seen_until_the_data_end():
    rows = [{**COMPLETED, "disd_jy": None, "disrsn_jy": None}, {**COMPLETED, "person": 2}]
    assert [(r["days"], r["ended_as"]) for r in cohort(journeys.treatment, {"ndtms": rows})] == [(60, 0), (60, 1)]


def test_the_first_journey_of_the_period_counts_and_prison_is_no_community():
    rows = [
        {**COMPLETED, "triaged_jy": after(day), "drug1": drug}
        for day, drug in ((-5, "Crack"), (50, "Crack"), (20, "Alcohol"))
    ]
    rows.append({**COMPLETED, "setting": "prison", "triaged_jy": after(1)})
    (found,) = cohort(journeys.treatment, {"ndtms": rows})
    assert (found["drug"], found["days"]) == ("Alcohol", 40)


@pytest.mark.parametrize(
    ("need", "settled"), [("none", True), ("housing problem", False), ("urgent", False), (None, None)]
)
def test_a_home_is_settled_not_settled_or_not_known(need, settled):
    assert journey(accommodation_need=need)["settled"] is settled


@pytest.mark.parametrize(
    ("state", "employed"), [("Employed", True), ("Unemployed", False), ("Unavailable for work", False)]
)
def test_work_is_what_probation_recorded(state, employed):
    assert journey({"event_date": after(-50), "employment_6_weeks": state})["employed"] is employed


@pytest.mark.parametrize("state", ["Not known", "", None])
def test_work_that_was_not_recorded_is_not_known(state):
    assert journey({"event_date": after(-50), "employment_6_weeks": state})["employed"] is None


@pytest.mark.parametrize(("day", "known_day"), [(-50, 0), (-42, 0), (-41, 1), (0, 42)])
def test_work_is_known_six_weeks_after_the_sentence_and_not_before(day, known_day):
    assert journey({"event_date": after(day)})["known_day"] == known_day


@pytest.mark.parametrize("day", [-366, 1])
def test_a_sentence_of_more_than_a_year_ago_or_after_treatment_began_says_nothing_of_work(day):
    assert journey({"event_date": after(day)})["employed"] is None


def test_the_last_sentence_before_treatment_says_it():
    events = [
        {"event_date": after(day), "employment_6_weeks": state}
        for day, state in ((-90, "Employed"), (-60, "Unemployed"))
    ]
    assert journey(*events)["employed"] is False


def many(number, **given):
    return [
        {**COMPLETED, "person": person, "disd_jy": after(20 + person % 60), **given} for person in range(1, number + 1)
    ]


def test_whoever_left_before_work_was_known_is_not_compared_by_work():
    people = 400
    events = [
        {"person": p, "event_date": after(0), "employment_6_weeks": "Employed" if p % 3 else "Unemployed"}
        for p in range(1, people + 1)
    ]
    frame = cohort_frame(journeys.treatment, {"ndtms": many(people), "probation": events})
    (found,) = rehabilitation.ending_ratio(frame, "employed", journeys.COMPLETED)
    stayed = sum(20 + person % 60 > 42 for person in range(1, people + 1))
    assert found["people"] == found["events"] == stayed < people


def sentenced(connection, ask: Ask, confidence):
    return ask_for(connection, sensitivity._SENTENCED, confidence, ask)


@pytest.mark.parametrize(
    ("record", "treated"),
    [
        ({"triaged_jy": after(-60), "disd_jy": after(-1)}, False),
        ({"triaged_jy": after(-60), "disd_jy": after(0)}, True),
        ({"triaged_jy": after(-60)}, True),
        ({"triaged_jy": after(200), "disd_jy": after(210)}, True),
        ({"triaged_jy": after(5), "setting": "prison"}, False),
        ({"triaged_jy": after(5), "person": 2}, False),
    ],
    ids=["over before", "over on the day", "open", "began later", "in prison", "somebody else"],
)
def test_a_community_journey_open_at_sentence_or_begun_after_it_is_a_treatment_record(record, treated):
    (found,) = cohort(sentenced, {"probation": [{"event_date": after(0)}], "ndtms": [record]})
    assert found["treated"] is treated


def test_the_first_treatment_requirement_of_the_period_counts():
    rows = [
        {"event_date": after(day), "requirement": kind}
        for day, kind in ((5, "MHTR"), (90, "ATR"), (40, "DRR"), (-2, "DRR"))
    ]
    (found,) = cohort(sentenced, {"probation": rows})
    assert found["sentenced"].date() == after(40)
