"""Treatment journeys: how do they end, for people who start one?

Records of one person with no more than 21 days between them are one journey, whichever agency holds them: somebody who
moves on to another agency has not left treatment.
"""

from __future__ import annotations

from boldlink.analysis.ask import Computable, Section
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.limits import TREATED_BEFORE
from boldlink.analysis.measures.query import Query
from boldlink.analysis.measures.representation import COMPLETED
from boldlink.values import Measure

GAP_DAYS = 21  # episodes with a gap of at most 21 days are one journey (NI 040)

MEASURE = Measure(
    id="treatment-journey",
    title="How community treatment journeys end",
    definition=(
        "Of people who start a journey in community treatment in the period, counted once at their first, how many are "
        "still in treatment, completed it, dropped out, died, or were transferred, as the last record of it says."
    ),
    formula="records of a person join into one journey when the next is triaged within 21 days of the latest end so far",
    exclusions=("journeys in prison", "journeys without an attributor, which cannot be followed", TREATED_BEFORE),
    source="National indicator NI 040 (gap of 21 days); outcomes after Pathways between probation and addiction treatment",
    official=False,
    follow_up_days={"ndtms": GAP_DAYS},
)

QUERY = Query(
    MEASURE,
    f"""
with records as (
    select i.attributor as person, i.triaged_jy as started, coalesce(i.disd_jy, date '9999-12-31') as ended,
        i.disrsn_jy as reason {{by}}
    from ndtms i where i.setting = 'community' and i.attributor is not null and i.triaged_jy is not null
), marked as (
    select *, coalesce(started - max(ended) over earlier > {GAP_DAYS}, true)::int as opens from records
    window earlier as (partition by person order by started, ended, reason rows between unbounded preceding and 1 preceding)
), numbered as (
    select *, sum(opens) over (partition by person order by started, ended, reason rows unbounded preceding) as journey
    from marked
), journeys as (
    select *, min(started) over (partition by person, journey) as began from numbered
    qualify row_number() over (partition by person, journey order by ended desc, started desc, reason {{also}}) = 1
), counted as (
    select *, case when ended = date '9999-12-31' then 'open' when reason in {COMPLETED} then 'completed'
        when reason = 'incomplete - client died' then 'died' when reason like 'transferred%' then 'transferred'
        else 'left' end as outcome
    from journeys where began between $starts and $ends
    qualify row_number() over (partition by person order by began) = 1
)
""",
    counts={
        "people": "count(*)",
        "still_in_treatment": "count(*) filter (outcome = 'open')",
        "completed": "count(*) filter (outcome = 'completed')",
        "dropped_out": "count(*) filter (outcome = 'left')",
        "transferred": "count(*) filter (outcome = 'transferred')",
        "died": "count(*) filter (outcome = 'died')",
    },
    by={"by": "ndtms"},
    known_by="'attributor'",
    rates={
        f"{name}_percent": (name, "people")
        for name in ("still_in_treatment", "completed", "dropped_out", "transferred", "died")
    },
    labels={
        "people": "People who started",
        "still_in_treatment": "Still in treatment",
        "completed": "Completed",
        "dropped_out": "Dropped out",
        "transferred": "Transferred",
        "died": "Died",
        "still_in_treatment_percent": "Still in treatment, per cent",
        "completed_percent": "Completed, per cent",
        "dropped_out_percent": "Dropped out, per cent",
        "transferred_percent": "Transferred, per cent",
        "died_percent": "Died, per cent",
    },
    notes=("Counts are of people, at the first journey that they start.", "Later starters had less time to finish."),
)
EXAMPLE = Example(
    tables={
        "ndtms": """
            attributor | setting   | triaged_jy | disd_jy    | disrsn_jy
            A          | community | 2023-01-01 | 2023-02-01 | transferred - not in custody
            A          | community | 2023-02-22 | 2023-06-01 | treatment completed - drug free
            B          | community | 2023-01-01 | 2023-02-01 | incomplete - dropped out
            B          | community | 2023-02-23 |            |
            C          | community | 2022-12-20 | 2023-01-05 | transferred - not in custody
            C          | community | 2023-01-10 |            |
            D          | community | 2023-03-31 |            |
            D          | community | 2023-04-05 | 2023-04-20 | incomplete - dropped out
            E          | community | 2023-02-01 | 2023-02-14 | incomplete - client died
            F          | prison    | 2023-02-01 | 2023-02-14 | transferred - in custody
        """,
    },
    answer="""
        people | still_in_treatment | completed | dropped_out | transferred | died
        4      | 1                  | 1         | 1           | 0           | 1
    """,
)
NEEDS = {"ndtms": ("attributor", "setting", "triaged_jy", "disd_jy", "disrsn_jy")}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "ndtms", Section.JOURNEYS),)
EXAMPLES = {MEASURE.id: EXAMPLE}
