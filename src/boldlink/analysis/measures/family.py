"""Family after release: child benefit that was in payment when a parent went to prison, and is again after release.

An award names one adult of a household, so the other parent's custody is not seen here at all.
"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

MONTHS = 6

MEASURE = Measure(
    id="family-after-release",
    title=f"Child benefit in payment again within {MONTHS} months of release",
    definition=(
        "Of people released from prison in the period, counted once at their first release, how many had child benefit in "
        f"payment on the day of reception, and how many of these have it in payment at some time from the release to "
        f"{MONTHS} months after it."
    ),
    formula=f"award start <= release + {MONTHS} months, and the award has no end or ends on or after the release",
    exclusions=("the adult of a household whom the award does not name",),
    source="boldlink; after Children with a parent in prison (Ministry of Justice, 2024), which uses child benefit",
    official=False,
    linked=True,
    follow_up_days={"child-benefit": 184},
)

QUERY = Query(
    MEASURE,
    f"""
with releases as (
    select i.{{person}} as person, i.release_date as day, i.reception_date as reception {{by}}
    from prison i where i.release_date between $starts and $ends
), leavers as (
    select * from releases qualify row_number() over (partition by person order by day, reception {{also}}) = 1
), awards as (
    select l.person,
        bool_or(a.award_start <= l.reception and (a.award_end is null or a.award_end >= l.reception)) as before,
        bool_or(a.award_start <= l.day + interval {MONTHS} month and (a.award_end is null or a.award_end >= l.day)) as again
    from leavers l join "child-benefit" a on a.{{person}} = l.person group by l.person
), counted as (
    select l.*, coalesce(a.before, false) as before, coalesce(a.again, false) as again
    from leavers l left join awards a using (person)
)
""",
    counts={
        "released": "count(*)",
        "at_reception": "count(*) filter (before)",
        "again": "count(*) filter (before and again)",
    },
    by={"by": "prison"},
    rates={"at_reception_percent": ("at_reception", "released"), "again_percent": ("again", "at_reception")},
    labels={
        "released": "People released",
        "at_reception": "With child benefit at reception",
        "again": f"And again within {MONTHS} months of release",
        "at_reception_percent": "With child benefit at reception, per cent",
        "again_percent": "Again, per cent of these",
    },
)
EXAMPLE = Example(
    tables={
        "prison": """
            person | reception_date | release_date
            A      | 2022-12-01     | 2023-01-10
            B      | 2022-12-01     | 2023-01-31
            C      | 2022-12-01     | 2023-01-10
            D      | 2022-12-01     | 2023-01-10
            E      | 2022-12-01     | 2023-01-10
        """,
        "child-benefit": """
            person | award_start | award_end
            A      | 2020-01-01  | 2022-12-01
            A      | 2023-07-10  |
            B      | 2020-01-01  | 2022-12-20
            B      | 2023-08-01  |
            C      | 2020-01-01  |
            D      | 2022-12-02  |
            E      | 2020-01-01  | 2022-11-30
        """,
    },
    answer="""
        released | at_reception | again
        5        | 3            | 2
    """,
)
NEEDS = {"prison": ("reception_date", "release_date"), "child-benefit": ("award_start", "award_end")}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "prison"),)
EXAMPLES = {MEASURE.id: EXAMPLE}
