"""Whose each count of a declared table is, so that it is compared with other outputs as every table is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.analysis.people import People
from boldlink.analysis.whose import require_units, whose
from boldlink.outputs.protect import base_positions
from boldlink.outputs.statistics.groups import groups_of
from boldlink.outputs.statistics.rows import Integers, rows_of
from boldlink.outputs.submitted.declaration import TableDocument
from boldlink.outputs.submitted.recompute import categories_of
from boldlink.outputs.submitted.rows import PERSON, rows_of_declared
from boldlink.values import StatTable


def whose_of_declared(
    declared: TableDocument, raw: StatTable, research: Mapping[str, pa.Table], valid: Mapping[str, Sequence[str]]
) -> pa.Table:
    """Triples of row, count and sealed unit, as `boldlink.analysis.whose` gives them for measures.

    Claimed for every count are the people of its row's group, and where the table has an outcome those of the group
    whatever their outcome; believed is what is as many as the table says. Raises BadInput as recomputing does.
    """
    named = [*dict.fromkeys((declared.dataset, *declared.columns_read()))]
    units = {name: research[name] for name in named}
    require_units(units)
    rows = rows_of_declared(declared, research)
    pseudonyms = pc.unique(rows.column(PERSON).combine_chunks().cast(pa.binary(16)))
    person = np.asarray(pc.index_in(rows.column(PERSON), value_set=pseudonyms)).astype(np.int64)
    people, known_by = People(), f"person_{declared.person}"
    people.know(known_by, pseudonyms)
    for keys in _ways(raw, declared):
        for row, numbers in _members(rows, person, raw, keys, categories_of(declared, valid)):
            for count in raw.counts:
                if len(numbers) == raw.rows[row][count]:
                    people.claim(count, row, known_by, numbers)
    return whose(people, raw, units)


def _ways(raw: StatTable, declared: TableDocument) -> list[tuple[str, ...]]:
    """The keys that tell a count's people: all of the table's, or all but the outcome."""
    without = tuple(key for key in raw.keys if key != declared.outcome)
    return list(dict.fromkeys([tuple(raw.keys), without]))


def _members(
    rows: pa.Table, person: Integers, raw: StatTable, keys: tuple[str, ...], categories: Mapping[str, Sequence[str]]
) -> list[tuple[int, Integers]]:
    """Each row of the table, and the different people of its group by these keys."""
    there = [key for key in keys if key in rows.column_names]
    groups = groups_of(
        rows_of(rows, PERSON, there), there, {key: categories[key] for key in there if key in categories}
    )
    place = {tuple(groups.names(number).values()): number for number in np.unique(groups.group).tolist()}
    found = []
    for row in base_positions(raw):
        number = place.get(tuple(str(raw.rows[row][key]) for key in there), -1)
        found.append((row, np.unique(person[groups.group == number])))
    return found
