"""Research datasets: for one use case, only its columns, cohort and period, under its own pseudonyms.

One file for each contributing dataset. They join through the pseudonyms: of the person, at three confidences, and of
every identifier that was replaced (so that a case is followed from police to court without its number).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.datasets.generalise import generalise
from boldlink.values import ARROW_TYPES, Column, Confidence, Contract, Role
from boldlink.vault import Lease, Sealed, SealedWriter, read_batches, read_table
from boldlink.vault.pseudonyms import pseudonyms

RECORD_KEY, UNIT = "record_key", "unit"
PEOPLE = tuple(f"person_{confidence}" for confidence in Confidence)
LINK = ("link_weight", "link_probability")


@dataclass(frozen=True)
class Part:
    """One dataset's contribution: its attributes, which records are in scope, which columns, how coarse."""

    contract: Contract
    attributes: Sequence[Sealed]
    scope: pa.Array | None  # record keys; None where only in-scope rows are here at all
    columns: Mapping[str, Role]
    generalise: Mapping[str, str]

    @property
    def shown(self) -> tuple[Column, ...]:
        """Columns that research may see: attributes, and identifiers by their substitutes."""
        wanted = (Role.ATTRIBUTE, Role.IDENTIFIER)
        return tuple(c for c in self.contract.columns if self.columns.get(c.name) in wanted and c.role in wanted)


def build(part: Part, spine: Sealed, lease: Lease, release: int, write: SealedWriter) -> pa.Table:
    """Write one dataset's part of a release and return it, rows shuffled, for the risk report."""
    people = _people_of(spine, part.contract.dataset)
    table = pa.concat_tables([_selected(part, batch) for batch in _batches(part)] or [_empty(part)])
    joined = table.join(people, keys=RECORD_KEY, join_type="inner")
    made = {name: pseudonyms(joined.column(name), lease, release) for name in PEOPLE}
    made |= {name: joined.column(name) for name in (*LINK, UNIT)}
    made |= {column.name: _shown(joined, column, part, lease, release) for column in part.shown}
    result = pa.table(made)
    result = result.take(np.random.default_rng().permutation(result.num_rows))
    write.write(result)
    return result


def schema_of(part: Part) -> pa.Schema:
    """The columns and types of one dataset's part: pseudonyms, link, sealed unit, then what research may see."""
    key = pa.binary(16)
    fields = [pa.field(name, key) for name in PEOPLE]
    fields += [pa.field(name, pa.float64()) for name in LINK] + [pa.field(UNIT, key)]
    return pa.schema(fields + [pa.field(column.name, _type(column, part)) for column in part.shown])


def _type(column: Column, part: Part) -> pa.DataType:
    if column.role is Role.IDENTIFIER:
        return pa.binary(16)
    sample = pa.chunked_array([pa.array([], ARROW_TYPES[column.logical_type])])
    return generalise(sample, part.generalise.get(column.name)).type


def _people_of(spine: Sealed, dataset: str) -> pa.Table:
    table = read_table(spine, ["dataset", RECORD_KEY, *PEOPLE, *LINK])
    return table.filter(pc.equal(table.column("dataset"), dataset)).drop_columns(["dataset"])


def _batches(part: Part) -> Iterator[pa.RecordBatch]:
    names = [RECORD_KEY, UNIT, *(column.name for column in part.shown)]
    for sealed in part.attributes:
        yield from read_batches(sealed, names)


def _selected(part: Part, batch: pa.RecordBatch) -> pa.Table:
    if part.scope is not None:
        batch = batch.filter(pc.is_in(batch.column(RECORD_KEY), part.scope))
    return pa.Table.from_batches([batch])


def _empty(part: Part) -> pa.Table:
    key = pa.binary(16)
    fields = [(c.name, key if c.role is Role.IDENTIFIER else ARROW_TYPES[c.logical_type]) for c in part.shown]
    return pa.schema([(RECORD_KEY, key), (UNIT, key), *fields]).empty_table()


def _shown(table: pa.Table, column: Column, part: Part, lease: Lease, release: int) -> pa.ChunkedArray | pa.Array:
    values = table.column(column.name)
    if column.role is Role.IDENTIFIER:
        return pseudonyms(values, lease, release)
    return generalise(values, part.generalise.get(column.name))
