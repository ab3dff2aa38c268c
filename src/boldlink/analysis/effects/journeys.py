"""The cohort of people in community treatment: how long, and how each journey ended.

A journey that has not ended is open at the last day in the data. Ends compete: who completed cannot drop out.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from boldlink.analysis.ask import Ask
from boldlink.analysis.effects.frames import ask_for
from boldlink.values import Confidence

COVARIATES = ("sex", "age_band", "drug")
OPEN, COMPLETED, DROPPED, OTHER = 0, 1, 2, 3
NDTMS_COLUMNS = (
    "setting", "triaged_jy", "disd_jy", "disrsn_jy", "drug1", "accommodation_need", "sex_recorded", "birth_year",
)  # fmt: skip

_SQL = """
with last as (select max(greatest(triaged_jy, coalesce(disd_jy, triaged_jy))) as day from ndtms),
journeys as (
    select {person} as person, triaged_jy as triaged, disd_jy as ended, disrsn_jy as reason, drug1 as drug,
        sex_recorded as sex, substr(birth_year, 1, 3) as age_band, accommodation_need = 'none' as settled
    from ndtms where setting = 'community' and triaged_jy between $starts and $ends
    qualify row_number() over (partition by {person} order by triaged_jy, disd_jy) = 1
), leavers as (
    select j.person, bool_or(p.employment_6_weeks = 'Employed') as employed
    from journeys j join probation p on p.{person} = j.person
    where p.event_date between j.triaged - 365 and j.triaged + 42 and p.employment_6_weeks <> 'Not known' group by 1
)
select j.person, j.sex, j.age_band, j.drug, j.settled, l.employed, date_diff('day', j.triaged, coalesce(j.ended, last.day)) as days,
    case when j.ended is null then 0 when j.reason like 'treatment completed%' then 1
         when j.reason = 'incomplete - dropped out' then 2 else 3 end as ended_as
from journeys j left join leavers l on l.person = j.person, last
where coalesce(j.ended, last.day) > j.triaged order by j.triaged, j.person
"""


def treatment(connection: duckdb.DuckDBPyConnection, ask: Ask, confidence: Confidence | str) -> pd.DataFrame:
    """One row a person: sex, age_band, drug, settled, employed (empty where not under supervision), days, ended_as."""
    return ask_for(connection, _SQL, confidence, starts=ask.starts, ends=ask.ends)
