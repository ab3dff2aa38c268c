"""Whom the counts of effects are of: everybody compared, and those of them who had the outcome, as sealed units."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from boldlink.analysis import compute_with_people
from boldlink.analysis.ask import QUALITY, Ask
from boldlink.analysis.effects import EFFECTS, rehabilitation
from boldlink.analysis.effects.table import WHOSE
from boldlink.analysis.engine import tables
from boldlink.analysis.methods import compared_within_areas
from sealed_units import misfits, sealed, sizes, unit_of

ASK = Ask(date(2022, 1, 1), date(2023, 11, 30))
BY_ID = {one.measure.id: one for one in EFFECTS}
PAIR = {
    "of": "probation", "to": "ndtms", "linked": 300,
    "false_links": {"expected": 9, "low": 3, "high": 18}, "missed_links": {"expected": 30, "low": 12, "high": 60},
}  # fmt: skip

# What a row counts that is no person: offences, applications, crimes, and a mean over draws.
NOT_PEOPLE = {
    "effect-employment-support": {("events", "Reoffences within a year")},
    "effect-accredited-programme": {("events", "Reoffences within a year")},
    "effect-needs-repeat-homelessness": {
        ("events", "Mental ill-health"), ("events", "Physical ill-health"), ("events", "Drug or alcohol dependence"),
        ("events", "Has been in custody"),
    },
    "effect-treatment-repeat-homelessness": {("events", "In community treatment on the day")},
    "effect-support-withdrawal": {
        (count, support)
        for count in ("people", "events")
        for support in (
            "Advocate", "Counselling", "Information only",
            "Any advocate or counselling begun by day 28, of cases open on day 42",
        )
    },
    "sensitivity-reoffending": {("events", "Multiple imputation over links")},
}  # fmt: skip


@pytest.fixture(scope="module")
def units(perfect):
    """Research tables of the world with sealed units, and the report on links."""
    return {**sealed(perfect), QUALITY: pa.table({"report": [json.dumps({"pairs": [PAIR]})]})}


@pytest.fixture(scope="module")
def answers(units):
    """The table of every effect, and whose each count is."""
    return {name: compute_with_people(name, units, ASK.starts, ASK.ends)[1:] for name in BY_ID}


def in_words(row):
    """What sets a row apart, beside its link."""
    return next(row[key] for key in ("outcome", "exposure", "method", "covariate") if key in row)


@pytest.mark.parametrize("name", BY_ID)
def test_each_count_of_an_effect_is_of_as_many_people_as_it_says_or_of_none(name, answers):
    table, whose = answers[name]
    assert misfits(table, whose) == {}


@pytest.mark.parametrize("name", BY_ID)
def test_what_an_effect_counts_that_is_no_person_has_no_people(name, answers):
    table, whose = answers[name]
    cells = sizes(whose)
    without = {
        (count, in_words(row))
        for place, row in enumerate(table.rows)
        for count in table.counts
        if row[count] and (place, count) not in cells
    }
    assert without == NOT_PEOPLE.get(name, set())


@pytest.mark.parametrize("name", BY_ID)
def test_a_table_of_an_effect_is_the_same_whether_or_not_its_people_are_asked_for(name, units, answers):
    with tables({name: units[name] for name in units}) as connection:
        assert BY_ID[name].compute(connection, ASK) == answers[name][0]


def sets_of(table, whose):
    """The units behind each count of each row: (row in words, link, count) -> units."""
    found = {}
    for line in whose.to_pylist():
        row = table.rows[line["row"]]
        key = (row.get("exposure"), row.get("outcome"), row.get("confidence"), line["count"])
        found.setdefault(key, set()).add(line["unit"])
    return found


@pytest.mark.parametrize("name", [name for name in BY_ID if name.startswith("effect-") and "withdrawal" not in name])
def test_where_every_link_is_certain_the_people_are_the_same_at_every_confidence(name, answers):
    found = sets_of(*answers[name])
    high = {key: people for key, people in found.items() if key[2] == "High"}
    assert high
    for (exposure, outcome, _, count), people in high.items():
        assert found[exposure, outcome, "Low", count] == found[exposure, outcome, "Medium", count] == people


def first_releases(units):
    """One row for each person released in the period: the first release, by pandas instead of SQL."""
    prison = units["prison"].to_pandas()
    within = prison[(prison["release_date"] >= ASK.starts) & (prison["release_date"] <= ASK.ends)]
    return within.sort_values("release_date").drop_duplicates("person_medium")


def test_people_of_a_housing_service_are_those_who_had_it_at_their_first_release_in_england(units, answers):
    released = first_releases(units)
    found = sets_of(*answers["effect-housing-services"])
    for service in ("CAS3", "CRS accommodation", "Housing advice"):
        had = released[(released["accommodation_service"] == service) & (released["release_region"] != "Wales")]
        assert found[service, None, "Medium", "people"] == {unit_of("prison", one) for one in had["person_medium"]}


def test_events_of_a_housing_service_are_those_who_applied_to_a_council_within_six_months(units, answers):
    released = first_releases(units)[["person_medium", "release_date", "accommodation_service", "release_region"]]
    both = released.merge(units["hclic"].to_pandas()[["person_medium", "application_date"]], on="person_medium")
    waited = both["application_date"] - both["release_date"]
    applied = both[(waited >= timedelta(0)) & (waited <= timedelta(182)) & (both["release_region"] != "Wales")]
    had = applied[applied["accommodation_service"] == "CRS accommodation"]
    found = sets_of(*answers["effect-housing-services"])["CRS accommodation", None, "Medium", "events"]
    assert found == {unit_of("prison", one) for one in had["person_medium"]} and found


def test_events_are_among_the_people_of_their_row(answers):
    for name in ("effect-employment-support", "effect-opioid-substitution-engagement", "effect-home-completion"):
        found = sets_of(*answers[name])
        for (*row, count), people in found.items():
            assert count == "people" or people < found[(*row, "people")]


def test_days_to_a_reoffence_are_of_those_of_the_matched_who_reoffended(answers):
    rates, days = (sets_of(*answers[name]) for name in ("effect-employment-support", "effect-employment-support-time"))
    reoffended = rates[None, "Reoffended within a year", "High", "events"]
    assert days[None, "Days to the first reoffence", "High", "people"] == reoffended


def test_areas_in_which_everybody_or_nobody_has_the_outcome_are_not_compared():
    happened, area = [1, 0, 1, 1, 0, 0], ["a", "a", "b", "b", "c", "c"]
    assert compared_within_areas(happened, area).tolist() == [True, True, False, False, False, False]


def test_an_odds_ratio_that_leaves_areas_out_counts_none_of_their_people():
    """Ten areas of a hundred people, and one in which nobody engaged."""
    generator = np.random.default_rng(5)
    people = 1_000
    frame = pd.DataFrame(
        {
            "person": range(people + 40),
            "substitution": generator.random(people + 40) < 0.5,
            "region": [f"area {number % 10}" for number in range(people)] + ["nobody's"] * 40,
            "engaged": [*(generator.random(people) < 0.4), *[False] * 40],
            **dict.fromkeys(("sex", "age_band", "sentence_band"), "all alike"),
        }
    )
    (row,) = rehabilitation.substitution_odds(frame)
    assert "fixed effects" in row["method"] and row["people"] == people
    assert sorted(row[WHOSE]["people"]) == [*range(people)]
    assert sorted(row[WHOSE]["events"]) == sorted(frame["person"][frame["engaged"]])
