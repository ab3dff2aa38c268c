"""Is each row what the contract says? The first fault of a row decides why it is quarantined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from boldlink.deposits.columns import Read, derive, read_column
from boldlink.values import Column, Contract, Role


@dataclass(frozen=True)
class Checked:
    """A batch read against its contract: columns as they will be stored, a reason per row (null: accepted), counts."""

    columns: Mapping[str, pa.Array]
    reasons: pa.Array
    standardised: Mapping[str, Mapping[str, int]]
    present: Mapping[str, int]


def check_batch(batch: pa.RecordBatch, contract: Contract) -> Checked:
    """Derive, validate, standardise one batch of text columns (n rows)."""
    kept = [column for column in contract.columns if column.role is not Role.EXCLUDED]
    everything = {column.name: batch.column(column.name) for column in contract.delivered}
    read = {column.name: read_column(everything[column.name], column) for column in contract.delivered}
    known = {name: one.values for name, one in read.items()}
    # An excluded column may still be what another is derived from: it is read, used and dropped.
    made = {column.name: derive(column, everything, known) for column in contract.derived}
    given = {column.name: everything[column.name] for column in kept if column.derivation is None}
    return Checked(
        columns={column.name: (known | made)[column.name] for column in kept},
        reasons=_reasons(given, read, contract, batch.num_rows),
        standardised={name: read[name].counts for name in given if read[name].counts},
        present={name: len(text) - text.null_count for name, text in given.items()},
    )


def _reasons(given: Mapping[str, pa.Array], read: Mapping[str, Read], contract: Contract, rows: int) -> pa.Array:
    reasons = pa.nulls(rows, pa.string())
    for name, text in given.items():
        for fault, mask in _faults(text, read[name], contract.column(name)):
            reasons = pc.if_else(pc.and_(reasons.is_null(), mask), f"{fault}:{name}", reasons)
    return reasons


def _faults(text: pa.Array, read: Read, column: Column) -> Iterator[tuple[str, pa.Array]]:
    """What may be wrong with a column, each with a mask of its rows (n)."""
    needed = column.required or column.primary_key
    if needed:
        yield "missing", text.is_null()
    yield "type", read.unreadable
    if column.valid_values:
        unknown = pc.invert(pc.is_in(text, pa.array(column.valid_values, pa.string())))
        yield "value", pc.and_(text.is_valid(), unknown)
    if needed and column.role is Role.LINKAGE:
        # "NOT ENTERED" and a placeholder date fill a field without giving what the contract requires.
        yield "unusable", pc.and_(text.is_valid(), read.values.is_null())
