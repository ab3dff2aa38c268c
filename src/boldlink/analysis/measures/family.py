"""Families after release: is child benefit in payment again, or still, six months after a parent leaves prison?

Linkage sees an adult who claims, and no child: whoever claims stands for the household that the money reaches.
"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.limits import INSIDE
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

DAYS = 182  # six months

MEASURE = Measure(
    id="family-after-release",
    title="Child benefit in payment six months after release, of people with an award at reception",
    definition=(
        "Of people released from prison in the period, counted once at their first release, whom linkage finds with a child "
        "benefit award in payment on the day of that custody's reception, the share with an award in payment, the same or "
        f"another, {DAYS} days after release. One adult of a household claims, so a parent whose partner claims is not "
        "found, and an award may move between partners. Children are not observed: an award that ended says neither "
        "that a child left nor where a child lives."
    ),
    formula=f"100 × in payment on release + {DAYS} days / in payment on reception; in payment: start <= day <= end, or no end",
    exclusions=(
        "people without an award at reception, or whose award linkage does not find",
        "custody without a date of reception",
        "deaths, returns to custody and children who outgrow the benefit are not taken out",
        INSIDE,
    ),
    source="boldlink; after the families question of the BOLD reoffending pilot, which has no published definition",
    official=False,
    linked=True,
    follow_up_days={"child-benefit": DAYS},
)


def _in_payment(day: str) -> str:
    """SQL for whether any award of a person is in payment on a day, its last day included."""
    return f"coalesce(bool_or(b.award_start <= {day} and coalesce(b.award_end >= {day}, true)), false)"


QUERY = Query(
    MEASURE,
    f"""
with releases as (
    select i.{{person}} as person, i.reception_date as reception, i.release_date as release {{by}}
    from prison i where i.release_date between $starts and $ends
), leavers as (
    select * from releases qualify row_number() over (partition by person order by release, reception {{also}}) = 1
), paid as (
    select l.person, {_in_payment("l.reception")} as before, {_in_payment(f"l.release + {DAYS}")} as after
    from leavers l join "child-benefit" b on b.{{person}} = l.person group by l.person
), counted as (
    select l.*, coalesce(p.before, false) as before, coalesce(p.before and p.after, false) as again
    from leavers l left join paid p using (person)
)
""",
    counts={
        "released": "count(*)",
        "with_award": "count(*) filter (before)",
        "again": "count(*) filter (again)",
    },
    by={"by": "prison"},
    rates={"with_award_percent": ("with_award", "released"), "again_percent": ("again", "with_award")},
    labels={
        "released": "People released",
        "with_award": "With an award at reception",
        "again": "With an award six months after release",
        "with_award_percent": "With an award at reception, per cent of people released",
        "again_percent": "With an award six months after, per cent of people with one at reception",
    },
    notes=(
        "Counts are of people.",
        "One adult of a household claims: a parent whose partner claims is not found.",
        "Children are not observed: that an award ended says neither that a child left nor where a child lives.",
    ),
)
EXAMPLE = Example(
    tables={
        "prison": """
            person | reception_date | release_date
            A      | 2022-06-01     | 2023-01-10
            A      | 2023-02-01     | 2023-03-01
            B      | 2022-06-01     | 2023-01-10
            C      | 2022-06-01     | 2023-01-10
            D      | 2022-06-01     | 2023-01-10
            E      | 2022-06-01     | 2023-01-10
            F      | 2022-06-01     | 2023-01-10
        """,
        "child-benefit": """
            person | award_start | award_end
            A      | 2020-01-01  | 2022-08-01
            A      | 2023-07-11  |
            B      | 2020-01-01  | 2022-06-01
            B      | 2023-07-12  |
            C      | 2020-01-01  |
            D      | 2022-06-02  |
            E      | 2020-01-01  | 2022-05-31
        """,
    },
    answer="""
        released | with_award | again
        6        | 3          | 2
    """,
)
NEEDS = {"prison": ("reception_date", "release_date"), "child-benefit": ("award_start", "award_end")}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "prison"),)
EXAMPLES = {MEASURE.id: EXAMPLE}
