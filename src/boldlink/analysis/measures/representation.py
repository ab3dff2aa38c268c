"""Successful completion without coming back: the outcome on which drug and alcohol treatment is judged.

Of everybody in community treatment in the period, the share who completed free of dependence and started no new journey
within six months. Opiate, non-opiate and alcohol are shown apart: their rates differ several-fold.
"""

from __future__ import annotations

from boldlink.analysis.ask import Computable, Section
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.limits import TREATED_BEFORE
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure

COMPLETED = "('treatment completed - drug free', 'treatment completed - occasional user')"

MEASURE = Measure(
    id="non-re-presentation",
    title="Successful completion of treatment without re-presentation within six months",
    definition=(
        "Of people in community treatment in the period, the share whose last completion in it left them free of "
        "dependence and who started no community journey in the six months after. People count once, in the first group "
        "that any journey of theirs in the period names: opiates, then other drugs, then alcohol alone."
    ),
    formula="100 × completed without a journey triaged in (end, end + 6 months] / in treatment in the period",
    exclusions=("journeys in prison", "journeys without an attributor, which cannot be followed", TREATED_BEFORE),
    source="Public Health Outcomes Framework C19; grouping of substances and codes of completion unverified",
    official=True,
    follow_up_days={"ndtms": 184},
)

QUERY = Query(
    MEASURE,
    f"""
with journeys as (
    select i.attributor as person, i.triaged_jy as started, i.disd_jy as ended, i.disrsn_jy as reason,
        [i.drug1, i.drug2, i.drug3] as drugs {{by}}
    from ndtms i where i.setting = 'community' and i.attributor is not null
), treated as (
    select *, case when list_contains(drugs, 'Opiates') then 1
        when len(list_filter(drugs, lambda d: d is not null and d <> 'Alcohol')) > 0 then 2
        when list_contains(drugs, 'Alcohol') then 3 else 4 end as kind
    from journeys where started <= $ends and (ended is null or ended >= $starts)
), people as (
    select person, min(kind) over (partition by person) as kind,
        max(ended) filter (ended <= $ends and reason in {COMPLETED}) over (partition by person) as completed {{also}}
    from treated qualify row_number() over (partition by person order by started {{also}}) = 1
), returns as (
    select distinct p.person from people p join journeys j using (person)
    where j.started > p.completed and j.started <= p.completed + interval 6 month
), counted as (
    select p.*, ['Opiates', 'Other drugs', 'Alcohol', 'Not recorded'][kind] as substance, r.person is not null as returned
    from people p left join returns r using (person)
)
""",
    counts={
        "in_treatment": "count(*)",
        "completed": "count(completed)",
        "stayed_away": "count(completed) filter (not returned)",
    },
    by={"by": "ndtms"},
    known_by="'attributor'",
    keys=("substance",),
    rates={
        "completed_percent": ("completed", "in_treatment"),
        "stayed_away_percent": ("stayed_away", "in_treatment"),
    },
    labels={
        "in_treatment": "People in treatment",
        "completed": "Completed free of dependence",
        "stayed_away": "And did not come back within six months",
        "completed_percent": "Completed, per cent",
        "stayed_away_percent": "Completed and did not come back, per cent",
    },
)
EXAMPLE = Example(
    tables={
        "ndtms": """
            attributor | setting   | triaged_jy | disd_jy    | disrsn_jy                             | drug1   | drug2   | drug3
            A          | community | 2022-10-01 | 2023-02-01 | treatment completed - drug free       | Opiates | Alcohol |
            A          | community | 2023-08-02 |            |                                       | Alcohol |         |
            B          | community | 2022-10-01 | 2023-02-01 | treatment completed - occasional user | Opiates |         |
            B          | community | 2023-08-01 |            |                                       | Opiates |         |
            C          | community | 2022-10-01 | 2022-12-31 | treatment completed - drug free       | Alcohol |         |
            D          | community | 2023-03-31 |            |                                       | Alcohol |         |
            E          | community | 2023-01-01 | 2023-03-31 | treatment completed - drug free       | Alcohol |         |
            F          | community | 2022-05-01 | 2023-01-15 | incomplete - dropped out              | Crack   | Alcohol |
            G          | prison    | 2022-05-01 | 2023-01-15 | treatment completed - drug free       | Opiates |         |
        """,
    },
    answer="""
        substance   | in_treatment | completed | stayed_away
        Alcohol     | 2            | 1         | 1
        Opiates     | 2            | 2         | 1
        Other drugs | 1            | 0         | 0
    """,
)
NEEDS = {"ndtms": ("attributor", "setting", "triaged_jy", "disd_jy", "disrsn_jy", "drug1", "drug2", "drug3")}
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "ndtms", Section.JOURNEYS),)
EXAMPLES = {MEASURE.id: EXAMPLE}
