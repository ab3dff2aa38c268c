"""After a referral in Wales is closed: who goes to hospital or dies, among people who left in different ways?"""

from __future__ import annotations

from boldlink.analysis.ask import Computable, Section
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.query import Query
from boldlink.analysis.measures.wales import REASONS, WCCIS
from boldlink.values import Measure

MONTHS = 6
WAYS = {
    "Planned": REASONS["planned"],
    "Did not attend before assessment": REASONS["missed_assessment"],
    "Did not attend before treatment": REASONS["missed_start"],
    "Did not attend during treatment": REASONS["left_treatment"],
    "Withdrawn by provider": REASONS["withdrawn"],
}

MEASURE = Measure(
    id="wales-after-closure",
    title=f"Hospital admission and death within {MONTHS} months of a closed referral (Wales)",
    definition=(
        "Of people whose referral closed in the period, counted once at their first closure, and who are resident in Wales "
        f"on that day and {MONTHS} months later or until they die, how many are admitted to hospital and how many die in "
        f"the {MONTHS} months after it, by how they left."
    ),
    formula=f"closure < admission or death <= closure + {MONTHS} months",
    exclusions=("people who leave Wales in between", "referrals still open"),
    source="boldlink, on the SAIL Databank's core datasets; not an official indicator",
    official=False,
    follow_up_days={"wales-population": 184, "wales-admissions": 184, "wales-deaths": 184},
    breaks=(WCCIS,),
)
_WAY = " ".join(f"when i.closure_reason in {reasons} then '{words}'" for words, reasons in WAYS.items())
_SOON = f"between c.day + 1 and c.day + interval {MONTHS} month"
QUERY = Query(
    MEASURE,
    f"""
with closed as (
    select i.{{person}} as person, i.closure_date as day, case {_WAY} else 'Other' end as way {{by}}
    from "wales-substance-misuse" i where i.closure_date between $starts and $ends
), firsts as (
    select * from closed qualify row_number() over (partition by person order by day, way {{also}}) = 1
), deaths as (
    select c.person, min(d.death_date) as died from firsts c join "wales-deaths" d on d.{{person}} = c.person
    where d.death_date {_SOON} group by c.person
), residents as (
    select c.person from firsts c join "wales-population" r on r.{{person}} = c.person left join deaths d on d.person = c.person
    group by c.person
    having bool_or(r.start_date <= c.day and (r.end_date is null or r.end_date >= c.day))
        and (bool_or(d.died is not null) or bool_or(r.start_date <= c.day + interval {MONTHS} month
            and (r.end_date is null or r.end_date >= c.day + interval {MONTHS} month)))
), admitted as (
    select distinct c.person from firsts c join "wales-admissions" a on a.{{person}} = c.person
    where a.admission_date {_SOON}
), counted as (
    select c.*, a.person is not null as admitted, d.person is not null as died
    from firsts c join residents using (person) left join admitted a using (person) left join deaths d using (person)
)
""",
    counts={
        "people": "count(*)",
        "admitted": "count(*) filter (admitted)",
        "died": "count(*) filter (died)",
    },
    by={"by": "wales-substance-misuse"},
    keys=("way",),
    rates={"admitted_percent": ("admitted", "people"), "died_percent": ("died", "people")},
    overlapping=("way",),
    labels={
        "way": "How they left",
        "admitted": f"Admitted within {MONTHS} months",
        "died": f"Died within {MONTHS} months",
        "admitted_percent": "Admitted, per cent",
        "died_percent": "Died, per cent",
    },
)
EXAMPLE = Example(
    tables={
        "wales-substance-misuse": """
            person | closure_date | closure_reason
            A      | 2023-01-31   | treatment complete
            A      | 2023-03-01   | DNA before assessment
            B      | 2023-01-31   | referred on
            C      | 2023-01-31   | DNA before assessment
            D      | 2023-01-31   | DNA before assessment
            E      | 2023-01-31   | DNA before assessment
        """,
        "wales-population": """
            person | start_date | end_date
            A      | 2020-01-01 |
            B      | 2020-01-01 | 2023-02-10
            B      | 2023-02-11 |
            C      | 2020-01-01 | 2023-05-01
            D      | 2020-01-01 | 2023-07-30
            E      | 2023-01-31 | 2023-07-31
        """,
        "wales-admissions": """
            person | admission_date
            A      | 2023-07-31
            B      | 2023-08-01
            B      | 2023-01-31
            D      | 2023-03-01
        """,
        "wales-deaths": """
            person | death_date
            C      | 2023-05-01
        """,
    },
    answer="""
        way                              | people | admitted | died
        Did not attend before assessment | 2      | 0        | 1
        Planned                          | 2      | 1        | 0
    """,
)
NEEDS = {
    "wales-substance-misuse": ("closure_date", "closure_reason"),
    "wales-population": ("start_date", "end_date"),
    "wales-admissions": ("admission_date",),
    "wales-deaths": ("death_date",),
}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "wales-substance-misuse", Section.JOURNEYS),)
EXAMPLES = {MEASURE.id: EXAMPLE}
