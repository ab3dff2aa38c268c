"""A DuckDB for measures: research tables in memory, nothing spilled to disk, values passed as parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa


@contextmanager
def tables(named: Mapping[str, pa.Table]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which each research table has its name. Refuses, rather than spills, when memory is short."""
    connection = duckdb.connect(config={"temp_directory": "", "threads": "2"})
    try:
        for name, table in named.items():
            connection.register(name, table)
        yield connection
    finally:
        connection.close()
