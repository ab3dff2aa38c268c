"""Settled at three months: do people who left prison have a home that lasts?"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.first_night import OUT_OF_SCOPE, UNKNOWN, releases
from boldlink.analysis.measures.limits import INSIDE
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

SETTLED = "('A01A', 'A01C', 'A01D', 'A04', 'A07B')"  # owner, private and social rent, supported, settled with family

MEASURE = Measure(
    id="settled-at-three-months",
    title="In settled accommodation three months after release (MI015)",
    definition=(
        "Of releases on licence in the period whose accommodation three months later is known, the share in settled "
        "accommodation. Counts releases; several licences of one person starting on one day are one release."
    ),
    formula="100 × settled / known. Settled: A01A, A01C, A01D, A04, A07B (unverified). Unknown: A06, A16 or missing",
    exclusions=(
        "unknown accommodation",
        "long-term healthcare and immigration detention",
        "sentences without custody",
        INSIDE,
    ),
    source="HM Prison and Probation Service, Offender Accommodation Outcomes, guidance (MI015); map of codes unverified",
    official=True,
    follow_up_days={"probation": 92},
    breaks=("2024-05-01: Probation Reset ends supervision early: never read across it (day of the month unverified)",),
)

RANK = f"""case when status is null or status in {UNKNOWN} or status in {OUT_OF_SCOPE} then 3
        when status in {SETTLED} then 1 else 2 end"""
QUERY = Query(
    MEASURE,
    releases("accommodation_3_months", RANK) + ", counted as (select * from releases where rank < 3)",
    counts={
        "people": "count(distinct person)",
        "releases": "count(*)",
        "settled": "count(*) filter (rank = 1)",
    },
    by={"by": "probation"},
    rates={"settled_percent": ("settled", "releases")},
    labels={
        "releases": "Releases whose accommodation at three months is known",
        "settled": "Settled at three months",
        "settled_percent": "Settled, per cent",
    },
    notes=(
        "Counts are of releases, as the official statistic's are; people are beside them.",
        "The series breaks in May 2024, with the Probation Reset: it is never read across it.",
    ),
)
EXAMPLE = Example(
    tables={
        "probation": """
            person | event_date | disposal_type | accommodation_3_months
            A      | 2023-01-10 | LIC           | A01C
            A      | 2023-01-10 | LIC           | A01C
            B      | 2023-01-11 | LIC           | A06
            C      | 2023-01-12 | LIC           |
            D      | 2023-01-13 | LIC           | A17
            E      | 2023-01-14 | LIC           | A07B
            F      | 2023-01-15 | CO            | A01A
        """,
    },
    answer="""
        people | releases | settled
        3      | 3        | 2
    """,
)
NEEDS = {"probation": ("event_date", "disposal_type", "accommodation_3_months")}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "probation"),)
EXAMPLES = {MEASURE.id: EXAMPLE}
