"""What records hold, as numbers: each key's distinct values are numbered once, and kernels look at the numbers.

A key over one column is evaluated by DuckDB on that column's distinct values; a key over several, on all records. Keys
that are compared with each other share their numbers. Nothing is written to disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.errors import BadRecords
from boldlink.linkage.compiled.conditions import Graph, comparable
from boldlink.linkage.compiled.sql import Expressions
from boldlink.linkage.kernels.branches import Values
from boldlink.linkage.kernels.text import pack

Array = np.ndarray[Any, np.dtype[Any]]
ROWS_AT_ONCE = 1 << 13


@dataclass(frozen=True)
class Numbered:
    """Each record's value as a number (int32, -1 missing), and the values that the numbers stand for."""

    numbers: Array
    values: pa.Array


@dataclass(frozen=True)
class Encoded:
    """The arrays that kernels read, which of their columns holds each key, and what the numbers of wholes stand for."""

    values: Values
    place_of_key: tuple[int, ...]
    wholes: Mapping[int, pa.Table]
    longest: int  # bytes of the longest text


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
                f"the records have: {', '.join(self.records.schema.names)}.",
                "add the column(s), or use another model",
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
        if len(names) != 1 or not _plain(self.records.schema.field(names[0]).type):
            return number(self._answered(f"SELECT {sql} AS v FROM records", sql).column("v"))
        if self._expressions.is_column(sql):
            return number(self.records.column(names[0]))
        return self._over_values(sql, names[0])

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
        if len(names) == 1 and _plain(self.records.schema.field(names[0]).type):
            found = self._over_values(f"nullif(({sql}) IS NOT NULL, false)", names[0])
            return Numbered(np.where(found.numbers < 0, -1, 0).astype(np.int32), pa.nulls(1))
        there = self._answered(f"SELECT ({sql}) IS NOT NULL AS v FROM records", sql).column("v")
        return Numbered(np.asarray(there).astype(np.int32) - 1, pa.nulls(1))

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
    if pa.types.is_floating(column.type):
        column = pc.add(column, 0.0)
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
    joint, maps = _together([one.values, other.values])
    a, b = (np.where(side.numbers < 0, -1, to[side.numbers]) for side, to in zip((one, other), maps, strict=True))
    return a, b, len(joint)


def _plain(kind: pa.DataType) -> bool:
    return not pa.types.is_nested(kind)


def _unusable(sql: str) -> BadRecords:
    return BadRecords(
        "LINK-MODEL-CONDITION",
        f"The expression {sql[:100]} cannot be evaluated on these records.",
        "a column does not hold what the model takes it for.",
        "bring the columns to the types that the model was made for, or use try_cast and the like in the model",
    )


def encode(graph: Graph, columns: Columns, shares: Mapping[str, Mapping[Any, float]]) -> Encoded:
    """Number every key of a graph. shares: given shares of a column's values, instead of those among the records."""
    layout = _Layout(graph, columns, shares)
    for key in range(len(graph.keys)):
        layout.add(key)
    return layout.encoded()


class _Layout:
    """Gives every group of keys a range of numbers, and fills in what is looked up by number."""

    def __init__(self, graph: Graph, columns: Columns, shares: Mapping[str, Mapping[Any, float]]) -> None:
        self.graph, self.columns, self.shares = graph, columns, shares
        self.codes: list[Array] = []
        self.place: dict[int, int] = {}
        self.base: dict[int, int] = {}
        self.wholes: dict[int, pa.Table] = {}
        self.size = 0
        self.texts: list[tuple[int, pa.Array]] = []
        self.numbers: list[tuple[int, Array]] = []
        self.log_shares: list[tuple[int, Array]] = []
        self.list_parts: list[tuple[int, Array, Array]] = []  # base, items by list, first item of each list

    def add(self, key: int) -> None:
        if key in self.place:
            return
        form = self.graph.keys[key].form
        {"value": self._values, "share": self._share, "list": self._lists, "whole": self._whole}[form](key)

    def _column(self, codes: Array, *keys: int) -> None:
        for key in keys:
            self.place[key] = len(self.codes)
        self.codes.append(codes)

    def _twins(self, key: int) -> list[int]:
        group, size = {key}, 0
        while size < len(group):
            size = len(group)
            group |= {one for pair in self.graph.twins if group & set(pair) for one in pair}
        return sorted(group)

    def _values(self, key: int) -> None:
        group = self._twins(key)
        held = [self.columns.numbered(self.graph.keys[one].sql[0]) for one in group]
        joint, maps = _together([one.values for one in held])
        for one, numbered, to in zip(group, held, maps, strict=True):
            self._column(
                _shifted(numbered.numbers if len(group) == 1 else _mapped(numbered.numbers, to), self.size), one
            )
            self.base[one] = self.size
        needs = set().union(*(self.graph.needs[one] for one in group))
        if "text" in needs:
            self.texts.append((self.size, joint))
        if "number" in needs:
            self.numbers.append((self.size, _as_numbers(joint)))
        self.size += len(joint)

    def _share(self, key: int) -> None:
        sql = self.graph.keys[key].sql[0]
        numbered = self.columns.numbered(sql)
        plain = next((n for n, one in enumerate(self.graph.keys) if one.sql == (sql,) and one.form == "value"), None)
        if plain is not None and len(self._twins(plain)) == 1:
            self.add(plain)
            self.place[key], base = self.place[plain], self.base[plain]
        else:
            base = self.size
            self._column(_shifted(numbered.numbers, base), key)
            self.size += len(numbered.values)
        self.log_shares.append((base, self._logs(sql, numbered)))

    def _logs(self, sql: str, numbered: Numbered) -> Array:
        """log2 of each value's share, by DuckDB, so that it is Splink's to the last bit."""
        given = self.shares.get(sql.strip('"'))
        if given is not None:
            shares = np.array([given.get(value, np.nan) for value in numbered.values.to_pylist()])
        else:
            counts = np.bincount(numbered.numbers[numbered.numbers >= 0], minlength=len(numbered.values))
            shares = counts / max(counts.sum(), 1)
        distinct, which = np.unique(shares, return_inverse=True)
        self.columns.connection.register("shares", pa.table({"s": distinct}))
        found = self.columns.connection.sql("SELECT CASE WHEN s > 0 THEN log2(s) END AS v FROM shares").fetchnumpy()[
            "v"
        ]
        self.columns.connection.unregister("shares")
        logs: Array = np.ma.filled(np.ma.asarray(found, dtype=float), np.nan)
        return np.asarray(logs[which])

    def _lists(self, key: int) -> None:
        group = self._twins(key)
        held = [self.columns.lists(self.graph.keys[one].sql[0]) for one in group]
        flat = [one.flatten() for one in held]
        coded = [number(pa.chunked_array([one])) for one in flat]
        _, maps = _together([one.values for one in coded])
        for one, lists, items, to in zip(group, held, coded, maps, strict=True):
            lengths = np.asarray(pc.list_value_length(lists).fill_null(0)).astype(np.int64)
            rows = np.repeat(np.arange(len(lists)), lengths)
            present = items.numbers >= 0
            pairs = np.unique(np.stack([rows[present], to[items.numbers[present]]], axis=1), axis=0)
            first = np.searchsorted(pairs[:, 0], np.arange(len(lists) + 1))
            there = np.asarray(lists.is_valid())
            self._column(np.where(there, np.arange(len(lists)) + self.size, -1).astype(np.int32), one)
            self.list_parts.append((self.size, pairs[:, 1].astype(np.int32), first))
            self.size += len(lists)

    def _whole(self, key: int) -> None:
        numbers, tuples = self.columns.wholes(self.graph.keys[key].sql)
        self._column(numbers, key)
        self.wholes[key] = tuples

    def encoded(self) -> Encoded:
        rows = self.columns.records.num_rows
        codes = np.zeros((rows, max(len(self.codes), 1)), np.int32)
        for at in range(0, rows, ROWS_AT_ONCE):  # all columns of some records, then of the next: kind to caches
            for n, one in enumerate(self.codes):
                codes[at : at + ROWS_AT_ONCE, n] = one[at : at + ROWS_AT_ONCE]
        self.codes = []
        data, start, length = self._all_texts()
        logs = _by_number(self.log_shares, self.size, np.nan)
        first, items = self._all_lists()
        values = Values(
            codes, data, pack(data, start, length),
            _by_number(self.numbers, self.size, 0.0), first, items, logs,
        )  # fmt: skip
        return Encoded(
            values,
            tuple(self.place[key] for key in range(len(self.graph.keys))) or (0,),
            self.wholes,
            int(length.max(initial=0)),
        )

    def _all_texts(self) -> tuple[Array, Array, Array]:
        size = self.size if self.texts else 0
        start, length = np.zeros(size, np.int64), np.zeros(size, np.int32)
        pieces, used = [], 0
        for base, values in self.texts:
            held = values.cast(pa.large_binary())
            offsets = np.frombuffer(held.buffers()[1], np.int64)[held.offset : held.offset + len(held) + 1]
            content = held.buffers()[2]
            piece = np.frombuffer(content, np.uint8)[offsets[0] : offsets[-1]] if content else np.zeros(0, np.uint8)
            start[base : base + len(held)] = offsets[:-1] - offsets[0] + used
            length[base : base + len(held)] = np.diff(offsets)
            pieces.append(piece)
            used += len(piece)
        return np.concatenate([np.zeros(0, np.uint8), *pieces]), start, length

    def _all_lists(self) -> tuple[Array, Array]:
        if not self.list_parts:
            return np.zeros(1, np.int64), np.zeros(0, np.int32)
        first, used = np.zeros(self.size + 1, np.int64), 0
        for base, items, starts in self.list_parts:
            first[base : base + len(starts)] = starts + used
            used += len(items)
        return first, np.concatenate([items for _, items, _ in self.list_parts])


def _mapped(numbers: Array, to: Array) -> Array:
    return np.where(numbers < 0, -1, to[numbers])


def _shifted(numbers: Array, base: int) -> Array:
    """Numbers from a base on; a missing value stays -1."""
    made = numbers.astype(np.int32) + np.int32(base)
    made[numbers < 0] = -1
    return np.asarray(made)


def _together(parts: Sequence[pa.Array]) -> tuple[pa.Array, list[Array]]:
    """One numbering for several lists of distinct values, and where each list's numbers went."""
    if len(parts) == 1:
        return parts[0], [np.arange(max(len(parts[0]), 1), dtype=np.int32)]
    joint = number(pa.chunked_array([one.cast(parts[0].type) for one in parts]))
    cuts = np.cumsum([0, *(len(one) for one in parts)])
    maps = [joint.numbers[cuts[n] : cuts[n + 1]] for n in range(len(parts))]
    return joint.values, [one if len(one) else np.zeros(1, np.int32) for one in maps]


def _as_numbers(values: pa.Array) -> Array:
    if pa.types.is_date(values.type):
        values = values.cast(pa.int32())
    elif pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
    return np.asarray(values.cast(pa.float64()).fill_null(0.0), dtype=np.float64).copy()


def _by_number(parts: Sequence[tuple[int, Array]], size: int, empty: float) -> Array:
    found = np.full(size if parts else 0, empty)
    for base, values in parts:
        found[base : base + len(values)] = values
    return found
