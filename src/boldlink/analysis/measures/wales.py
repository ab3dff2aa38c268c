"""Wales's own indicators of substance misuse services: the wait for treatment, and how referrals are closed.

The data arrives linked and nameless in SAIL, so nothing here depends on our links.
"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

DAYS = 20
WCCIS = "2021-04-01: suppliers moved to WCCIS until 2023 and some referrals were carried forward (days unverified)"
SOURCE = "Public Health Wales and StatsWales, Substance misuse: summary of quarterly activity"


def weekdays_until(day: str) -> str:
    """SQL for the number of weekdays from Monday 3 January 2000 to a day, that day included."""
    since = f"({day} - date '2000-01-03')"
    return f"({since} // 7 * 5 + least({since} % 7 + 1, 5))"


WAITING = Measure(
    id="wales-waiting",
    title=f"Treatment started within {DAYS} working days of referral (Wales)",
    definition=(
        f"Of treatments that started in the period, the share that started within {DAYS} working days of referral. Counts "
        "referrals. Working days are Mondays to Fridays; bank holidays count as working days, which is unverified."
    ),
    formula=f"weekdays after the referral, the day of start included, <= {DAYS}",
    exclusions=("referrals whose treatment has not started", "starts before the referral, which are errors"),
    source=f"{SOURCE}; whether day {DAYS} itself is within the target is unverified",
    official=True,
    follow_up_days={"wales-substance-misuse": 0},
    breaks=(WCCIS,),
)
CLOSURES = Measure(
    id="wales-closures",
    title="How substance misuse referrals are closed (Wales)",
    definition=(
        "Of referrals closed in the period, the share whose closure was planned, who did not attend before assessment, "
        "before treatment or during it, and from whom the provider withdrew. Counts referrals."
    ),
    formula=(
        "planned: treatment complete, substance free or not, referred on, moved to GP-led prescribing (grouping "
        "unverified); the rest are inappropriate referrals and people who declined"
    ),
    exclusions=("referrals still open",),
    source=SOURCE,
    official=True,
    follow_up_days={"wales-substance-misuse": 0},
    breaks=(WCCIS,),
)
WAITING_QUERY = Query(
    WAITING,
    f"""
with counted as (
    select i.{{person}} as person,
        {weekdays_until("i.treatment_start_date")} - {weekdays_until("i.referral_date")} as days {{by}}
    from "wales-substance-misuse" i
    where i.treatment_start_date between $starts and $ends and i.treatment_start_date >= i.referral_date
)
""",
    counts={
        "people": "count(distinct person)",
        "started": "count(*)",
        "in_time": f"count(*) filter (days <= {DAYS})",
    },
    by={"by": "wales-substance-misuse"},
    rates={"in_time_percent": ("in_time", "started")},
    estimates={"median_days": ("median(days)", 1)},
    labels={
        "started": "Treatments started",
        "in_time": f"Within {DAYS} working days",
        "in_time_percent": f"Within {DAYS} working days, per cent",
        "median_days": "Median wait, working days",
    },
    notes=("Counts are of referrals, as the official statistic's are; people are beside them.",),
)
REASONS = {
    "planned": (
        "('treatment complete - substance free', 'treatment complete', 'referred on', 'moved to GP-led prescribing')"
    ),
    "missed_assessment": "('DNA before assessment')",
    "missed_start": "('DNA before treatment')",
    "left_treatment": "('DNA during treatment')",
    "withdrawn": "('withdrawn by provider')",
}
CLOSURES_QUERY = Query(
    CLOSURES,
    """
with counted as (
    select i.{person} as person, i.closure_reason as reason {by}
    from "wales-substance-misuse" i where i.closure_date between $starts and $ends
)
""",
    counts={
        "people": "count(distinct person)",
        "closures": "count(*)",
        **{name: f"count(*) filter (reason in {reasons})" for name, reasons in REASONS.items()},
    },
    by={"by": "wales-substance-misuse"},
    rates={f"{name}_percent": (name, "closures") for name in REASONS},
    labels={
        "closures": "Referrals closed",
        "planned": "Planned",
        "missed_assessment": "Did not attend before assessment",
        "missed_start": "Did not attend before treatment",
        "left_treatment": "Did not attend during treatment",
        "withdrawn": "Withdrawn by provider",
        "planned_percent": "Planned, per cent",
        "missed_assessment_percent": "Did not attend before assessment, per cent",
        "missed_start_percent": "Did not attend before treatment, per cent",
        "left_treatment_percent": "Did not attend during treatment, per cent",
        "withdrawn_percent": "Withdrawn by provider, per cent",
    },
    notes=("Counts are of referrals, as the official statistic's are; people are beside them.",),
)
WAITING_EXAMPLE = Example(
    tables={
        "wales-substance-misuse": """
            person | referral_date | treatment_start_date
            A      | 2023-01-02    | 2023-01-30
            A      | 2023-01-02    | 2023-01-31
            B      | 2023-01-07    | 2023-02-03
            C      | 2023-01-07    | 2023-02-06
            D      | 2023-01-06    | 2023-01-06
            E      | 2023-01-06    |
            F      | 2023-01-06    | 2023-01-05
            G      | 2023-03-06    | 2023-04-01
        """,
    },
    answer="""
        people | started | in_time | median_days
        4      | 5       | 3       | 20
    """,
)
CLOSURES_EXAMPLE = Example(
    tables={
        "wales-substance-misuse": """
            person | closure_date | closure_reason
            A      | 2023-01-01   | treatment complete - substance free
            A      | 2023-03-31   | moved to GP-led prescribing
            B      | 2023-02-01   | DNA before assessment
            C      | 2023-02-01   | DNA before treatment
            D      | 2023-02-01   | DNA during treatment
            E      | 2023-02-01   | inappropriate referral
            F      | 2023-02-01   |
            G      |              |
            H      | 2023-04-01   | treatment complete
        """,
    },
    answer="""
        people | closures | planned | missed_assessment | missed_start | left_treatment | withdrawn
        6      | 7        | 2       | 1                 | 1            | 1              | 0
    """,
)
_WALES = "wales-substance-misuse"
COMPUTABLES = (
    Computable(WAITING, WAITING_QUERY, {_WALES: ("referral_date", "treatment_start_date")}, _WALES),
    Computable(CLOSURES, CLOSURES_QUERY, {_WALES: ("closure_date", "closure_reason")}, _WALES),
)
EXAMPLES = {WAITING.id: WAITING_EXAMPLE, CLOSURES.id: CLOSURES_EXAMPLE}
