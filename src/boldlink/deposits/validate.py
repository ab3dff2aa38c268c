"""Is each row what the contract says? The first fault of a row decides why it is quarantined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from boldlink.deposits.columns import Read, derive, read_column
from boldlink.values import Contract, Role


@dataclass(frozen=True)
class Checked:
    """A batch read against its contract: columns as they will be stored, a reason per row (null: accepted), counts."""

    columns: Mapping[str, pa.Array]
    reasons: pa.Array
    standardised: Mapping[str, Mapping[str, int]]
    present: Mapping[str, int]


def check_batch(batch: pa.RecordBatch, contract: Contract) -> Checked:
    """Derive, validate, standardise one batch of text columns (n rows)."""
    delivered = [column for column in contract.delivered if column.role is not Role.EXCLUDED]
    given = {column.name: batch.column(column.name) for column in delivered}
    read = {column.name: read_column(given[column.name], column) for column in delivered}
    known = {name: one.values for name, one in read.items()}
    made = {column.name: derive(column, given, known) for column in contract.derived}
    return Checked(
        columns={
            column.name: (known | made)[column.name] for column in contract.columns if column.role is not Role.EXCLUDED
        },
        reasons=_reasons(given, read, contract, batch.num_rows),
        standardised={name: one.counts for name, one in read.items() if one.counts},
        present={name: len(text) - text.null_count for name, text in given.items()},
    )


def _reasons(given: Mapping[str, pa.Array], read: Mapping[str, Read], contract: Contract, rows: int) -> pa.Array:
    reasons = pa.nulls(rows, pa.string())
    for name, text in given.items():
        column = contract.column(name)
        faults = [("type", read[name].unreadable)]
        if column.required or column.primary_key:
            faults.append(("missing", text.is_null()))
        if column.valid_values:
            unknown = pc.invert(pc.is_in(text, pa.array(column.valid_values, pa.string())))
            faults.append(("value", pc.and_(text.is_valid(), unknown)))
        for fault, mask in faults:
            reasons = pc.if_else(pc.and_(reasons.is_null(), mask), f"{fault}:{name}", reasons)
    return reasons
