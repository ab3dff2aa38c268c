"""What the Analysis Function's accessibility checklist finds against a spreadsheet, read from its XML alone.

Source: Government Analysis Function, "Making spreadsheets accessible: a brief checklist of the basics".
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DC = "{http://purl.org/dc/elements/1.1/}"
T = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"  # noqa: E741
S = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
Cell = tuple[int, int]


@dataclass
class Sheet:
    """Cells by (row, column) from (1, 1); tables as (name, first row, last row, last column)."""

    name: str
    cells: dict[Cell, Any]
    tables: list[tuple[str, int, int, int]] = field(default_factory=list)


def accessible_faults(path: Path) -> list[str]:
    """Every fault of a spreadsheet; none if it passes."""
    sheets, whole = _xlsx(path) if path.suffix == ".xlsx" else _ods(path)
    names = [name for sheet in sheets for name, *_ in sheet.tables]
    order = [sheet.name for sheet in sheets[:3]]
    if order != ["Cover", "Contents", "Notes"]:
        whole.append(f"the book begins with {order}")
    if len(set(names)) != len(names):
        whole.append("two tables have one name")
    return whole + [f"{sheet.name}: {fault}" for sheet in sheets for fault in _faults(sheet, sheets[2])]


def _faults(sheet: Sheet, notes: Sheet) -> Iterator[str]:
    last = max(row for row, _ in sheet.cells)
    if not isinstance(sheet.cells.get((1, 1)), str):
        yield "no title in the first cell"
    if any((row, 1) not in sheet.cells for row in range(1, last + 1)):
        yield "a row is blank, or does not begin in column A"
    if any(isinstance(cell, str) and not cell.strip() for cell in sheet.cells.values()):
        yield "a cell is blank"
    if len(sheet.tables) != (0 if sheet.name == "Cover" else 1):
        yield f"{len(sheet.tables)} tables are marked"
    for _, first, end, width in sheet.tables:
        yield from _table_faults(sheet, first, end, width)
    texts = [cell for cell in sheet.cells.values() if isinstance(cell, str)]
    for marker in {cell for cell in texts if cell in ("[c]", "[x]", "[z]", "[low]")}:
        if not any(text.startswith(f"{marker} ") for text in texts):
            yield f"the marker {marker} is not explained"
    for note in set(re.findall(r"\[note (\d+)\]", str(sheet.cells.get((1, 1), "")))) - _numbers(notes):
        yield f"note {note} is not on the notes sheet"


def _numbers(notes: Sheet) -> set[str]:
    return {f"{cell:.0f}" for (_, at), cell in notes.cells.items() if at == 1 and isinstance(cell, float)}


def _table_faults(sheet: Sheet, first: int, end: int, width: int) -> Iterator[str]:
    if missing := [1 for row in range(first, end + 1) for at in range(1, width + 1) if (row, at) not in sheet.cells]:
        yield f"{len(missing)} cells of the table are empty"
    heads = [sheet.cells.get((first, at)) for at in range(1, width + 1)]
    if not all(isinstance(head, str) for head in heads) or len(set(heads)) != width:
        yield "the heads of the columns are not texts of their own"
    if end <= first:
        yield "the table has no rows"
    if end < max(row for row, _ in sheet.cells):
        yield "something stands under the table"
    if any(re.fullmatch(r"[\d,]+(\.\d+)?", str(cell)) and isinstance(cell, str)
           for (row, at), cell in sheet.cells.items() if first < row <= end and at > 1):  # fmt: skip
        yield "a number is text"


def _xlsx(path: Path) -> tuple[list[Sheet], list[str]]:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    book, core = (ElementTree.fromstring(parts[name]) for name in ("xl/workbook.xml", "docProps/core.xml"))
    strings = [
        "".join(node.itertext()) for node in ElementTree.fromstring(parts["xl/sharedStrings.xml"]).iter(f"{X}si")
    ]
    faults = [f"no {name} is set" for name in ("title", "language") if not core.findtext(f"{DC}{name}")]
    if any(int(view.get("activeTab", 0)) for view in book.iter(f"{X}workbookView")):
        faults.append("the first sheet is not in front")
    sheets = []
    for number, node in enumerate(book.iter(f"{X}sheet"), start=1):
        raw = ElementTree.fromstring(parts[f"xl/worksheets/sheet{number}.xml"])
        unwanted = [t for t in ("mergeCell", "pane", "autoFilter") if raw.find(f".//{X}{t}") is not None]
        faults += [f"{node.get('name')}: has {one}" for one in unwanted]
        sheets.append(Sheet(node.get("name", ""), _xlsx_cells(raw, strings), _xlsx_tables(parts, number)))
    return sheets, faults


def _xlsx_cells(raw: ElementTree.Element, strings: list[str]) -> dict[Cell, Any]:
    found: dict[Cell, Any] = {}
    for cell in raw.iter(f"{X}c"):
        value = cell.findtext(f"{X}v")
        if value is not None:
            found[_at(cell.get("r", ""))] = strings[int(value)] if cell.get("t") == "s" else float(value)
    return found


def _xlsx_tables(parts: dict[str, bytes], number: int) -> list[tuple[str, int, int, int]]:
    links = parts.get(f"xl/worksheets/_rels/sheet{number}.xml.rels", b"<none/>")
    targets = re.findall(rb'Target="\.\./(tables/[^"]+)"', links)
    found = []
    for target in targets:
        table = ElementTree.fromstring(parts[f"xl/{target.decode()}"])
        (first, left), (last, right) = map(_at, table.get("ref", "").split(":"))
        assert left == 1, "a table does not begin in column A"
        found.append((table.get("name", ""), first, last, right))
    return found


def _ods(path: Path) -> tuple[list[Sheet], list[str]]:
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
        content, meta, styles, settings = (
            ElementTree.fromstring(archive.read(f"{name}.xml")) for name in ("content", "meta", "styles", "settings")
        )
    faults = [f"no {name} is set" for name in ("title", "language") if not meta.findtext(f".//{DC}{name}")]
    if (first.filename, first.compress_type) != ("mimetype", zipfile.ZIP_STORED):
        faults.append("the kind of file is not told first")
    default = styles.find(f".//{S}default-style/{S}text-properties")
    if default is None or (default.get(f"{FO}language"), default.get(f"{FO}country")) != ("en", "GB"):
        faults.append("cells have another language")
    if (
        "ActiveTable" in ElementTree.tostring(settings, "unicode")
        or content.find(f".//{T}covered-table-cell") is not None
    ):
        faults.append("a later sheet is in front, or cells are merged")
    sheets = {
        node.get(f"{T}name", ""): Sheet(node.get(f"{T}name", ""), _ods_cells(node))
        for node in content.iter(f"{T}table")
    }
    for node in content.iter(f"{T}database-range"):
        found = re.fullmatch(r"'(.+)'\.(\w+):'.+'\.(\w+)", node.get(f"{T}target-range-address", ""))
        assert found, "a table is named badly"
        (top, left), (last, right) = _at(found[2]), _at(found[3])
        assert left == 1 and node.get(f"{T}contains-header") == "true"
        sheets[found[1].replace("''", "'")].tables.append((node.get(f"{T}name", ""), top, last, right))
    return list(sheets.values()), faults


def _ods_cells(table: ElementTree.Element) -> dict[Cell, Any]:
    found: dict[Cell, Any] = {}
    for row, node in enumerate(table.iter(f"{T}table-row"), start=1):
        for at, cell in enumerate(node.iter(f"{T}table-cell"), start=1):
            kind = cell.get(f"{O}value-type")
            if kind == "string":
                found[row, at] = "\n".join("".join(line.itertext()) for line in cell)
            elif kind:
                found[row, at] = float(cell.get(f"{O}value", "nan"))
    return found


def _at(reference: str) -> Cell:
    letters, row = re.fullmatch(r"([A-Z]+)(\d+)", reference).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(row), column
