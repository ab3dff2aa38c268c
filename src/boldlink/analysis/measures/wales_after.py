"""What becomes of people in Wales whose referral was closed: emergency admissions and deaths in the six months after.

The Welsh records arrive joined by SAIL's own linking field, so nothing here depends on our links.
"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.query import Query
from boldlink.analysis.measures.wales import REASONS, WCCIS
from boldlink.values import Measure

DAYS = 182  # six months

MEASURE = Measure(
    id="wales-after-closure",
    title="Emergency admissions and deaths within six months of a closed referral (Wales)",
    definition=(
        "Of people whose substance misuse referral was closed in the period, counted once at their first closure, and who "
        f"were resident in Wales from that day until {DAYS} days later or until death, how many are admitted to hospital "
        "as an emergency, and how many die, on the day of closure or in those days; by how the referral was closed."
    ),
    formula=(
        "planned: treatment complete, substance free or not, referred on, moved to GP-led prescribing (grouping "
        "unverified); did not attend before assessment; other unplanned: every other reason, declined and inappropriate "
        "referrals among them. Residences without a day between them are one"
    ),
    exclusions=("people who were not resident throughout", "closures after the person's death, which are errors"),
    source="boldlink; reasons for closure as StatsWales names them. It compares groups and shows no effect of a closure",
    official=False,
    follow_up_days={"wales-population": DAYS, "wales-admissions": DAYS, "wales-deaths": DAYS},
    breaks=(WCCIS,),
)
CLOSURE = f"""case when i.closure_reason in {REASONS["planned"]} then '1 Planned'
        when i.closure_reason in {REASONS["missed_assessment"]} then '2 Did not attend before assessment'
        when i.closure_reason is not null then '3 Other unplanned' end"""
STAYS = """
residences as (
    select {person} as person, start_date as starts, coalesce(end_date, date '9999-12-31') as ends
    from "wales-population" where coalesce(start_date <= end_date, start_date is not null)
), marked as (
    select *, coalesce(starts > max(ends) over earlier + 1, true)::int as opens from residences
    window earlier as (partition by person order by starts, ends rows between unbounded preceding and 1 preceding)
), numbered as (
    select *, sum(opens) over (partition by person order by starts, ends rows unbounded preceding) as stay from marked
), stays as (select person, min(starts) as starts, max(ends) as ends from numbered group by person, stay)"""
QUERY = Query(
    MEASURE,
    f"""
with closures as (
    select i.{{person}} as person, i.closure_date as day, {CLOSURE} as closure {{by}}
    from "wales-substance-misuse" i where i.closure_date between $starts and $ends
), firsts as (
    select * from closures qualify row_number() over (partition by person order by day, closure {{also}}) = 1
), deaths as (
    select {{person}} as person, min(death_date) as died from "wales-deaths" group by all
), followed as (
    select f.*, d.died, least(f.day + {DAYS}, d.died) as until
    from firsts f left join deaths d using (person) where d.died is null or d.died >= f.day
), {STAYS}, resident as (
    select f.* from followed f semi join stays s on s.person = f.person and s.starts <= f.day and s.ends >= f.until
), admissions as (
    select distinct r.person from resident r join "wales-admissions" a on a.{{person}} = r.person
    where a.admission_method = 'emergency' and a.admission_date between r.day and r.until
), counted as (
    select r.* replace (coalesce(r.died = r.until, false) as died), a.person is not null as admitted
    from resident r left join admissions a using (person)
)
""",
    counts={
        "people": "count(*)",
        "admitted": "count(*) filter (admitted)",
        "died": "count(*) filter (died)",
    },
    by={"by": "wales-substance-misuse"},
    keys=("closure",),
    rates={"admitted_percent": ("admitted", "people"), "died_percent": ("died", "people")},
    labels={
        "closure": "How the referral was closed",
        "people": "People resident throughout",
        "admitted": "Admitted as an emergency",
        "died": "Died",
        "admitted_percent": "Admitted as an emergency, per cent",
        "died_percent": "Died, per cent",
    },
    notes=(
        "Counts are of people, at their first closure of the period.",
        "People who leave in different ways differ in much else: the difference is not what the closure did.",
    ),
)
EXAMPLE = Example(
    tables={
        "wales-substance-misuse": """
            person | closure_date | closure_reason
            A      | 2023-01-10   | treatment complete
            A      | 2023-02-10   | DNA before assessment
            B      | 2023-01-10   | DNA before assessment
            C      | 2023-01-10   | DNA before assessment
            D      | 2023-01-10   | declined
            E      | 2023-01-10   | withdrawn by provider
            F      | 2023-01-10   |
        """,
        "wales-population": """
            person | start_date | end_date
            A      | 2015-01-01 |
            B      | 2015-01-01 | 2023-03-01
            B      | 2023-03-02 | 2023-07-11
            C      | 2015-01-01 | 2023-07-10
            D      | 2015-01-01 | 2023-04-01
            E      | 2023-01-11 |
            F      | 2015-01-01 |
        """,
        "wales-admissions": """
            person | admission_date | admission_method
            A      | 2023-01-09     | emergency
            A      | 2023-03-01     | elective
            B      | 2023-07-11     | emergency
            D      | 2023-02-01     | emergency
            F      | 2023-07-12     | emergency
        """,
        "wales-deaths": """
            person | death_date
            D      | 2023-04-01
            F      | 2023-07-12
        """,
    },
    answer="""
        closure                            | people | admitted | died
        1 Planned                          | 1      | 0        | 0
        2 Did not attend before assessment | 1      | 1        | 0
        3 Other unplanned                  | 1      | 1        | 1
        Not recorded                       | 1      | 0        | 0
    """,
)
NEEDS = {
    "wales-substance-misuse": ("closure_date", "closure_reason"),
    "wales-population": ("start_date", "end_date"),
    "wales-admissions": ("admission_date", "admission_method"),
    "wales-deaths": ("death_date",),
}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "wales-substance-misuse"),)
EXAMPLES = {MEASURE.id: EXAMPLE}
