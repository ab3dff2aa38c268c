"""The columns of a table of records, and expressions over them: each distinct value is read once, and numbered.

Nothing is written to disk. DuckDB's own errors never leave: they quote what records hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.errors import BadRecords
from boldlink.linkage.compiled.sql import Expressions

Array = np.ndarray[Any, np.dtype[Any]]
PLAIN = ("VARCHAR", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "DATE", "BOOLEAN", "DOUBLE", "TIMESTAMP", "UBIGINT",
         "UINTEGER", "USMALLINT", "UTINYINT", "FLOAT", "DECIMAL")  # fmt: skip


def comparable(kind: str) -> bool:
    """Whether kernels can tell values of a DuckDB type apart."""
    return kind.startswith(PLAIN) and not kind.endswith("]")


@dataclass(frozen=True)
class Numbered:
    """Each record's value as a number (int32, -1 missing), and the values that the numbers stand for."""

    numbers: Array
    values: pa.Array


class Columns:
    """The columns of a table of records, and expressions over them, by DuckDB."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, records: pa.Table) -> None:
        self.connection, self.records = connection, records
        self._expressions = Expressions(connection, "suffix")
        self._numbered: dict[str, Numbered] = {}
        self._types: dict[str, str] = {}

    def type_of(self, sql: str) -> str:
        """DuckDB's type of an expression over one record. Raises BadRecords if a column is not there."""
        if sql not in self._types:
            self._named(sql)
            rows = self._answered(f"DESCRIBE SELECT {sql} AS v FROM records", sql).to_pylist()
            self._types[sql] = str(rows[0]["column_type"]) if rows else ""
        return self._types[sql]

    def _answered(self, query: str, sql: str) -> pa.Table:
        """What DuckDB answers. Raises BadRecords in its place: its own errors quote what records hold."""
        try:
            return self.connection.sql(query).to_arrow_table()
        except duckdb.Error:
            raise _unusable(sql) from None

    def _named(self, sql: str) -> list[str]:
        """The columns that an expression looks at, as the records name them."""
        known = {name.lower(): name for name in self.records.schema.names}
        names = self._expressions.names(sql)
        if gone := sorted({name for name in names if name.lower() not in known}):
            raise BadRecords(
                "LINK-UNKNOWN-COLUMN",
                f"The model needs the column(s) {', '.join(gone)}.",
                f"the records have {len(self.records.schema.names)} columns, and none of that name in every source.",
                "add the column(s), or use another model; a model of `boldlink link` compares standardised columns",
            )
        return list(dict.fromkeys(known[name.lower()] for name in names))

    def numbered(self, sql: str) -> Numbered:
        """A key's numbers and values; of a type that kernels do not compare, only whether a value is there."""
        if not self._expressions.is_column(sql):
            return self._number(sql)
        if sql not in self._numbered:
            self._numbered[sql] = self._number(sql)
        return self._numbered[sql]

    def _number(self, sql: str) -> Numbered:
        names = self._named(sql)
        if not comparable(self.type_of(sql)):
            return self._present(sql)
        if self._expressions.is_column(sql):
            return number(self.records.column(names[0]))
        if len(names) == 1 and _over_distinct(self.records.schema.field(names[0]).type):
            return self._over_values(sql, names[0])
        return number(self._answered(f"SELECT {sql} AS v FROM records", sql).column("v"))

    def _over_values(self, sql: str, name: str) -> Numbered:
        plain = self.numbered(f'"{name}"')
        held = pa.concat_arrays([plain.values, pa.nulls(1, plain.values.type)])
        self.connection.register("distinct_values", pa.table({name: held}))
        try:
            found = self._answered(f"SELECT {sql} AS v FROM distinct_values", sql).column("v")
        finally:
            self.connection.unregister("distinct_values")
        made = number(found)
        return Numbered(made.numbers[plain.numbers], made.values)  # -1 takes the last: what becomes of a missing value

    def _present(self, sql: str) -> Numbered:
        names = self._named(sql)
        if len(names) == 1 and _over_distinct(self.records.schema.field(names[0]).type):
            found = self._over_values(f"nullif(({sql}) IS NOT NULL, false)", names[0])
            return Numbered(np.where(found.numbers < 0, -1, 0).astype(np.int32), pa.nulls(1))
        there = self._answered(f"SELECT ({sql}) IS NOT NULL AS v FROM records", sql).column("v")
        return Numbered(np.asarray(there).astype(np.int32) - 1, pa.nulls(1))

    def comparable(self, sql: str) -> bool:
        """Whether kernels can tell an expression's values apart."""
        return comparable(self.type_of(sql))

    def told_apart(self, sql: str) -> Numbered:
        """A key's numbers and values, of any type."""
        if self.comparable(sql):
            return self.numbered(sql)
        numbers, wholes = self.wholes((sql,))
        values = wholes.column("e0").combine_chunks()
        return Numbered(np.where(np.asarray(values.is_valid())[numbers], numbers, -1).astype(np.int32), values)

    def named(self, column: str) -> str | None:
        """A column as the records name it, whatever its case; None if there is none."""
        return next((name for name in self.records.schema.names if name.lower() == column.lower()), None)

    def readable(self, sql: str) -> bool:
        """Whether an expression can be evaluated on every record."""
        self.type_of(sql)
        try:
            self.connection.execute(f"SELECT count(({sql}) IS NOT NULL) FROM records")
        except duckdb.Error:
            return False
        return True

    def within(self, sql: str, most: int) -> bool:
        """Whether whole numbers stay between -most and most."""
        found = self._answered(f"SELECT coalesce(max(greatest({sql}, -({sql}) - 1)), 0) AS v FROM records", sql)
        return bool(found.column("v")[0].as_py() < most)

    def hashed(self, names: Sequence[str]) -> Array:
        """A number (uint64) for each record that depends on nothing but what it holds in these columns."""
        found = np.zeros(self.records.num_rows, np.uint64)
        for name in names:
            field = self.records.schema.field(self._named(f'"{name}"')[0])
            if _plain(field.type):
                held = self.numbered(f'"{field.name}"')
                hashes = self._hashes(
                    pa.table({"v": pa.concat_arrays([held.values, pa.nulls(1, held.values.type)])}), "v"
                )
                hashes = hashes[held.numbers]
            else:
                hashes = self._hashes(None, f'"{field.name}"')
            found = found * np.uint64(0x9E3779B97F4A7C15) + hashes
        return found

    def _hashes(self, table: pa.Table | None, column: str) -> Array:
        if table is not None:
            self.connection.register("distinct_values", table)
        source = "records" if table is None else "distinct_values"
        found = self.connection.sql(f"SELECT hash({column}) AS h FROM {source}").fetchnumpy()["h"]
        if table is not None:
            self.connection.unregister("distinct_values")
        return np.asarray(found, np.uint64)

    def lists(self, sql: str) -> pa.ListArray:
        """A key's lists, by record."""
        self._named(sql)
        found = self._answered(f"SELECT {sql} AS v FROM records", sql).column("v").combine_chunks()
        return found if isinstance(found, pa.ListArray) else pa.concat_arrays(found.chunks)

    def wholes(self, sql: Sequence[str]) -> tuple[Array, pa.Table]:
        """Numbers of distinct tuples by record, and the tuples (e0, e1, ...); a missing part is a part like others."""
        for one in sql:
            self.type_of(one)
        names = [f"e{n}" for n in range(max(len(sql), 1))]
        parts = ", ".join(f"({one}) AS {name}" for one, name in zip(sql or ("1",), names, strict=True))
        listed_sql = ", ".join(sql)
        listed, same = ", ".join(names), " AND ".join(f"p.{name} IS NOT DISTINCT FROM w.{name}" for name in names)
        run = self.connection.execute
        try:
            run(f"CREATE OR REPLACE TEMP TABLE parted AS SELECT row_number() OVER () - 1 AS i, {parts} FROM records")
        except duckdb.Error:
            raise _unusable(listed_sql) from None
        run(f"CREATE OR REPLACE TEMP TABLE wholes AS SELECT min(i) AS first, {listed} FROM parted GROUP BY {listed}")
        found = run(f"SELECT w.first FROM parted p JOIN wholes w ON {same} ORDER BY p.i").fetchnumpy()["first"]
        tuples = self.connection.sql("SELECT * FROM wholes ORDER BY first").to_arrow_table()
        run("DROP TABLE parted")
        run("DROP TABLE wholes")
        numbers = np.searchsorted(np.asarray(tuples.column("first")), np.asarray(found)).astype(np.int32)
        return numbers, tuples.drop_columns(["first"])


def number(column: pa.ChunkedArray) -> Numbered:
    """A column's distinct values, numbered as they are met. -0.0 and 0.0 are one value, as in SQL."""
    if pa.types.is_dictionary(column.type) and (pa.types.is_floating(column.type.value_type) or not _is_plain(column)):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        column = pc.add(column, pa.scalar(0.0, column.type))
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
        held = column.combine_chunks()
    else:
        held = column.combine_chunks().dictionary_encode()
    held = held.chunk(0) if isinstance(held, pa.ChunkedArray) else held
    return Numbered(np.asarray(held.indices.fill_null(-1)).astype(np.int32), held.dictionary)


def number_together(columns: Columns, left: str, right: str) -> tuple[Array, Array, int]:
    """Numbers of two expressions' values, the same where they are equal, and how many there are."""
    if not comparable(columns.type_of(left)):
        numbers, wholes = columns.wholes((left,))
        there = np.asarray(wholes.column("e0").is_valid())
        found = np.where(there[numbers], numbers, -1)
        return found, found, wholes.num_rows
    one, other = columns.numbered(left), columns.numbered(right)
    if left == right:
        return one.numbers, one.numbers, len(one.values)
    joint, maps = together([one.values, other.values])
    a, b = (np.where(side.numbers < 0, -1, to[side.numbers]) for side, to in zip((one, other), maps, strict=True))
    return a, b, len(joint)


def _is_plain(column: pa.ChunkedArray) -> bool:
    """Whether every chunk's dictionary holds each value once, and none that is missing."""
    held = [chunk.dictionary for chunk in column.chunks]
    return all(one.null_count == 0 and len(one.unique()) == len(one) for one in {id(one): one for one in held}.values())


def _over_distinct(kind: pa.DataType) -> bool:
    """Whether expressions over a column are read on its distinct values: not where -0.0 and 0.0 would be one."""
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(
        pa.types.is_string(value) or pa.types.is_large_string(value) or pa.types.is_integer(value)
        or pa.types.is_date(value) or pa.types.is_boolean(value)
    )  # fmt: skip


def _plain(kind: pa.DataType) -> bool:
    return not pa.types.is_nested(kind)


def _unusable(sql: str) -> BadRecords:
    return BadRecords(
        "LINK-MODEL-CONDITION",
        f"The expression {sql[:100]} cannot be evaluated on these records.",
        "a column does not hold what the model takes it for.",
        "bring the columns to the types that the model was made for, or use try_cast and the like in the model",
    )


def together(parts: Sequence[pa.Array]) -> tuple[pa.Array, list[Array]]:
    """One numbering for several lists of distinct values, and where each list's numbers went."""
    if len(parts) == 1:
        return parts[0], [np.arange(max(len(parts[0]), 1), dtype=np.int32)]
    joint = number(pa.chunked_array([one.cast(parts[0].type) for one in parts]))
    cuts = np.cumsum([0, *(len(one) for one in parts)])
    maps = [joint.numbers[cuts[n] : cuts[n + 1]] for n in range(len(parts))]
    return joint.values, [one if len(one) else np.zeros(1, np.int32) for one in maps]
