"""What the worked examples leave out: confidences, small numbers, missing parts, and the promises of the library."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import oracle
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from boldlink.analysis import compute, find
from boldlink.analysis.ask import Section
from boldlink.analysis.measures import EXAMPLES, LIBRARY, cohort_flow
from boldlink.analysis.measures.columns import type_of
from boldlink.analysis.measures.query import in_order
from boldlink.analysis.measures.timeliness import median_days
from boldlink.analysis.measures.words import headed
from boldlink.errors import BadInput
from boldlink.values import ARROW_TYPES


def answer(name, tables, by=()):
    example = replace(EXAMPLES[name], tables=tables)
    return compute(name, example.research(), example.starts, example.ends, by)[1]


def test_who_engaged_depends_on_the_confidence_of_the_link():
    table = answer(
        "requirement-engagement",
        {
            "probation": "person | event_date | disposal_type | requirement\nA | 2023-02-01 | CO | ATR",
            "ndtms": "person_high | person_medium | person_low | setting | triaged_jy | disd_jy\n"
            "B | B | A | community | 2023-02-02 |",
        },
    )
    assert [(row["confidence"], row["sentenced"], row["engaged"]) for row in table.rows] == [
        ("High", 1, 0),
        ("Medium", 1, 0),
        ("Low", 1, 1),
    ]
    assert table.overlapping == ("confidence", "requirement")


def test_days_to_reoffence_are_withheld_under_thirty_reoffenders():
    example = EXAMPLES["time-to-reoffence"]
    fewer = "\n".join(example.tables["prison"].splitlines()[:-1])
    row = answer("time-to-reoffence", {**example.tables, "prison": fewer}).rows[0]
    assert (row["people"], row["median_days"], row["lower_quartile_days"]) == (29, None, None)


def test_a_research_dataset_without_deterministic_links_shows_three_methods():
    example = EXAMPLES["linkage-prison-ndtms"]
    table = answer(
        "linkage-prison-ndtms", {k: text.replace("person_exact", "unit") for k, text in example.tables.items()}
    )
    assert [row["method"] for row in table.rows] == ["High confidence", "Medium confidence", "Low confidence"]


def test_linked_against_unlinked_is_refused_where_no_characteristic_is_there():
    example = EXAMPLES["linked-unlinked-prison-ndtms"]
    tables = {**example.tables, "prison": "person | release_date\nA | 2023-01-10"}
    with pytest.raises(BadInput, match="needs one of"):
        answer("linked-unlinked-prison-ndtms", tables)


def test_a_breakdown_by_what_the_measure_groups_by_anyhow_changes_nothing():
    tables = EXAMPLES["requirement-engagement"].tables
    assert answer("requirement-engagement", tables, ("requirement",)) == answer("requirement-engagement", tables)


@pytest.mark.parametrize("name", [one.measure.id for one in cohort_flow.COMPUTABLES])
def test_a_cohort_flow_is_the_same_in_every_period_and_names_none(name):
    example = EXAMPLES[name]
    tables = [compute(name, example.research(), date(y, 1, 1), date(y, 1, 31))[1] for y in (2000, 2023)]
    assert tables[0].rows and tables[0] == tables[1]
    assert not any("2000" in note for note in tables[0].notes)


def test_a_cohort_flow_counts_in_the_order_of_its_datasets():
    table = answer("cohort-flow-wales", EXAMPLES["cohort-flow-wales"].tables)
    assert [row["dataset"] for row in table.rows] == [headed(name) for name in find("cohort-flow-wales").datasets]
    assert table.overlapping == ("dataset",)


def test_an_award_is_found_only_at_the_confidence_at_which_it_is_linked():
    tables = {
        "prison": "person | reception_date | release_date\nA | 2022-06-01 | 2023-01-10",
        "child-benefit": "person_high | person_medium | person_low | award_start | award_end\nB | B | A | 2020-01-01 |",
    }
    rows = answer("family-after-release", tables).rows
    assert [(row["confidence"], row["with_award"], row["again"]) for row in rows] == [
        ("High", 0, 0),
        ("Medium", 0, 0),
        ("Low", 1, 1),
    ]


def test_an_award_that_ended_the_day_before_is_in_payment_no_more():
    tables = {
        "prison": "person | reception_date | release_date\nA | 2022-06-01 | 2023-01-10",
        "child-benefit": """
            person | award_start | award_end
            A      | 2020-01-01  | 2022-12-31
            A      | 2023-02-01  | 2023-07-10
        """,
    }
    row = answer("family-after-release", tables).rows[0]
    assert (row["with_award"], row["again"]) == (1, 0)


def test_of_two_custodies_that_end_on_one_day_the_earlier_reception_counts():
    tables = {
        "prison": """
            person | reception_date | release_date
            A      | 2022-09-01     | 2023-01-10
            A      | 2022-06-01     | 2023-01-10
        """,
        "child-benefit": "person | award_start | award_end\nA | 2020-01-01 | 2022-08-01",
    }
    assert answer("family-after-release", tables).rows[0]["with_award"] == 1


@pytest.mark.parametrize(
    ("residences", "people"),
    [
        ("A | 2015-01-01 |", 1),
        ("A | 2015-01-01 | 2023-02-01\nA | 2023-02-01 |", 1),  # moved and registered on one day
        ("A | 2015-01-01 | 2023-02-01\nA | 2023-02-02 |", 1),
        ("A | 2015-01-01 | 2023-02-01\nA | 2023-02-03 |", 0),  # one day away
        ("A | 2015-01-01 |\nA | 2020-01-01 | 2020-02-01\nA | 2024-01-01 |", 1),  # a short stay inside a long one
        ("A | 2015-01-01 | 2014-01-01", 0),  # an error
        ("B | 2015-01-01 |", 0),
    ],
)
def test_whoever_moves_within_wales_is_resident_throughout_and_whoever_leaves_is_not(residences, people):
    tables = {
        **EXAMPLES["wales-after-closure"].tables,
        "wales-substance-misuse": "person | closure_date | closure_reason\nA | 2023-01-10 | declined",
        "wales-population": f"person | start_date | end_date\n{residences}",
    }
    assert sum(row["people"] for row in answer("wales-after-closure", tables).rows) == people


def test_whoever_died_before_the_closure_is_an_error_and_on_the_last_day_a_death():
    def died_on(day):
        tables = {
            **EXAMPLES["wales-after-closure"].tables,
            "wales-substance-misuse": "person | closure_date | closure_reason\nA | 2023-01-10 | declined",
            "wales-deaths": f"person | death_date\nA | {day}",
        }
        return [(row["people"], row["died"]) for row in answer("wales-after-closure", tables).rows]

    days = ("2023-01-09", "2023-01-10", "2023-07-11", "2023-07-12")
    assert [died_on(day) for day in days] == [[], [(1, 1)], [(1, 1)], [(1, 0)]]


def test_the_kaplan_meier_median_counts_open_cases_while_they_were_open():
    def cases(*pairs):
        return [{"days": days, "done": done, "cases": 1} for days, done in pairs]

    assert median_days(cases((10, True), (20, True), (30, True))) == 20
    assert median_days(cases((10, True), (20, False), (30, True))) == 30  # 2/3, then none of the one left
    assert median_days(cases((10, True), (20, False), (30, False))) is None  # more than half never ended
    assert median_days(cases((10, False))) is None
    assert median_days([{"days": 5, "done": True, "cases": 3}, {"days": 9, "done": True, "cases": 2}]) == 5


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=40))
def test_the_kaplan_meier_median_is_that_of_the_definition(times):
    durations = [{"days": days, "done": done, "cases": 1} for days, done in times]
    assert median_days(durations) == oracle.kaplan_meier_median(times)


def test_days_of_a_stage_are_withheld_under_thirty_that_ended():
    example = EXAMPLES["victim-timeliness"]
    fewer = "\n".join(example.tables["police-crimes"].splitlines()[:-3])
    row = answer("victim-timeliness", {**example.tables, "police-crimes": fewer}).rows[0]
    assert (row["cases"], row["median_days"], row["mean_days"], row["kaplan_meier_median_days"]) == (
        30,
        None,
        None,
        None,
    )


def test_rows_stand_in_reading_order_with_what_is_not_known_last():
    seen = [("b", "x"), ("b", "Not known"), ("a", "Not stated"), ("a", "y")]
    places = in_order([dict(zip("km", one, strict=True)) for one in seen], ("k", "m"), {"k": ["a", "b"]})
    assert [seen[place] for place in places] == [("a", "y"), ("a", "Not stated"), ("b", "x"), ("b", "Not known")]


def test_nobody_in_the_period_gives_no_rows():
    for one in (one for one in LIBRARY if not one.measure.id.startswith("cohort-flow")):
        example = EXAMPLES[one.measure.id]
        _, table = compute(one.measure.id, example.research(), date(2000, 1, 1), date(2000, 1, 31))
        assert table.rows == (), one.measure.id


@pytest.mark.parametrize("one", LIBRARY, ids=lambda one: one.measure.id)
def test_every_measure_says_what_a_reader_must_know(one):
    measure = one.measure
    assert measure.title and measure.definition and measure.formula and measure.source
    assert set(measure.follow_up_days) <= {*one.needs, one.index}
    example = EXAMPLES[measure.id]
    table = compute(measure.id, example.research(), example.starts, example.ends)[1]
    shown = {*table.keys, *table.counts, *table.rates, *table.estimates} - {"everybody"}
    assert shown <= set(table.labels), shown - set(table.labels)
    assert not one.measure.linked or table.keys[0] == "confidence"
    assert all(part in table.counts and whole in table.counts for part, whole in table.rates.values())


def test_ids_are_unique_and_linkage_stands_in_its_own_section():
    ids = [one.measure.id for one in LIBRARY]
    assert len(ids) == len(set(ids)) == len(EXAMPLES)
    assert all(
        (one.section is Section.LINKAGE) == one.measure.id.startswith(("cohort-flow", "link")) for one in LIBRARY
    )


def test_columns_have_the_types_of_their_data_contracts():
    files = (Path(__file__).parents[3] / "programmes" / "bold" / "contracts").glob("*.yaml")
    contracts = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in files}
    kinds = {
        (name, column["name"]): ARROW_TYPES[column.get("logicalType", "string")]
        for name, document in contracts.items()
        for column in document["schema"][0]["properties"]
        if column["name"] != "birth_year"
    }
    asked = {(dataset, column) for one in LIBRARY for dataset, columns in one.needs.items() for column in columns}
    pseudonyms = {"attributor", "case_urn", "case_id"}
    wrong = {key for key in asked & kinds.keys() if key[1] not in pseudonyms and type_of(key[1]) != kinds[key]}
    assert asked & kinds.keys() and not wrong
