"""Engagement of people sentenced to treatment: does an alcohol or drug requirement lead to treatment at all?

The first answer of the programme was 26 per cent with exact links and 38.9 per cent with weighed ones: who engaged is
whom the link finds, so nothing here is read at one confidence alone.
"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.limits import DEATHS_UNSEEN, TREATED_BEFORE
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

DAYS = 21

MEASURE = Measure(
    id="requirement-engagement",
    title="Engagement with treatment after an alcohol or drug treatment requirement",
    definition=(
        "Of people given a community order or suspended sentence with an alcohol treatment requirement (ATR) or a drug "
        "rehabilitation requirement (DRR) in the period, counted once for each requirement at their first, the share in "
        "community treatment on the day of sentence or starting it afterwards; and by day 21."
    ),
    formula="engaged: triaged <= sentence <= end of the journey, or triaged after the sentence (by day 21: within 21 days)",
    exclusions=(
        "licences",
        "mental health treatment requirements",
        "journeys in prison",
        TREATED_BEFORE,
        DEATHS_UNSEEN,
    ),
    source="Ministry of Justice, Pathways between probation and addiction treatment in England (2023)",
    official=False,
    linked=True,
    follow_up_days={"ndtms": DAYS},
)

QUERY = Query(
    MEASURE,
    f"""
with sentences as (
    select i.{{person}} as person, i.event_date as day, i.requirement as requirement {{by}}
    from probation i
    where i.requirement in ('ATR', 'DRR') and i.disposal_type in ('CO', 'SSO') and i.event_date between $starts and $ends
), sentenced as (
    select * from sentences qualify row_number() over (partition by person, requirement order by day {{also}}) = 1
), treated as (
    select s.person, s.requirement, bool_or(j.triaged_jy <= s.day + {DAYS}) as early
    from sentenced s join ndtms j on j.{{person}} = s.person and j.setting = 'community'
    where j.triaged_jy > s.day or (j.triaged_jy <= s.day and (j.disd_jy is null or j.disd_jy >= s.day))
    group by s.person, s.requirement
), counted as (
    select s.*, t.person is not null as engaged, coalesce(t.early, false) as early
    from sentenced s left join treated t using (person, requirement)
)
""",
    counts={
        "sentenced": "count(*)",
        "engaged": "count(*) filter (engaged)",
        "engaged_21_days": "count(*) filter (early)",
    },
    by={"by": "probation"},
    keys=("requirement",),
    rates={
        "engaged_percent": ("engaged", "sentenced"),
        "engaged_21_days_percent": ("engaged_21_days", "sentenced"),
    },
    overlapping=("requirement",),
    labels={
        "sentenced": "People sentenced",
        "engaged": "In treatment at sentence or after",
        "engaged_21_days": f"In treatment by day {DAYS}",
        "engaged_percent": "Engaged, per cent",
        "engaged_21_days_percent": f"Engaged by day {DAYS}, per cent",
    },
    notes=("Counts are of people; somebody with both requirements is in both rows.",),
)
EXAMPLE = Example(
    tables={
        "probation": """
            person | event_date | disposal_type | requirement
            A      | 2023-02-01 | CO            | DRR
            B      | 2023-02-01 | CO            | DRR
            C      | 2023-02-01 | SSO           | DRR
            D      | 2023-02-01 | CO            | ATR
            D      | 2023-03-01 | CO            | ATR
            E      | 2023-02-01 | CO            | ATR
            F      | 2023-02-01 | CO            | NONE
            G      | 2023-02-01 | LIC           | DRR
        """,
        "ndtms": """
            person | setting   | triaged_jy | disd_jy
            A      | community | 2023-02-22 |
            B      | community | 2023-02-23 |
            C      | prison    | 2023-02-10 |
            D      | community | 2022-12-01 | 2023-02-01
            E      | community | 2022-12-01 | 2023-01-31
        """,
    },
    answer="""
        requirement | sentenced | engaged | engaged_21_days
        ATR         | 2         | 1       | 1
        DRR         | 3         | 2       | 1
    """,
)
NEEDS = {
    "probation": ("event_date", "disposal_type", "requirement"),
    "ndtms": ("setting", "triaged_jy", "disd_jy"),
}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "probation"),)
EXAMPLES = {MEASURE.id: EXAMPLE}
