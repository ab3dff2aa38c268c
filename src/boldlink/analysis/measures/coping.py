"""Coping after support: how do victims say they are, before and after a service's support?"""

from __future__ import annotations

from boldlink.analysis.ask import Computable, Section
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

Z = 1.959964  # two-sided 95 per cent of the normal distribution

MEASURE = Measure(
    id="coping-after-support",
    title="Change in victims' wellbeing over support, by kind of support",
    definition=(
        "Of people whose support started in the period, counted once for each kind of support at its first start, how "
        "many were asked about their wellbeing (0 to 10) both at the start and at the end, how many of these said better "
        "at the end, and the mean change with its 95 per cent interval."
    ),
    formula=f"mean(end − start) ± {Z:.2f} × standard deviation / √asked",
    exclusions=("people not asked twice: those who left early are missing, and they may have fared worse",),
    source="boldlink; after Victim journeys (Ministry of Justice, 2024), which asks for it",
    official=False,
    follow_up_days={"victim-service": 92},
)
QUERY = Query(
    MEASURE,
    """
with supported as (
    select i.{person} as person, i.support_type as support_type, i.support_start_date as day,
        i.wellbeing_end - i.wellbeing_start as change {by}
    from "victim-service" i where i.support_start_date between $starts and $ends
), counted as (
    select * from supported
    qualify row_number() over (partition by person, support_type order by day, change {also}) = 1
)
""",
    counts={
        "people": "count(*)",
        "asked": "count(change)",
        "better": "count(*) filter (change > 0)",
    },
    by={"by": "victim-service"},
    keys=("support_type",),
    overlapping=("support_type",),
    rates={"asked_percent": ("asked", "people"), "better_percent": ("better", "asked")},
    estimates={
        "value": ("avg(change)", 2),
        "low": (f"avg(change) - {Z} * stddev_samp(change) / sqrt(count(change))", 2),
        "high": (f"avg(change) + {Z} * stddev_samp(change) / sqrt(count(change))", 2),
    },
    labels={
        "people": "People supported",
        "asked": "Asked at start and end",
        "better": "Better at the end",
        "asked_percent": "Asked twice, per cent",
        "better_percent": "Better, per cent of those asked",
        "value": "Mean change, points of 10",
        "low": "Lower limit (95 %)",
        "high": "Upper limit (95 %)",
    },
    notes=("Counts are of people; somebody with two kinds of support is in both rows.",),
)
EXAMPLE = Example(
    tables={
        "victim-service": """
            person | support_type | support_start_date | wellbeing_start | wellbeing_end
            A      | Advocate     | 2023-01-10         | 3               | 5
            A      | Advocate     | 2023-02-10         | 3               | 9
            B      | Advocate     | 2023-01-11         | 4               | 4
            C      | Advocate     | 2023-01-12         | 4               |
            A      | Counselling  | 2023-03-31         | 5               | 9
            D      | Counselling  | 2023-04-01         | 5               | 9
        """,
    },
    answer="""
        support_type | people | asked | better | value | low   | high
        Advocate     | 3      | 2     | 1      | 1     | -0.96 | 2.96
        Counselling  | 1      | 1     | 1      | 4     |       |
    """,
)
NEEDS = {"victim-service": ("support_type", "support_start_date", "wellbeing_start", "wellbeing_end")}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "victim-service", Section.OUTCOMES, "mean change"),)
EXAMPLES = {MEASURE.id: EXAMPLE}
