"""Identifiers as departments hold them, in one form each: pure rules, every one counted.

A rule reads one text and says what it became and why. Columns are done once per distinct value, so millions of rows
cost little more than their different spellings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from boldlink.errors import BadInput
from boldlink.standardise.contact import read_address, read_email, read_phone, read_sex
from boldlink.standardise.dates import PLACEHOLDER_DATES, month_first, read_birth_date, read_date
from boldlink.standardise.names import Result, read_full_name, read_initial, read_name
from boldlink.standardise.postcodes import is_no_fixed_abode, outcode, read_outcode, read_postcode, sector
from boldlink.standardise.references import (
    check_letter,
    read_code,
    read_cro,
    read_nhs_number,
    read_nino,
    read_pnc,
    read_prison_number,
)

RULES: Mapping[str, Callable[[str], Result]] = {
    "forename": read_name,
    "middle_name": read_name,
    "surname": read_name,
    "full_name": read_full_name,
    "forename_initial": read_initial,
    "surname_initial": read_initial,
    "date_of_birth": read_birth_date,
    "sex": read_sex,
    "postcode": read_postcode,
    "outcode": read_outcode,
    "area": read_address,
    "address": read_address,
    "house_number": read_address,
    "town": read_address,
    "region": read_address,
    "email": read_email,
    "phone": read_phone,
    "pnc": read_pnc,
    "cro": read_cro,
    "nino": read_nino,
    "nhs_number": read_nhs_number,
    "national_id": read_code,
    "prison_number": read_prison_number,
}
MEANINGS = tuple(RULES)


@dataclass(frozen=True)
class Standardised:
    """A column in one form: string (n), null where unusable; and how many rows each rule changed or refused."""

    values: pa.Array
    counts: Mapping[str, int]


def standardise(values: pa.Array | pa.ChunkedArray, meaning: str, *, date_format: str | None = None) -> Standardised:
    """Bring a string column (n) to one form. Raises BadInput for a meaning that has no rule."""
    if meaning not in RULES:
        raise BadInput(
            "STANDARDISE-MEANING", f"There is no meaning {meaning}.", do=f"use one of: {', '.join(MEANINGS)}"
        )
    rule = RULES[meaning]
    if meaning == "date_of_birth" and date_format:

        def rule(text: str) -> Result:
            return read_birth_date(text, date_format)

    return apply(values, rule)


def apply(values: pa.Array | pa.ChunkedArray, rule: Callable[[str], Result]) -> Standardised:
    """Apply a scalar rule to a string column (n), once per distinct value."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    encoded = array.cast(pa.string()).dictionary_encode()
    results = [rule(text) if text.strip() else (None, "empty") for text in encoded.dictionary.to_pylist()]
    made = pa.array([value for value, _ in results], pa.string()).take(encoded.indices)
    return Standardised(made, _count(encoded, [name for _, name in results]))


def _count(encoded: pa.DictionaryArray, names: list[str | None]) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    rows = np.bincount(encoded.indices.drop_null(), minlength=len(names)).tolist()
    for name, count in zip(names, rows, strict=True):
        if name:
            counts[name] += count
    return dict(sorted(counts.items()))


__all__ = [
    "MEANINGS", "PLACEHOLDER_DATES", "Standardised", "apply", "check_letter", "is_no_fixed_abode", "month_first", "outcode",
    "read_birth_date", "read_code", "read_cro", "read_date", "read_name", "read_nhs_number", "read_nino", "read_outcode", "read_pnc",
    "read_postcode", "read_prison_number", "sector", "standardise",
]  # fmt: skip
