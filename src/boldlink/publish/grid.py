"""A grid: what a page shows as a table and what its CSV file holds. One value, so the two cannot differ."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from boldlink.publish.messages import say, say_all

# A spreadsheet program takes a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MOST_DECIMALS = 3


@dataclass(frozen=True)
class Link:
    """Text that leads to another page; `page` is that page's path from the root, without an ending."""

    text: str
    page: str


@dataclass(frozen=True)
class Heading:
    """A column: its name in CSV, its label for readers, whether it holds figures or heads its row."""

    name: str
    label: str
    numeric: bool = False
    heads_row: bool = False
    code: bool = False


@dataclass(frozen=True)
class Grid:
    """Rows under headings. Cells are text, numbers, dates, Links, or tuples of text and Links."""

    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Any, ...], ...]

    def shown(self) -> tuple[tuple[Any, ...], ...]:
        """Rows as readers see them: figures of a column with the same decimals, dates in words."""
        places = [decimals([row[index] for row in self.rows]) for index in range(len(self.headings))]
        return tuple(tuple(show(cell, places[index]) for index, cell in enumerate(row)) for row in self.rows)


def headings(*names: str, heads_row: str, code: Sequence[str] = (), numeric: Sequence[str] = ()) -> tuple[Heading, ...]:
    """Headings by name, labelled from the messages."""
    return tuple(
        Heading(name, say(f"columns.{name}"), name in numeric, name == heads_row, name in code) for name in names
    )


def decimals(cells: Sequence[Any]) -> int:
    """Decimal places that the figures of a column need, three at most."""
    fractions = [f"{cell:.{MOST_DECIMALS}f}".rstrip("0") for cell in cells if isinstance(cell, float)]
    return max((len(text.split(".")[1]) for text in fractions), default=0)


def show(cell: Any, places: int = 0) -> Any:
    """A cell as readers see it: 1,234.5 or 4 November 2024; whatever else it is stays as it is."""
    if isinstance(cell, date):
        return spoken_date(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f"{cell:,.{places}f}"
    return cell


def spoken_date(day: date) -> str:
    """4 November 2024."""
    return f"{day.day} {say_all('site.months')[day.month - 1]} {day.year}"


def csv_text(grid: Grid) -> str:
    """The grid as CSV (RFC 4180, UTF-8, \\r\\n), exact figures, with no cell that a spreadsheet would run."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow([_inert(heading.name) for heading in grid.headings])
    writer.writerows([_inert(_plain(cell)) for cell in row] for row in grid.rows)
    return lines.getvalue()


def _plain(cell: Any) -> Any:
    if isinstance(cell, Link):
        return cell.text
    if isinstance(cell, tuple):
        return "; ".join(str(_plain(member)) for member in cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def _inert(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA_STARTS) else cell


def fields_grid(document: Any) -> Grid:
    """A nested JSON document as two columns: field path and value."""
    return Grid("", headings("field", "value", heads_row="field"), tuple(_fields("", document)))


def _fields(path: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        pairs = [(str(key), member) for key, member in value.items()]
    elif isinstance(value, list | tuple):
        pairs = [(str(index), member) for index, member in enumerate(value, start=1)]
    else:
        return [(path, value)]
    return [row for key, member in pairs for row in _fields(f"{path}.{key}" if path else key, member)]
