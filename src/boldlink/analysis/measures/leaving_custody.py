"""Homelessness on leaving custody, seen from both sides of the gate.

The council's side: of households owed a duty, how many lost their home by leaving custody. The prison's side, which only
linkage gives: of people released, how many apply to a council as homeless within three months.
"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.limits import DEATHS, INSIDE
from boldlink.analysis.measures.query import LEAVERS, Query
from boldlink.values import Measure

OWED = "in ('prevention', 'relief')"

MEASURE = Measure(
    id="homelessness-on-leaving-custody",
    title="Households owed a duty who were homeless on departure from custody",
    definition=(
        "Of households that applied in the period and were owed a prevention or relief duty, the share whose accommodation "
        "at application was 'homeless on departure from institution: custody'. Counts households at their main applicant."
    ),
    formula="100 × owed a duty on departure from custody / owed a duty",
    exclusions=("applications without a duty", "other adults of the household"),
    source="Ministry of Housing, Communities and Local Government, Statutory homelessness in England (H-CLIC A4)",
    official=True,
    follow_up_days={"hclic": 0},
)
LINKED = Measure(
    id="homelessness-after-release",
    title="People released from prison who apply to a council as homeless within three months (prison-linked)",
    definition=(
        "Of people released from prison in the period, counted once at their first release, the share whom linkage finds "
        "in a homelessness application on the day of release or within three months of it; and owed a duty on it."
    ),
    formula="application date in [release, release + 3 months]",
    exclusions=("councils that send no names: their applications are harder to find", INSIDE, DEATHS),
    source="boldlink; after the BOLD homelessness pilot, which has no published definition",
    official=False,
    linked=True,
    follow_up_days={"hclic": 92},
)

QUERY = Query(
    MEASURE,
    f"""
with counted as (
    select i.{{person}} as person,
        i.accommodation_at_application = 'homeless on departure from institution: custody' as from_custody {{by}}
    from hclic i where i.main_applicant and i.duty {OWED} and i.application_date between $starts and $ends
)
""",
    counts={
        "people": "count(distinct person)",
        "owed": "count(*)",
        "from_custody": "count(*) filter (from_custody)",
    },
    by={"by": "hclic"},
    rates={"from_custody_percent": ("from_custody", "owed")},
    labels={
        "people": "Main applicants",
        "owed": "Households owed a duty",
        "from_custody": "Homeless on departure from custody",
        "from_custody_percent": "On departure from custody, per cent",
    },
    notes=("Counts are of households, as the official statistic's are; main applicants are beside them.",),
)
LINKED_QUERY = Query(
    LINKED,
    f"""
{LEAVERS}, applications as (
    select l.person, coalesce(bool_or(h.duty {OWED}), false) as owed
    from leavers l join hclic h on h.{{person}} = l.person
    where h.application_date >= l.day and h.application_date <= l.day + interval 3 month group by l.person
), counted as (
    select l.*, a.person is not null as applied, coalesce(a.owed, false) as owed
    from leavers l left join applications a using (person)
)
""",
    counts={
        "released": "count(*)",
        "applied": "count(*) filter (applied)",
        "owed": "count(*) filter (owed)",
    },
    by={"by": "prison"},
    rates={"applied_percent": ("applied", "released"), "owed_percent": ("owed", "released")},
    labels={
        "released": "People released",
        "applied": "Applied within three months",
        "owed": "Owed a duty",
        "applied_percent": "Applied, per cent",
        "owed_percent": "Owed a duty, per cent",
    },
)
EXAMPLE = Example(
    tables={
        "hclic": """
            person | main_applicant | duty       | application_date | accommodation_at_application
            A      | yes            | relief     | 2023-01-10       | homeless on departure from institution: custody
            A      | yes            | relief     | 2023-03-10       | rough sleeping
            B      | no             | relief     | 2023-01-10       | homeless on departure from institution: custody
            C      | yes            | prevention | 2023-03-31       | private rented
            D      | yes            | none       | 2023-02-01       | homeless on departure from institution: custody
            E      | yes            | relief     | 2023-04-01       | homeless on departure from institution: custody
            F      | yes            | relief     | 2023-02-01       |
        """,
    },
    answer="""
        people | owed | from_custody
        3      | 4    | 1
    """,
)
LINKED_EXAMPLE = Example(
    tables={
        "prison": """
            person | release_date
            A      | 2023-01-10
            A      | 2023-03-01
            B      | 2023-01-31
            C      | 2023-01-31
            D      | 2023-02-01
        """,
        "hclic": """
            person | duty   | application_date
            A      | relief | 2023-01-10
            B      | none   | 2023-04-30
            C      | relief | 2023-05-01
            D      | relief | 2023-01-31
        """,
    },
    answer="""
        released | applied | owed
        4        | 2       | 1
    """,
)
NEEDS = {"hclic": ("main_applicant", "duty", "application_date", "accommodation_at_application")}
LINKED_NEEDS = {"prison": ("release_date",), "hclic": ("duty", "application_date")}
COMPUTABLES = (
    Computable(MEASURE, QUERY, NEEDS, "hclic"),
    Computable(LINKED, LINKED_QUERY, LINKED_NEEDS, "prison"),
)
EXAMPLES = {MEASURE.id: EXAMPLE, LINKED.id: LINKED_EXAMPLE}
