"""Needs at the council's door: what hospitals, outreach and prisons knew of an applicant, and what the council wrote down.

A council records the needs that it is told of. Hospital records show illness that nobody mentioned; the council, illness
that never led to a hospital. Each is asked of people who are in both records, so that a missed link makes nobody's need
look missed; how many are in both is shown beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

DAYS = 365
MIND = "diagnosis_group in ('mental and behavioural', 'self-harm')"
BODY = "diagnosis_group in ('respiratory', 'injury', 'other')"

MEASURE = Measure(
    id="needs-at-application",
    title="Needs that hospitals, outreach or prisons saw in applicants, and councils did not, and the reverse",
    definition=(
        "Of main applicants of the period, counted once at their first application, how many linkage finds in the other "
        f"service's records of the {DAYS} days before it, that day included; of these, how many have the need in the one "
        "record, and how many of them do not have it in the other. Seen by hospital: the main diagnosis of an admission. "
        "Seen by council: a support need recorded at that application."
    ),
    formula=(
        "100 × missed / known. Mental health: groups 'mental and behavioural' and 'self-harm', together. A need of the body: "
        "'respiratory' alone where the hospital saw it, since injuries, births and planned operations in the other groups "
        "need not last; any of 'respiratory', 'injury' and 'other' where the council saw it"
    ),
    exclusions=(
        "applicants who are not found in the other service's records of that year",
        "other adults of the household, whose needs H-CLIC may count as the household's (unverified)",
        "what a general practice or an emergency department dealt with: hospital records are of admissions",
        "an admission with a need as a second diagnosis, since the main one alone is shared",
    ),
    source="boldlink; after the needs that the Ministry of Justice's BOLD homelessness pilot names",
    official=False,
    linked=True,
    follow_up_days={"hclic": 0, "hospital-episodes": 0, "rough-sleeping": 0, "prison": 0},
)


@dataclass(frozen=True)
class Need:
    """A need in two records: where and on which day the other service's stand, what shows it there, the council's flag."""

    words: str
    source: str
    day: str
    shows: str
    flag: str
    by_council: bool = False  # the council saw it, and the other service is asked

    def asked(self) -> str:
        """SQL for applicants, and whether the council recorded it."""
        return f"select a.*, '{self.words}' as need, a.{self.flag} as recorded, {self.by_council} as by_council from applicants a"

    def records(self) -> str:
        """SQL for the other service's records, and whether each shows it."""
        return (
            f"select {{person}} as person, '{self.words}' as need, {self.day} as day, coalesce({self.shows}, false) as shows "
            f'from "{self.source}"'
        )


HOSPITAL, OUTREACH = ("hospital-episodes", "admission_date"), ("rough-sleeping", "contact_date")
DRUGS, MENTAL, PHYSICAL = "support_drug_dependency", "support_mental_health", "support_physical_health"
ROUGH, OFFENDING = "support_rough_sleeping", "support_offending_history"
FLAGS = (DRUGS, MENTAL, PHYSICAL, ROUGH, OFFENDING)
SEEN = (
    Need("Mental health, seen by hospital: council", *HOSPITAL, MIND, MENTAL),
    Need("Mental health, seen by outreach: council", *OUTREACH, "support_mental_health", MENTAL),
    Need("Mental health, seen by council: hospital", *HOSPITAL, MIND, MENTAL, by_council=True),
    Need("Respiratory illness, seen by hospital: council", *HOSPITAL, "diagnosis_group = 'respiratory'", PHYSICAL),
    Need("Physical health, seen by council: hospital", *HOSPITAL, BODY, PHYSICAL, by_council=True),
    Need("Drugs or alcohol, seen by hospital: council", *HOSPITAL, "diagnosis_group = 'drugs and alcohol'", DRUGS),
    Need("Drugs, seen by outreach: council", *OUTREACH, "support_drugs", DRUGS),
    Need(
        "Drugs, seen by council: hospital", *HOSPITAL, "diagnosis_group = 'drugs and alcohol'", DRUGS, by_council=True
    ),
    Need("Rough sleeping, seen by outreach: council", *OUTREACH, "true", ROUGH),
    Need("Custody, seen by prison: council", "prison", "release_date", "true", OFFENDING),
)
QUERY = Query(
    MEASURE,
    f"""
with applied as (
    select i.{{person}} as person, i.application_date as day,
        {", ".join(f"coalesce(i.{flag}, false) as {flag}" for flag in FLAGS)} {{by}}
    from hclic i where i.main_applicant and i.application_date between $starts and $ends
), applicants as (
    select * replace ({", ".join(f"bool_or({flag}) over same as {flag}" for flag in FLAGS)}) from applied
    window same as (partition by person, day)
    qualify row_number() over (partition by person order by day {{also}}) = 1
), asked as ({" union all ".join(need.asked() for need in SEEN)}
), records as ({" union all ".join(need.records() for need in SEEN)}
), looked_up as (
    select a.person, a.need, bool_or(r.shows) as shown
    from asked a join records r on r.person = a.person and r.need = a.need and r.day between a.day - {DAYS} and a.day
    group by a.person, a.need
), both_records as (
    select a.*, l.person is not null as found, coalesce(l.shown, false) as shown
    from asked a left join looked_up l using (person, need)
), counted as (
    select *, found and (case when by_council then recorded else shown end) as known,
        found and recorded <> shown and (recorded = by_council) as missed
    from both_records
)
""",
    counts={
        "people": "count(*)",
        "found": "count(*) filter (found)",
        "known": "count(*) filter (known)",
        "missed": "count(*) filter (missed)",
    },
    by={"by": "hclic"},
    keys=("need",),
    overlapping=("need",),
    order={"need": tuple(need.words for need in SEEN)},
    rates={"found_percent": ("found", "people"), "missed_percent": ("missed", "known")},
    labels={
        "need": "Need, who saw it, and who was asked",
        "people": "People who applied",
        "found": f"Found in the other service's records of the {DAYS} days before",
        "known": "Of these, with the need",
        "missed": "Not in the other record",
        "found_percent": "Found, per cent",
        "missed_percent": "Not in the other record, per cent of those with the need",
    },
    notes=(
        "Counts are of people, main applicants at their first application; somebody with two needs is in both rows.",
        "An admission shows a need on a day, and a need that a council recorded may never have led to one.",
    ),
)
EXAMPLE = Example(
    tables={
        "hclic": """
            person | application_date | main_applicant | support_drug_dependency | support_mental_health | support_physical_health | support_rough_sleeping | support_offending_history
            A      | 2023-01-10       | yes            | no                      | yes                   | no                      | no                     | no
            A      | 2023-03-10       | yes            | yes                     | no                    | yes                     | yes                    | yes
            B      | 2023-02-01       | yes            | no                      | no                    | no                      | no                     | no
            C      | 2023-02-01       | yes            | yes                     | yes                   | yes                     | yes                    | yes
            D      | 2023-02-01       | no             | yes                     | yes                   | yes                     | yes                    | yes
            E      | 2023-03-31       | yes            |                         |                       |                         |                        |
        """,
        "hospital-episodes": """
            person | admission_date | diagnosis_group
            A      | 2022-01-10     | mental and behavioural
            B      | 2022-01-31     | mental and behavioural
            B      | 2022-06-01     | respiratory
            C      | 2023-01-01     | injury
            D      | 2023-01-01     | respiratory
            E      | 2023-03-31     | self-harm
            E      | 2023-04-01     | drugs and alcohol
        """,
        "rough-sleeping": """
            person | contact_date | support_drugs | support_mental_health
            A      | 2022-12-01   | yes           | yes
            C      | 2022-12-01   | no            | no
            E      | 2023-05-01   | yes           | yes
        """,
        "prison": """
            person | release_date
            A      | 2022-01-09
            B      | 2022-12-24
            C      | 2023-02-02
        """,
    },
    answer="""
        need                                           | people | found | known | missed
        Mental health, seen by hospital: council       | 4      | 4     | 2     | 1
        Mental health, seen by outreach: council       | 4      | 2     | 1     | 0
        Mental health, seen by council: hospital       | 4      | 4     | 2     | 1
        Respiratory illness, seen by hospital: council | 4      | 4     | 1     | 1
        Physical health, seen by council: hospital     | 4      | 4     | 1     | 0
        Drugs or alcohol, seen by hospital: council    | 4      | 4     | 0     | 0
        Drugs, seen by outreach: council               | 4      | 2     | 1     | 1
        Drugs, seen by council: hospital               | 4      | 4     | 1     | 1
        Rough sleeping, seen by outreach: council      | 4      | 2     | 2     | 1
        Custody, seen by prison: council               | 4      | 1     | 1     | 1
    """,
)
NEEDS = {
    "hclic": ("application_date", "main_applicant", *FLAGS),
    "hospital-episodes": ("admission_date", "diagnosis_group"),
    "rough-sleeping": ("contact_date", "support_drugs", "support_mental_health"),
    "prison": ("release_date",),
}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "hclic"),)
EXAMPLES = {MEASURE.id: EXAMPLE}
