"""Rows of cells become the declared table, one row at a time, or are refused.

The same for every kind of file: a reader gives a header and rows of cells (words, numbers, or nothing), and never more
rows than the rules allow, however many the file has.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from boldlink.outputs.files.declared import MARKS, Structure, at, refused
from boldlink.outputs.files.limits import Limits
from boldlink.outputs.files.personal import header_says, shape_of
from boldlink.outputs.files.words import is_formula, is_free_text, is_odd
from boldlink.outputs.rules import NOT_APPLICABLE, SUPPRESSED, Rules
from boldlink.values import StatTable

Cell = str | int | float | None
NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?", re.ASCII)
PEOPLE_AT_MOST = (
    100_000_000  # more than live in the United Kingdom: such a number counts something else, or names somebody
)


def read_table(rows: Iterable[Sequence[Cell]], structure: Structure, rules: Rules, limits: Limits) -> StatTable:
    """The declared table. rows: the header first. Raises BadInput naming row and column, never what stands there."""
    cells = iter(rows)
    header = _header(next(cells, ()), structure, limits)
    found: list[dict[str, Any]] = []
    texts: dict[str, set[str]] = {name: set() for name in header}
    for number, row in enumerate(_few(cells, rules), start=1):
        if len(row) != len(header):
            raise refused(
                "FILE-SHAPE", f"In {at(number)} there are not as many cells as columns:", "the table has other rows than its header says.", "give each row one cell for each column"
            )  # fmt: skip
        found.append(
            {name: _cell(cell, name, number, structure, limits) for name, cell in zip(header, row, strict=True)}
        )
        for name, cell in zip(header, row, strict=True):
            texts[name].add(_plain(cell))
    if not found:
        raise refused("FILE-EMPTY", "The file has no rows:", "there is nothing to check.", "give a table with rows")
    _no_personal_shapes(texts, structure)
    _rows_differ(found, structure)
    return structure.table([{name: row[name] for name in structure.columns} for row in found])


def _few(rows: Iterator[Sequence[Cell]], rules: Rules) -> Iterator[Sequence[Cell]]:
    for number, row in enumerate(rows, start=1):
        if number > rules.rows_at_most:
            raise too_many_rows(rules.rows_at_most)
        yield row


def too_many_rows(rows_at_most: int) -> Exception:
    """The refusal of a file with more rows than the rules allow."""
    what = f"The file has more than {rows_at_most} rows:"
    return refused("FILE-ROWS", what, "so many groups are nearly people.", "use fewer or broader groups")


def _header(cells: Sequence[Cell], structure: Structure, limits: Limits) -> list[str]:
    header = [str(cell) if cell is not None else "" for cell in cells[: limits.columns + 1]]
    for number, name in enumerate(header, start=1):
        if what := header_says(name):
            raise _personal(f"The header of column {number} says {what}:")
    if sorted(header) != sorted(structure.columns):
        extra = sum(name not in structure.columns for name in header)
        missing = [name for name in structure.columns if name not in header]
        said = f"{extra} column(s) are not declared, {len(missing)} declared one(s) are missing, or one stands twice."
        raise refused("FILE-COLUMNS", "The columns are not those declared:", said, "declare every column, or drop it")
    return header


def _personal(what: str) -> Exception:
    return refused("FILE-PERSONAL", what, "nothing about single people leaves.", "drop the column, or count by groups")


def _cell(cell: Cell, name: str, number: int, structure: Structure, limits: Limits) -> Any:
    if name in structure.keys:
        return _label(cell, name, number, limits)
    return _number(cell, name, number, structure)


def _label(cell: Cell, name: str, number: int, limits: Limits) -> str:
    text = _plain(cell)
    if not text.strip():
        raise refused(
            "FILE-EMPTY-CELL", f"In {at(number, name)} stands nothing:", "a group needs a name.", "write what it is"
        )
    if is_formula(text):
        raise refused(
            "FILE-FORMULA",
            f"In {at(number, name)} a spreadsheet would read a formula:",
            "it begins with = + - @ or another sign that does.",
            "begin labels with a letter or a digit",
        )
    if is_odd(text):
        raise refused(
            "FILE-CHARACTERS",
            f"In {at(number, name)} are characters that do not show, or that turn the reading direction:",
            "two labels could look alike.",
            "use plain letters",
        )
    if is_free_text(text, limits):
        raise refused(
            "FILE-TEXT", f"In {at(number, name)} stands free text:", "no machine can check it.", "use short labels"
        )
    return text


def _number(cell: Cell, name: str, number: int, structure: Structure) -> Any:
    text, where = _plain(cell), at(number, name)
    if text == NOT_APPLICABLE and name in structure.counts:
        raise refused(
            "FILE-NUMBER", f"In {where} a count is marked {text}:", "people can always be counted.", f"use {SUPPRESSED}"
        )
    if text in MARKS:
        return text
    if not NUMBER.fullmatch(text):
        raise refused(
            "FILE-NUMBER",
            f"In {where} stands no plain number:",
            "nor [c] or [z].",
            "write digits, such as 1250 or 0.75",
        )
    value = float(text) if "." in text else int(text)
    if name in structure.counts:
        if isinstance(value, float) or value < 0:
            raise refused(
                "FILE-NUMBER", f"In {where} stands no count:", "counts are whole and not negative.", "give people"
            )
        if value > PEOPLE_AT_MOST:
            raise _personal(f"In {where} stands a count of more people than there are:")
    return value


def _plain(cell: Cell) -> str:
    """A cell as a text file would have it; whole numbers without a point."""
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return str(cell)
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    return "" if cell is None else str(cell)


def _no_personal_shapes(texts: dict[str, set[str]], structure: Structure) -> None:
    for name, values in texts.items():
        what, count = shape_of(values, numbers=name not in structure.keys)
        if what:
            raise _personal(f"{count} value(s) of the column {name} have the shape of {what}:")


def _rows_differ(rows: Sequence[dict[str, Any]], structure: Structure) -> None:
    groups = {tuple(row[key] for key in structure.keys) for row in rows}
    if len(groups) < len(rows):
        raise refused(
            "FILE-TWICE",
            f"{len(rows) - len(groups)} row(s) name a group that another row names:",
            "of two figures for one group nobody knows which to check.",
            "give each group one row",
        )
    for key, allowed in structure.categories.items():
        strange = {row[key] for row in rows} - {*allowed, structure.total_label}
        if strange:
            raise refused(
                "FILE-CATEGORIES",
                f"The column {key} holds {len(strange)} value(s) that were not declared for it:",
                "what is not declared could be anything.",
                "declare every category, or correct the file",
            )
