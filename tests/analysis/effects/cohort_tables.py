"""Small research tables written as rows of dictionaries, and what a cohort makes of them as rows again."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import duckdb
import pyarrow as pa

from boldlink.analysis.ask import Ask

DAY, FLAG, NUMBER, TEXT, KEY = pa.date32(), pa.bool_(), pa.int64(), pa.string(), pa.binary(16)
PEOPLE = ("person_high", "person_medium", "person_low", "person_exact")
STARTS, ENDS = date(2022, 1, 1), date(2022, 12, 31)
USUAL = {
    "prison": {
        "reception_date": (DAY, None), "release_date": (DAY, STARTS), "sentence_length_days": (NUMBER, 100),
        "main_offence": (TEXT, "Theft"), "accommodation_service": (TEXT, "None"), "employment_support": (FLAG, False),
        "accredited_programme": (FLAG, False), "release_region": (TEXT, "London"), "ethnicity": (TEXT, "White"),
        "sex_recorded": (TEXT, "M"), "birth_year": (TEXT, "1990-1994"), "no_fixed_abode": (FLAG, False),
    },
    "pnc": {
        "offence_date": (DAY, STARTS), "proven_date": (DAY, STARTS), "recordable": (FLAG, True), "breach": (FLAG, False),
        "prior_convictions": (NUMBER, 0),
    },
    "hclic": {
        "application_date": (DAY, STARTS), "duty": (TEXT, "relief"), "duty_end_date": (DAY, None),
        "main_applicant": (FLAG, True), "support_mental_health": (FLAG, False), "support_physical_health": (FLAG, False),
        "support_drug_dependency": (FLAG, False), "birth_year": (TEXT, "1990-1994"),
    },
    "ndtms": {
        "setting": (TEXT, "community"), "triaged_jy": (DAY, STARTS), "disd_jy": (DAY, None), "disrsn_jy": (TEXT, None),
        "drug1": (TEXT, "Opiates"), "opioid_substitution": (FLAG, False), "accommodation_need": (TEXT, "none"),
        "sex_recorded": (TEXT, "M"), "birth_year": (TEXT, "1990-1994"),
    },
    "probation": {
        "event_date": (DAY, STARTS), "requirement": (TEXT, "DRR"), "employment_6_weeks": (TEXT, "Employed"),
    },
    "police-crimes": {
        "crime_ref": (TEXT, ""), "offence_group": (TEXT, "Theft"), "recorded_date": (DAY, STARTS),
        "outcome_code": (TEXT, None), "outcome_date": (DAY, None), "sex_recorded": (TEXT, "F"),
        "birth_year": (TEXT, "1990-1994"),
    },
    "victim-service": {
        "referral_date": (DAY, STARTS), "support_type": (TEXT, "Advocate"), "support_start_date": (DAY, STARTS),
    },
}  # fmt: skip


def after(days, day=STARTS):
    """So many days after the first day of the period."""
    return day + timedelta(days)


def usual(dataset, **given):
    """A row of a dataset: what is given, and the usual for the rest."""
    return {
        "person": 1,
        "link_probability": 1.0,
        **{name: value for name, (_, value) in USUAL[dataset].items()},
        **given,
    }


def research(rows):
    """Arrow tables for rows by dataset; a dataset that is not named is empty. `person` is a number, or None for nobody."""
    return {name: _table(name, [usual(name, **row) for row in rows.get(name, ())]) for name in USUAL}


def _table(dataset, rows):
    ids = pa.array([None if row["person"] is None else row["person"].to_bytes(16, "big") for row in rows], KEY)
    made = dict.fromkeys(PEOPLE, ids)
    made["link_probability"] = pa.array([row["link_probability"] for row in rows], pa.float64())
    for name, (kind, _) in USUAL[dataset].items():
        made[name] = pa.array([row[name] for row in rows], kind)
    return pa.table(made)


def cohort(of, rows, *given, starts=STARTS, ends=ENDS):
    """What a cohort makes of rows by dataset, as dictionaries: what is empty is None, person a number from 0."""
    return rows_of(cohort_frame(of, rows, *given, starts=starts, ends=ends))


def cohort_frame(of, rows, *given, starts=STARTS, ends=ENDS):
    """The frame itself."""
    connection = engine()
    for name, table in research(rows).items():
        connection.register(name, table)
    return of(connection, Ask(starts, ends), "medium", *given)


@cache
def engine():
    """One DuckDB for all small tables: each test registers its own anew."""
    return duckdb.connect(config={"temp_directory": "", "threads": "1"})


def rows_of(frame):
    """Rows of a frame as dictionaries of plain values."""
    plain = frame.astype(object).where(frame.notna(), None)
    return plain.to_dict("records")
