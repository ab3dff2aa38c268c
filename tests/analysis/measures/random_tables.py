"""Small random research tables: dates crowd around the edges of every definition, values are often missing.

People are few, so that rows meet. Their ids split from confidence to confidence, as clusters do.
"""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
from hypothesis import strategies as st

from boldlink.analysis.measures.columns import schema_of, type_of
from boldlink.analysis.measures.example import PERSONS, value_of

STARTS, ENDS = date(2023, 1, 1), date(2023, 3, 31)
BASES = (date(2022, 12, 31), date(2023, 1, 31), date(2023, 3, 31))
EDGES = (0, 0, 1, 6, 7, 8, 20, 21, 22, 27, 28, 29, 59, 89, 90, 91, 181, 182, 364, 365, 366, 545, 547, 548, 731)
DAYS = st.builds(lambda base, edge: base + timedelta(edge), st.sampled_from(BASES), st.sampled_from(EDGES))
DRUGS = ("Opiates", "Crack", "Alcohol", None)
VALUES = {
    "disposal_type": ("CO", "SSO", "LIC"),
    "requirement": ("ATR", "DRR", "MHTR", "NONE"),
    "setting": ("community", "community", "prison"),
    "disrsn_jy": (
        *("treatment completed - drug free", "treatment completed - occasional user", "transferred - not in custody"),
        *("transferred - in custody", "incomplete - dropped out", "incomplete - client died", None),
    ),
    "drug1": DRUGS,
    "drug2": DRUGS,
    "drug3": DRUGS,
    "accommodation_status": ("A01A", "A02", "A05", "A08A", "A08C", "A08", "A06", "A15", "A16", "A17", None),
    "accommodation_3_months": ("A01C", "A04", "A07A", "A07B", "A08A", "A06", "A12", "A16", None),
    "employment_6_weeks": ("Employed", "Unemployed", "Unavailable for work", "Not known", None),
    "employment_6_months": ("Employed", "Unemployed", "Unavailable for work", "Not known", None),
    "duty": ("prevention", "relief", "relief", "none"),
    "duty_end_reason": ("secured accommodation 6+ months", "contact lost", None),
    "accommodation_at_application": ("homeless on departure from institution: custody", "rough sleeping", None),
    "local_authority": ("Hull", "Leeds", None),
    "outcome_code": ("1", "8", "14", "15", "16", "16", "18", "20", None),
    "decision": ("charge", "charge", "no further action", "pending"),
    "outcome": ("convicted", "stopped", "stopped", "pending", None),
    "case_urn": ("U1", "U2", "U3", None),
    "attributor": ("K", "L", "M", None),
    "support_type": ("Advocate", "Counselling", None),
    "closure_reason": (
        *("treatment complete - substance free", "referred on", "withdrawn by provider", "DNA before assessment"),
        *("DNA before treatment", "DNA during treatment", "inappropriate referral", None),
    ),
    "cause_group": ("drug misuse", "suicide", "other", None),
    "diagnosis_group": ("mental and behavioural", "self-harm", "drugs and alcohol", "respiratory", "injury", None),
    "admission_method": ("emergency", "emergency", "elective", None),
    "birth_year": ("1980-1984", "1985-1989", None),
    "sex_recorded": ("Male", "F", "Not Known / Not Recorded", None),
    "gender_recorded": ("M", "F", "N"),
    "ethnicity": ("White", "Black"),
    "release_region": ("London", "Wales", None),
    "probation_region": ("London", "Wales", None),
    "force": ("Kent", "Essex"),
    "health_board": ("Cardiff and Vale", "Powys", None),
}
CHARACTERISTICS = {
    "prison": ("birth_year", "sex_recorded", "ethnicity", "release_region", "no_fixed_abode"),
    "probation": ("birth_year", "gender_recorded", "ethnicity", "probation_region", "no_fixed_abode"),
    "hclic": ("birth_year", "sex_recorded"),
    "police-crimes": ("birth_year", "sex_recorded", "force"),
}


def values_of(column):
    """Values of one column, missing ones among them."""
    kind = type_of(column)
    if column in VALUES:
        return st.sampled_from([None if value is None else value_of(value, kind) for value in VALUES[column]])
    if pa.types.is_date(kind):
        return st.one_of(DAYS, DAYS, DAYS, DAYS, st.none())
    if pa.types.is_boolean(kind):
        return st.sampled_from([True, True, False, None])
    assert pa.types.is_integer(kind), column
    return st.one_of(st.integers(0, 10), st.none())


@st.composite
def persons(draw):
    """One record's ids at four confidences: the surer ones are parts of the less sure."""
    low = draw(st.sampled_from("AB"))
    medium = low + draw(st.sampled_from("12"))
    high = medium + draw(st.sampled_from("ab"))
    exact = high + draw(st.sampled_from("xy"))
    return {name: one.encode().ljust(16, b"\0") for name, one in zip(PERSONS, (exact, high, medium, low), strict=True)}


def records(columns):
    """Rows of one dataset, as dictionaries."""
    row = st.builds(lambda ids, rest: ids | rest, persons(), st.fixed_dictionaries({c: values_of(c) for c in columns}))
    return st.lists(row, max_size=9)


@st.composite
def research(draw, needs):
    """Tables of the datasets that a measure needs, with the characteristics of the index datasets."""
    return {
        name: draw(records(tuple(dict.fromkeys((*columns, *CHARACTERISTICS.get(name, ()))))))
        for name, columns in needs.items()
    }


def as_arrow(tables, needs):
    """The same tables as a research dataset holds them."""
    return {
        name: pa.Table.from_pylist(
            rows, schema_of(dict.fromkeys((*PERSONS, *needs[name], *CHARACTERISTICS.get(name, ()))))
        )
        for name, rows in tables.items()
    }
