"""Records of all sources as one table, each a row; of a pair, the record with the smaller row is the left one.

As Splink orders them: two sources linked with each other stand one after the other, by name; otherwise rows follow ids (with the
source's name before them, if there are several), compared as DuckDB compares them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.errors import BadRecords
from boldlink.linkage.model.model import LinkType, Model

Array = np.ndarray[Any, np.dtype[Any]]
BETWEEN = "-__-"  # what Splink puts between a source's name and an id


@dataclass(frozen=True)
class Records:
    """n records. table: their columns, in order of rows. source: int16 (n), a position in names."""

    table: pa.Table
    ids: pa.ChunkedArray
    source: Array
    names: tuple[str, ...]
    link_type: LinkType

    @property
    def rows(self) -> int:
        return int(self.table.num_rows)

    @property
    def across_two(self) -> bool:
        """Whether every pair takes its left record from the first source, and its right one from the second."""
        return self.link_type == "link_only" and len(self.names) == 2

    def row_of(self, source: str, unique_id: str) -> int | None:
        """The row of a source's record; None if it has none of that id."""
        if source not in self.names:
            return None
        own = np.flatnonzero(self.source == self.names.index(source))
        found = pc.index(self.ids.take(pa.array(own)).cast(pa.string()), pa.scalar(unique_id)).as_py()
        return None if found < 0 else int(own[found])

    @property
    def pairs(self) -> int:
        """How many pairs there are, whether they are looked at or not."""
        everything = _pairs_within(self.rows)
        within = sum(_pairs_within(int(n)) for n in np.bincount(self.source, minlength=len(self.names)))
        return everything - within if self.link_type == "link_only" else everything


def _pairs_within(records: int) -> int:
    return records * (records - 1) // 2


def together(tables: Mapping[str, pa.Table], model: Model) -> Records:
    """Put sources together for a model: by name, or by what their column of the source's name holds, if they have one.

    Raises BadRecords for ids that repeat, and for sources that do not fit the model.
    """
    if not tables:
        raise BadRecords("LINK-SOURCES", "No records were given.", do="give one source or more")
    spelt = {name.lower(): name for table in reversed(list(tables.values())) for name in table.schema.names}
    spelt |= {name.lower(): name for name in (model.unique_id, model.source_dataset)}
    tables = {name: _with_plain_ids(_spelt(table, spelt), model.unique_id) for name, table in tables.items()}
    for name, table in tables.items():
        _check_ids(name, table, model.unique_id)
    shared = [c for c in next(iter(tables.values())).schema.names if all(c in t.schema.names for t in tables.values())]
    held = model.source_dataset in shared and (len(tables) > 1 or model.link_type != "dedupe_only")
    names, source, chosen = _by_column(tables, model, shared) if held else _by_name(tables, model, shared)
    if (model.link_type == "dedupe_only") != (len(names) == 1):
        raise BadRecords(
            "LINK-SOURCES",
            f"A model of type {model.link_type} cannot be used on {len(names)} source(s).",
            do="give one source to dedupe_only, and two or more to link_only and link_and_dedupe",
        )
    whole = chosen[0] if len(chosen) == 1 else pa.concat_tables(_alike(chosen), promote_options="permissive")
    two = model.link_type == "link_only" and len(names) == 2
    order = np.argsort(source, kind="stable") if two else _order(whole.column(model.unique_id), source, names)
    if order is not None and not bool(np.all(order == np.arange(len(order)))):
        whole, source = whole.take(order), source[order]
    if len(names) > 1 and not held:
        named = pa.DictionaryArray.from_arrays(pa.array(source, pa.int32()), pa.array(names))
        whole = whole.append_column(model.source_dataset, named)
    return Records(whole, whole.column(model.unique_id), source, names, model.link_type)


Parts = tuple[tuple[str, ...], Array, list[pa.Table]]


def _by_name(tables: Mapping[str, pa.Table], model: Model, shared: list[str]) -> Parts:
    names = tuple(sorted(tables))
    source = np.repeat(np.arange(len(names), dtype=np.int16), [tables[name].num_rows for name in names])
    return names, source, [tables[name].select(shared) for name in names]


def _by_column(tables: Mapping[str, pa.Table], model: Model, shared: list[str]) -> Parts:
    chosen = [tables[name].select(shared) for name in sorted(tables)]
    held = pa.chunked_array(
        [c for t in chosen for c in t.column(model.source_dataset).cast(pa.string()).chunks], pa.string()
    )
    names = tuple(sorted(pc.unique(held).to_pylist()))
    return names, np.asarray(pc.index_in(held, pa.array(names))).astype(np.int16), chosen


def _order(ids: pa.ChunkedArray, source: Array, names: tuple[str, ...]) -> Array | None:
    """Rows in order of ids; None if they stand so already."""
    if len(names) > 1:
        prefix = pa.array(names).take(pa.array(source))
        ids = pc.binary_join_element_wise(prefix, ids.cast(pa.string()).combine_chunks(), BETWEEN)
    if pa.types.is_integer(ids.type):
        plain = np.asarray(ids)
        return None if bool(np.all(plain[1:] > plain[:-1])) else np.argsort(plain, kind="stable")
    return np.asarray(pc.sort_indices(ids))


def _spelt(table: pa.Table, spelt: Mapping[str, str]) -> pa.Table:
    """Columns spelt as the model spells its ids, or else as the first source does: in SQL, upper and lower case are one."""
    if len({name.lower() for name in table.schema.names}) < len(table.schema.names):
        return table
    return table.rename_columns([spelt[name.lower()] for name in table.schema.names])


def _alike(tables: list[pa.Table]) -> list[pa.Table]:
    """Columns that are text in one source and whole numbers or the like in another are text in all, as in SQL."""
    made = list(tables)
    for name in tables[0].schema.names:
        fields = [table.schema.field(name).type for table in tables]
        kinds = [_held(kind) for kind in fields]
        if any(_is_text(kind) and not pa.types.is_null(kind) for kind in kinds) and len(set(fields)) > 1:
            made = [_with_text(table, name, kind) for table, kind in zip(made, kinds, strict=True)]
        else:
            try:
                pa.unify_schemas([pa.schema([(name, kind)]) for kind in kinds], promote_options="permissive")
            except pa.ArrowException:
                raise _unlike(name) from None
    return made


def _held(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind))


def _with_text(table: pa.Table, name: str, kind: pa.DataType) -> pa.Table:
    if not (_is_text(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_date(kind)):
        raise _unlike(name)
    column = table.column(name).cast(kind).cast(pa.string())
    return table.set_column(table.schema.get_field_index(name), name, column)


def _unlike(name: str) -> BadRecords:
    return BadRecords(
        "LINK-TYPES",
        f"The sources hold {name} in types that do not go together.",
        do="give the column one type in all sources",
    )


def _with_plain_ids(table: pa.Table, column: str) -> pa.Table:
    """Ids as they are: a dictionary of them would be as long."""
    place = table.schema.get_field_index(column)
    if place < 0 or not pa.types.is_dictionary(table.schema.field(place).type):
        return table
    return table.set_column(place, column, table.column(place).cast(table.schema.field(place).type.value_type))


def _check_ids(name: str, table: pa.Table, column: str) -> None:
    if column not in table.schema.names:
        raise BadRecords(
            "LINK-UNKNOWN-COLUMN",
            f"{name} has no column {column}, by which the model names records.",
            do="say which column names a record with --id",
        )
    ids = table.column(column)
    if pa.types.is_nested(ids.type):
        raise BadRecords("LINK-IDS", f"The ids of {name} are lists or structures.", do="name records by one value each")
    if ids.null_count == 0 and pa.types.is_integer(ids.type) and bool(np.all(np.diff(np.asarray(ids)) > 0)):
        return
    repeated = len(ids) - ids.null_count - pc.count_distinct(ids, mode="only_valid").as_py()
    if repeated or ids.null_count:
        raise BadRecords(
            "LINK-DUPLICATE-IDS",
            f"{repeated} id(s) of {name} stand more than once, and {ids.null_count} are missing.",
            "an id must name one record.",
            "choose another column with --id, or none to have the rows numbered",
        )
