"""Whose each count is: as many sealed units as the count says, the same person at every confidence, or records of theirs."""

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
from sealed_units import members, misfits, of_nobody, records, sealed, sizes, unit_of

# Counts of records, offences, releases, households and referrals: of those that count different people as well.
OF_RECORDS = {
    **{f"cohort-flow-{pilot}": {"records"} for pilot in ("homelessness", "victims", "misuse", "reoffending", "wales")},
    "proven-reoffending": {"offenders", "reoffenders", "reoffences"},
    "proven-reoffending-by-disposal": {"offenders", "reoffenders", "reoffences"},
    "time-to-reoffence": {"reoffenders"},
    "employment-after-release": {"known_6_weeks", "employed_6_weeks", "known_6_months", "employed_6_months"},
    "housed-on-release": {"releases", "housed"},
    "settled-at-three-months": {"releases", "settled"},
    "homelessness-on-leaving-custody": {"owed", "from_custody"},
    "duty-success": {"duties", "secured"},
    "wales-waiting": {"started", "in_time"},
    "wales-closures": {"closures", "planned", "left_treatment", "missed_assessment", "missed_start"},
    "victim-attrition": {"cases", "lost"},
    "victim-timeliness": {"cases"},
}


def told(name, tables, by=(), starts=date(2023, 1, 1), ends=date(2023, 3, 31)):
    """The table of a measure on tables written as text, and the names of the units behind each count."""
    _, table, whose = compute_with_people(name, Example(tables, "").research(), starts, ends, by)
    assert not misfits(table, whose)
    return table, members(whose)


@pytest.mark.parametrize("name", [one.measure.id for one in LIBRARY])
def test_each_count_of_a_worked_example_is_of_as_many_people_or_records_as_it_says(name):
    example = EXAMPLES[name]
    _, table, whose = compute_with_people(name, sealed(example.research()), example.starts, example.ends, example.by)
    assert misfits(table, whose) == {}
    assert of_nobody(table, whose) == set()
    assert {count for _, count in records(whose)} == OF_RECORDS.get(name, set())


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
def test_in_any_data_a_count_is_of_as_many_people_or_records_as_it_says(data):
    one = data.draw(st.sampled_from(LIBRARY))
    by = data.draw(st.sampled_from([(), CHARACTERISTICS.get(one.index, ())[:1]]))
    tables = sealed(as_arrow(data.draw(research(one.needs)), one.needs))
    _, table, whose = compute_with_people(one.measure.id, tables, STARTS, ENDS, by)
    assert misfits(table, whose) == {}
    assert of_nobody(table, whose) == set()


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


def housed(*lines, by=()):
    """Sets of units of each count of records; and the names of the people behind each of people."""
    rows = "\n".join(f"{line} | {place}" for line, place in lines)
    head = "person | event_date | disposal_type | accommodation_status | unit | probation_region"
    tables = Example({"probation": f"{head}\n{rows}"}, "").research()
    _, table, whose = compute_with_people("housed-on-release", tables, date(2023, 1, 1), date(2023, 3, 31), by)
    assert misfits(table, whose) == {}
    return records(whose), members(whose)


FIRST, LATER = "A | 2023-01-10 | LIC | A01C | p1", "A | 2023-03-10 | LIC | A08A | p1"
SOMEBODY = "B | 2023-01-11 | LIC | A01C | p2"


def test_a_count_of_releases_is_of_as_many_records_as_it_says_some_of_one_person():
    of_records, people = housed((FIRST, "London"), (LATER, "London"), (SOMEBODY, "London"))
    assert people == {(0, "people"): ["p1", "p2"]}
    assert len(of_records[0, "releases"]) == 3 and of_records[0, "housed"] < of_records[0, "releases"]


def test_one_release_more_is_one_unit_more_whoever_else_is_counted():
    """As a reader sees it who asks for the same table with a day more."""
    before, after = (
        housed((FIRST, "London"), (SOMEBODY, "London")),
        housed((FIRST, "London"), (LATER, "London"), (SOMEBODY, "London")),
    )
    assert len(after[0][0, "releases"] - before[0][0, "releases"]) == 1
    assert before[0][0, "releases"] < after[0][0, "releases"]
    assert before[1] == after[1]  # not a person more


def test_records_of_a_person_are_units_of_their_own_and_of_their_kind():
    of_records, _ = housed((FIRST, "London"), (LATER, "London"))
    name = EXAMPLES["victim-attrition"]
    *_, other = compute_with_people("victim-attrition", sealed(name.research()), name.starts, name.ends)
    everything = set().union(*records(other).values())
    assert not everything & {line["unit"] for line in other.to_pylist() if not line["record"]}
    assert not everything & of_records[0, "releases"]


def test_releases_are_counted_as_records_in_every_row():
    of_records, people = housed((FIRST, "London"), (LATER, "London"), (SOMEBODY, "Wales"), by=("probation_region",))
    assert [len(of_records[row, "releases"]) for row in (0, 1)] == [2, 1]
    assert people == {(0, "people"): ["p1"], (1, "people"): ["p2"]}


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
        [
            ("row", pa.int32()),
            ("count", pa.dictionary(pa.int32(), pa.string())),
            ("record", pa.bool_()),
            ("unit", pa.binary(16)),
        ]
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
