"""Identifiers and attributes part company, and stay apart."""

from boldlink.separate.separate import (
    RECORD_KEY,
    RECORD_REFERENCE,
    SOURCE_PERSON,
    UNIT,
    SeparationKeys,
    attributes_schema,
    identifiers_schema,
    separate,
)

__all__ = [
    "RECORD_KEY", "RECORD_REFERENCE", "SOURCE_PERSON", "UNIT", "SeparationKeys", "attributes_schema",
    "identifiers_schema", "separate",
]  # fmt: skip
