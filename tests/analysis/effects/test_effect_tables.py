"""Tables of effects: counts only where they are checked, words for what could not be said, the same for the same data."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from boldlink.analysis import compute
from boldlink.analysis.ask import QUALITY, Ask
from boldlink.analysis.effects import EFFECTS
from boldlink.analysis.effects.releases import reoffending
from boldlink.analysis.effects.reoffending import matched_outcomes
from boldlink.analysis.effects.table import row_of_effect, tried
from boldlink.analysis.engine import tables
from boldlink.analysis.methods import Effect, Estimate, Scale
from boldlink.errors import BadInput
from boldlink.values import Confidence

ASK = Ask(date(2022, 1, 1), date(2023, 11, 30))
BY_ID = {one.measure.id: one for one in EFFECTS}
WHEN = "From 1 January 2022 to 30 November 2023."
REPORT = {
    "of": "probation", "to": "ndtms", "linked": 300,
    "false_links": {"expected": 9, "low": 3, "high": 18}, "missed_links": {"expected": 30, "low": 12, "high": 60},
}  # fmt: skip

QUALITY_TABLE = pa.table({"report": [json.dumps({"pairs": [REPORT]})]})


def computed(measure, research):
    """The table of one measure."""
    with tables(research) as connection:
        return BY_ID[measure].compute(connection, ASK)


def refused(measure, research):
    with pytest.raises(BadInput) as refusal:
        computed(measure, research)
    return refusal.value.code


@pytest.fixture(scope="module")
def answers(perfect):
    """Every table of effects."""
    return {measure: computed(measure, {**perfect, QUALITY: QUALITY_TABLE}) for measure in BY_ID}


@pytest.mark.parametrize("measure", BY_ID)
def test_notes_hold_no_number_but_the_dates_of_the_period(measure, answers):
    notes = answers[measure].notes
    assert not any(character.isdigit() for note in notes if note != WHEN for character in note) or measure.startswith(
        "balance"
    )


@pytest.mark.parametrize("measure", BY_ID)
def test_every_row_has_the_counts_behind_it_and_all_keys(measure, answers):
    table = answers[measure]
    for row in table.rows:
        assert all(isinstance(row[count], int) and row[count] >= 0 for count in table.counts)
        assert (
            row["events"] <= row["people"] or row.get("outcome") == "Reoffences within a year" or "homeless" in measure
        )
        assert set(row) == {*table.keys, *table.counts, *table.estimates}
    assert len({tuple(row[key] for key in table.keys) for row in table.rows}) == len(table.rows)


@pytest.mark.parametrize("measure", BY_ID)
def test_an_interval_holds_its_estimate(measure, answers):
    for row in answers[measure].rows:
        if row.get("value") is not None:
            assert row["low"] <= row["value"] <= row["high"]


@pytest.mark.parametrize(
    "measure",
    [
        "effect-employment-support",
        "effect-support-withdrawal",
        "effect-opioid-substitution-engagement",
        "sensitivity-reoffending",
    ],
)
def test_the_same_data_in_another_order_give_the_same_table(measure, perfect, answers):
    generator = np.random.default_rng(1)
    mixed = {name: table.take(generator.permutation(table.num_rows)) for name, table in perfect.items()}
    assert computed(measure, mixed) == answers[measure]


@pytest.mark.parametrize("measure", BY_ID)
def test_a_world_of_nobody_is_refused(measure, perfect):
    assert refused(measure, {name: table.slice(0, 0) for name, table in perfect.items()}) == "ANALYSIS-NO-ROWS"


def with_column(research, dataset, column, value):
    """The same tables with one value for everybody."""
    table = research[dataset]
    place = table.schema.get_field_index(column)
    given = pa.array([value] * table.num_rows, table.schema.field(column).type)
    return {**research, dataset: table.set_column(place, column, given)}


@pytest.mark.parametrize(
    ("measure", "dataset", "column", "value"),
    [
        ("effect-employment-support", "prison", "employment_support", False),
        ("balance-employment-support", "prison", "employment_support", False),
        ("sensitivity-reoffending", "prison", "employment_support", False),
        ("effect-accredited-programme", "prison", "accredited_programme", False),
        ("effect-housing-services", "prison", "accommodation_service", "None"),
        ("effect-housing-services-reoffending", "prison", "accommodation_service", "None"),
        ("effect-treatment-repeat-homelessness", "ndtms", "setting", "prison"),
        ("effect-support-withdrawal", "victim-service", "support_start_date", None),
        ("effect-opioid-substitution-engagement", "ndtms", "opioid_substitution", False),
        ("sensitivity-engagement", "probation", "requirement", "NONE"),
    ],
)
def test_a_world_without_anybody_exposed_is_refused(measure, dataset, column, value, perfect):
    assert refused(measure, with_column(perfect, dataset, column, value)) == "ANALYSIS-NO-ROWS"


def test_a_service_that_nobody_had_does_not_silence_the_others(perfect):
    services = [None if one == "CAS3" else one for one in perfect["prison"].column("accommodation_service").to_pylist()]
    place = perfect["prison"].schema.get_field_index("accommodation_service")
    without = {**perfect, "prison": perfect["prison"].set_column(place, "accommodation_service", pa.array(services))}
    assert {row["exposure"] for row in computed("effect-housing-services", without).rows} == {
        "CRS accommodation",
        "Housing advice",
    }


def test_the_refusal_of_a_method_is_told_in_words_and_its_counts_are_not():
    def too_few():
        raise BadInput("METHODS-TOO-FEW", "There are 7 people.")

    found, said = tried(too_few)
    assert found is None
    assert said == "Some rows could not be estimated: too few people or events for the method."


def test_links_of_which_nothing_is_known_leave_the_answer_without_correction(perfect):
    table = computed("sensitivity-engagement", perfect)
    assert "Some rows could not be estimated: nothing is known of how good the links are." in table.notes
    assert not any("Rogan-Gladen" in row["method"] for row in table.rows)


@pytest.mark.parametrize("report", [{}, {QUALITY: QUALITY_TABLE}], ids=["without a report on links", "with one"])
def test_whoever_asks_by_name_has_the_report_on_links_read_where_there_is_one(report, perfect):
    _, table = compute("sensitivity-engagement", {**perfect, **report}, ASK.starts, ASK.ends)
    assert any("Rogan-Gladen" in row["method"] for row in table.rows) is bool(report)


def test_what_is_known_of_the_links_corrects_the_share_upwards_where_more_are_missed_than_false(answers):
    rows = {row["method"]: row for row in answers["sensitivity-engagement"].rows}
    seen, corrected = rows["Medium confidence"]["value"], rows["Corrected for missed and false links (Rogan-Gladen)"]
    bounds = rows["Bounds: the worst and the best links that are plausible"]
    assert corrected["value"] > seen
    assert bounds["low"] < corrected["value"] < bounds["high"]


@pytest.mark.parametrize(("exact", "shown"), [(7, 7.0), (99, 99.0), (101, 110.0), (12_345, 13_000.0), (None, None)])
def test_people_needed_are_rounded_up_so_that_they_do_not_tell_how_many_were_compared(exact, shown):
    estimate = Estimate(-0.02, -0.1, 0.06, 0.6, 500, 200, Scale.RISK_DIFFERENCE, "m")
    assert row_of_effect(Effect(estimate, 0.4, 0.42, exact), outcome="x")["needed_people"] == shown


@pytest.mark.parametrize("exposure", ["employment-support", "accredited-programme"])
def test_days_have_a_table_of_their_own_in_days(exposure, answers):
    per_hundred, days = answers[f"effect-{exposure}"], answers[f"effect-{exposure}-time"]
    assert per_hundred.labels["value"] == "Difference per 100 people" and days.labels["value"] == "Difference in days"
    assert {row["outcome"] for row in days.rows} == {"Days to the first reoffence"}
    assert not any("Days" in row["outcome"] for row in per_hundred.rows)


def test_the_effect_of_support_differs_between_its_two_tables_by_the_scores_alone_and_both_say_so(answers, perfect):
    effect, by_links = answers["effect-employment-support"], answers["sensitivity-reoffending"]
    assert any("matched on OASys scores" in note and "differ a little" in note for note in effect.notes)
    assert any("matched without OASys scores" in note and "differs a little" in note for note in by_links.notes)
    with tables(perfect) as connection:
        unscored = reoffending(connection, ASK, Confidence.MEDIUM, ("employment_support",))
    row = next(matched_outcomes(unscored, "employment_support"))
    told = next(row for row in by_links.rows if row["method"] == "Medium confidence")
    assert {name: row[name] for name in ("people", "events", "value", "low", "high")} == {
        name: told[name] for name in ("people", "events", "value", "low", "high")
    }
