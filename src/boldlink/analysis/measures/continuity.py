"""Continuity of care: do people who leave prison with a treatment need start community treatment within three weeks?

Two forms, each under its own name. They answer nearly the same question from different records, and differ.

Official form (Public Health Outcomes Framework 2.16, later C20; the denominator's code list is unverified): of adults
whose prison treatment journey ended "transferred - not in custody", the share with a community journey triaged within
21 days of that end. Both ends come from NDTMS, joined by NDTMS's own attributor (initials, date of birth, sex).

Prison-linked form (ours): of adults released from prison (p-NOMIS) whom linkage finds in prison treatment that ended
"transferred - not in custody" within a week of that release, the share with a community journey triaged within 21 days
of the release. Both who is counted and who engaged depend on the link, so it is given at three link confidences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import duckdb

from boldlink.analysis.ask import Ask, Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.limits import INSIDE, TREATED_BEFORE
from boldlink.analysis.measures.query import lines_of_each
from boldlink.values import Confidence, Measure, StatTable

DAYS = 21  # "within 3 weeks": gov.uk continuity-of-care guidance (2018)
NEAR_DAYS = 7  # a prison journey is closed within a week of the release it belongs to
COUNTS = ("released", "engaged")
RATES = {"engaged_percent": ("engaged", "released")}
LABELS = {
    "released": "People released",
    "engaged": f"In community treatment within {DAYS} days",
    "engaged_percent": "Engaged, per cent",
    "confidence": "Link confidence",
    "release_region": "Region of release",
    "sex_recorded": "Sex",
    "drug1": "Main drug",
    "establishment": "Prison",
    "everybody": "Everybody",
}

OFFICIAL = Measure(
    id="continuity-of-care",
    title="Continuity of care within 21 days of leaving prison (NDTMS journey to NDTMS journey)",
    definition=(
        "Of adults whose prison treatment journey ended 'transferred - not in custody' in the period, the share with a "
        "community treatment journey triaged within 21 days of that end. People are counted once, at their first such end."
    ),
    formula="100 × people triaged in the community in [end, end + 21 days] / people whose prison journey so ended",
    exclusions=("journeys without an attributor, which cannot be followed", TREATED_BEFORE),
    source="Public Health Outcomes Framework indicator C20 (formerly 2.16); denominator's codes unverified",
    official=True,
    follow_up_days={"ndtms": DAYS},
)
LINKED = Measure(
    id="continuity-of-care-prison-linked",
    title="Engagement with community treatment within 21 days of a prison release (prison-linked)",
    definition=(
        "Of people released from prison in the period whom linkage finds in prison treatment that ended 'transferred - not "
        "in custody' within 7 days of the release, the share with a community treatment journey triaged within 21 days of "
        "the release. People are counted once, at their first such release. Not the official indicator."
    ),
    formula="100 × people triaged in the community in [release, release + 21 days] / people released after treatment",
    exclusions=("people whom linkage does not find in prison treatment", INSIDE, TREATED_BEFORE),
    source="boldlink; after the Ministry of Justice's prison-linked studies of continuity of care",
    official=False,
    linked=True,
    follow_up_days={"ndtms": DAYS},
)

_OFFICIAL_SQL = """
with leavers as (
    select attributor as person, min(disd_jy) as left_on, {groups_first}
    from ndtms
    where setting = 'prison' and disrsn_jy = 'transferred - not in custody' and disd_jy between $starts and $ends
      and attributor is not null
    group by attributor
)
select {groups}, count(*) as released,
    count(*) filter (where exists (
        select 1 from ndtms c where c.attributor = l.person and c.setting = 'community'
        and c.triaged_jy between l.left_on and l.left_on + {days})) as engaged
from leavers l group by all order by all
"""

_LINKED_SQL = """
with treated as (
    select {person} as person, disd_jy as ended from ndtms
    where setting = 'prison' and disrsn_jy = 'transferred - not in custody'
), releases as (
    select p.{person} as person, p.release_date as released_on, {groups_named}
    from prison p where p.release_date between $starts and $ends
      and exists (select 1 from treated t where t.person = p.{person}
                  and abs(date_diff('day', p.release_date, t.ended)) <= {near})
), leavers as (
    select person, min(released_on) as released_on, {groups_min} from releases group by person
)
select {groups}, count(*) as released,
    count(*) filter (where exists (
        select 1 from ndtms c where c.{person} = l.person and c.setting = 'community'
        and c.triaged_jy between l.released_on and l.released_on + {days})) as engaged
from leavers l group by all order by all
"""


def official(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """The official form, by columns of NDTMS. Counts of people, raw: nothing here may leave before `outputs`."""
    keys = ask.by or ("everybody",)
    first = ", ".join(_earliest(k, "disd_jy") for k in ask.by) or "'Everybody' as everybody"
    sql = partial(_OFFICIAL_SQL.format, groups_first=first, days=DAYS)
    return _table(OFFICIAL, connection, ask, keys, {"attributor": sql})


def linked(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """The prison-linked form at three link confidences, by columns of the prison dataset. Raw counts of people."""
    keys = ("confidence", *ask.by)
    sqls = {
        f"person_{confidence}": partial(
            _LINKED_SQL.format,
            person=f"person_{confidence}",
            near=NEAR_DAYS,
            days=DAYS,
            groups_named=", ".join([f"'{confidence.capitalize()}' as confidence", *(f"p.{k}" for k in ask.by)]),
            groups_min=", ".join(["min(confidence) as confidence", *(_earliest(k, "released_on") for k in ask.by)]),
        )
        for confidence in Confidence
    }
    return replace(_table(LINKED, connection, ask, keys, sqls), overlapping=("confidence",))


def _earliest(column: str, day: str) -> str:
    """SQL for a column's value on the earliest day; of several on one day the least, so that no order decides."""
    return f"min({{'day': {day}, 'value': {column}}}).value as {column}"


def _table(
    measure: Measure,
    connection: duckdb.DuckDBPyConnection,
    ask: Ask,
    keys: tuple[str, ...],
    sqls: Mapping[str, Callable[..., str]],
) -> StatTable:
    """The table of all rows that the SQLs give. sqls: column of pseudonyms -> SQL once it has its `groups`."""
    groups, rows = ", ".join(f'"{key}"' for key in keys), []
    for sql in sqls.values():
        found = connection.sql(sql(groups=groups), params=ask.period).to_arrow_table()
        rows += [_shown(row, keys) for row in found.to_pylist()]
    if ask.people is not None:
        lines = (
            lines_of_each(sql(groups=f"{groups}, person"), keys, COUNTS, f"'{known_by}'")
            for known_by, sql in sqls.items()
        )
        each = (connection.sql(one, params=ask.period).to_arrow_table() for one in lines)
        ask.people.claim_all(COUNTS, range(len(rows)), each)
    notes = (
        f"Releases from {ask.starts:%d %B %Y} to {ask.ends:%d %B %Y}.",
        "Counts are of people, not of releases.",
    )
    return StatTable(measure.title, keys, COUNTS, tuple(rows), RATES, notes=notes, labels=LABELS)


def _shown(row: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    words = {key: "Not recorded" if row[key] is None else str(row[key]) for key in keys}
    return {**words, **{count: row[count] for count in COUNTS}}


_NDTMS = ("setting", "triaged_jy", "disd_jy", "disrsn_jy")
COMPUTABLES = (
    Computable(OFFICIAL, official, {"ndtms": (*_NDTMS, "attributor")}, "ndtms"),
    Computable(LINKED, linked, {"prison": ("release_date",), "ndtms": _NDTMS}, "prison"),
)
OFFICIAL_EXAMPLE = Example(
    tables={
        "ndtms": """
            person | attributor | setting   | triaged_jy | disd_jy    | disrsn_jy
            A      | A          | prison    | 2023-01-01 | 2023-02-01 | transferred - not in custody
            A      | A          | community | 2023-02-22 |            |
            B      | B          | prison    | 2023-01-01 | 2023-02-01 | transferred - not in custody
            B      | B          | community | 2023-02-23 |            |
            C      | C          | prison    | 2023-01-01 | 2023-02-01 | incomplete - dropped out
            C      | C          | community | 2023-02-02 |            |
            D      | D          | prison    | 2023-01-01 | 2023-04-01 | transferred - not in custody
            E      | E          | prison    | 2023-01-01 | 2023-03-31 | transferred - not in custody
            E      | E          | community | 2023-03-31 |            |
        """,
    },
    answer="""
        released | engaged
        3        | 2
    """,
)
LINKED_EXAMPLE = Example(
    tables={
        "prison": """
            person | release_date
            A      | 2023-02-02
            B      | 2023-02-02
            C      | 2023-02-02
            D      | 2023-04-09
            E      | 2023-03-23
        """,
        "ndtms": OFFICIAL_EXAMPLE.tables["ndtms"],
    },
    answer="""
        released | engaged
        2        | 2
    """,
)
EXAMPLES = {OFFICIAL.id: OFFICIAL_EXAMPLE, LINKED.id: LINKED_EXAMPLE}
