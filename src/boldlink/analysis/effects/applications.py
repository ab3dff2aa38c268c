"""The cohort of people who asked a council for help: time at risk of asking again, split where treatment starts and ends.

A main applicant enters with their first application in the period. Time at risk begins 28 days after a duty ended and
ends with the next application, a reception into custody, or the data. It resumes 182 days after release: what happens
before belongs to the release. Whoever was owed no duty leaves. Rows are stretches of time, several to a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from boldlink.analysis.ask import Ask
from boldlink.analysis.effects.frames import ask_for, decade
from boldlink.values import Confidence

if TYPE_CHECKING:
    import pandas as pd

GAP_DAYS, RELEASE_DAYS = 28, 182
NEEDS = ("mental", "physical", "drugs", "custody")
HCLIC_COLUMNS = (
    "application_date", "duty", "duty_end_date", "main_applicant", "support_mental_health", "support_physical_health",
    "support_drug_dependency", "birth_year",
)  # fmt: skip
TREATMENT_COLUMNS = ("setting", "triaged_jy", "disd_jy")
CUSTODY_COLUMNS = ("reception_date", "release_date")

_SQL = f"""
with last as (select max(application_date) as day from hclic),
applied as (
    select {{person}} as person, application_date as day, max(duty_end_date) as ended, bool_or(duty <> 'none') as owed,
        min({decade("birth_year")}) as age_band, coalesce(bool_or(support_mental_health), false) as mental,
        coalesce(bool_or(support_physical_health), false) as physical, coalesce(bool_or(support_drug_dependency), false) as drugs
    from hclic where main_applicant and application_date is not null group by all
), entered as (
    select * from applied where day between $starts and $ends
    qualify row_number() over (partition by person order by day) = 1
), since as (
    select a.person, a.day, a.owed, a.ended + {GAP_DAYS} as settled
    from applied a join entered e on e.person = a.person and a.day >= e.day
), held as (
    select p.{{person}} as person, p.reception_date as day, max(p.release_date) as released,
        max(p.link_probability) as chance
    from prison p join entered e on e.person = p.{{person}} where p.reception_date is not null group by all
), treated as (
    select distinct on (person, starts) t.{{person}} as person, t.triaged_jy as starts,
        max(coalesce(t.disd_jy, last.day)) over (partition by t.{{person}} order by t.triaged_jy) as ends,
        t.link_probability as chance
    from ndtms t join entered e on e.person = t.{{person}}, last
    where t.setting = 'community' and t.triaged_jy is not null order by all
), points as (
    select person, settled as begins from since where owed and settled is not null
    union select person, day from since
    union select person, day from held
    union select person, released + {RELEASE_DAYS} from held where released is not null
    union select person, starts from treated
    union select person, ends from treated
    union select e.person, last.day from entered e, last
), stretches as (
    select person, begins, lead(begins) over (partition by person order by begins) as until from points
), known as (
    select s.person, s.begins, s.until, a.owed and s.begins >= a.settled as waiting,
        h.day is null or a.day >= h.released or s.begins >= h.released + {RELEASE_DAYS} as free, h.day is not null as custody,
        h.chance
    from stretches s
    asof join since a on a.person = s.person and s.begins >= a.day
    asof left join held h on h.person = s.person and s.begins >= h.day
    where s.until <= (select day from last)
)
select k.person, date_diff('day', e.day, k.begins) as start, date_diff('day', e.day, k.until) as stop,
    again.person is not null as event, coalesce(t.ends > k.begins, false) as in_treatment, e.age_band, e.mental, e.physical,
    e.drugs, k.custody, coalesce(k.chance, 0) as custody_chance,
    case when t.ends > k.begins then t.chance else 0 end as in_treatment_chance
from known k
join entered e on e.person = k.person
left join since again on again.person = k.person and again.day = k.until
asof left join treated t on t.person = k.person and k.begins >= t.starts
where k.waiting and k.free
"""


def time_at_risk(connection: duckdb.DuckDBPyConnection, ask: Ask, confidence: Confidence | str) -> pd.DataFrame:
    """Stretches: person, start, stop (days since entry), event, in_treatment, needs of entry, custody, age_band.

    custody_chance, in_treatment_chance: how sure the link is through which that is known; 0 without one.
    """
    return ask_for(connection, _SQL, confidence, ask)
