"""Support offered and support had: does a referral by the police bring a victim to a service, and who comes without one?

Police write down that support was offered. Whether it was had stands in the service's own records, and only linking tells.
"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

DAYS = 91  # three months

MEASURE = Measure(
    id="support-offered",
    title="Victims whom the police record as referred to support, and what the service knows of them",
    definition=(
        "Of victims of crimes recorded in the period, counted once at their first, by whether the police recorded a referral "
        "to support: how many linkage finds referred to the victim service from the day of recording to "
        f"{DAYS} days after it, by whomever, and how many of these began support in those days."
    ),
    formula=f"recorded <= referral <= recorded + {DAYS} days; support begun by recorded + {DAYS} days",
    exclusions=(
        "support by other services than the one whose records are shared",
        "victims whom linkage does not find at the service, who count as not referred there",
        "referrals before the crime was recorded",
    ),
    source="boldlink; after the question of the Ministry of Justice's BOLD victims pilot, which has no published definition",
    official=False,
    linked=True,
    follow_up_days={"police-crimes": 0, "victim-service": DAYS},
)
REFERRED = "case when i.support_referred then 'Yes' when not i.support_referred then 'No' end"
QUERY = Query(
    MEASURE,
    f"""
with crimes as (
    select i.{{person}} as person, i.recorded_date as day, {REFERRED} as referred {{by}}
    from "police-crimes" i where i.recorded_date between $starts and $ends
), victims as (
    select * from crimes
    qualify row_number() over (partition by person order by day, referred desc nulls last {{also}}) = 1
), service as (
    select v.person, coalesce(bool_or(s.support_start_date <= v.day + {DAYS}), false) as supported
    from victims v join "victim-service" s on s.{{person}} = v.person
    where s.referral_date between v.day and v.day + {DAYS} group by v.person
), counted as (
    select v.*, s.person is not null as known, coalesce(s.supported, false) as supported
    from victims v left join service s using (person)
)
""",
    counts={
        "people": "count(*)",
        "known": "count(*) filter (known)",
        "supported": "count(*) filter (supported)",
    },
    by={"by": "police-crimes"},
    keys=("referred",),
    order={"referred": ("Yes", "No")},
    rates={"known_percent": ("known", "people"), "supported_percent": ("supported", "known")},
    labels={
        "referred": "Police recorded a referral",
        "people": "Victims",
        "known": f"Referred to the service within {DAYS} days",
        "supported": "Began support in those days",
        "known_percent": "Referred to the service, per cent",
        "supported_percent": "Began support, per cent of those referred to the service",
    },
    notes=("Counts are of victims, at the first crime of the period.", "One service in a few areas stands for many."),
)
EXAMPLE = Example(
    tables={
        "police-crimes": """
            person | recorded_date | support_referred
            A      | 2023-01-10    | yes
            A      | 2023-01-10    | no
            B      | 2023-01-10    | yes
            C      | 2023-01-10    | yes
            D      | 2023-03-31    | no
            E      | 2023-02-01    | no
            F      | 2023-02-01    |
            G      | 2023-04-01    | yes
        """,
        "victim-service": """
            person | referral_date | support_start_date
            A      | 2023-01-10    | 2023-04-11
            B      | 2023-04-11    | 2023-04-12
            C      | 2023-01-09    | 2023-01-20
            D      | 2023-04-01    |
            E      | 2023-05-04    | 2023-05-05
        """,
    },
    answer="""
        referred     | people | known | supported
        Yes          | 3      | 2     | 1
        No           | 2      | 1     | 0
        Not recorded | 1      | 0     | 0
    """,
)
NEEDS = {
    "police-crimes": ("recorded_date", "support_referred"),
    "victim-service": ("referral_date", "support_start_date"),
}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "police-crimes"),)
EXAMPLES = {MEASURE.id: EXAMPLE}
