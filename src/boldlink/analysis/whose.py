"""Whose each count is, as `outputs` compares it with what was released before: sets of sealed units.

A unit is a source person of one dataset, the same in every use case of a place. A person whom linking joins from several
source people stands here as one of them: the smallest unit of the index dataset, or where it has none there, of the next
dataset that the measure reads. So a set is as large as its count, and whoever is the same at two link confidences is the
same unit in both. Measures never see a unit: they tell people by pseudonyms, which are exchanged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from boldlink.analysis.ask import bad
from boldlink.analysis.engine import tables
from boldlink.analysis.people import Claim, Integers, People
from boldlink.values import StatTable

UNIT, KEY = "unit", pa.binary(16)
SCHEMA = pa.schema([("row", pa.int32()), ("count", pa.dictionary(pa.int32(), pa.string())), (UNIT, KEY)])
Bytes = NDArray[np.uint8]
Booleans = NDArray[np.bool_]


def whose(people: People, table: StatTable, research: Mapping[str, pa.Table]) -> pa.Table:
    """Different triples in order: row of the table (int32), count (dictionary of strings), unit (16-byte binary).

    research: the tables that the measure reads, the index dataset first, each with its units. A count has triples in a row
    if it counts people there: then they are as many as its value.
    """
    units, code = _coded({name: _units(name, known, research) for name, known in people.known.items()})
    names = sorted(table.counts)
    fitting = [claim for claim in people.claims if _fits(claim, table, code)]
    keys = [np.zeros(0, np.int64), *(key for claim in fitting for key in _keys(claim, names, code))]
    return _triples(np.sort(np.concatenate(keys)), names, units)


def require_units(research: Mapping[str, pa.Table]) -> None:
    """Raises BadInput ANALYSIS-NO-UNIT where a research table has no units."""
    if without := [name for name, one in research.items() if UNIT not in one.schema.names]:
        raise bad(
            "ANALYSIS-NO-UNIT",
            f"The research dataset has no sealed units of {', '.join(without)}.",
            "build the research dataset again: each of its tables comes with them",
        )


def _fits(claim: Claim, table: StatTable, code: Mapping[str, Integers]) -> bool:
    """Whether every cell of a claim has as many people as its value says, each of whom has a unit."""
    if any((code[part.known_by][part.number] < 0).any() for part in claim.parts):
        return False
    counted = sum((np.bincount(part.row, minlength=len(table.rows)) for part in claim.parts), np.zeros(len(table.rows)))
    return all(counted[row] == table.rows[row][claim.count] for row in claim.rows)


def _keys(claim: Claim, names: list[str], code: Mapping[str, Integers]) -> Iterator[Integers]:
    """Each triple of a claim as one number, which sorts as the triple does."""
    for part in claim.parts:
        yield ((part.row * len(names) + names.index(claim.count)) << 32) + code[part.known_by][part.number]


def _triples(keys: Integers, names: list[str], units: Bytes) -> pa.Table:
    cell = keys >> 32
    counts = pa.DictionaryArray.from_arrays(pa.array((cell % len(names)).astype(np.int32)), pa.array(names))
    rows, own = pa.array((cell // len(names)).astype(np.int32)), _as_arrow(units[keys & 0xFFFFFFFF])
    return pa.table([rows, counts, own], SCHEMA)


def _coded(found: Mapping[str, tuple[Bytes, Booleans]]) -> tuple[Bytes, dict[str, Integers]]:
    """Different units in order; for each column of pseudonyms each person's place among them, -1 for who has none."""
    every = np.concatenate([np.zeros((0, 16), np.uint8), *(units for units, _ in found.values())])
    there = np.concatenate([np.zeros(0, bool), *(own for _, own in found.values())])
    first, place = _different(every)
    starts = np.cumsum([len(own) for _, own in found.values()])[:-1]
    return every[first], dict(zip(found, np.split(np.where(there, place, -1), starts), strict=True))


def _different(units: Bytes) -> tuple[Integers, Integers]:
    """Where each different unit stands first, in order of units; and each one's place among these. units: (n, 16)."""
    low, high = (np.ascontiguousarray(units[:, half]).view(">u8").ravel() for half in (slice(8, 16), slice(8)))
    order = np.lexsort((low, high))
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    place = np.empty(len(order), np.int64)
    place[order] = np.cumsum(new) - 1
    return order[new], place


def _units(known_by: str, people: pa.Array, research: Mapping[str, pa.Table]) -> tuple[Bytes, Booleans]:
    """One unit for each person of a column of pseudonyms, (n, 16), all different; and for whom there is one, (n,)."""
    wanted = pa.table({"number": pa.array(np.arange(len(people))), "person": people})
    units, there = np.zeros((len(people), 16), np.uint8), np.zeros(len(people), bool)
    for one in research.values():
        if known_by in one.schema.names and not there.all():
            found = _asked(_SMALLEST, wanted=wanted.filter(pa.array(~there)), rows=_plain(one, known_by))
            number = np.asarray(found.column("number"))
            units[number], there[number] = _as_bytes(found.column(UNIT)), True
    first, _ = _different(units[there])
    return units if len(first) == there.sum() else _apart(units, there, wanted), there


def _apart(units: Bytes, there: Booleans, wanted: pa.Table) -> Bytes:
    """The same, where several people have one unit: the first of them keeps it, and others get one made of it.

    So it is with people known by what is recorded of them (NDTMS's attributor), which changes when it is spelt anew.
    """
    own = wanted.append_column(UNIT, _as_arrow(units)).filter(pa.array(there))
    made = _asked(_ANOTHER, own=own)
    units[np.asarray(made.column("number"))] = _as_bytes(made.column(UNIT))
    return units


_SMALLEST = """select w.number, min(r.unit) as unit from rows r join wanted w using (person)
    where r.unit is not null group by w.number"""
_ANOTHER = """select number, unhex(md5(hex(unit) || again)) as unit from (
    select *, row_number() over (partition by unit order by person) - 1 as again from own) where again > 0"""


def _asked(sql: str, **named: pa.Table) -> pa.Table:
    with tables(named) as connection:
        return connection.sql(sql).to_arrow_table()


def _plain(rows: pa.Table, known_by: str) -> pa.Table:
    return rows.select([known_by, UNIT]).rename_columns(["person", UNIT])


def _as_bytes(units: pa.ChunkedArray) -> Bytes:
    """Units as numbers, (n, 16)."""
    whole = units.cast(KEY).combine_chunks()
    return np.frombuffer(whole.buffers()[1], np.uint8)[16 * whole.offset :][: 16 * len(whole)].reshape(-1, 16)


def _as_arrow(units: Bytes) -> pa.Array:
    return pa.FixedSizeBinaryArray.from_buffers(KEY, len(units), [None, pa.py_buffer(np.ascontiguousarray(units))])
