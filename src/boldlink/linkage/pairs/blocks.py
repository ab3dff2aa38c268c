"""Blocks of records that agree on a rule's keys: how many pairs they make, and in which order they are gone through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from boldlink.linkage.compiled.columns import Columns, number_together
from boldlink.linkage.compiled.encode import Encoded
from boldlink.linkage.compiled.rules import Plan
from boldlink.linkage.kernels.sort import block_ends, combine, order_by
from boldlink.linkage.kernels.stream import Blocks
from boldlink.linkage.records import Records

Array = np.ndarray[Any, np.dtype[Any]]
NONE = np.int64(-1)


class Keys:
    """A rule's key for each record, as a number (int64; -1 where a part is missing): left and right records'.

    Numbers of the parts come from DuckDB; `put_together` is the heavy part, and runs beside others.
    """

    def __init__(self, plan: Plan, columns: Columns, rows: int) -> None:
        self._parts = [number_together(columns, a, b) for a, b in zip(plan.left, plan.right, strict=True)]
        self._rows = rows
        self.same = all(a is b for a, b, _ in self._parts)  # whether the rule asks the same of both records

    def put_together(self) -> tuple[Array, Array, int]:
        """Left and right keys, and the largest there can be."""
        left = np.zeros(self._rows, np.int64)
        right, largest = left, 0
        for a, b, size in self._parts:
            if (largest + 1) * max(size, 1) >= 1 << 62:
                left, right, largest = _closer(left, right)
            alike = left is right and a is b
            left, before = combine(left, a, max(size, 1)), left
            right = left if alike else combine(before if right is before else right, b, max(size, 1))
            largest = (largest + 1) * max(size, 1) - 1
        return left, right, largest


def _closer(left: Array, right: Array) -> tuple[Array, Array, int]:
    """Keys numbered without gaps."""
    known = np.unique(np.concatenate([left[left >= 0], right[right >= 0]]))
    found = [np.where(one < 0, NONE, np.searchsorted(known, one)) for one in (left, right)]
    return found[0], (found[0] if left is right else found[1]), len(known) - 1


def blocks_of(plan: Plan, keys: Keys, encoded: Encoded | None, records: Records) -> tuple[Blocks, Array, Array]:
    """A rule's blocks, and each record's block as left and as right record (int32, -1 none)."""
    if plan.lists is not None and encoded is not None:
        return _blocks_of_items(plan, encoded, records)
    rows = np.arange(records.rows, dtype=np.int32)
    a, b, largest = keys.put_together()
    if keys.same and records.link_type != "link_only":
        return _one_list(a, largest, rows)
    sides = (rows[records.source == 0], rows[records.source == 1]) if records.across_two else (rows, rows)
    blocks, left, right = _two_lists((a, b), largest, sides, records.rows)
    source = records.source if records.link_type == "link_only" and not records.across_two else np.zeros(0, np.int16)
    return blocks._replace(ordered=np.array([not records.across_two]), source=source), left, right


def _one_list(keys: Array, largest: int, rows: Array) -> tuple[Blocks, Array, Array]:
    order = order_by(keys, rows, largest)
    number = np.full(len(rows), -1, np.int32)
    end = block_ends(keys, order, number)
    begin = np.arange(1, len(order) + 1, dtype=np.int32)
    worth = np.flatnonzero(end > begin)
    if len(worth) < len(order):  # records alone in their block, and the last of each, pair with nobody
        left, begin, end = order[worth], begin[worth], end[worth]
    else:
        left = order
    return _blocks(left, order, begin, end), number, number


def _two_lists(
    keys: tuple[Array, Array], largest: int, sides: tuple[Array, Array], count: int
) -> tuple[Blocks, Array, Array]:
    """Left records in order of their key, each with the range of right records that have it too."""
    ordered = [order_by(key, side, largest) for key, side in zip(keys, sides, strict=True)]
    found = [key[order] for key, order in zip(keys, ordered, strict=True)]
    begin = np.searchsorted(found[1], found[0], "left").astype(np.int32)
    end = np.searchsorted(found[1], found[0], "right").astype(np.int32)
    numbers = []
    known = np.unique(np.concatenate(found))
    for values, order in zip(found, ordered, strict=True):
        number = np.full(count, -1, np.int32)
        number[order] = np.searchsorted(known, values)
        numbers.append(number)
    worth = np.flatnonzero(end > begin)
    return _blocks(ordered[0][worth], ordered[1], begin[worth], end[worth]), numbers[0], numbers[1]


def _blocks_of_items(plan: Plan, encoded: Encoded, records: Records) -> tuple[Blocks, Array, Array]:
    """One entry for every item of a record's list; a pair counts in the block of the first item that both have."""
    assert plan.lists is not None
    places = [encoded.place_of_key[key] for key in plan.lists]
    entries = [_entries(encoded, place) for place in places]
    if records.across_two:
        entries = [
            tuple(part[records.source[rows] == n] for part in (rows, items)) for n, (rows, items) in enumerate(entries)
        ]
    (left, items), (right, other) = (_sorted(*one) for one in entries)
    begin = np.searchsorted(other, items, "left").astype(np.int32)
    end = np.searchsorted(other, items, "right").astype(np.int32)
    source = records.source if records.link_type == "link_only" and not records.across_two else np.zeros(0, np.int16)
    blocks = _blocks(left, right, begin, end)._replace(
        lists=np.array(places, np.int32), item=items, ordered=np.array([not records.across_two]), source=source
    )
    none = np.full(records.rows, -1, np.int32)  # no one key: later rules ask for shared items
    return blocks, none, none


def _entries(encoded: Encoded, place: int) -> tuple[Array, Array]:
    numbers, first = encoded.values.codes[:, place], encoded.values.first_item
    rows = np.flatnonzero(numbers >= 0).astype(np.int32)
    lists = numbers[rows]
    counts = (first[lists + 1] - first[lists]).astype(np.int64)
    starts = np.repeat(first[lists] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    return np.repeat(rows, counts), encoded.values.items[starts + np.arange(counts.sum())]


def _sorted(rows: Array, items: Array) -> tuple[Array, Array]:
    order = np.argsort(items, kind="stable")
    return rows[order], items[order]


def _blocks(left: Array, right: Array, begin: Array, end: Array) -> Blocks:
    return Blocks(
        np.ascontiguousarray(left, np.int32), np.ascontiguousarray(right, np.int32),
        np.ascontiguousarray(begin, np.int32), np.ascontiguousarray(end, np.int32),
        np.array([-1, -1], np.int32), np.zeros(0, np.int32), np.array([False]), np.zeros(0, np.int16),
    )  # fmt: skip


NO_BLOCKS = _blocks(*(np.zeros(0, np.int32) for _ in range(4)))


def pair_count(blocks: Blocks) -> int:
    """No fewer pairs than blocks make, before any is another rule's."""
    made = int((blocks.end.astype(np.int64) - blocks.begin).sum())
    of_itself = blocks.lists[0] >= 0 and blocks.lists[0] == blocks.lists[1] and blocks.ordered[0]
    return (
        (made - len(blocks.left)) // 2 if of_itself else made
    )  # lists of the same records meet both ways, and themselves


def ranges(blocks: Blocks, most: int) -> Iterator[tuple[int, int, int]]:
    """Positions cut into ranges of about `most` pairs: first, last, pairs."""
    totals = np.cumsum(blocks.end.astype(np.int64) - blocks.begin)
    first, done = 0, 0
    while first < len(totals):
        last = max(int(np.searchsorted(totals, done + most, "right")), first + 1)
        yield first, last, int(totals[last - 1] - done)
        first, done = last, int(totals[last - 1])
