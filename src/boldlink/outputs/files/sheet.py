"""Cells at their places become rows: gaps are empty cells, and a table has no gaps at its edges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from boldlink.outputs.files.declared import refused
from boldlink.outputs.files.table import Cell, too_many_rows

PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
CALLS = re.compile(
    r"WEBSERVICE|HYPERLINK|IMAGE|RTD|DDE|CALL|REGISTER|EXEC|FILTERXML|ENCODEURL|https?:|file:|\\\\|\||\[", re.IGNORECASE
)


WRITTEN = re.compile(r"-?\d{1,20}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,3})?", re.ASCII)


def number_of(text: str) -> int | float:
    """A number as spreadsheets write it. Raises BadInput FILE-NUMBER for anything else that Python would read as one."""
    if not WRITTEN.fullmatch(text):
        raise refused("FILE-NUMBER", "A cell of the sheet cannot be read:", "its value is no number.", "save it again")
    return float(text) if any(one in text for one in ".eE") else int(text)


class Sheet:
    """Rows of a sheet as they come: each row's cells by column, in the order of the sheet."""

    def __init__(self, columns_at_most: int, rows_at_most: int) -> None:
        self._columns, self._most = columns_at_most, rows_at_most
        self._rows: list[dict[int, Cell]] = []
        self._number = self._filled = 0

    def begin_row(self, number: str | None = None) -> None:
        """The next row; its number, counting from 1, where the file gives it, is not before the last one's.

        Raises BadInput FILE-ROWS as soon as more rows hold something than may, header aside.
        """
        wanted = int(number) if number and number.isdigit() and len(number) < 8 else self._number + 1
        if wanted <= self._number:
            raise _bad("its rows are not in order")
        self._filled += bool(self._rows) and not _is_empty(self._rows[-1])
        if self._filled > self._most + 1:
            raise too_many_rows(self._most)
        self._rows += [{}, {}] if self._rows and wanted > self._number + 1 else [{}]
        self._number = wanted

    def cell(self, place: str, value: Cell) -> None:
        """A cell of the row that was begun; without a place it is the next."""
        if not self._rows:
            raise _bad("a cell stands in no row")
        column = max(self._rows[-1], default=-1) + 1
        if match := PLACE.fullmatch(place):
            column = _column(match[1])
        self.put(column, value)

    def put(self, column: int, value: Cell) -> None:
        """A value in a column, counting from 0, of the row that was begun."""
        if column in self._rows[-1] or column >= self._columns:
            raise _bad("two cells stand in one place, or a cell far to the right")
        self._rows[-1][column] = value

    def rows(self) -> Iterator[Sequence[Cell]]:
        """Rows from the first that holds something to the last, each as wide as the first."""
        filled = list(self._rows)
        while filled and _is_empty(filled[-1]):
            filled.pop()
        while filled and _is_empty(filled[0]):
            filled.pop(0)
        wide = 1 + max(
            (column for column, cell in (filled[0] if filled else {}).items() if cell not in (None, "")), default=-1
        )
        for row in filled:
            beyond = [column for column, cell in row.items() if column >= wide and cell not in (None, "")]
            yield [row.get(column) for column in range(max([wide, *(one + 1 for one in beyond)]))]


def calls_out(formula: str) -> bool:
    """Whether a formula reaches another program, file or place."""
    return bool(CALLS.search(formula))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _is_empty(row: dict[int, Cell]) -> bool:
    return all(cell in (None, "") for cell in row.values())


def _bad(why: str) -> Exception:
    return refused("FILE-SHAPE", "The sheet is no plain table:", f"{why}.", "save it again in a spreadsheet")
