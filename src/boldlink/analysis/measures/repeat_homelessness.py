"""Repeat homelessness: who comes back to a council after their case has ended, to the same one or to any?

There is no single official linked definition. One council's own returns show only people who come back to it; the second
figure, at any council, is what linking adds.
"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.limits import DEATHS
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

GAP_DAYS = 28  # sooner than this it is the same spell of homelessness
WITHIN_MONTHS = 24  # the older P1E rule counted a repeat acceptance within two years (unverified)

MEASURE = Measure(
    id="repeat-homelessness",
    title="Repeat homelessness: a new duty after an earlier case ended, at the same council and at any",
    definition=(
        "Of people whose prevention or relief duty ended in the period, counted once at their first such end, the share who "
        f"are owed a duty on a new application at least {GAP_DAYS} days and less than {WITHIN_MONTHS} months after it: at "
        "any council, and at the same council. Every adult of a household is counted."
    ),
    formula=(
        f"end + {GAP_DAYS} days <= application date < end + {WITHIN_MONTHS} months, duty owed; {WITHIN_MONTHS} months are "
        "capped by the end of the data"
    ),
    exclusions=(
        "applications without a duty",
        f"applications within {GAP_DAYS} days of the end: the same spell",
        DEATHS,
    ),
    source="boldlink; no official linked definition exists",
    official=False,
    linked=True,
    follow_up_days={"hclic": 92},
)

QUERY = Query(
    MEASURE,
    f"""
with ended as (
    select i.{{person}} as person, i.duty_end_date as day, i.local_authority as council {{by}}
    from hclic i where i.duty in ('prevention', 'relief') and i.duty_end_date between $starts and $ends
), first_ended as (
    select * from ended qualify row_number() over (partition by person order by day, council {{also}}) = 1
), returns as (
    select f.person, bool_or(h.local_authority is not distinct from f.council) as same
    from first_ended f join hclic h on h.{{person}} = f.person
    where h.duty in ('prevention', 'relief') and h.application_date >= f.day + {GAP_DAYS}
        and h.application_date < f.day + interval {WITHIN_MONTHS} month group by f.person
), counted as (
    select f.*, r.person is not null as returned, coalesce(r.same, false) as same
    from first_ended f left join returns r using (person)
)
""",
    counts={
        "people": "count(*)",
        "any_council": "count(*) filter (returned)",
        "same_council": "count(*) filter (same)",
    },
    by={"by": "hclic"},
    rates={"any_council_percent": ("any_council", "people"), "same_council_percent": ("same_council", "people")},
    labels={
        "people": "People whose duty ended",
        "any_council": "Owed a new duty at any council",
        "same_council": "Owed a new duty at the same council",
        "any_council_percent": "Any council, per cent",
        "same_council_percent": "Same council, per cent",
    },
    notes=(
        "Counts are of people, every adult of a household.",
        f"Returns are looked for within {WITHIN_MONTHS} months or until the data ends, whichever is sooner.",
    ),
)
EXAMPLE = Example(
    tables={
        "hclic": """
            person | local_authority | duty       | application_date | duty_end_date
            A      | Leeds           | relief     | 2022-12-01       | 2023-01-10
            A      | Leeds           | relief     | 2023-02-07       |
            B      | Leeds           | relief     | 2022-12-01       | 2023-01-10
            B      | Leeds           | relief     | 2023-02-06       |
            C      | Leeds           | prevention | 2022-12-01       | 2023-02-01
            C      | Hull            | relief     | 2023-09-01       | 2023-10-01
            D      | Leeds           | prevention | 2022-12-01       | 2023-02-01
            D      | Hull            | none       | 2023-09-01       |
            E      | Hull            | relief     | 2022-12-01       | 2023-03-31
            E      | Hull            | relief     | 2025-03-31       |
        """,
    },
    answer="""
        people | any_council | same_council
        5      | 2           | 1
    """,
)
NEEDS = {"hclic": ("local_authority", "duty", "application_date", "duty_end_date")}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "hclic"),)
EXAMPLES = {MEASURE.id: EXAMPLE}
