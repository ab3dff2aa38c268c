"""What records hold, as numbers: each key's distinct values are numbered once, and kernels look at the numbers.

A key over one column is evaluated by DuckDB on that column's distinct values; a key over several, on all records. Keys
that are compared with each other share their numbers. Nothing is written to disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.linkage.compiled.columns import Columns, Numbered, number, together
from boldlink.linkage.compiled.conditions import Graph
from boldlink.linkage.kernels.branches import Values
from boldlink.linkage.kernels.text import pack

Array = np.ndarray[Any, np.dtype[Any]]
ROWS_AT_ONCE = 1 << 13


@dataclass(frozen=True)
class Encoded:
    """The arrays that kernels read, which of their columns holds each key, and what the numbers of wholes stand for."""

    values: Values
    place_of_key: tuple[int, ...]
    wholes: Mapping[int, pa.Table]
    longest: int  # bytes of the longest text


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
        joint, maps = together([one.values for one in held])
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
        if given := self.columns.named(
            f"tf_{sql.strip(chr(34))}"
        ):  # shares that the records bring along, as Splink takes them
            self._shared(key, numbered := self.columns.numbered(f'"{given}"'), self._log2(_as_numbers(numbered.values)))
            return
        numbered = self.columns.told_apart(sql)
        plain = next((n for n, one in enumerate(self.graph.keys) if one.sql == (sql,) and one.form == "value"), None)
        if plain is not None and len(self._twins(plain)) == 1 and self.columns.comparable(sql):
            self.add(plain)
            self.place[key], base = self.place[plain], self.base[plain]
            self.log_shares.append((base, self._logs(sql, numbered)))
        else:
            self._shared(key, numbered, self._logs(sql, numbered))

    def _shared(self, key: int, numbered: Numbered, logs: Array) -> None:
        self._column(_shifted(numbered.numbers, self.size), key)
        self.log_shares.append((self.size, logs))
        self.size += len(numbered.values)

    def _logs(self, sql: str, numbered: Numbered) -> Array:
        """log2 of each value's share, by DuckDB, so that it is Splink's to the last bit."""
        given = self.shares.get(sql.strip('"'))
        if given is not None:
            shares = np.array([given.get(value, np.nan) for value in numbered.values.to_pylist()])
        else:
            counts = np.bincount(numbered.numbers[numbered.numbers >= 0], minlength=len(numbered.values))
            shares = counts / max(counts.sum(), 1)
        return self._log2(shares)

    def _log2(self, shares: Array) -> Array:
        distinct, which = np.unique(shares, return_inverse=True)
        self.columns.connection.register("shares", pa.table({"s": distinct}))
        sql = "SELECT CASE WHEN s > 0 THEN log2(s) END AS v FROM shares"
        found = self.columns.connection.sql(sql).fetchnumpy()["v"]
        self.columns.connection.unregister("shares")
        logs: Array = np.ma.filled(np.ma.asarray(found, dtype=float), np.nan)
        return np.asarray(logs[which])

    def _lists(self, key: int) -> None:
        group = self._twins(key)
        held = [self.columns.lists(self.graph.keys[one].sql[0]) for one in group]
        flat = [one.flatten() for one in held]
        coded = [number(pa.chunked_array([one])) for one in flat]
        _, maps = together([one.values for one in coded])
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
