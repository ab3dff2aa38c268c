"""What one dataset gives to a research dataset, and the columns it comes out with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from boldlink.datasets.generalise import generalise
from boldlink.values import ARROW_TYPES, Column, Confidence, Contract, Role
from boldlink.vault import Sealed, read_batches

KEY = pa.binary(16)
RECORD_KEY, UNIT = "record_key", "unit"
PEOPLE = (*(f"person_{confidence}" for confidence in Confidence), "person_exact")
LINK: Mapping[str, pa.DataType] = {
    "link_weight": pa.float64(),  # bits
    "link_probability": pa.float64(),
    "link_grade": pa.int8(),  # boldlink.spine.grade says what the numbers mean
}


@dataclass(frozen=True)
class Part:
    """One dataset's contribution: its attributes, which records are in scope, which columns, how coarse."""

    contract: Contract
    attributes: Sequence[Sealed]
    scope: pa.Array | None  # record keys; None where only in-scope rows are here at all
    columns: Mapping[str, Role]
    generalise: Mapping[str, str]
    cohort_column: str | None = None

    @property
    def dataset(self) -> str:
        return self.contract.dataset

    @property
    def shown(self) -> tuple[Column, ...]:
        """Columns that research may see: attributes, and identifiers by their substitutes."""
        wanted = (Role.ATTRIBUTE, Role.IDENTIFIER)
        return tuple(c for c in self.contract.columns if self.columns.get(c.name) in wanted and c.role in wanted)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Its attributes a batch at a time, always in the same order."""
        for sealed in self.attributes:
            yield from read_batches(sealed, list(columns))

    def coarse(self, column: str, values: pa.Array) -> pa.Array:
        """Values of a column as coarse as its agreement asks."""
        return generalise(values, self.generalise.get(column))


def schema_of(part: Part) -> pa.Schema:
    """The columns and types of one dataset's part: pseudonyms, link, sealed unit, then what research may see."""
    fields = [pa.field(name, KEY) for name in PEOPLE]
    fields += [pa.field(name, kind) for name, kind in LINK.items()]
    return pa.schema(fields + [pa.field(name, kind) for name, kind in kinds_of(part).items()])


def kinds_of(part: Part) -> dict[str, pa.DataType]:
    """The type of each column that comes from a part's rows, as research sees it: the unit first."""
    return {UNIT: KEY} | {column.name: _kind(column, part) for column in part.shown}


def _kind(column: Column, part: Part) -> pa.DataType:
    if column.role is Role.IDENTIFIER:
        return KEY
    return part.coarse(column.name, pa.array([], ARROW_TYPES[column.logical_type])).type
