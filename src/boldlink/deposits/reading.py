"""Batches of text out of a csv or Parquet file, and every way in which a file can be no extract at all.

Nothing of a row's content ever reaches an error: the readers' own messages, which quote rows, are dropped.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from boldlink.deposits.refusals import refuse
from boldlink.values import Contract, DeliveryKind, Extract

PIECE = 1 << 20
BLOCK_BYTES = 8 << 20
BATCH_ROWS = 65_536
MAGIC = {
    b"PK\x03\x04": "a spreadsheet or zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet",
}


def expected_columns(extract: Extract, contract: Contract) -> list[str]:
    """Columns that the file must have: a withdrawal names people and nothing else."""
    if extract.kind is DeliveryKind.WITHDRAWAL:
        assert contract.source_key is not None  # a contract without one is refused when it is read
        return [contract.source_key.name]
    return [column.name for column in contract.delivered]


def read_batches(extract: Extract, contract: Contract) -> Iterator[pa.RecordBatch]:
    """The file's rows as text columns in the contract's order, trimmed, empty as null. Raises BadExtract."""
    columns = expected_columns(extract, contract)
    is_parquet = extract.path.suffix == ".parquet"
    _check_bytes(extract, is_parquet)
    raw = _parquet_batches(extract, columns, contract) if is_parquet else _csv_batches(extract, columns)
    rows = 0
    for batch in raw:
        rows += batch.num_rows
        yield pa.record_batch([_trimmed(batch.column(name)) for name in columns], names=columns)
    if rows == 0:
        raise refuse(extract, "DEPOSIT-EMPTY", "it has a header and no rows.", "deliver the rows, or do not deliver")


def _check_bytes(extract: Extract, is_parquet: bool) -> None:
    """One pass over the bytes: not empty, unchanged since it was found, and text if it says it is text."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    with extract.path.open("rb") as file:
        start = file.read(4)
        if not start:
            raise refuse(extract, "DEPOSIT-EMPTY", "it has no bytes.", "deliver the file again")
        _check_magic(extract, start, is_parquet)
        file.seek(0)
        for piece in iter(lambda: file.read(PIECE), b""):
            digest.update(piece)
            if not is_parquet:
                _check_text(extract, piece, decoder)
    if not is_parquet:
        _check_text(extract, b"", decoder, final=True)
    if digest.hexdigest() != extract.sha256:
        raise refuse(
            extract,
            "DEPOSIT-CHANGED",
            "it changed while it was being read.",
            "deliver it when it is complete",
        )


def _check_magic(extract: Extract, start: bytes, is_parquet: bool) -> None:
    kind = next((what for magic, what in MAGIC.items() if start.startswith(magic)), None)
    if not is_parquet and kind:
        raise refuse(
            extract,
            "DEPOSIT-UNREADABLE",
            f"it is {kind} under the name of a csv file.",
            "export it as csv or Parquet",
        )
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refuse(extract, "DEPOSIT-ENCODING", "it is written in UTF-16.", "write it in UTF-8")


def _check_text(extract: Extract, piece: bytes, decoder: codecs.IncrementalDecoder, *, final: bool = False) -> None:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        raise refuse(extract, "DEPOSIT-ENCODING", "it is not written in UTF-8.", "write it in UTF-8") from None
    if b"\x00" in piece:
        raise refuse(
            extract,
            "DEPOSIT-UNREADABLE",
            "it holds NUL bytes, which text does not.",
            "export it as csv again",
        )


def _csv_batches(extract: Extract, columns: list[str]) -> Iterator[pa.RecordBatch]:
    check_header(extract, _header(extract), columns)
    ragged: list[int] = []

    def count(row: pcsv.InvalidRow) -> str:
        ragged.append(row.number or 0)
        return "skip"

    try:
        reader = pcsv.open_csv(
            extract.path,
            read_options=pcsv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
            parse_options=pcsv.ParseOptions(newlines_in_values=True, invalid_row_handler=count),
            convert_options=pcsv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
        yield from reader
    except (pa.ArrowException, OSError):
        raise refuse(
            extract, "DEPOSIT-UNREADABLE", "its rows do not read as csv.", "check quotes and line ends"
        ) from None
    if ragged:
        why = f"{len(ragged)} row(s) do not have {len(columns)} fields."
        raise refuse(extract, "DEPOSIT-RAGGED", why, "check separators, quotes and line ends inside fields")


def _header(extract: Extract) -> list[str]:
    with extract.path.open(encoding="utf-8-sig", newline="") as file:
        try:
            return next(csv.reader(file), [])
        except csv.Error:
            raise refuse(
                extract, "DEPOSIT-UNREADABLE", "its header does not read as csv.", "export it as csv again"
            ) from None


def check_header(extract: Extract, header: list[str], columns: list[str]) -> None:
    """The contract's names, each once, in any order. Raises BadExtract that names the columns."""
    twice = sorted({name for name in header if header.count(name) > 1} & set(columns))
    if twice or len(set(header)) < len(header):
        raise refuse(
            extract,
            "DEPOSIT-COLUMNS-TWICE",
            f"{len(header) - len(set(header))} column name(s) stand twice: {_listed(twice)}.",
            "name every column once",
        )
    missing, unknown = sorted(set(columns) - set(header)), sorted(set(header) - set(columns))
    alike = sorted(name for name in missing if _plain(name) in {_plain(other) for other in unknown})
    hint = f" Names that differ only in case or spaces: {_listed(alike)}." if alike else ""
    if missing:
        only = (
            " The whole header stands in one field: is the separator a comma?"
            if len(header) == 1 and len(columns) > 1
            else ""
        )
        raise refuse(
            extract,
            "DEPOSIT-COLUMNS-MISSING",
            f"{len(missing)} column(s) are missing: {_listed(missing)}.{hint}{only}",
            "deliver every column of the data contract",
        )
    if unknown:
        # Names of unknown columns are the file's own words: they are counted, because a header row may be a data row.
        raise refuse(
            extract,
            "DEPOSIT-COLUMNS-UNKNOWN",
            f"{len(unknown)} column(s) are not in the data contract.",
            "leave them out, or agree them in the contract first",
        )


def _parquet_batches(extract: Extract, columns: list[str], contract: Contract) -> Iterator[pa.RecordBatch]:
    try:
        with pq.ParquetFile(extract.path) as file:
            check_header(extract, file.schema_arrow.names, columns)
            nested = sorted(field.name for field in file.schema_arrow if not _is_plain(field.type))
            if nested:
                why = f"{len(nested)} column(s) hold no plain values: {_listed(nested)}."
                raise refuse(extract, "DEPOSIT-TYPE", why, "deliver text, numbers, dates or booleans")
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns):
                arrays = [_as_text(batch.column(name), contract.column(name).date_format) for name in columns]
                yield pa.record_batch(arrays, names=columns)
    except (pa.ArrowException, OSError):
        raise refuse(
            extract,
            "DEPOSIT-UNREADABLE",
            "it does not read as Parquet: it is damaged or cut short.",
            "deliver it again",
        ) from None


def _is_plain(kind: pa.DataType) -> bool:
    tests = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_boolean,
    )
    more = (pa.types.is_date, pa.types.is_timestamp, pa.types.is_null, pa.types.is_decimal)
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return any(test(value) for test in (*tests, *more))


def _as_text(values: pa.Array, date_format: str | None) -> pa.Array:
    if pa.types.is_date(values.type) or pa.types.is_timestamp(values.type):
        return pc.strftime(values.cast(pa.timestamp("s")), format=date_format or "%Y-%m-%d")
    return values.cast(pa.string())


def _trimmed(values: pa.Array) -> pa.Array:
    plain = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.string()), plain)


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _listed(names: list[str]) -> str:
    return ", ".join(names[:12]) + (" and more" if len(names) > 12 else "")
