"""Parquet extracts: typed or text columns, handed on as text."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from boldlink.deposits.headers import require_header
from boldlink.deposits.refusals import refuse
from boldlink.values import Contract, Extract

BATCH_ROWS = 65_536
PLAIN = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_null,
)


def parquet_batches(extract: Extract, columns: list[str], contract: Contract) -> Iterator[pa.RecordBatch]:
    """The columns as text, a batch at a time; dates in the contract's layout. Raises BadExtract."""
    try:
        with pq.ParquetFile(extract.path, page_checksum_verification=True) as file:
            require_header(extract, file.schema_arrow.names, columns)
            _require_plain(extract, file.schema_arrow)
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns):
                yield pa.record_batch([_text(extract, batch, name, contract) for name in columns], names=columns)
    except (pa.ArrowException, OSError, ValueError):
        # Damage shows in many ways, a column name that is no text among them; the reader's message may quote it.
        why = "it does not read as Parquet: it is damaged or cut short."
        raise refuse(extract, "DEPOSIT-UNREADABLE", why, "deliver it again") from None


def _require_plain(extract: Extract, schema: pa.Schema) -> None:
    nested = sorted(field.name for field in schema if not _is_plain(field.type))
    if nested:
        why = f"{len(nested)} column(s) hold no plain values: {', '.join(nested)}."
        raise refuse(extract, "DEPOSIT-TYPE", why, "deliver text, numbers, dates or booleans")


def _is_plain(kind: pa.DataType) -> bool:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return any(test(value) for test in PLAIN)


def _text(extract: Extract, batch: pa.RecordBatch, name: str, contract: Contract) -> pa.Array:
    values = batch.column(name)
    plain = values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
    if pa.types.is_date(plain.type) or pa.types.is_timestamp(plain.type):
        return _date_text(plain, contract.column(name).date_format or "%Y-%m-%d")
    try:
        plain.validate(full=True)
    except pa.ArrowInvalid:
        why = f"the column {name} is not written in UTF-8."
        raise refuse(extract, "DEPOSIT-ENCODING", why, "write it in UTF-8") from None
    return plain.cast(pa.string())


def _date_text(values: pa.Array, layout: str) -> pa.Array:
    """A date is the day on the clock of the time zone that the file names; the time of day is dropped."""
    zoned = pa.types.is_timestamp(values.type) and values.type.tz is not None
    local = pc.local_timestamp(values) if zoned else values
    return pc.strftime(local.cast(pa.timestamp("s"), safe=False), format=layout)
