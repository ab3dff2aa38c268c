"""Housed on release: where did people spend the night after they left prison?

The official statistic counts releases, not people, and leaves out those whose night is not known. Settled and temporary
homes both count as housed; a shelter, an emergency hostel, a campsite, a squat or the street do not.
"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.limits import INSIDE
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

# nDelius codes; the map to housed and unknown is ours, out of scope is unverified.
NOT_HOUSED = "('A05', 'A08', 'A08A', 'A08C')"
UNKNOWN = "('A06', 'A16')"
OUT_OF_SCOPE = "('A12', 'A13', 'A14', 'A15')"  # long-term healthcare, immigration enforcement and detention

MEASURE = Measure(
    id="housed-on-release",
    title="Housed on the night following release (MI014)",
    definition=(
        "Of releases on licence in the period whose first night is known, the share followed by a night in settled or "
        "temporary accommodation. Counts releases; several licences of one person starting on one day are one release."
    ),
    formula=(
        "100 × housed / known. Not housed: A05, A08, A08A, A08C. Unknown and left out: A06, A16 or missing. Of same-day "
        "duplicates a known night stands before an unknown one, and housed before not housed (unverified)."
    ),
    exclusions=(
        "unknown accommodation",
        "long-term healthcare and immigration detention",
        "sentences without custody",
        INSIDE,
    ),
    source="HM Prison and Probation Service, Offender Accommodation Outcomes, guidance (MI014); map of codes unverified",
    official=True,
    follow_up_days={"probation": 1},
)


def releases(column: str, rank: str) -> str:
    """SQL for releases on licence, one for each person and day, with `rank`, the best that its rows say."""
    return f"""
with licences as (
    select i.{{person}} as person, i.event_date as day, i.{column} as status {{by}}
    from probation i where i.disposal_type = 'LIC' and i.event_date between $starts and $ends
), releases as (
    select *, {rank} as rank from licences
    qualify row_number() over (partition by person, day order by rank {{also}}) = 1
)"""


RANK = f"""case when status is null or status in {UNKNOWN} or status in {OUT_OF_SCOPE} then 3
        when status in {NOT_HOUSED} then 2 else 1 end"""
QUERY = Query(
    MEASURE,
    releases("accommodation_status", RANK) + ", counted as (select * from releases where rank < 3)",
    counts={
        "people": "count(distinct person)",
        "releases": "count(*)",
        "housed": "count(*) filter (rank = 1)",
    },
    by={"by": "probation"},
    rates={"housed_percent": ("housed", "releases")},
    labels={
        "releases": "Releases with a known first night",
        "housed": "Housed that night",
        "housed_percent": "Housed, per cent",
    },
    notes=("Counts are of releases, as the official statistic's are; people are beside them.",),
)
EXAMPLE = Example(
    tables={
        "probation": """
            person | event_date | disposal_type | accommodation_status
            A      | 2023-01-10 | LIC           | A01C
            A      | 2023-01-10 | LIC           | A08A
            A      | 2023-03-10 | LIC           | A08A
            B      | 2023-01-11 | LIC           | A06
            C      | 2023-01-12 | LIC           |
            D      | 2023-01-13 | LIC           | A17
            E      | 2023-01-14 | LIC           | A08C
            F      | 2023-01-15 | CO            | A08
            G      | 2023-01-16 | LIC           | A15
            H      | 2023-04-01 | LIC           | A01A
        """,
    },
    answer="""
        people | releases | housed
        3      | 4        | 2
    """,
)
NEEDS = {"probation": ("event_date", "disposal_type", "accommodation_status")}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "probation"),)
EXAMPLES = {MEASURE.id: EXAMPLE}
