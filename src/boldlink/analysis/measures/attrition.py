"""Victim attrition: at which stage do victims stop supporting the case?

Each stage has its own denominator, so the stages are never added up: somebody who withdraws early is in no later stage.
"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

# Outcomes that say a suspect was identified; 14 and 18 say that none was.
WITH_SUSPECT = "('1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '15', '16', '17', '21', '22')"

STAGES = ("Police: recorded to outcome", "Police: with a suspect", "Referral to charge", "After charge")

MEASURE = Measure(
    id="victim-attrition",
    title="Cases lost because the victim no longer supports them, by stage",
    definition=(
        "Police: of crimes recorded in the period that have an outcome, the share with outcome 14 or 16 (evidential "
        "difficulties, the victim does not support action); of these with a suspect identified, the share with outcome 16. "
        "Charging: of victims' cases received by the Crown Prosecution Service in the period and decided, the share not "
        "charged after the victim withdrew. Prosecution: of those charged and finished, the share stopped after the victim "
        "withdrew."
    ),
    formula="(outcome 14 + outcome 16) / outcomes; outcome 16 / outcomes with a suspect; withdrawn / decided; / finished",
    exclusions=("crimes without an outcome yet", "cases not decided, or charged and not finished"),
    source=(
        "police stage: Home Office, Crime outcomes in England and Wales (outcomes 14 and 16); the other stages are ours, "
        "after the Criminal Justice System scorecard, whose definitions are unverified"
    ),
    official=False,
    follow_up_days={"police-crimes": 0, "cps": 0},
)
QUERY = Query(
    MEASURE,
    f"""
with crimes as (
    select i.{{person}} as person, i.case_urn as case_urn, i.outcome_code as outcome, i.suspect_identified as suspect {{by}}
    from "police-crimes" i where i.recorded_date between $starts and $ends and i.outcome_code is not null
), withdrawn as (
    select distinct case_urn from "police-crimes" where outcome_code in ('14', '16') and case_urn is not null
), cases as (
    select i.{{person}} as person, i.decision as decision, i.outcome as outcome,
        coalesce(i.victim_withdrew, false) or (w.case_urn is not null and i.decision <> 'charge') as withdrew {{by_cps}}
    from cps i left join withdrawn w using (case_urn) where i.received_date between $starts and $ends
), counted as (
    select * exclude (case_urn, outcome, suspect), 'Police: recorded to outcome' as stage, outcome in ('14', '16') as lost
    from crimes
    union all by name
    select * exclude (case_urn, outcome, suspect), 'Police: with a suspect' as stage, outcome = '16' as lost
    from crimes where outcome in {WITH_SUSPECT} or (suspect and outcome not in ('14', '18'))
    union all by name
    select * exclude (decision, outcome, withdrew), 'Referral to charge' as stage,
        withdrew and decision = 'no further action' as lost
    from cases where decision in ('charge', 'no further action')
    union all by name
    select * exclude (decision, outcome, withdrew), 'After charge' as stage, withdrew and outcome = 'stopped' as lost
    from cases where decision = 'charge' and outcome in ('convicted', 'acquitted', 'stopped')
)
""",
    counts={
        "people": "count(distinct person)",
        "cases": "count(*)",
        "lost": "count(*) filter (lost)",
    },
    by={"by": "police-crimes", "by_cps": "cps"},
    keys=("stage",),
    overlapping=("stage",),
    order={"stage": STAGES},
    rates={"lost_percent": ("lost", "cases")},
    labels={
        "people": "Victims",
        "cases": "Crimes or cases that passed the stage",
        "lost": "Lost because the victim no longer supports it",
        "lost_percent": "Lost, per cent",
    },
    notes=(
        "Counts are of crimes or victims' cases, as the official statistics' are; victims are beside them.",
        "Stages have denominators of their own and are never added up.",
    ),
)
EXAMPLE = Example(
    tables={
        "police-crimes": """
            person | case_urn | recorded_date | outcome_code | suspect_identified
            A      |          | 2023-01-10    | 14           | no
            A      |          | 2023-02-10    | 16           | yes
            B      | U1       | 2023-01-11    | 1            | yes
            C      | U2       | 2023-01-12    | 16           | yes
            D      |          | 2023-01-13    | 18           | no
            E      |          | 2023-01-14    |              | yes
            F      |          | 2023-04-01    | 14           | no
            G      |          | 2023-02-01    | 20           | yes
        """,
        "cps": """
            person | case_urn | received_date | decision          | victim_withdrew | outcome
            B      | U1       | 2023-02-01    | charge            | no              | convicted
            C      | U2       | 2023-02-01    | no further action | no              |
            H      | U3       | 2023-02-01    | charge            | yes             | stopped
            I      | U4       | 2023-02-01    | charge            | no              | stopped
            J      | U5       | 2023-02-01    | pending           |                 |
            K      | U6       | 2023-02-01    | charge            | no              | pending
        """,
    },
    answer="""
        stage                       | people | cases | lost
        Police: recorded to outcome | 5      | 6     | 3
        Police: with a suspect      | 4      | 4     | 2
        Referral to charge          | 5      | 5     | 1
        After charge                | 3      | 3     | 1
    """,
)
NEEDS = {
    "police-crimes": ("case_urn", "recorded_date", "outcome_code", "suspect_identified"),
    "cps": ("case_urn", "received_date", "decision", "victim_withdrew", "outcome"),
}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "police-crimes", beside=("cps",)),)
EXAMPLES = {MEASURE.id: EXAMPLE}
