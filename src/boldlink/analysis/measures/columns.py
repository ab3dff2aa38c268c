"""The types of the columns that measures read, as research tables hold them; what is not named here is text.

Persons and identifiers are pseudonyms of 16 bytes. A birth year is text: an agreement shows it in bands.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

PSEUDONYMS = (
    *("person_exact", "person_high", "person_medium", "person_low", "unit"),
    *("attributor", "case_urn", "case_id"),
)
DATES = (
    *("release_date", "reception_date", "event_date", "termination_date", "assessment_date", "offence_date"),
    *("proven_date", "charge_date", "first_hearing_date", "completion_date", "receipt_date", "main_hearing_date"),
    *("application_date", "duty_end_date", "contact_date", "death_date", "recorded_date", "outcome_date"),
    *("received_date", "decision_date", "referral_date", "first_contact_date", "support_start_date"),
    *("support_end_date", "referred_jy", "triaged_jy", "disd_jy", "treatment_start_date", "closure_date"),
    *("award_start", "award_end", "start_date", "end_date", "admission_date"),
)
INTEGERS = (
    *("sentence_length_days", "custody_days", "prior_convictions", "household_people", "sessions"),
    *("wellbeing_start", "wellbeing_end"),
)
BOOLEANS = (
    *("no_fixed_abode", "breach", "recordable", "main_applicant", "suspect_identified", "victim_withdrew"),
    *("support_offending_history", "support_drug_dependency", "support_mental_health", "support_physical_health"),
    *("support_rough_sleeping", "support_alcohol", "support_drugs", "referred_to_treatment", "support_referred"),
)
_TYPES = {
    **dict.fromkeys(PSEUDONYMS, pa.binary(16)),
    **dict.fromkeys(DATES, pa.date32()),
    **dict.fromkeys(INTEGERS, pa.int64()),
    **dict.fromkeys(BOOLEANS, pa.bool_()),
}


def type_of(column: str) -> pa.DataType:
    """The Arrow type of a column of a research table."""
    return _TYPES.get(column, pa.string())


def schema_of(columns: Iterable[str]) -> pa.Schema:
    """The schema of a research table of these columns."""
    return pa.schema([(column, type_of(column)) for column in columns])
