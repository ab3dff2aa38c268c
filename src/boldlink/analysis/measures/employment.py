"""Employment after release: who has work six weeks and six months after prison?"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.limits import INSIDE
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

MEASURE = Measure(
    id="employment-after-release",
    title="In employment six weeks and six months after release",
    definition=(
        "Of releases on licence in the period whose employment at that time is known, the share employed. Counts "
        "releases; several licences of one person starting on one day are one release. People unavailable for work count "
        "as not employed."
    ),
    formula="100 × Employed / (Employed + Unemployed + Unavailable for work), at six weeks and at six months",
    exclusions=("not known", "sentences without custody", INSIDE),
    source=(
        "HM Prison and Probation Service, Employment at six weeks and six months following release from custody; place of "
        "people unavailable for work in the denominator unverified"
    ),
    official=True,
    follow_up_days={"probation": 184},
)


def _state(column: str) -> str:
    """2 employed, 1 known and not employed, missing otherwise: of rows of one day the greatest stands."""
    return (
        f"case when i.{column} = 'Employed' then 2 when i.{column} in ('Unemployed', 'Unavailable for work') then 1 end"
    )


QUERY = Query(
    MEASURE,
    f"""
with licences as (
    select i.{{person}} as person, i.event_date as day, {_state("employment_6_weeks")} as weeks,
        {_state("employment_6_months")} as months {{by}}
    from probation i where i.disposal_type = 'LIC' and i.event_date between $starts and $ends
), counted as (
    select * replace (max(weeks) over same as weeks, max(months) over same as months) from licences
    window same as (partition by person, day)
    qualify row_number() over (partition by person, day order by day {{also}}) = 1
)
""",
    counts={
        "people": "count(distinct person)",
        "known_6_weeks": "count(weeks)",
        "employed_6_weeks": "count(*) filter (weeks = 2)",
        "known_6_months": "count(months)",
        "employed_6_months": "count(*) filter (months = 2)",
    },
    by={"by": "probation"},
    rates={
        "employed_6_weeks_percent": ("employed_6_weeks", "known_6_weeks"),
        "employed_6_months_percent": ("employed_6_months", "known_6_months"),
    },
    labels={
        "people": "People released",
        "known_6_weeks": "Releases, known at six weeks",
        "employed_6_weeks": "Employed at six weeks",
        "known_6_months": "Releases, known at six months",
        "employed_6_months": "Employed at six months",
        "employed_6_weeks_percent": "Employed at six weeks, per cent",
        "employed_6_months_percent": "Employed at six months, per cent",
    },
    notes=("Counts are of releases, as the official statistic's are; people are beside them.",),
)
EXAMPLE = Example(
    tables={
        "probation": """
            person | event_date | disposal_type | employment_6_weeks   | employment_6_months
            A      | 2023-01-10 | LIC           | Employed             | Not known
            A      | 2023-01-10 | LIC           | Not known            | Unemployed
            A      | 2023-03-10 | LIC           | Unemployed           | Employed
            B      | 2023-01-11 | LIC           | Unavailable for work | Unavailable for work
            C      | 2023-01-12 | LIC           |                      | Employed
            D      | 2023-01-13 | LIC           | Not known            | Not known
            E      | 2023-01-14 | SSO           | Employed             | Employed
        """,
    },
    answer="""
        people | known_6_weeks | employed_6_weeks | known_6_months | employed_6_months
        4      | 3             | 1                | 4              | 2
    """,
)
NEEDS = {"probation": ("event_date", "disposal_type", "employment_6_weeks", "employment_6_months")}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "probation"),)
EXAMPLES = {MEASURE.id: EXAMPLE}
