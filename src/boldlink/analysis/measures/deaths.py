"""Deaths after release: the four weeks after prison are the most dangerous."""

from __future__ import annotations

from dataclasses import replace

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.limits import INSIDE
from boldlink.analysis.measures.query import LEAVERS, Query
from boldlink.values import Measure

DAYS = 28
DAYS_OF_A_YEAR = 365.25

MEASURE = Measure(
    id="deaths-after-release",
    title="Deaths within 28 days of release from prison",
    definition=(
        "Of people released from prison in the period, counted once at their first release, how many are registered as "
        "dying on the day of release or within 28 days of it; and deaths per 100 person-years of that time."
    ),
    formula=f"100 × deaths / (sum of days at risk / {DAYS_OF_A_YEAR}); days at risk: until death, {DAYS} at most",
    exclusions=("deaths not yet registered", "time back in custody is not taken from the days at risk", INSIDE),
    source=(
        "Ministry of Justice, Prison leavers in substance misuse treatment: 4-week outcomes (2026); days at risk after "
        "Marsden and others (2017)"
    ),
    official=False,
    linked=True,
    follow_up_days={"deaths": DAYS},
)
BY_CAUSE = replace(
    MEASURE,
    id="deaths-after-release-by-cause",
    title="Deaths within 28 days of release from prison, by group of causes",
    definition=(
        "Of people released from prison in the period, counted once at their first release, those registered as dying on "
        "the day of release or within 28 days of it, by the group of the underlying cause."
    ),
    formula="count of deaths; groups as the registration has them: drug misuse, alcohol-specific, suicide, other",
    exclusions=(
        *MEASURE.exclusions[:1],
        "deaths into which a coroner still inquires: drug misuse and suicide above all",
        INSIDE,
    ),
)

QUERY = Query(
    MEASURE,
    f"""
{LEAVERS}, died as (
    select l.person, min(d.death_date - l.day) as days
    from leavers l join deaths d on d.{{person}} = l.person
    where d.death_date between l.day and l.day + {DAYS} group by l.person
), counted as (
    select l.*, d.days is not null as died, coalesce(d.days, {DAYS}) as at_risk_days
    from leavers l left join died d using (person)
)
""",
    counts={"released": "count(*)", "died": "count(*) filter (died)"},
    by={"by": "prison"},
    rates={"died_percent": ("died", "released")},
    estimates={
        "per_100_person_years": (
            f"100 * count(*) filter (died) / nullif(sum(at_risk_days) / {DAYS_OF_A_YEAR}, 0)",
            2,
        )
    },
    labels={
        "released": "People released",
        "died": f"Died within {DAYS} days",
        "died_percent": "Died, per cent",
        "per_100_person_years": "Deaths per 100 person-years",
    },
)
CAUSES = ("Drug misuse", "Alcohol-specific", "Suicide", "Other")
# Every group has its row, whether or not anybody died so: a row that is not there would tell that nobody did.
BY_CAUSE_QUERY = Query(
    BY_CAUSE,
    f"""
{LEAVERS}, causes(cause) as (values {", ".join(f"('{cause}')" for cause in CAUSES)}, (null)
), died as (
    select l.person, upper(left(d.cause_group, 1)) || substr(d.cause_group, 2) as of_cause
    from leavers l join deaths d on d.{{person}} = l.person and d.death_date between l.day and l.day + {DAYS}
    qualify row_number() over (partition by l.person order by d.death_date, d.cause_group) = 1
), counted as (
    select l.*, c.cause, d.person is not null and d.of_cause is not distinct from c.cause as died
    from leavers l cross join causes c left join died d on d.person = l.person
)
""",
    counts={"died": "count(*) filter (died)"},
    by={"by": "prison"},
    keys=("cause",),
    order={"cause": CAUSES},
    labels={"cause": "Group of the underlying cause", "died": f"Died within {DAYS} days"},
)
EXAMPLE = Example(
    tables={
        "prison": """
            person | release_date
            A      | 2023-01-10
            B      | 2023-01-10
            C      | 2023-01-10
            D      | 2023-01-10
            D      | 2023-03-01
            E      | 2023-01-10
        """,
        "deaths": """
            person | death_date
            A      | 2023-02-07
            B      | 2023-02-08
            C      | 2023-01-10
            D      | 2023-03-05
            E      | 2023-01-09
        """,
    },
    answer="""
        released | died | per_100_person_years
        5        | 2    | 652.2321
    """,
)
BY_CAUSE_EXAMPLE = Example(
    tables={
        "prison": EXAMPLE.tables["prison"],
        "deaths": """
            person | death_date | cause_group
            A      | 2023-02-07 | other
            B      | 2023-02-08 | drug misuse
            C      | 2023-01-10 | drug misuse
            E      | 2023-02-01 |
        """,
    },
    answer="""
        cause            | died
        Drug misuse      | 1
        Alcohol-specific | 0
        Suicide          | 0
        Other            | 1
        Not recorded     | 1
    """,
)
NEEDS = {"prison": ("release_date",), "deaths": ("death_date",)}
BY_CAUSE_NEEDS = {**NEEDS, "deaths": ("death_date", "cause_group")}
COMPUTABLES = (
    Computable(MEASURE, QUERY, NEEDS, "prison"),
    Computable(BY_CAUSE, BY_CAUSE_QUERY, BY_CAUSE_NEEDS, "prison"),
)
EXAMPLES = {MEASURE.id: EXAMPLE, BY_CAUSE.id: BY_CAUSE_EXAMPLE}
