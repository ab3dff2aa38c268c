"""Needs known to one service and missed by another: what outreach, councils and prisons saw, and treatment did not meet.

Only linking shows it. Somebody who is not found in the other service's records may be unknown to it, or may be known and
not linked; so the table shows how many are found at all, and the share missed among these, which no missed link inflates.
"""

from __future__ import annotations

from dataclasses import dataclass

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.limits import DEATHS_UNSEEN, TREATED_BEFORE
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

DAYS = 90

MEASURE = Measure(
    id="needs-missed",
    title="Needs known to one service and not met by another within 90 days",
    definition=(
        "Of people whom one service recorded with a need in the period, counted once for each need at its first record: "
        "how many linkage finds in the other service's records at all, and how many of these have no contact with it that "
        f"covers the day or begins within {DAYS} days after it."
    ),
    formula=f"met: a record of the other service that is open on the day of need or begins within {DAYS} days",
    exclusions=("needs that were not recorded", TREATED_BEFORE, DEATHS_UNSEEN),
    source="boldlink; after the Ministry of Justice's question in the BOLD substance misuse pilot",
    official=False,
    linked=True,
    follow_up_days={"ndtms": DAYS, "hclic": DAYS},
)


@dataclass(frozen=True)
class Need:
    """Who saw what, on which day, under which condition; and whose records should show it met, from when to when."""

    words: str
    seen_by: str
    day: str
    condition: str
    met_by: str
    place: str = ""  # the open place for columns to break down by, where the index dataset saw the need

    def seen(self) -> str:
        """SQL for the people with the need."""
        return (
            f"select i.{{person}} as person, '{self.words}' as need, i.{self.day} as day {{{self.place}}} "
            f'from "{self.seen_by}" i where i.{self.condition} and i.{self.day} between $starts and $ends'
        )


NEEDS_SEEN = (
    Need("Drugs, seen by outreach: treatment", "rough-sleeping", "contact_date", "support_drugs", "ndtms", "by_rough"),
    Need(
        "Alcohol, seen by outreach: treatment", "rough-sleeping", "contact_date", "support_alcohol", "ndtms", "by_rough"
    ),
    Need(
        "Drugs, seen by council: treatment", "hclic", "application_date", "support_drug_dependency", "ndtms", "by_hclic"
    ),
    Need(
        "Homeless at release, seen by prison: council", "prison", "release_date", "no_fixed_abode", "hclic", "by_prison"
    ),
)
QUERY = Query(
    MEASURE,
    f"""
with seen as ({" union all by name ".join(need.seen() for need in NEEDS_SEEN)}
), first_seen as (
    select * from seen qualify row_number() over (partition by person, need order by day {{also}}) = 1
), services as (
    select {{person}} as person, 'treatment' as service, triaged_jy as began, disd_jy as ended
    from ndtms where setting = 'community'
    union all select {{person}}, 'council', application_date, coalesce(duty_end_date, application_date) from hclic
), met as (
    select f.person, f.need,
        coalesce(bool_or(s.began <= f.day + {DAYS} and (s.began >= f.day or s.ended is null or s.ended >= f.day)), false) as met
    from first_seen f join services s on s.person = f.person and s.service = split_part(f.need, ': ', 2)
    group by f.person, f.need
), counted as (
    select f.*, m.person is not null as found, coalesce(m.met, false) as met
    from first_seen f left join met m using (person, need)
)
""",
    counts={
        "known": "count(*)",
        "found": "count(*) filter (found)",
        "missed": "count(*) filter (found and not met)",
    },
    by={"by_rough": "rough-sleeping", "by_hclic": "hclic", "by_prison": "prison"},
    keys=("need",),
    overlapping=("need",),
    rates={"found_percent": ("found", "known"), "missed_percent": ("missed", "found")},
    labels={
        "need": "Need, who saw it, and who should meet it",
        "known": "People with the need",
        "found": "Found in the other service's records",
        "missed": f"Of these, not met within {DAYS} days",
        "found_percent": "Found, per cent",
        "missed_percent": "Missed, per cent of those found",
    },
    notes=("Counts are of people; somebody with two needs is in both rows.",),
)
EXAMPLE = Example(
    tables={
        "rough-sleeping": """
            person | contact_date | support_drugs | support_alcohol
            A      | 2023-01-01   | yes           | no
            B      | 2023-01-01   | yes           | yes
            C      | 2023-01-01   | yes           |
            D      | 2023-01-01   | no            | no
        """,
        "hclic": """
            person | application_date | duty_end_date | support_drug_dependency
            E      | 2023-02-01       | 2023-04-01    | yes
            F      | 2023-02-01       |               | no
        """,
        "ndtms": """
            person | setting   | triaged_jy | disd_jy
            A      | community | 2023-04-01 |
            B      | community | 2023-04-02 |
            C      | prison    | 2023-01-05 |
            E      | community | 2022-01-01 | 2023-02-01
        """,
        "prison": """
            person | release_date | no_fixed_abode
            E      | 2023-03-01   | yes
            F      | 2023-03-01   | yes
            G      | 2023-03-01   | yes
        """,
    },
    answer="""
        need                                         | known | found | missed
        Alcohol, seen by outreach: treatment         | 1     | 1     | 1
        Drugs, seen by council: treatment            | 1     | 1     | 0
        Drugs, seen by outreach: treatment           | 3     | 2     | 1
        Homeless at release, seen by prison: council | 3     | 2     | 1
    """,
)
NEEDS = {
    "rough-sleeping": ("contact_date", "support_drugs", "support_alcohol"),
    "hclic": ("application_date", "duty_end_date", "support_drug_dependency"),
    "ndtms": ("setting", "triaged_jy", "disd_jy"),
    "prison": ("release_date", "no_fixed_abode"),
}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "rough-sleeping", beside=("hclic", "prison")),)
EXAMPLES = {MEASURE.id: EXAMPLE}
