"""The cohort of prison leavers: a person's first release in the period, what was offered, and what came after.

Reoffending as the official statistic has it (offence within 12 months, proven within 18); homelessness as an
application to any council within six months. Reoffending is known of people whom linking finds on the PNC; of others
it is not known, and they are left out, as the Justice Data Lab leaves out whom it cannot match. Found means: by something
proven by the day of release. Whoever is on the PNC only for what came later is there because of the outcome.

Two releases of a person on one day are one; the columns in their order decide which is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from boldlink.analysis.ask import Ask
from boldlink.analysis.effects.frames import PRIOR_BANDS, SENTENCE_BANDS, ask_for, banded, decade
from boldlink.analysis.proven import committed, in_time
from boldlink.values import Confidence

if TYPE_CHECKING:
    import pandas as pd

HOMELESS_DAYS = 182
COVARIATES = ("sex", "age_band", "ethnicity", "region", "offence", "sentence_band")
SERVED_BY = (
    "sex",
    "age_band",
    "region",
    "sentence_band",
)  # what services are offered by, and age: no more is read for them
PRISON_COLUMNS = (
    "release_date", "sex_recorded", "birth_year", "ethnicity", "release_region", "main_offence",
    "sentence_length_days", "no_fixed_abode",
)  # fmt: skip
SERVED_COLUMNS = tuple(name for name in PRISON_COLUMNS if name not in ("ethnicity", "main_offence"))
SERVICE = "accommodation_service"  # the one exposure that is a name and not a yes or no
PNC_COLUMNS = ("offence_date", "proven_date", "recordable", "breach", "prior_convictions")

OASYS_COLUMNS = ("assessment_date", "ogrs3", "question_3_tot", "question_5_tot", "question_8_tot", "question_10_tot")
RISK_BANDS = ((0, "under 25"), (25, "25 to 49"), (50, "50 to 74"), (75, "75 or more"))  # OGRS3, two years, per cent
SCORE_BANDS = ((0, "0 to 2"), (3, "3 to 5"), (6, "6 or more"))
SCORES = ("risk_band", "accommodation_band", "finance_band", "drugs_band", "wellbeing_band")
_BANDS = zip(SCORES, OASYS_COLUMNS[1:], (RISK_BANDS, *[SCORE_BANDS] * 4), strict=True)

_KNOWN = {
    "sex": "sex_recorded", "age_band": decade("birth_year"), "ethnicity": "ethnicity", "region": "release_region",
    "offence": "main_offence", "no_fixed_abode": "coalesce(no_fixed_abode, false)",
    "sentence_band": banded("sentence_length_days", SENTENCE_BANDS),
}  # fmt: skip

_REOFFENDING = f"""
, proven as (
    select l.person, min(p.offence_date) as first_offence, count(*) as reoffences
    from leavers l join pnc p on p.{{person}} = l.person
    where {committed("p", "l.released")} and {in_time("p", "l.released")}
    group by l.person
), history as (
    select l.person, max(p.prior_convictions) as priors
    from leavers l join pnc p on p.{{person}} = l.person where p.proven_date <= l.released group by l.person
)
select l.*, h.person is not null as linked, {banded("h.priors", PRIOR_BANDS)} as priors_band,
    coalesce(p.reoffences, 0) as reoffences, p.first_offence is not null as reoffended,
    date_diff('day', l.released, p.first_offence) as days_to_reoffence
from leavers l left join history h on h.person = l.person left join proven p on p.person = l.person
"""

# The last assessment by the day of release: what came later cannot have decided who was offered something.
_SCORED = f"""
select r.*, {", ".join(f"{banded(f's.{column}', bands)} as {name}" for name, column, bands in _BANDS)}
from ({{rows}}) r left join (
    select distinct on (person) l.person, o.* exclude (person_high, person_medium, person_low, person_exact)
    from leavers l join oasys o on o.{{person}} = l.person where o.assessment_date <= l.released
    order by person, o.assessment_date desc, o.ogrs3, o.question_3_tot, o.question_5_tot, o.question_8_tot, o.question_10_tot
) s on s.person = r.person
"""

_HOMELESSNESS = f"""
, applied as (
    select distinct l.person from leavers l join hclic a on a.{{person}} = l.person
    where a.application_date between l.released and l.released + {HOMELESS_DAYS}
)
select l.*, a.person is not null as homeless from leavers l left join applied a on a.person = l.person
"""


def _first(covariates: tuple[str, ...], exposures: tuple[str, ...]) -> str:
    """SQL for everybody's first release, with these covariates and whether they had a home."""
    known = ", ".join(f"{sql} as {name}" for name, sql in _KNOWN.items() if name in (*covariates, "no_fixed_abode"))
    return f"""
with leavers as (
    select distinct on (person) {{person}} as person, release_date as released, {known}, link_probability,
        {", ".join(exposures) or "null as nothing"}
    from prison where release_date between $starts and $ends order by all
)
"""


def reoffending(
    connection: duckdb.DuckDBPyConnection,
    ask: Ask,
    confidence: Confidence | str,
    exposures: tuple[str, ...] = (),
    *,
    covariates: tuple[str, ...] = COVARIATES,
    scores: bool = False,
) -> pd.DataFrame:
    """One row for each person found on the PNC: covariates, exposures (columns of prison), reoffended, reoffences, days.

    scores: with bands of the last OASys assessment by the day of release (SCORES), "not known" without one.
    """
    everybody = leavers(connection, ask, confidence, exposures, covariates=covariates, scores=scores)
    return everybody[everybody["linked"]].reset_index(drop=True)


def leavers(
    connection: duckdb.DuckDBPyConnection,
    ask: Ask,
    confidence: Confidence | str,
    exposures: tuple[str, ...] = (),
    *,
    covariates: tuple[str, ...] = COVARIATES,
    scores: bool = False,
) -> pd.DataFrame:
    """The same with those who are not found: `linked` says who is. Nobody of whom a yes or no is not recorded."""
    first = _first(covariates, exposures)
    ahead, rows = _REOFFENDING.rsplit("select l.*", 1)
    sql = first + ahead + (_SCORED.replace("{rows}", f"select l.*{rows}") if scores else f"select l.*{rows}")
    found = ask_for(connection, sql, confidence, ask)
    flags = [name for name in exposures if name != SERVICE]
    known = found[found[flags].notna().all(axis=1)].reset_index(drop=True)
    return known.astype(dict.fromkeys(flags, bool))


def homelessness(connection: duckdb.DuckDBPyConnection, ask: Ask, confidence: Confidence | str) -> pd.DataFrame:
    """One row a person: the covariates of services, the service at release, homeless within six months."""
    sql = _first(SERVED_BY, (SERVICE,)) + _HOMELESSNESS
    return ask_for(connection, sql, confidence, ask)
