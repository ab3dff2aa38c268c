"""What of a dataset goes to another place: both halves, rows in scope only, columns that the agreement names only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from boldlink.separate.cohort import keep, scope_of
from boldlink.separate.separate import (
    GRADE,
    RECORD_KEY,
    RECORD_REFERENCE,
    SOURCE_PERSON,
    UNIT,
    attributes_schema,
    identifiers_schema,
)
from boldlink.values import Contract, Role
from boldlink.vault import Sealed, read_batches
from boldlink.vault.identifiers import identifier_batches

Half = tuple[pa.Schema, Iterator[pa.RecordBatch]]


def shared_halves(
    contract: Contract,
    columns: Mapping[str, Role],
    identifiers: Sequence[Sealed],
    attributes: Sequence[Sealed],
    scope: Sequence[Sealed],
) -> dict[str, Half]:
    """Identifiers and attributes as (schema, batches), for a sealed package."""
    keys = scope_of(scope)
    named = {name for name, role in columns.items() if role is not Role.EXCLUDED}
    linkage = _only(identifiers_schema(contract), (RECORD_KEY, SOURCE_PERSON, RECORD_REFERENCE, GRADE), named)
    shown = _only(attributes_schema(contract), (RECORD_KEY, UNIT), named)
    left = (batch for sealed in identifiers for batch in identifier_batches(sealed))
    right = (batch for sealed in attributes for batch in read_batches(sealed))
    return {
        "identifiers": (linkage, keep(left, keys, linkage.names)),
        "attributes": (shown, keep(right, keys, shown.names)),
    }


def _only(schema: pa.Schema, keys: tuple[str, ...], named: set[str]) -> pa.Schema:
    return pa.schema([field for field in schema if field.name in keys or field.name in named])
