"""The door: whatever frame an analyst has becomes columns of Arrow with a person on every row.

A linked dataset has many rows of one person, and a count of rows hides that they are one. So nothing in this room counts
rows: every frame comes with the column that says whose row it is, and every count is of different people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from boldlink.errors import BadInput

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
NOT_RECORDED = "Not recorded"


@dataclass(frozen=True)
class Rows:
    """person: (rows,) 0 to people - 1. columns: name -> (rows,)."""

    person: Integers
    people: int
    columns: Mapping[str, pa.Array]

    def texts(self, name: str) -> pa.Array:
        """(rows,) a column as words; a missing value is one of them, because it is a group of people as well."""
        return self.columns[name].cast(pa.string()).fill_null(NOT_RECORDED)

    def numbers(self, name: str) -> Floats:
        """(rows,) a column as numbers, NaN where there is none. Raises BadInput for words."""
        column = self.columns[name]
        if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type) or _is_decimal(column.type)):
            raise _bad("STATISTICS-NOT-NUMBERS", f"The column {name} holds no numbers.", "give a column of numbers")
        found = np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=float)
        if np.isinf(found).any():
            raise _bad("STATISTICS-NOT-NUMBERS", f"The column {name} has infinite values.", "mend or drop them")
        return found

    def keep(self, kept: NDArray[np.bool_]) -> Rows:
        """The rows that are kept, their people numbered anew."""
        person = np.unique(self.person[kept], return_inverse=True)[1].astype(np.int64)
        columns = {name: column.filter(pa.array(kept)) for name, column in self.columns.items()}
        return Rows(person, int(person.max()) + 1 if len(person) else 0, columns)


def rows_of(data: Any, unit: str, columns: Sequence[str]) -> Rows:
    """Rows of a pandas or polars frame, a DuckDB relation, or an Arrow table or reader.

    unit: the column that says whose row it is. Raises BadInput for a column that is not there, for a unit that is
    missing on some row, and for a frame that is none.
    """
    table = _table(data)
    for name in (unit, *columns):
        if table.column_names.count(name) != 1:
            raise _bad("STATISTICS-NO-COLUMN", f"The data have no single column {name}.", "name one of their columns")
    whose = _plain(_whole(table.column(unit)))
    if whose.null_count:
        raise _bad(
            "STATISTICS-NO-UNIT",
            f"{whose.null_count} row(s) do not say whose they are.",
            "give the column of pseudonyms that every row has",
        )
    person = np.unique(whose.dictionary_encode().indices.to_numpy(zero_copy_only=False), return_inverse=True)[1].astype(
        np.int64
    )
    found = {name: _plain(_whole(table.column(name))) for name in dict.fromkeys(columns)}
    return Rows(person, int(person.max()) + 1 if len(person) else 0, found)


def _table(data: Any) -> pa.Table:
    if isinstance(data, pa.Table):
        return data
    if isinstance(data, pa.RecordBatchReader):
        return data.read_all()
    if hasattr(data, "__arrow_c_stream__"):  # pandas, polars, DuckDB
        return pa.table(data)
    raise _bad(
        "STATISTICS-NO-FRAME",
        f"A {type(data).__name__} is no frame of rows and columns.",
        "give a pandas or polars frame, a DuckDB relation or an Arrow table",
    )


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)


def _plain(column: pa.Array) -> pa.Array:
    """Without a dictionary; NaN of a pandas column is a missing value."""
    plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    return pc.if_else(pc.is_nan(plain), None, plain) if pa.types.is_floating(plain.type) else plain


def _is_decimal(kind: pa.DataType) -> bool:
    return bool(pa.types.is_decimal(kind))


def _bad(code: str, what: str, do: str) -> BadInput:
    return BadInput(code, what, do=do)
