"""Prevention and relief: how many of a council's duties end with a home for six months or more?"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

MEASURE = Measure(
    id="duty-success",
    title="Prevention and relief duties that ended in accommodation for six months or more",
    definition=(
        "Of prevention duties, and of relief duties, that ended in the period, the share that ended because accommodation "
        "was secured for six months or more. Counts duties to households, each at its main applicant."
    ),
    formula="100 × ended 'secured accommodation 6+ months' / duties ended, for each duty",
    exclusions=("duties still open", "other adults of the household"),
    source="Ministry of Housing, Communities and Local Government, Statutory homelessness in England (H-CLIC P2, R2)",
    official=True,
    follow_up_days={"hclic": 0},
)

QUERY = Query(
    MEASURE,
    """
with counted as (
    select i.{person} as person, i.duty as duty, i.duty_end_reason = 'secured accommodation 6+ months' as secured {by}
    from hclic i
    where i.main_applicant and i.duty in ('prevention', 'relief') and i.duty_end_date between $starts and $ends
)
""",
    counts={
        "people": "count(distinct person)",
        "duties": "count(*)",
        "secured": "count(*) filter (secured)",
    },
    by={"by": "hclic"},
    keys=("duty",),
    overlapping=("duty",),
    rates={"secured_percent": ("secured", "duties")},
    labels={
        "people": "Main applicants",
        "duties": "Duties ended",
        "secured": "Ended with accommodation secured for six months or more",
        "secured_percent": "Secured, per cent",
    },
    notes=("Counts are of households' duties, as the official statistic's are; main applicants are beside them.",),
)
EXAMPLE = Example(
    tables={
        "hclic": """
            person | main_applicant | duty       | duty_end_date | duty_end_reason
            A      | yes            | prevention | 2023-01-10    | secured accommodation 6+ months
            B      | no             | prevention | 2023-01-10    | secured accommodation 6+ months
            C      | yes            | prevention | 2023-03-31    | 56 days elapsed
            C      | yes            | relief     | 2023-03-31    | secured accommodation 6+ months
            D      | yes            | relief     | 2023-04-01    | secured accommodation 6+ months
            E      | yes            | relief     |               |
            F      | yes            | none       | 2023-02-01    | withdrew or deceased
            G      | yes            | relief     | 2023-02-01    |
        """,
    },
    answer="""
        duty       | people | duties | secured
        prevention | 2      | 2      | 1
        relief     | 2      | 2      | 1
    """,
)
NEEDS = {"hclic": ("main_applicant", "duty", "duty_end_date", "duty_end_reason")}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "hclic"),)
EXAMPLES = {MEASURE.id: EXAMPLE}
