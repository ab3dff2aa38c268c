"""Breakdowns: groups share nobody and lose nobody, order decides nothing, and every department's words are one."""

import random
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_tables import CHARACTERISTICS, ENDS, STARTS, as_arrow, research

from boldlink.analysis import compute, find
from boldlink.analysis.measures import EXAMPLES, LIBRARY
from boldlink.analysis.measures.example import Example

BY = {
    "prison": "release_region",
    "probation": "probation_region",
    "ndtms": "drug2",
    "hclic": "local_authority",
    "rough-sleeping": "local_authority",
    "police-crimes": "force",
    "victim-service": "ethnicity",
    "wales-substance-misuse": "health_board",
}
PEOPLE_ONCE = {
    "needs-at-application",
    "support-offered",
    "treatment-journey",
    "repeat-homelessness",
    "coping-after-support",
    "wales-after-closure",
}


def with_breakdown(needs, index):
    """The columns that a measure needs, and the one that its index dataset is broken down by."""
    return {**needs, index: tuple(dict.fromkeys((*needs[index], *CHARACTERISTICS.get(index, ()), BY[index])))}


def sums(table, counts, keys):
    found = {}
    for row in table.rows:
        for count in counts:
            key = (*(row[k] for k in keys), count)
            found[key] = found.get(key, 0) + row[count]
    return {key: value for key, value in found.items() if value}


@pytest.mark.parametrize("name", [one.measure.id for one in LIBRARY])
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_groups_of_a_breakdown_add_up_to_the_whole(name, data):
    one = find(name)
    needs = with_breakdown(one.needs, one.index)
    tables = as_arrow(data.draw(research(needs)), needs)
    _, whole = compute(name, tables, STARTS, ENDS)
    _, parts = compute(name, tables, STARTS, ENDS, (BY[one.index],))
    # Where events are counted a person may be in several groups, so people are not added up.
    several = {"people", "linked"} if name.startswith("cohort-flow") else {"people"}
    counts = [count for count in whole.counts if count not in several or name in PEOPLE_ONCE]
    assert sums(whole, counts, [k for k in whole.keys if k != "everybody"]) == sums(
        parts, counts, [k for k in whole.keys if k != "everybody"]
    )


@pytest.mark.parametrize("name", [one.measure.id for one in LIBRARY])
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), seed=st.integers(0, 99))
def test_the_order_of_rows_decides_nothing(name, data, seed):
    one = find(name)
    needs = with_breakdown(one.needs, one.index)
    rows = data.draw(research(needs))
    shuffled = {dataset: random.Random(seed).sample(found, len(found)) for dataset, found in rows.items()}
    tables = [compute(name, as_arrow(some, needs), STARTS, ENDS, (BY[one.index],))[1] for some in (rows, shuffled)]
    assert tables[0] == tables[1]


def test_sexes_have_the_same_words_whatever_letters_a_department_uses():
    found = Example(
        tables={
            "prison": """
                person | release_date | sex_recorded
                A      | 2023-01-10   | Male
                B      | 2023-01-10   | Not Known / Not Recorded
            """,
            "probation": """
                person | event_date | disposal_type | gender_recorded
                C      | 2023-01-10 | CO            | M
                D      | 2023-01-10 | SSO           | F
                E      | 2023-01-10 | SSO           | N
            """,
            "pnc": EXAMPLES["proven-reoffending"].tables["pnc"],
        },
        answer="",
    ).research()
    _, table = compute("proven-reoffending", found, STARTS, ENDS, ("sex_recorded",))
    assert [(r["sex_recorded"], r["offenders"]) for r in table.rows if r["confidence"] == "High"] == [
        ("Female", 1),
        ("Male", 2),
        ("Not known", 2),
    ]


def test_a_column_that_only_prisons_record_leaves_sentences_in_the_community_not_recorded():
    tables = dict(EXAMPLES["proven-reoffending"].tables)
    tables["prison"] = """
        person | release_date | main_offence
        Ada    | 2023-01-10   | Theft
    """
    _, table = compute(
        "proven-reoffending", Example(tables, "").research(), date(2023, 1, 1), date(2023, 3, 31), ("main_offence",)
    )
    assert [(r["main_offence"], r["offenders"]) for r in table.rows if r["confidence"] == "Low"] == [
        ("Theft", 1),
        ("Not recorded", 2),
    ]
