"""The cohort of victims: from the day a crime was recorded until the victim withdraws, before anybody is charged.

Support is an exposure in time. Time before it counts as unsupported: whoever withdrew early never had the chance to be
supported, and an "ever supported" would give support the credit for that. It counts from LAG_DAYS after its first day:
police write an outcome down some days after the victim withdrew, and who withdrew is not given support in those days, so
without the lag every withdrawal of those days would be held against having no support (benchmarks/recovery shows both).
Withdrawal: police outcomes 14 and 16. Any other outcome, a charge among them, ends the time at risk. An outcome
without a date is left out: nobody can say how long that victim stayed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from boldlink.analysis.ask import Ask
from boldlink.analysis.effects.frames import ask_for, decade
from boldlink.values import Confidence

if TYPE_CHECKING:
    import pandas as pd

KINDS = {"Advocate": "advocate", "Counselling": "counselling", "Information only": "information"}
REFERRED_WITHIN_DAYS = 365
LAG_DAYS = 14  # an outcome is taken to be written down within a fortnight: chosen, no source gives it
CRIME_COLUMNS = ("offence_group", "recorded_date", "outcome_code", "outcome_date", "sex_recorded", "birth_year")
SERVICE_COLUMNS = ("referral_date", "support_type", "support_start_date")

_SQL = f"""
with last as (select max(greatest(recorded_date, coalesce(outcome_date, recorded_date))) as day from "police-crimes"),
crimes as (
    select row_number() over (order by c.recorded_date, c.crime_ref) as crime, c.{{person}} as person, c.recorded_date as recorded,
        c.offence_group as "group", c.sex_recorded as sex, {decade("c.birth_year")} as age_band,
        date_diff('day', c.recorded_date, coalesce(c.outcome_date, last.day)) as days,
        coalesce(c.outcome_code in ('14', '16'), false) as withdrew
    from "police-crimes" c, last where c.recorded_date between $starts and $ends
        and (c.outcome_code is null or c.outcome_date is not null)
), supported as (
    select c.crime, s.support_type as kind, date_diff('day', c.recorded, s.support_start_date) as starts,
        s.link_probability as chance
    from crimes c join "victim-service" s on s.{{person}} = c.person
    where s.referral_date between c.recorded and c.recorded + {REFERRED_WITHIN_DAYS}
      and s.support_start_date >= c.recorded
    qualify row_number() over (partition by c.crime order by s.support_start_date, s.support_type, s.link_probability) = 1
)
select c.*, s.kind, s.starts as support_starts, s.chance as support_chance from crimes c left join supported s on s.crime = c.crime
where c.days > 0
"""


def victims(connection: duckdb.DuckDBPyConnection, ask: Ask, confidence: Confidence | str) -> pd.DataFrame:
    """One row a crime: person, group, sex, age_band, days until the end, withdrew, kind of support and its first day.

    Support: what started first, of what the victim was referred to from the day of recording and within a year of it.
    """
    return ask_for(connection, _SQL, confidence, ask)


def split_at_support(crimes: pd.DataFrame, *, lag_days: int = LAG_DAYS, expected: bool = False) -> pd.DataFrame:
    """Stretches: start, stop, event and one flag for each kind of support, in force from lag_days after it starts.

    expected: a flag counts for the probability of the link through which support is known (regression calibration).
    """
    from boldlink.analysis.methods import split_at_exposure

    parts, supported = split_at_exposure(crimes["days"], crimes["withdrew"], crimes["support_starts"] + lag_days)
    spans = crimes.iloc[parts.person].reset_index(drop=True)
    chance = spans["support_chance"].fillna(0.0) if expected else 1.0
    flags = {flag: (supported & (spans["kind"] == kind)) * chance for kind, flag in KINDS.items()}
    return spans.assign(start=parts.entry_days, stop=parts.exit_days, event=parts.happened > 0, **flags)
