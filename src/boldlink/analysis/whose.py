"""Whose each count is, as `outputs` compares it with what was released before: sets of sealed units.

A unit is a source person of one dataset, the same in every use case of a place. A person whom linking joins from several
source people stands here as one of them: the smallest unit of the index dataset, or where it has none there, of the next
dataset that the measure reads. So a set is as large as its count, and whoever is the same at two link confidences is the
same unit in both. Measures never see a unit: they tell people by pseudonyms, which are exchanged here.

Where a count counts records, each record is a unit too: the first, second, third of its person, of its kind. A person
who has one record more in one table than in another so makes a difference of one, whichever record it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from boldlink.analysis.ask import bad
from boldlink.analysis.engine import KEY, tables
from boldlink.analysis.people import Claim, Integers, People
from boldlink.errors import BadInput
from boldlink.values import StatTable

UNIT = "unit"
COUNT = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema([("row", pa.int32()), ("count", COUNT), ("record", pa.bool_()), (UNIT, KEY)])
Bytes = NDArray[np.uint8]
Booleans = NDArray[np.bool_]


def whose(people: People, table: StatTable, research: Mapping[str, pa.Table]) -> pa.Table:
    """Different ones of row of the table (int32), count (dictionary of strings), whether it counts records (bool) and unit
    (16-byte binary), in order of row and count.

    research: the tables that the measure reads, the index dataset first, each with its units. A count has units in a row if
    it counts people or records there: then they are as many as its value. Raises BadInput ANALYSIS-UNIT for people without one.
    """
    units, code = _coded(people.known, research)
    names = sorted(table.counts)
    records, keys = Records(units), [np.zeros(0, np.int64)]
    for claim in people.claims:
        if not claim.of_records and _fits(claim, table):
            keys += _keys(claim, names, code)
        elif _fits(claim, table, records=True):
            keys.append(_record_keys(claim, table, names, code, records))
    return _table(np.sort(np.concatenate(keys)), names, np.concatenate(records.units), len(units))


class Records:
    """Units of records, after those of people. units: arrays that follow each other, (n, 16)."""

    def __init__(self, people: Bytes) -> None:
        self.people, self.units = people, [people]

    def of(self, kind: str, code: Integers, ordinal: Integers) -> Integers:
        """(n,) places of new units: the ordinal-th record of a kind of each person, by their places among people's."""
        pairs, place = np.unique((ordinal << 32) + code, return_inverse=True)
        turns = pairs >> 32
        salt = np.array([_salt(kind, turn) for turn in range(int(turns.max(initial=0)) + 1)], np.uint8)
        found: Integers = sum(map(len, self.units)) + place
        self.units.append(self.people[pairs & 0xFFFFFFFF] ^ salt[turns])
        return found


def _salt(kind: str, ordinal: int) -> list[int]:
    """Sixteen bytes that make another unit of a person's: units are as good as random, and so is what this makes of them."""
    return [*sha256(f"{kind} {ordinal}".encode()).digest()[:16]]


def require_units(research: Mapping[str, pa.Table]) -> None:
    """Raises BadInput ANALYSIS-UNIT where a research table has no units."""
    if without := [name for name, one in research.items() if UNIT not in one.schema.names]:
        raise _no_unit(f"The research dataset has no sealed units of {', '.join(without)}.")


def _no_unit(what: str) -> BadInput:
    return bad("ANALYSIS-UNIT", what, "build the research dataset again: every row comes with its sealed unit")


def _fits(claim: Claim, table: StatTable, records: bool = False) -> bool:
    """Whether every cell of a claim has as many people, or as many records of theirs, as its value says."""
    counted = np.zeros(len(table.rows))
    for part in claim.parts:
        counted += np.bincount(part.row, weights=part.times if records else None, minlength=len(table.rows))
    return all(counted[row] == table.rows[row][claim.count] for row in claim.rows)


def _keys(claim: Claim, names: list[str], code: Mapping[str, Integers]) -> Iterator[Integers]:
    """Each row, count and unit of a claim as one number, which sorts as they do."""
    for part in claim.parts:
        yield ((part.row * len(names) + names.index(claim.count)) << 32) + code[part.known_by][part.number]


def _record_keys(
    claim: Claim, table: StatTable, names: list[str], code: Mapping[str, Integers], records: Records
) -> Integers:
    """The same for each record of a claim."""
    rows = np.concatenate([np.zeros(0, np.int64), *(np.repeat(part.row, part.times) for part in claim.parts)])
    people = [np.repeat(code[part.known_by][part.number], part.times) for part in claim.parts]
    ordinals = [
        np.arange(part.times.sum()) - np.repeat(np.cumsum(part.times) - part.times, part.times) for part in claim.parts
    ]
    none = np.zeros(0, np.int64)
    units = records.of(_kind(claim.count, table), np.concatenate([none, *people]), np.concatenate([none, *ordinals]))
    return ((rows * len(names) + names.index(claim.count)) << 32) + units


def _kind(count: str, table: StatTable) -> str:
    """What a count counts records of: those of its rate's whole, where it is some of them."""
    wholes = {part: whole for part, whole in table.rates.values() if part != whole}
    seen = [count]
    while seen[-1] in wholes and wholes[seen[-1]] not in seen:
        seen.append(wholes[seen[-1]])
    return seen[-1]


def _table(keys: Integers, names: list[str], units: Bytes, people: int) -> pa.Table:
    """people: how many of the units are of people; those after them are of records."""
    cell, unit = keys >> 32, keys & 0xFFFFFFFF
    counts = pa.DictionaryArray.from_arrays(pa.array((cell % len(names)).astype(np.int32)), pa.array(names))
    rows, own = pa.array((cell // len(names)).astype(np.int32)), _as_arrow(units[unit])
    return pa.table([rows, counts, pa.array(unit >= people), own], SCHEMA)


def _coded(known: Mapping[str, pa.Array], research: Mapping[str, pa.Table]) -> tuple[Bytes, dict[str, Integers]]:
    """Different units in order, (units, 16); and for each column of pseudonyms each person's place among them, (people,)."""
    code = {known_by: np.full(len(people), -1) for known_by, people in known.items()}
    units = [np.zeros((0, 16), np.uint8)]
    for one in research.values():
        left = {name: own for name, own in known.items() if name in one.schema.names and (code[name] < 0).any()}
        if left:
            units.append(_smallest(left, one, code, sum(map(len, units))))
    if any((own < 0).any() for own in code.values()):
        raise _no_unit("Some people of the research dataset have no sealed unit.")
    for name, own in code.items():
        units.append(_told_apart(known[name], own, np.concatenate(units)))
    every = np.concatenate(units)
    first, place = _different(every)
    return every[first], {name: place[own] for name, own in code.items()}


def _smallest(left: Mapping[str, pa.Array], rows: pa.Table, code: Mapping[str, Integers], start: int) -> Bytes:
    """Different units of a research table in order, and whoever of `left` has no code yet is given that of the smallest.

    code: (people,) for each column of pseudonyms, written to. start: code of the first of these units.
    """
    numbers = {name: _without_code(rows.column(name), people, code[name]) for name, people in left.items()}
    theirs = np.any([number >= 0 for number in numbers.values()], axis=0)
    own = np.flatnonzero(theirs & np.asarray(rows.column(UNIT).is_valid()))
    units = _as_bytes(rows.column(UNIT).take(pa.array(own)))
    first, place = _different(units)
    for name, number in numbers.items():
        least = np.full(len(left[name]) + 1, len(first))  # the last is for rows of all others, whose number is -1
        np.minimum.at(least, number[own], place)
        found = np.flatnonzero(least[:-1] < len(first))
        code[name][found] = start + least[found]
    return units[first]


def _without_code(column: pa.ChunkedArray, people: pa.Array, code: Integers) -> Integers:
    """The number of each row's person, -1 where that person has a code or is none of these people. (rows,)."""
    without = np.flatnonzero(code < 0)
    found = pc.fill_null(pc.index_in(column, people.take(pa.array(without))), -1)
    number: Integers = np.append(without, -1)[np.asarray(found)]
    return number


def _different(units: Bytes) -> tuple[Integers, Integers]:
    """Where each different unit stands first, in order of units; and each one's place among these. units: (n, 16)."""
    high, low = np.ascontiguousarray(units).view(">u8").astype(np.uint64).reshape(-1, 2).T
    order = np.lexsort((low, high))
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    place = np.empty(len(order), np.int64)
    place[order] = np.cumsum(new) - 1
    return order[new], place


def _told_apart(people: pa.Array, code: Integers, units: Bytes) -> Bytes:
    """Units for those who have another's. The first of several keeps it, the others get these, coded as what follows `units`.

    So it is with people known by what is recorded of them (NDTMS's attributor), which changes when it is spelt anew.
    """
    shared = np.flatnonzero(np.bincount(code)[code] > 1)
    if not len(shared):
        return units[:0]
    own = pa.table({"number": shared, "person": people.take(pa.array(shared)), UNIT: _as_arrow(units[code[shared]])})
    with tables({"own": own}) as connection:
        made = connection.sql(_ANOTHER).to_arrow_table()
    code[np.asarray(made.column("number"))] = len(units) + np.arange(len(made))
    return _as_bytes(made.column(UNIT))


_ANOTHER = """select number, unhex(md5(hex(unit) || again)) as unit from (
    select *, row_number() over (partition by unit order by person) - 1 as again from own) where again > 0"""


def _as_bytes(units: pa.ChunkedArray) -> Bytes:
    """Units as numbers, (n, 16)."""
    whole = units.cast(KEY).combine_chunks()
    return np.frombuffer(whole.buffers()[1], np.uint8)[16 * whole.offset :][: 16 * len(whole)].reshape(-1, 16)


def _as_arrow(units: Bytes) -> pa.Array:
    return pa.FixedSizeBinaryArray.from_buffers(KEY, len(units), [None, pa.py_buffer(np.ascontiguousarray(units))])
