"""Pairs of a rule that is no equality, made by DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from boldlink.linkage.compiled.compiled import Compiled
from boldlink.linkage.compiled.sql import Expressions, refused

Array = np.ndarray[Any, np.dtype[Any]]
PAIRS_AT_ONCE = 1 << 18
ROW, SOURCE = "__boldlink_row", "__boldlink_source"  # beside the records' own columns


def made_by_duckdb(compiled: Compiled, rule: int) -> Iterator[tuple[Array, Array]]:
    """Rows of left and right records (int32), some at a time, in order."""
    connection, records = compiled.columns.connection, compiled.records
    read = Expressions(connection, "table")
    numbered = records.table.append_column(ROW, pa.array(np.arange(records.rows, dtype=np.int32)))
    numbered = numbered.append_column(SOURCE, pa.array(records.source))
    connection.register("numbered", numbered)
    connection.execute("CREATE OR REPLACE TABLE rows AS SELECT * FROM numbered")
    connection.unregister("numbered")
    if records.across_two:
        which = f"l.{SOURCE} = 0 AND r.{SOURCE} = 1"
    else:
        which = f"l.{ROW} < r.{ROW}" + (f" AND l.{SOURCE} <> r.{SOURCE}" if records.link_type == "link_only" else "")
    cursor = connection.cursor()
    try:
        condition = read.text(read.parse(compiled.plans[rule].rule.sql))
        sql = f"SELECT l.{ROW} AS a, r.{ROW} AS b FROM rows l JOIN rows r ON {condition} WHERE {which} ORDER BY a, b"
        for batch in cursor.sql(sql).to_arrow_reader(PAIRS_AT_ONCE):
            yield np.asarray(batch.column(0)).astype(np.int32), np.asarray(batch.column(1)).astype(np.int32)
    except duckdb.Error:  # whose words quote what records hold
        raise refused(compiled.plans[rule].rule.sql, "DuckDB cannot evaluate it on these records.") from None
    finally:
        cursor.close()
        connection.execute("DROP TABLE rows")
