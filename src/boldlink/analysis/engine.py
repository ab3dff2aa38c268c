"""A DuckDB for measures: research tables in memory, nothing spilled to disk, values passed as parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa

KEY = pa.binary(16)


@contextmanager
def tables(named: Mapping[str, pa.Table]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which each research table has its name. Refuses, rather than spills, when memory is short."""
    connection = duckdb.connect(config={"temp_directory": "", "threads": "2"})
    try:
        connection.execute("set enable_progress_bar = false")  # progress is told by whoever asks
        for name, table in named.items():
            connection.register(name, table)
        yield connection
    finally:
        connection.close()


@contextmanager
def tables_of_people(named: Mapping[str, pa.Table]) -> Iterator[duckdb.DuckDBPyConnection]:
    """As `tables`, with 16-byte keys as UUIDs: numbers in DuckDB, in the order of their bytes, and twice as fast to join.

    They come back as UUIDs too (`keys_of`).
    """
    with tables({name: _with_uuids(table) for name, table in named.items()}) as connection:
        connection.execute("set arrow_lossless_conversion = true")
        yield connection


def _with_uuids(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if field.type == KEY:
            column = table.column(place)
            chunks = [pa.ExtensionArray.from_storage(pa.uuid(), chunk) for chunk in column.chunks]
            table = table.set_column(place, pa.field(field.name, pa.uuid()), pa.chunked_array(chunks, pa.uuid()))
    return table


def keys_of(column: pa.ChunkedArray) -> pa.Array:
    """A column of 16-byte keys, which may have become UUIDs, as keys again."""
    whole = column.combine_chunks()
    return (whole.storage if isinstance(whole, pa.ExtensionArray) else whole).cast(KEY)
