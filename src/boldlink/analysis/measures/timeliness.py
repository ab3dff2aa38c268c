"""Victim timeliness: how long does each stage of a case take?

Medians and means of finished stages are what the official scorecard shows. They flatter: what is still open took longest.
The Kaplan-Meier median counts open cases for as long as they have been open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np

from boldlink.analysis.ask import Ask, Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.query import Query, in_words
from boldlink.values import Measure, StatTable

HALF = 0.5 + 1e-12  # a product of shares may miss a half by rounding
STAGES = (
    "Recorded to police outcome",
    "Referral to charging decision",
    "Charge to first hearing",
    "Crown Court receipt to completion",
)
FEWEST_ENDED = 30  # days of fewer would be told by a handful of cases
KAPLAN_MEIER = "kaplan_meier_median_days"

MEASURE = Measure(
    id="victim-timeliness",
    title="Days that each stage of a victim's case takes",
    definition=(
        "For each stage that began in the period: the median and mean days of the stages that ended, and the median with "
        "open cases counted for as long as they have been open. A case in court is followed through the victim's crime: "
        "charge to the first hearing of any defendant; Crown Court receipt to completion for every defendant."
    ),
    formula=(
        "days = end − start; open cases are censored on the last day that the stage's records know of; the Kaplan-Meier "
        "median is the first day by which half have ended, missing where half never have"
    ),
    exclusions=(
        "stages that end before they start, which are errors",
        "crimes whose case reference is missing, in court",
    ),
    source=(
        "Ministry of Justice, Criminal Justice System Delivery Data Dashboard (scorecard): stages unverified; Kaplan and "
        "Meier (1958) for open cases"
    ),
    official=False,
    follow_up_days={"police-crimes": 0, "cps": 0},
    breaks=(
        "2021-01-01: cases move from LIBRA and XHIBIT to Common Platform, court by court, from 2021 (day unverified)",
    ),
)


def _of_ended(sql: str) -> str:
    return f"case when count(*) filter (done) >= {FEWEST_ENDED} then {sql} end"


QUERY = Query(
    MEASURE,
    """
with crimes as (
    select i.{person} as person, i.case_urn as case_urn, i.recorded_date as recorded, i.outcome_date as outcome {by}
    from "police-crimes" i
), hearings as (
    select case_urn, min(charge_date) as started, min(first_hearing_date) as ended from (
        select case_urn, charge_date, first_hearing_date from magistrates
        union all select case_urn, charge_date, first_hearing_date from "common-platform"
    ) group by case_urn
), trials as (
    select case_urn, min(receipt_date) as started,
        case when count(completion_date) = count(*) then max(completion_date) end as ended
    from "crown-court" group by case_urn
), stages as (
    select * exclude (case_urn, recorded, outcome), 'Recorded to police outcome' as stage, recorded as started,
        outcome as ended from crimes
    union all by name
    select i.{person} as person, 'Referral to charging decision' as stage, i.received_date as started,
        i.decision_date as ended {by_cps} from cps i
    union all by name
    select c.* exclude (case_urn, recorded, outcome), 'Charge to first hearing' as stage, h.started, h.ended
    from crimes c join hearings h using (case_urn)
    union all by name
    select c.* exclude (case_urn, recorded, outcome), 'Crown Court receipt to completion' as stage, t.started, t.ended
    from crimes c join trials t using (case_urn)
), last_days as (
    select stage, max(greatest(started, coalesce(ended, started))) as last_day from stages group by stage
), counted as (
    select *, coalesce(ended, last_day) - started as days, ended is not null as done
    from stages join last_days using (stage) where started between $starts and $ends and (ended is null or ended >= started)
)
""",
    counts={
        "people": "count(distinct person)",
        "cases": "count(*)",
    },
    by={"by": "police-crimes", "by_cps": "cps"},
    keys=("stage",),
    overlapping=("stage",),
    order={"stage": STAGES},
    estimates={
        "median_days": (_of_ended("median(days) filter (done)"), 0),
        "mean_days": (_of_ended("avg(days) filter (done)"), 0),
    },
    labels={
        "people": "Victims",
        "cases": "Cases that began the stage",
        "median_days": "Median of those that ended, days",
        "mean_days": "Mean of those that ended, days",
        KAPLAN_MEIER: "Median with open cases (Kaplan-Meier), days",
    },
    notes=(
        "Counts are of victims' cases; victims are beside them.",
        f"Days are withheld under {FEWEST_ENDED} that ended.",
    ),
)


def timeliness(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """The table of stages, with the Kaplan-Meier median of each row beside the others. Raw: for `outputs` alone."""
    table = QUERY(connection, ask)
    curves: dict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in QUERY.rows(connection, ask, ["days", "done", "count(*) as cases"]):
        curves[tuple(in_words(row[key]) for key in table.keys)].append(row)
    rows = ({**row, KAPLAN_MEIER: _shown_median(curves[tuple(row[k] for k in table.keys)])} for row in table.rows)
    return replace(table, rows=tuple(rows), estimates={**table.estimates, KAPLAN_MEIER: 0})


def _shown_median(durations: Sequence[Mapping[str, Any]]) -> float | None:
    ended = sum(row["cases"] for row in durations if row["done"])
    return median_days(durations) if ended >= FEWEST_ENDED else None


def median_days(durations: Sequence[Mapping[str, Any]]) -> float | None:
    """The Kaplan-Meier median of durations in `days`, `done` or open, each with its number of `cases`."""
    from statsmodels.duration.survfunc import SurvfuncRight

    days, done, cases = (np.array([row[name] for row in durations], float) for name in ("days", "done", "cases"))
    if not done.any():
        return None
    curve = SurvfuncRight(days, done, freq_weights=cases)
    reached = curve.surv_times[curve.surv_prob <= HALF]  # its own quantile asks for less than half to be left
    return float(reached[0]) if reached.size else None


_CRIMES = """
            person | case_urn | recorded_date | outcome_date
            A      | U1       | 2023-01-01    | 2023-01-11
            B      | U2       | 2023-01-01    | 2023-01-21
            C      |          | 2023-01-01    |
            D      |          | 2023-03-31    | 2023-03-30
            E      |          | 2022-01-01    | 2023-03-31
"""
_ALIKE = "\n".join(f"P{n} | | 2023-01-01 | 2023-01-{11 + n % 2}" for n in range(FEWEST_ENDED))
EXAMPLE = Example(
    tables={
        "police-crimes": _CRIMES + _ALIKE,
        "cps": """
            person | received_date | decision_date
            A      | 2023-01-11    | 2023-02-10
            B      | 2023-01-21    |
        """,
        "magistrates": """
            case_urn | charge_date | first_hearing_date
            U1       | 2023-02-10  | 2023-03-10
            U1       | 2023-02-10  | 2023-03-12
            U9       | 2023-02-10  | 2023-03-12
        """,
        "common-platform": """
            case_urn | charge_date | first_hearing_date
            U2       | 2023-02-01  |
        """,
        "crown-court": """
            case_urn | receipt_date | completion_date
            U1       | 2023-03-20   | 2023-06-28
            U1       | 2023-03-20   |
        """,
    },
    answer="""
        stage                             | people | cases | median_days | mean_days | kaplan_meier_median_days
        Recorded to police outcome        | 33     | 33    | 10.5        | 10.7812   | 11
        Referral to charging decision     | 2      | 2     |             |           |
        Charge to first hearing           | 2      | 2     |             |           |
        Crown Court receipt to completion | 1      | 1     |             |           |
    """,
)
NEEDS = {
    "police-crimes": ("case_urn", "recorded_date", "outcome_date"),
    "cps": ("received_date", "decision_date"),
    "magistrates": ("case_urn", "charge_date", "first_hearing_date"),
    "common-platform": ("case_urn", "charge_date", "first_hearing_date"),
    "crown-court": ("case_urn", "receipt_date", "completion_date"),
}
COMPUTABLES = (Computable(MEASURE, timeliness, NEEDS, "police-crimes", method="Kaplan-Meier", beside=("cps",)),)
EXAMPLES = {MEASURE.id: EXAMPLE}
