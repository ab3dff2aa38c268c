"""Whose each count is: as many sealed units as the count says, the same person at every confidence, and none for records."""

from __future__ import annotations

import pickle
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_tables import CHARACTERISTICS, ENDS, STARTS, as_arrow, research

from boldlink.analysis import MEASURES, compute, compute_with_people
from boldlink.analysis.compute import at_hand
from boldlink.analysis.measures import EXAMPLES, LIBRARY
from boldlink.analysis.measures.example import Example
from boldlink.errors import BadInput
from sealed_units import members, misfits, of_nobody, sealed, sizes, unit_of

# Counts of records, offences, releases, households and referrals in the worked examples, where some are one person's.
NOT_OF_PEOPLE = {
    **{f"cohort-flow-{pilot}": {"records"} for pilot in ("homelessness", "victims", "misuse", "reoffending", "wales")},
    "proven-reoffending": {"reoffences"},
    "proven-reoffending-by-disposal": {"reoffences"},
    "employment-after-release": {"known_6_weeks", "known_6_months"},
    "housed-on-release": {"releases"},
    "homelessness-on-leaving-custody": {"owed"},
    "wales-waiting": {"started"},
    "wales-closures": {"closures", "planned"},
    "victim-attrition": {"cases", "lost"},
}


def told(name, tables, by=(), starts=date(2023, 1, 1), ends=date(2023, 3, 31)):
    """The table of a measure on tables written as text, and the names of the units behind each count."""
    _, table, whose = compute_with_people(name, Example(tables, "").research(), starts, ends, by)
    assert not misfits(table, whose)
    return table, members(whose)


@pytest.mark.parametrize("name", [one.measure.id for one in LIBRARY])
def test_each_count_of_a_worked_example_is_of_as_many_people_as_it_says_or_of_none(name):
    example = EXAMPLES[name]
    _, table, whose = compute_with_people(name, sealed(example.research()), example.starts, example.ends, example.by)
    assert misfits(table, whose) == {}
    assert of_nobody(table, whose) == NOT_OF_PEOPLE.get(name, set())


@pytest.mark.parametrize("name", [one.measure.id for one in LIBRARY])
def test_a_table_is_the_same_whether_or_not_its_people_are_asked_for(name):
    example = EXAMPLES[name]
    tables = sealed(example.research())
    plain = compute(name, tables, example.starts, example.ends, example.by)
    assert pickle.dumps(plain) == pickle.dumps(
        compute_with_people(name, tables, example.starts, example.ends, example.by)[:2]
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_in_any_data_a_count_is_of_as_many_people_as_it_says_or_of_none(data):
    one = data.draw(st.sampled_from(LIBRARY))
    by = data.draw(st.sampled_from([(), CHARACTERISTICS.get(one.index, ())[:1]]))
    tables = sealed(as_arrow(data.draw(research(one.needs)), one.needs))
    _, table, whose = compute_with_people(one.measure.id, tables, STARTS, ENDS, by)
    assert misfits(table, whose) == {}
    assert not {"people", "known", "sentenced", "released"} & of_nobody(table, whose)


LINKED = {
    "prison": """
        person_high | person_medium | person_low | release_date | unit
        A1          | A             | A          | 2023-01-10   | p1
        A2          | A             | A          | 2023-01-20   | p2
        B           | B             | B          | 2023-01-11   | p3
    """,
    "hclic": """
        person_high | person_medium | person_low | duty   | application_date | unit
        A2          | A             | A          | relief | 2023-02-01       | h9
        C           | C             | B          | none   | 2023-02-01       | h1
    """,
}


def test_a_person_whom_linking_joins_from_two_is_the_smaller_unit_at_every_confidence_that_joins_them():
    table, people = told("homelessness-after-release", LINKED)
    assert [row["confidence"] for row in table.rows] == ["High", "Medium", "Low"]
    assert people == {
        (0, "released"): ["p1", "p2", "p3"], (0, "applied"): ["p2"], (0, "owed"): ["p2"],
        (1, "released"): ["p1", "p3"], (1, "applied"): ["p1"], (1, "owed"): ["p1"],
        (2, "released"): ["p1", "p3"], (2, "applied"): ["p1", "p3"], (2, "owed"): ["p1"],
    }  # fmt: skip


def test_people_of_methods_side_by_side_are_told_apart_each_by_its_own_method():
    example = EXAMPLES["linkage-prison-ndtms"]
    _, table, whose = compute_with_people(
        "linkage-prison-ndtms", sealed(example.research()), example.starts, example.ends
    )
    name = {unit_of("prison", one.encode().ljust(16, b"\0")): one for one in ("A1", "A2", "B", "C")}
    people = {row["method"]: set() for row in table.rows}
    for line in whose.to_pylist():
        if line["count"] == "people":
            people[table.rows[line["row"]]["method"]].add(name[line["unit"]])
    first = min(("A1", "A2"), key=lambda one: unit_of("prison", one.encode().ljust(16, b"\0")))
    assert people == {"Deterministic": set(name.values())} | {
        f"{confidence} confidence": {first, "B", "C"} for confidence in ("High", "Medium", "Low")
    }


def test_whoever_is_not_in_the_index_dataset_is_a_unit_of_the_first_that_has_them_in_the_order_of_needs():
    tables = {
        "rough-sleeping": "person | contact_date | support_drugs | support_alcohol | unit\nA | 2023-01-01 | yes | no | r1",
        "hclic": """
            person | application_date | duty_end_date | support_drug_dependency | unit
            A      | 2023-02-01       |               | yes                     | h1
            E      | 2023-02-01       |               | yes                     | h2
        """,
        "ndtms": "person | setting | triaged_jy | disd_jy | unit\nE | community | 2023-01-01 | | n1",
        "prison": """
            person | release_date | no_fixed_abode | unit
            E      | 2023-03-01   | yes            | a1
            G      | 2023-03-01   | yes            | a2
        """,
    }
    table, people = told("needs-missed", tables)
    known = {row["need"].split(":")[0]: people[place, "known"] for place, row in enumerate(table.rows[:3])}
    assert known == {
        "Drugs, seen by council": ["h2", "r1"],
        "Drugs, seen by outreach": ["r1"],
        "Homeless at release, seen by prison": ["a2", "h2"],
    }


ATTRIBUTORS = """
    attributor | setting | triaged_jy | disd_jy    | disrsn_jy                    | unit
    K          | prison  | 2023-01-01 | 2023-02-01 | transferred - not in custody | n1
    L          | prison  | 2023-01-01 | 2023-02-01 | transferred - not in custody | n1
    M          | prison  | 2023-01-01 | 2023-02-01 | transferred - not in custody | n2
"""


def test_one_unit_that_is_two_people_by_its_attributors_stands_beside_one_made_of_it():
    research = Example({"ndtms": ATTRIBUTORS}, "").research()
    ask = ("continuity-of-care", date(2023, 1, 1), date(2023, 3, 31))
    found = [
        compute_with_people(ask[0], {"ndtms": research["ndtms"].take(order)}, *ask[1:])[2]
        for order in ([0, 1, 2], [2, 1, 0])
    ]
    units = {line["unit"] for line in found[0].to_pylist()}
    assert found[0].equals(found[1])
    assert len(units) == 3 and {b"n1".ljust(16, b"\0"), b"n2".ljust(16, b"\0")} < units


RELEASES = """
    person | event_date | disposal_type | accommodation_status | unit
    A      | 2023-01-10 | LIC           | A01C                 | p1
    A      | {day}      | LIC           | A08A                 | p1
    B      | 2023-01-11 | LIC           | A01C                 | p2
"""


def test_a_count_of_releases_is_of_nobody_where_one_person_has_two():
    table, people = told("housed-on-release", {"probation": RELEASES.format(day="2023-03-10")})
    assert table.rows[0]["releases"] == 3
    assert people == {(0, "people"): ["p1", "p2"], (0, "housed"): ["p1", "p2"]}


def test_a_count_of_releases_is_of_people_where_each_is_somebody_elses():
    _, people = told("housed-on-release", {"probation": RELEASES.format(day="2023-01-10")})
    assert people[0, "releases"] == ["p1", "p2"]


def test_a_count_that_is_of_people_in_one_row_only_is_of_people_in_none():
    by_region = """
        person | event_date | disposal_type | accommodation_status | probation_region | unit
        A      | 2023-01-10 | LIC           | A01C                 | London           | p1
        A      | 2023-03-10 | LIC           | A08A                 | London           | p1
        B      | 2023-01-11 | LIC           | A01C                 | Wales            | p2
    """
    table, people = told("housed-on-release", {"probation": by_region}, by=("probation_region",))
    assert {row["probation_region"]: row["releases"] for row in table.rows} == {"London": 2, "Wales": 1}
    assert people == {
        (0, "people"): ["p1"], (0, "housed"): ["p1"], (1, "people"): ["p2"], (1, "housed"): ["p2"],
    }  # fmt: skip


def test_rows_that_read_alike_have_each_its_own_people():
    tables = {
        "prison": """
            person | release_date | ethnicity    | unit
            A      | 2023-01-10   | Not recorded | p1
            B      | 2023-01-10   |              | p2
            C      | 2023-01-10   |              | p3
            D      | 2023-01-10   | Asian        | p4
        """,
        "deaths": "person | death_date | unit\nC | 2023-01-20 | d1",
    }
    table, people = told("deaths-after-release", tables, by=("ethnicity",))
    medium = [(row["ethnicity"], people[place, "released"]) for place, row in enumerate(table.rows)][3:6]
    assert medium == [("Asian", ["p4"]), ("Not recorded", ["p1"]), ("Not recorded", ["p2", "p3"])]
    assert [cell for cell in people if cell[1] == "died"] == [(2, "died"), (5, "died"), (8, "died")]


def test_triples_are_different_in_order_and_of_the_types_that_are_promised():
    example = EXAMPLES["needs-at-application"]
    *_, whose = compute_with_people("needs-at-application", sealed(example.research()), example.starts, example.ends)
    lines = [tuple(line.values()) for line in whose.to_pylist()]
    assert lines == sorted(set(lines)) and len(lines) > 100
    assert whose.schema == pa.schema(
        [("row", pa.int32()), ("count", pa.dictionary(pa.int32(), pa.string())), ("unit", pa.binary(16))]
    )


def test_nobody_in_the_period_is_no_triple():
    example = EXAMPLES["homelessness-after-release"]
    _, table, whose = compute_with_people(
        "homelessness-after-release", sealed(example.research()), date(2000, 1, 1), date(2000, 1, 31)
    )
    assert (table.rows, whose.num_rows) == ((), 0)


def refused(tables, by=(), ask=compute_with_people):
    with pytest.raises(BadInput) as refusal:
        ask("homelessness-after-release", tables, date(2023, 1, 1), date(2023, 3, 31), by)
    return refusal.value.code


def test_research_tables_without_units_are_refused():
    assert refused(EXAMPLES["homelessness-after-release"].research()) == "ANALYSIS-UNIT"


def test_a_person_without_a_unit_is_refused_and_not_left_out():
    tables = {**LINKED, "prison": LINKED["prison"].replace("p3", "  ")}
    assert refused(Example(tables, "").research()) == "ANALYSIS-UNIT"


@pytest.mark.parametrize("ask", [compute, compute_with_people])
def test_nothing_is_broken_down_by_units(ask):
    assert refused(Example(LINKED, "").research(), ("unit",), ask) == "ANALYSIS-COLUMN"


@pytest.mark.parametrize("name", [one.measure.id for one in LIBRARY])
def test_the_sql_of_a_measure_has_no_unit_to_read(name):
    tables = sealed(EXAMPLES[name].research())
    assert all("unit" in table.schema.names for table in tables.values())
    assert not any("unit" in table.schema.names for table in at_hand(MEASURES[name], tables).values())


def test_as_many_people_have_units_whichever_way_the_tables_are_laid_out():
    example = EXAMPLES["requirement-engagement"]
    tables = sealed(example.research())
    turned = {name: table.take(list(range(len(table)))[::-1]) for name, table in tables.items()}
    answers = [
        compute_with_people("requirement-engagement", one, example.starts, example.ends) for one in (tables, turned)
    ]
    assert answers[0][2].equals(answers[1][2]) and sum(sizes(answers[0][2]).values()) > 0
