"""Which records a use case may touch at all: those inside its cohort and period, as a list of record keys.

Linkers cannot see the dates that say who is in a cohort, so the list is made on the attributes' side and only record
keys cross over. No use case, no cohort, no link. Source: UK GDPR Article 5(1)(c), data minimisation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from boldlink.separate.separate import RECORD_KEY
from boldlink.vault import Sealed, read_batches, read_table


def in_cohort(column: pa.Array, starts: date | None, ends: date | None) -> pa.Array:
    """Boolean mask: the date lies in the period, both ends included. A missing date is outside."""
    inside = column.is_valid()
    if starts is not None:
        inside = pc.and_(inside, pc.fill_null(pc.greater_equal(column, pa.scalar(starts, column.type)), False))
    if ends is not None:
        inside = pc.and_(inside, pc.fill_null(pc.less_equal(column, pa.scalar(ends, column.type)), False))
    return inside


def select(attributes: Sequence[Sealed], column: str | None, starts: date | None, ends: date | None) -> pa.Array:
    """Record keys (16-byte binary) of the rows in the cohort; without a cohort column, of all rows."""
    found: list[pa.Array] = []
    for sealed in attributes:
        for batch in read_batches(sealed, [RECORD_KEY, *([column] if column else [])]):
            keys = batch.column(RECORD_KEY)
            found.append(keys.filter(in_cohort(batch.column(column), starts, ends)) if column else keys)
    return pa.concat_arrays(found) if found else pa.array([], pa.binary(16))


def scope_of(scope: Sequence[Sealed]) -> pa.Array:
    """Record keys of a stored scope."""
    chunks = [chunk for sealed in scope for chunk in read_table(sealed).column(RECORD_KEY).chunks]
    return pa.concat_arrays(chunks) if chunks else pa.array([], pa.binary(16))


def keep(batches: Iterator[pa.RecordBatch], scope: pa.Array, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Rows in scope, and only these columns."""
    for batch in batches:
        yield batch.filter(pc.is_in(batch.column(RECORD_KEY), scope)).select(list(columns))
