"""A table in an OpenDocument spreadsheet, which GOV.UK prefers: values in one visible sheet, and nothing else.

As for xlsx: only what a table needs may be there. OpenDocument has its own places to hide things: sheets and rows hidden by
style or by filter, tracked changes with what was deleted, a text that shows another value than the cell holds, a cell
repeated a million times.
Source: OASIS OpenDocument 1.3, parts 2 and 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from boldlink.errors import BadInput
from boldlink.outputs.files.archive import Archive
from boldlink.outputs.files.declared import Finding, Structure, refused, review
from boldlink.outputs.files.limits import Limits
from boldlink.outputs.files.markup import walk
from boldlink.outputs.files.properties import properties
from boldlink.outputs.files.sheet import Sheet, calls_out, number_of
from boldlink.outputs.files.table import Cell

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
PICTURE = "Thumbnails/thumbnail.png"
ALLOWED = re.compile(
    r"mimetype|(?:content|styles|meta|settings)\.xml|manifest\.rdf|META-INF/manifest\.xml|Thumbnails/(?:thumbnail\.png)?"
    r"|(?:Configurations2|META-INF)/(?:[A-Za-z]+/)*"
)
KNOWN: tuple[tuple[str, str, str, str], ...] = (
    (r"^Basic/|^Scripts/|^Dialogs/|script", "FILE-MACRO", "it holds programs", "save it without macros"),
    (r"^Object|ObjectReplacements|Pictures|media|signature|database", "FILE-EMBEDDED", "it holds drawings, pictures or other files", "keep the table alone; give charts as svg with their data"),
)  # fmt: skip
BODY = frozenset((
    "spreadsheet", "table", "table-column", "table-columns", "table-header-columns", "table-column-group", "table-row", "table-rows",
    "table-header-rows", "table-row-group", "table-cell", "p", "s", "span", "calculation-settings", "iteration", "null-date",
    "named-expressions", "database-ranges", "database-range", "forms",
))  # fmt: skip
# Elements of the body that are refused by name: (names, code, why, what to do).
REFUSED: tuple[tuple[frozenset[str], str, str, str], ...] = (
    (frozenset(("annotation", "annotation-end")), "FILE-TEXT", "it has comments, which are free text and name who wrote them", "delete the comments"),
    (frozenset(("tracked-changes",)), "FILE-HIDDEN", "it keeps what was changed and deleted", "accept the changes, then save"),
    (frozenset(("dde-link", "dde-links", "table-source", "cell-range-source", "a")), "FILE-LINK", "it is tied to something outside", "break the links"),
    (frozenset(("event-listeners", "event-listener", "script")), "FILE-MACRO", "it runs programs", "save it without macros"),
    (frozenset(("data-pilot-tables", "consolidation", "scenario")), "FILE-PEOPLE", "it keeps the rows that a figure was made from", "copy the values to a new file"),
    (frozenset(("covered-table-cell",)), "FILE-SHAPE", "cells are merged, and one can hide behind another", "split merged cells"),
    (frozenset(("named-range", "named-expression", "label-range")), "FILE-EMBEDDED", "it defines names, which can hold values or links", "delete the names"),
)  # fmt: skip
NUMBERS = ("float", "percentage", "currency")


def ods_rows(
    content: bytes, structure: Structure, rows_at_most: int, limits: Limits
) -> tuple[Iterator[Sequence[Cell]], list[Finding]]:
    """Rows of the only sheet, and what was found beside it: properties, a picture of the first page. Raises BadInput."""
    archive = Archive(content, limits)
    _parts(archive)
    for name in archive.names:
        if name.endswith((".xml", ".rdf")) and name != "content.xml" and archive.size(name):
            walk(archive.read(name), limits, _watch)
    body = _Body(structure, rows_at_most, limits)
    walk(archive.read("content.xml"), limits, body.start, body.end, body.text)
    body.require_one()
    found = properties(archive.read("meta.xml"), limits) if "meta.xml" in archive.names else []
    if PICTURE in archive.names:
        found.append(
            review("FILE-PROPERTIES", "file", "The file holds a small picture of its page, which does not leave.")
        )
    return body.sheet.rows(), found


def _parts(archive: Archive) -> None:
    for name in archive.names:
        settings = name.startswith("Configurations2/") and archive.size(name) == 0
        if ALLOWED.fullmatch(name) or settings:
            continue
        for pattern, code, why, do in KNOWN:
            if re.search(pattern, name, re.IGNORECASE):
                raise _more(code, why, do)
        raise _more("FILE-EMBEDDED", "it holds a part that a table does not need", "copy the values to a new file")
    if (
        archive.names[0] != "mimetype"
        or archive.read("mimetype").strip() != MIMETYPE
        or "content.xml" not in archive.names
    ):
        raise refused(
            "FILE-KIND", "The file ends with .ods and is no spreadsheet:", "it says so itself.", "save it again"
        )


def _watch(name: str, attributes: Mapping[str, str]) -> None:
    """What no part may hold: encryption, a program's name, a link."""
    if name == "encryption-data":
        raise refused(
            "FILE-ARCHIVE", "The spreadsheet is encrypted:", "nobody can check it.", "save it without a password"
        )
    if name in ("event-listener", "script"):
        raise _more("FILE-MACRO", "it runs programs", "save it without macros")


class _Body:
    """The content, walked through: styles that hide, one table, rows with their repeats."""

    def __init__(self, structure: Structure, rows_at_most: int, limits: Limits) -> None:
        self.sheet = Sheet(limits.columns, rows_at_most)
        self._structure, self._limits, self._most = structure, limits, rows_at_most
        self._tables = 0
        self._hiding: set[str] = set()  # styles of tables that do not show
        self._style, self._in_body = "", False
        self._row: list[Cell] = []
        self._row_repeat = self._cell_repeat = 1
        self._cell: dict[str, str] = {}
        self._words: list[str] = []
        self._in_words = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins. Raises BadInput for whatever a table does not need."""
        _watch(name, attributes)
        if name == "spreadsheet":
            self._in_body = True
        elif name == "style":
            self._style = attributes.get("name", "")
        elif name == "table-properties" and attributes.get("display") == "false":
            self._hiding.add(self._style)
        if self._in_body:
            self._inside(name, attributes)

    def _inside(self, name: str, attributes: Mapping[str, str]) -> None:
        _require_plain(name, attributes)
        if name == "table":
            self._begin_table(attributes)
        elif name == "table-row":
            self._row, self._row_repeat = [], self._repeat(attributes, "number-rows-repeated")
        elif name == "table-cell":
            self._cell, self._words = dict(attributes), []
            self._cell_repeat = self._repeat(attributes, "number-columns-repeated")
        elif name == "p":
            self._words += ["\n"] if self._words else []
            self._in_words = True
        elif name == "s":
            self._words.append(" ")

    def _begin_table(self, attributes: Mapping[str, str]) -> None:
        self._tables += 1
        if attributes.get("style-name") in self._hiding:
            raise refused("FILE-HIDDEN", "A sheet is hidden:", "a checker would not see it.", "delete it")
        if self._structure.sheet not in ("", attributes.get("name", "")):
            self._tables += 1

    def text(self, words: str) -> None:
        """Words inside a cell's paragraphs; white space between elements of a row is none."""
        if self._in_words:
            self._words.append(words)

    def end(self, name: str) -> None:
        """An element ends: a cell has its value, a row is complete."""
        if name == "spreadsheet":
            self._in_body = False
        elif name == "p":
            self._in_words = False
        elif name == "table-cell":
            self._add(_value(self._cell, "".join(self._words)))
        elif name == "table-row":
            self._emit()

    def _add(self, value: Cell) -> None:
        """A cell as often as it is repeated; a long run of nothing at a row's end is nothing."""
        if value is None or value == "":
            self._row += [None] * min(self._cell_repeat, self._limits.columns + 1)
        elif len(self._row) + self._cell_repeat > self._limits.columns:
            raise refused(
                "FILE-SHAPE", "A row has too many cells:", "no table has so many columns.", "keep the table alone"
            )
        else:
            self._row += [value] * self._cell_repeat

    def _emit(self) -> None:
        filled = [number for number, cell in enumerate(self._row) if cell is not None]
        for _ in range(min(self._row_repeat, self._most + 3) if filled else 1):
            self.sheet.begin_row()
            for column in filled:
                self.sheet.put(column, self._row[column])

    def _repeat(self, attributes: Mapping[str, str], name: str) -> int:
        told = attributes.get(name, "1")
        if not re.fullmatch(r"[1-9]\d{0,7}", told, re.ASCII):
            raise refused(
                "FILE-SHAPE", "A row or cell is repeated an odd number of times:", "it is no number.", "save it again"
            )
        return int(told)

    def require_one(self) -> None:
        """Raises BadInput if there is not exactly the one sheet that was declared."""
        if self._tables != 1:
            what = "The workbook has several sheets, or another than was declared:"
            raise refused(
                "FILE-SHEETS", what, "what nobody declared, nobody checks.", "save each table as a file of its own"
            )


def _require_plain(name: str, attributes: Mapping[str, str]) -> None:
    if (formula := attributes.get("formula")) is not None:
        code = "FILE-CALLS-OUT" if calls_out(formula) else "FILE-FORMULA"
        raise _more(code, "it holds formulas, and what they show depends on who opens it", "paste values over them")
    if "href" in attributes:
        raise _more("FILE-LINK", "it is tied to something outside", "remove the links")
    if attributes.get("visibility", "visible") != "visible" or attributes.get("display") == "false":
        raise refused("FILE-HIDDEN", "A row or column is hidden:", "a checker would not see it.", "show or delete it")
    for names, code, why, do in REFUSED:
        if name in names:
            raise _more(code, why, do)
    if name not in BODY:
        raise _more("FILE-EMBEDDED", "it has parts that a table does not need", "copy the values to a new file")


def _value(cell: Mapping[str, str], words: str) -> Cell:
    """A cell's value. What shows is read beside it only for words: a number may be shown shorter than it is."""
    kind = cell.get("value-type", "")
    if kind in NUMBERS:
        return number_of(cell.get("value", ""))
    if kind == "string" and cell.get("string-value", words) != words:
        raise refused(
            "FILE-HIDDEN", "A cell holds other words than it shows:", "a checker would not see them.", "type them anew"
        )
    return cell.get("date-value") or cell.get("boolean-value") or cell.get("time-value") or words or None


def _more(code: str, why: str, do: str) -> BadInput:
    return refused(code, "The spreadsheet is more than a table:", f"{why}.", do)
