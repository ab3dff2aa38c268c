"""A worked example of a measure: small tables as text, and the answer that a reader can check by hand.

It is the measure's test and stands in the documentation. Columns part at bars; an empty cell is a missing value; a
column `person` is the person at every confidence, unless a confidence has its own column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from boldlink.analysis.measures.columns import schema_of, type_of

PERSONS = ("person_exact", "person_high", "person_medium", "person_low")


@dataclass(frozen=True)
class Example:
    """Tables by dataset and the answer, all as text; the period includes both ends."""

    tables: Mapping[str, str]
    answer: str
    starts: date = date(2023, 1, 1)
    ends: date = date(2023, 3, 31)
    by: tuple[str, ...] = ()

    def research(self) -> dict[str, pa.Table]:
        """The tables with the types of a research dataset."""
        return {name: research_table(cells(text)) for name, text in self.tables.items()}


def cells(text: str) -> list[dict[str, str]]:
    """Rows of a table written as text; the first line holds the heads."""
    heads, *rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(heads, row, strict=True)) for row in rows]


def research_table(rows: list[dict[str, str]]) -> pa.Table:
    """Rows of text as a research table, one at least."""
    full = [{**(dict.fromkeys(PERSONS, row["person"]) if "person" in row else {}), **row} for row in rows]
    names = [name for name in full[0] if name != "person"]
    return pa.Table.from_pylist([{n: value_of(row[n], type_of(n)) for n in names} for row in full], schema_of(names))


def value_of(text: str, kind: pa.DataType) -> Any:
    """One cell's value; nothing is a missing value."""
    if not text:
        return None
    if pa.types.is_fixed_size_binary(kind):
        return text.encode().ljust(16, b"\0")
    if pa.types.is_boolean(kind):
        return text == "yes"
    if pa.types.is_date(kind):
        return date.fromisoformat(text)
    return int(text) if pa.types.is_integer(kind) else text
