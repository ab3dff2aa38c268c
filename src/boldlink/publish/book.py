"""A spreadsheet before it has a format: cover, notes, and tables, one to a sheet.

Source: Government Analysis Function, "Releasing statistics in spreadsheets" and its accessibility checklist.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from boldlink.publish.grid import Grid, Link, spoken_date
from boldlink.publish.messages import say
from boldlink.publish.tables import marker_meanings


@dataclass(frozen=True)
class BookTable:
    """One sheet's table: the sheet's label, the table's name, the numbers of its notes (from 1), where it comes from."""

    sheet: str
    name: str
    grid: Grid
    notes: tuple[int, ...]
    source: str

    @property
    def legend(self) -> tuple[str, ...]:
        """What its markers mean."""
        return marker_meanings(self.grid)


@dataclass(frozen=True)
class Book:
    """A spreadsheet: what its cover says, its notes, its tables. `made_on` is the day that the file is dated by."""

    title: str
    intro: tuple[str, ...]
    about: tuple[str, ...]
    contact: str
    made_on: date
    notes: tuple[str, ...]
    tables: tuple[BookTable, ...]


def cells(grid: Grid) -> list[list[Any]]:
    """A grid's cells as a spreadsheet holds them: numbers as numbers, everything else as text, nothing empty."""
    return [[_cell(cell) for cell in row] for row in grid.rows]


def _cell(cell: Any) -> Any:
    if isinstance(cell, tuple | list):
        return "; ".join(str(_cell(member)) for member in cell) or "[z]"
    if isinstance(cell, Link):
        return cell.text
    if isinstance(cell, date):
        return spoken_date(cell)
    return "[z]" if cell == "" else cell


class Notes:
    """Notes in the order of their first use, each once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def add(self, notes: Iterable[str]) -> tuple[int, ...]:
        """Their numbers; a note without a letter or digit is none."""
        worded = [note for note in notes if any(mark.isascii() and mark.isalnum() for mark in note)]
        return tuple(dict.fromkeys(self._numbers.setdefault(note, len(self._numbers) + 1) for note in worded))

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(self._numbers)


def heads(grid: Grid) -> Sequence[str]:
    """The labels of a grid's columns."""
    return [heading.label for heading in grid.headings]


def definition(title: str, text: str, source: str, official: bool) -> str:
    """A measure's definition as a note."""
    key = "workbook.note_official" if official else "workbook.note_unofficial"
    return say(key, title=title, definition=text, source=source)
