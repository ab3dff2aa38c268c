"""Proven reoffending: of people who leave prison or start a sentence in the community, who is proven to offend again?

An offence counts if it was committed within 12 months of the index event and proven within those 12 months or the six
months after them. Everybody counts once in each quarter, at the first event; a year is four such cohorts. Court delay
pushes proofs beyond the 18 months and the rate down, so their share is shown beside it.
"""

from __future__ import annotations

from dataclasses import replace

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.limits import DEATHS_OF_THE_YEAR, INSIDE
from boldlink.analysis.measures.query import Query
from boldlink.analysis.proven import PROVEN_DAYS, committed, in_time
from boldlink.values import Measure

EXCLUSIONS = (
    "breach offences",
    "offences that are not recordable",
    "licences: the release itself is the event",
    INSIDE,
    f"{DEATHS_OF_THE_YEAR} (unverified)",
)

MEASURE = Measure(
    id="proven-reoffending",
    title="Proven reoffending within 12 months, allowing six more for proof",
    definition=(
        "Of people released from prison or starting a community order or suspended sentence, counted once a quarter at "
        "their first such event, the share who commit a recordable offence within 12 months that leads to a conviction or "
        "caution within 18 months of the event."
    ),
    formula=(
        "rate = 100 × reoffenders / offenders; frequency = reoffences / reoffenders, and reoffences / offenders. "
        "index date <= offence date < index date + 12 months and proven date < index date + 18 months."
    ),
    exclusions=EXCLUSIONS,
    source=(
        "Ministry of Justice, Guide to Proven Reoffending Statistics (October 2017); first event of a quarter and the "
        "exclusions unverified; cautions as index events are not in the research dataset's cohort"
    ),
    official=True,
    linked=True,
    follow_up_days={"pnc": PROVEN_DAYS},
    breaks=("2015-10-01: quarterly cohorts of three months replaced yearly ones (day unverified)",),
)
BY_DISPOSAL = replace(
    MEASURE,
    id="proven-reoffending-by-disposal",
    title="Proven reoffending within 12 months, by disposal",
)

PROOFS = f"""
with events as (
    select i.{{person}} as person, i.release_date as day, 'Custody' as disposal {{by}}
    from prison i where i.release_date between $starts and $ends
    union all
    select i.{{person}}, i.event_date, case i.disposal_type when 'CO' then 'Community order' else 'Suspended sentence' end
        {{by_probation}}
    from probation i where i.disposal_type in ('CO', 'SSO') and i.event_date between $starts and $ends
), cohort as (
    select *, date_trunc('quarter', day) as quarter from events
    qualify row_number() over (partition by person, date_trunc('quarter', day) order by day, disposal {{also}}) = 1
), proofs as (
    select c.person, c.quarter,
        count(*) filter ({in_time("o", "c.day")}) as reoffences,
        count(*) filter (not {in_time("o", "c.day")}) as late,
        min(o.offence_date - c.day) filter ({in_time("o", "c.day")}) as days
    from cohort c join pnc o on o.{{person}} = c.person where {committed("o", "c.day")}
    group by c.person, c.quarter
)
"""
COUNTED = f"""{PROOFS}, counted as (
    select c.*, coalesce(p.reoffences, 0) as reoffences, coalesce(p.late, 0) as late, p.days
    from cohort c left join proofs p using (person, quarter)
)
"""
QUERY = Query(
    MEASURE,
    COUNTED,
    counts={
        "people": "count(distinct person)",
        "offenders": "count(*)",
        "reoffenders": "count(*) filter (reoffences > 0)",
        "reoffences": "sum(reoffences)::bigint",
    },
    by={"by": "prison", "by_probation": "probation"},
    rates={"reoffending_percent": ("reoffenders", "offenders")},
    estimates={
        "per_reoffender": ("sum(reoffences) / count(*) filter (reoffences > 0)", 2),
        "per_offender": ("sum(reoffences) / count(*)", 2),
        "proven_late_percent": ("100 * sum(late) / sum(late + reoffences)", 1),
    },
    labels={
        "offenders": "Offenders (once a quarter)",
        "reoffenders": "Reoffenders",
        "reoffences": "Reoffences",
        "reoffending_percent": "Proven reoffending, per cent",
        "per_reoffender": "Reoffences per reoffender",
        "per_offender": "Reoffences per offender",
        "proven_late_percent": "Proven after 18 months and not counted, per cent of offences in the 12 months",
    },
    notes=("Offenders are counted once in each quarter, as the official statistics do; people once.",),
)

EXAMPLE = Example(
    tables={
        "prison": """
            person | release_date
            Ada    | 2023-01-10
            Ada    | 2023-03-01
            Bea    | 2023-01-31
            Cy     | 2023-04-01
        """,
        "probation": """
            person | event_date | disposal_type
            Dot    | 2023-02-01 | CO
            Eve    | 2023-02-01 | LIC
            Bea    | 2023-01-31 | SSO
        """,
        "pnc": """
            person | offence_date | proven_date | recordable | breach
            Ada    | 2023-01-10   | 2023-02-01  | yes        | no
            Ada    | 2024-01-09   | 2024-07-09  | yes        | no
            Ada    | 2024-01-10   | 2024-02-01  | yes        | no
            Ada    | 2023-05-01   | 2024-07-10  | yes        | no
            Bea    | 2023-03-01   | 2023-04-01  | yes        | yes
            Bea    | 2023-03-01   | 2023-04-01  | no         | no
            Dot    | 2023-01-31   | 2023-04-01  | yes        | no
            Cy     | 2023-05-01   | 2023-06-01  | yes        | no
        """,
    },
    answer="""
        people | offenders | reoffenders | reoffences | per_reoffender | per_offender | proven_late_percent
        3      | 3         | 1           | 2          | 2              | 0.6667       | 33.3333
    """,
)
BY_DISPOSAL_EXAMPLE = replace(
    EXAMPLE,
    answer="""
        disposal        | people | offenders | reoffenders | reoffences
        Community order | 1      | 1         | 0           | 0
        Custody         | 2      | 2         | 1           | 2
    """,
)
NEEDS = {
    "prison": ("release_date",),
    "probation": ("event_date", "disposal_type"),
    "pnc": ("offence_date", "proven_date", "recordable", "breach"),
}
BY_DISPOSAL_QUERY = replace(QUERY, measure=BY_DISPOSAL, keys=("disposal",))
COMPUTABLES = (
    Computable(MEASURE, QUERY, NEEDS, "prison", beside=("probation",)),
    Computable(BY_DISPOSAL, BY_DISPOSAL_QUERY, NEEDS, "prison", beside=("probation",)),
)
EXAMPLES = {MEASURE.id: EXAMPLE, BY_DISPOSAL.id: BY_DISPOSAL_EXAMPLE}
