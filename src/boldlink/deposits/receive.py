"""A department's extract arrives: streamed, checked against its data contract, standardised, bad rows set aside.

This room opens nothing: the caller hands in where accepted and quarantined rows go, and throws both away if the extract
is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.deposits.agreed import require_keepable
from boldlink.deposits.columns import read_column, stored_type
from boldlink.deposits.headers import expected_columns
from boldlink.deposits.quality import QualityReport
from boldlink.deposits.reading import read_batches
from boldlink.deposits.refusals import refuse
from boldlink.deposits.validate import check_batch
from boldlink.values import Contract, DeliveryKind, Extract, Role

ORDINAL, REASON = "_ordinal", "_reason"
MOST_QUARANTINED = 0.5  # faults in more rows than this are a fault of the file
FAULTS = {
    "type": "are not of the contract's type",
    "value": "are not among the contract's values",
    "missing": "are missing",
    "unusable": "cannot be used for linking",
}


class Sink(Protocol):
    """Where rows go."""

    def write(self, batch: pa.RecordBatch) -> None: ...


SinkFactory = Callable[[pa.Schema], Sink]


@dataclass(frozen=True)
class Intake:
    """What became of an extract's rows, in counts."""

    rows_accepted: int
    rows_quarantined: int
    quarantine_reasons: Mapping[str, int]
    quality: QualityReport


def receive(extract: Extract, contract: Contract, accepted: SinkFactory, quarantined: SinkFactory) -> Intake:
    """Take an extract in, in batches that memory holds.

    Raises BadExtract for a file that cannot be used as a whole (rows may have gone to the sinks by then: the caller
    throws them away), BadProgramme for a contract that asks for what does not exist.
    """
    require_keepable(contract)
    if extract.kind is DeliveryKind.WITHDRAWAL:
        return _receive_withdrawal(extract, contract, accepted)
    good, bad = accepted(accepted_schema(contract)), None
    report, keys, ordinal = QualityReport(), _Keys(), 0
    for batch in read_batches(extract, contract):
        checked = check_batch(batch, contract)
        numbers = pa.array(np.arange(ordinal, ordinal + batch.num_rows, dtype=np.int64))
        ordinal += batch.num_rows
        whole = pa.record_batch([*checked.columns.values(), numbers], names=[*checked.columns, ORDINAL])
        kept = whole.filter(checked.reasons.is_null())
        keys.add(kept, contract.primary_key)
        good.write(kept)
        reasons = {
            entry["values"]: entry["counts"] for entry in pc.value_counts(checked.reasons.drop_null()).to_pylist()
        }
        report.add(batch.num_rows, checked, reasons)
        if reasons:
            bad = bad or quarantined(quarantine_schema(extract, contract))
            bad.write(_set_aside(batch, numbers, checked.reasons, contract))
    _check_whole(extract, contract, report, keys)
    count = sum(report.quarantined.values())
    return Intake(report.rows - count, count, dict(sorted(report.quarantined.items())), report)


def accepted_schema(contract: Contract) -> pa.Schema:
    """Every column but the excluded ones, linkage as text, and the record's position in the extract."""
    fields = [(column.name, stored_type(column)) for column in contract.columns if column.role is not Role.EXCLUDED]
    return pa.schema([*fields, (ORDINAL, pa.int64())])


def quarantine_schema(extract: Extract, contract: Contract) -> pa.Schema:
    """Delivered columns as text, position, reason. Excluded columns are not kept even here."""
    names = [name for name in expected_columns(extract, contract) if contract.column(name).role is not Role.EXCLUDED]
    return pa.schema([*((name, pa.string()) for name in names), (ORDINAL, pa.int64()), (REASON, pa.string())])


def _receive_withdrawal(extract: Extract, contract: Contract, accepted: SinkFactory) -> Intake:
    column = expected_columns(extract, contract)[0]
    sink = accepted(pa.schema([(column, pa.string())]))
    report = QualityReport()
    for batch in read_batches(extract, contract):
        # Read as the deposits were: a reference that was stored as 7 must be found by a withdrawal that says 007.
        named = read_column(batch.column(column), contract.column(column)).values.cast(pa.string())
        if named.null_count:
            why = f"{named.null_count} row(s) name nobody in {column}."
            raise refuse(extract, "DEPOSIT-WITHDRAWAL-EMPTY", why, "give the reference of everybody who withdrew")
        sink.write(pa.record_batch([named], names=[column]))
        report.rows += batch.num_rows
    return Intake(report.rows, 0, {}, report)


def _set_aside(batch: pa.RecordBatch, numbers: pa.Array, reasons: pa.Array, contract: Contract) -> pa.RecordBatch:
    names = [name for name in batch.schema.names if contract.column(name).role is not Role.EXCLUDED]
    whole = pa.record_batch(
        [*(batch.column(name) for name in names), numbers, reasons], names=[*names, ORDINAL, REASON]
    )
    return whole.filter(reasons.is_valid())


def _check_whole(extract: Extract, contract: Contract, report: QualityReport, keys: _Keys) -> None:
    if sum(report.quarantined.values()) > MOST_QUARANTINED * report.rows:
        reason, count = max(report.quarantined.items(), key=lambda item: item[1])
        fault, _, column = reason.partition(":")
        why = (
            f"{sum(report.quarantined.values())} of {report.rows} rows do not keep the contract; "
            f"most often, {count} values of {column} {FAULTS[fault]}."
        )
        raise refuse(extract, "DEPOSIT-TYPE", why, "correct the column, or agree a new data contract")
    if repeated := keys.repeated():
        why = f"{repeated} row(s) repeat the record key ({', '.join(contract.primary_key)}) of another."
        raise refuse(extract, "DEPOSIT-DUPLICATE-KEYS", why, "deliver every record once")


class _Keys:
    """Record keys seen so far: the one thing of an extract that is kept until its last row."""

    def __init__(self) -> None:
        self._seen: list[pa.Table] = []

    def add(self, batch: pa.RecordBatch, names: tuple[str, ...]) -> None:
        self._seen.append(pa.table({name: batch.column(name).cast(pa.string()) for name in names}))

    def repeated(self) -> int:
        """How many keys stand again."""
        if not self._seen:
            return 0
        everything = pa.concat_tables(self._seen)
        return int(everything.num_rows - everything.group_by(everything.column_names).aggregate([]).num_rows)
