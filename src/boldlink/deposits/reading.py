"""Batches of text out of an extract, and every way in which a csv file can be no extract at all.

Nothing of a row's content ever reaches an error: the readers' own messages, which quote rows, are dropped.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from boldlink.deposits.files import require_bytes, require_unchanged
from boldlink.deposits.headers import expected_columns, require_header
from boldlink.deposits.parquet import parquet_batches
from boldlink.deposits.refusals import refuse
from boldlink.values import Contract, Extract

BLOCK_BYTES = 32 << 20  # each different value of a block is read once: the larger the block, the fewer


def read_batches(extract: Extract, contract: Contract) -> Iterator[pa.RecordBatch]:
    """The file's rows as text columns in the contract's order, trimmed, empty as null. Raises BadExtract."""
    columns = expected_columns(extract, contract)
    require_bytes(extract)
    is_csv = extract.path.suffix == ".csv"
    rows = 0
    for batch in csv_batches(extract, columns) if is_csv else parquet_batches(extract, columns, contract):
        rows += batch.num_rows
        yield pa.record_batch([_trimmed(batch.column(name)) for name in columns], names=columns)
    require_unchanged(extract)
    if rows == 0:
        raise _no_rows(extract)


def csv_batches(extract: Extract, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """The columns as text, a batch at a time; quoted fields may hold line ends. Raises BadExtract."""
    _require_csv_header(extract, columns)
    ragged: list[int] = []

    def count(row: pcsv.InvalidRow) -> str:
        ragged.append(row.actual_columns)
        return "skip"

    try:
        yield from pcsv.open_csv(
            extract.path,
            read_options=pcsv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
            parse_options=pcsv.ParseOptions(newlines_in_values=True, invalid_row_handler=count),
            convert_options=pcsv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except (pa.ArrowException, OSError):
        why = "its rows do not read as csv."
        raise refuse(extract, "DEPOSIT-UNREADABLE", why, "check quotes and line ends") from None
    if ragged:
        why = f"{len(ragged)} row(s) do not have {len(columns)} fields."
        raise refuse(extract, "DEPOSIT-RAGGED", why, "check separators, quotes and line ends inside fields")


def _require_csv_header(extract: Extract, columns: list[str]) -> None:
    with extract.path.open(encoding="utf-8-sig", newline="") as file:
        try:
            header = next(csv.reader(file), [])
        except csv.Error:
            why = "its header does not read as csv."
            raise refuse(extract, "DEPOSIT-UNREADABLE", why, "export it as csv again") from None
        require_header(extract, header, columns)
        if not any(line.strip("\r\n") for line in file):
            raise _no_rows(extract)


def _no_rows(extract: Extract) -> Exception:
    return refuse(extract, "DEPOSIT-EMPTY", "it has a header and no rows.", "deliver the rows, or do not deliver")


def _trimmed(values: pa.Array) -> pa.Array:
    plain = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.string()), plain)
