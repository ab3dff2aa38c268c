"""The cohort of people in community treatment: how long, and how each journey ended.

A journey that has not ended is open at the last day in the data. Ends compete: who completed cannot drop out.

Work is what probation recorded six weeks after the last sentence or release in the year before treatment began. Whoever
left treatment sooner than that day was not seen with or without work: time counts from it (`known_day`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from boldlink.analysis.ask import Ask
from boldlink.analysis.effects.frames import ask_for, decade
from boldlink.values import Confidence

if TYPE_CHECKING:
    import pandas as pd

COVARIATES = ("sex", "age_band", "drug")
OPEN, COMPLETED, DROPPED, OTHER = 0, 1, 2, 3
SIX_WEEKS_DAYS, YEAR_DAYS = 42, 365
WORK = ("Employed", "Unemployed", "Unavailable for work")
NDTMS_COLUMNS = (
    "setting", "triaged_jy", "disd_jy", "disrsn_jy", "drug1", "accommodation_need", "sex_recorded", "birth_year",
)  # fmt: skip

_SQL = f"""
with last as (select max(greatest(triaged_jy, coalesce(disd_jy, triaged_jy))) as day from ndtms),
journeys as (
    select distinct on (person) {{person}} as person, triaged_jy as triaged, disd_jy as ended, disrsn_jy as reason,
        drug1 as drug, sex_recorded as sex, {decade("birth_year")} as age_band, accommodation_need = 'none' as settled
    from ndtms where setting = 'community' and triaged_jy between $starts and $ends order by all
), work as (
    select distinct on (person) j.person, p.event_date as event, p.employment_6_weeks = 'Employed' as employed
    from journeys j join probation p on p.{{person}} = j.person
    where p.event_date between j.triaged - {YEAR_DAYS} and j.triaged and p.employment_6_weeks in {WORK}
    order by j.person, p.event_date desc, employed
)
select j.person, j.sex, j.age_band, j.drug, j.settled, w.employed,
    greatest(0, date_diff('day', j.triaged, w.event + {SIX_WEEKS_DAYS})) as known_day,
    date_diff('day', j.triaged, coalesce(j.ended, last.day)) as days,
    case when j.ended is null then {OPEN} when j.reason like 'treatment completed%' then {COMPLETED}
         when j.reason = 'incomplete - dropped out' then {DROPPED} else {OTHER} end as ended_as
from journeys j left join work w on w.person = j.person, last
where coalesce(j.ended, last.day) > j.triaged
"""


def treatment(connection: duckdb.DuckDBPyConnection, ask: Ask, confidence: Confidence | str) -> pd.DataFrame:
    """One row a person: sex, age_band, drug, settled, days, ended_as; employed, empty where no record says, and known_day.

    known_day: days after treatment began on which work was known, 0 where it was known before.
    """
    return ask_for(connection, _SQL, confidence, ask)
