"""A table in a spreadsheet of Office Open XML: values in one visible sheet, and nothing else in the file.

Only parts that a table needs may be there; what is not known does not pass. Those that people meet are refused by name,
with the reason: programs, links to other files and services, caches of the rows that a pivot was made from, notes.
Formulas are refused whatever they say: a released number is a number.
Source: ECMA-376 part 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from boldlink.errors import BadInput
from boldlink.outputs.files.archive import Archive
from boldlink.outputs.files.declared import Finding, Structure, fail, refused
from boldlink.outputs.files.limits import Limits
from boldlink.outputs.files.markup import Start, walk
from boldlink.outputs.files.properties import properties
from boldlink.outputs.files.sheet import Sheet, calls_out, number_of
from boldlink.outputs.files.table import Cell

ALLOWED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(?:core|app)\.xml|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/worksheets/sheet\d+\.xml|xl/worksheets/_rels/sheet\d+\.xml\.rels|xl/tables/table\d+\.xml"
    r"|xl/(?:styles|sharedStrings)\.xml|xl/theme/theme\d+\.xml"
)
# Parts that people meet: (in the name, code, why, what to do).
KNOWN: tuple[tuple[str, str, str, str], ...] = (
    (r"vba|macrosheet|dialogsheet|activeX|ctrlProp|\.bin$", "FILE-MACRO", "it holds programs", "save it as xlsx without macros"),
    (r"externalLink|connections|queryTable|webPublish|model/|revisions?", "FILE-LINK", "it is tied to another file, service or store", "break the links and save values alone"),
    (r"pivot|slicer|timeline", "FILE-PEOPLE", "a pivot keeps the rows that it was made from", "copy its values to a new file"),
    (r"comment|person|notes", "FILE-TEXT", "it has comments, which are free text and name who wrote them", "delete the comments"),
    (r"media|drawing|chart|embed|ole|printerSettings|custom|signature", "FILE-EMBEDDED", "it holds drawings, pictures or other files", "keep the table alone; give charts as svg with their data"),
    (r"calcChain", "FILE-FORMULA", "it holds formulas", "paste values over the formulas"),
)  # fmt: skip
CORE, STRINGS = "docProps/core.xml", "xl/sharedStrings.xml"
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
SHEET_PARTS = frozenset((
    "worksheet", "sheetPr", "tabColor", "outlinePr", "pageSetUpPr", "dimension", "sheetViews", "sheetView", "pane",
    "selection", "sheetFormatPr", "cols", "col", "sheetData", "row", "c", "v", "is", "t", "r", "rPr", "rFont", "b",
    "i", "u", "sz", "color", "family", "scheme", "charset", "strike", "pageMargins", "pageSetup", "printOptions",
    "tableParts", "tablePart", "autoFilter", "ignoredErrors", "ignoredError", "phoneticPr", "sheetProtection", "f",
))  # fmt: skip


def xlsx_rows(
    content: bytes, structure: Structure, rows_at_most: int, limits: Limits
) -> tuple[Iterator[Sequence[Cell]], list[Finding]]:
    """Rows of the only sheet, and what was found beside it: properties, strings that no cell shows. Raises BadInput."""
    archive = Archive(content, limits)
    _parts(archive)
    for name in archive.names:
        if not SHEET.fullmatch(name):  # the sheet's reader knows every element it may have
            walk(archive.read(name), limits, _watch())
    path = _sheet(archive, structure, limits)
    strings = _Strings(archive, limits)
    rows = Sheet(limits.columns, rows_at_most)
    _read_sheet(archive.read(path), strings, rows, limits)
    found = properties(archive.read(CORE), limits) if CORE in archive.names else []
    return rows.rows(), [*found, *strings.left_over()]


def _parts(archive: Archive) -> None:
    for name in archive.names:
        if ALLOWED.fullmatch(name) or name.endswith("/"):
            continue
        for pattern, code, why, do in KNOWN:
            if re.search(pattern, name, re.IGNORECASE):
                raise refused(code, "The spreadsheet is more than a table:", f"{why}.", do)
        raise refused("FILE-EMBEDDED", "The spreadsheet is more than a table:", "it holds a part that a table does not need.", "copy the values to a new file")  # fmt: skip
    if sum(bool(SHEET.fullmatch(name)) for name in archive.names) > 1:
        raise _sheets()
    if not {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(archive.names):
        raise refused(
            "FILE-KIND", "The file ends with .xlsx and is no spreadsheet:", "its workbook is missing.", "save it again"
        )


def _watch() -> Start:
    """What no part may hold: a target outside, a kind of content that runs, a formula of a table's column."""

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if attributes.get("TargetMode") == "External" or name in (
            "externalReference",
            "webPublishing",
            "oleLink",
            "ddeLink",
        ):
            raise refused(
                "FILE-LINK", "The spreadsheet is tied to something outside:", "it has a link to it.", "remove links"
            )
        if "macro" in attributes.get("ContentType", "").lower() or "vba" in attributes.get("ContentType", "").lower():
            raise refused(
                "FILE-MACRO",
                "The spreadsheet is of a kind that holds programs:",
                "its content says so.",
                "save it as xlsx",
            )
        if name in ("calculatedColumnFormula", "totalsRowFormula"):
            raise _formula("")

    return start


def _formula(text: str) -> BadInput:
    if calls_out(text):
        return refused(
            "FILE-CALLS-OUT",
            "A formula calls another program or place:",
            "opening the file would run it.",
            "paste values",
        )
    return refused(
        "FILE-FORMULA",
        "The spreadsheet holds formulas:",
        "what they show depends on who opens it.",
        "paste values over them",
    )


def _sheet(archive: Archive, structure: Structure, limits: Limits) -> str:
    """The path of the declared sheet. Every other is refused: what nobody declared, nobody checks."""
    sheets: list[tuple[str, str]] = []
    hidden: list[str] = []
    names: list[str] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            sheets.append((attributes.get("name", ""), attributes.get("id", "")))
            hidden.extend([name] if attributes.get("state", "visible") != "visible" else [])
        elif name == "definedName" and not attributes.get("name", "").startswith("_xlnm."):
            names.append(name)

    walk(archive.read("xl/workbook.xml"), limits, start)
    if hidden:
        raise refused(
            "FILE-HIDDEN", f"{len(hidden)} sheet(s) are hidden:", "a checker would not see them.", "delete them"
        )
    if names:
        raise refused(
            "FILE-EMBEDDED",
            f"The workbook defines {len(names)} name(s):",
            "they can hold values or links.",
            "delete them",
        )
    if len(sheets) != 1 or structure.sheet not in ("", sheets[0][0]):
        raise refused(
            "FILE-SHEETS",
            f"The workbook has {len(sheets)} sheets, or another than was declared:",
            "one table is one sheet.",
            "save each table as a file of its own",
        )
    targets: dict[str, str] = {}

    def relation(name: str, attributes: Mapping[str, str]) -> None:
        targets[attributes.get("Id", "")] = attributes.get("Target", "")

    walk(archive.read("xl/_rels/workbook.xml.rels"), limits, relation)
    target = targets.get(sheets[0][1], "")
    path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    if path not in archive.names or not path.startswith("xl/worksheets/"):
        raise refused("FILE-KIND", "The workbook's sheet is missing:", "it points to no part.", "save it again")
    return path


def _sheets() -> BadInput:
    what = "The workbook has several sheets, or another than was declared:"
    return refused("FILE-SHEETS", what, "what nobody declared, nobody checks.", "save each table as a file of its own")


class _Strings:
    """The shared strings, and which of them some cell shows; phonetic readings beside them are no part of the text."""

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self._texts: list[str] = []
        self._shown: set[int] = set()
        self._inside: list[str] = []
        if STRINGS in archive.names:
            walk(archive.read(STRINGS), limits, self._start, self._end, self._text)

    def __getitem__(self, number: int) -> str:
        self._shown.add(number)
        return self._texts[number]

    def left_over(self) -> list[Finding]:
        """A finding if the file holds strings that no cell shows: what was deleted is often still there."""
        unseen = len(self._texts) - len(self._shown)
        said = f"The file holds {unseen} text(s) that no cell shows."
        return [fail("FILE-LEFTOVERS", "file", said, "copy the values to a new file")] if unseen else []

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._inside.append(name)
        if name == "si":
            self._texts.append("")

    def _end(self, name: str) -> None:
        self._inside.pop()

    def _text(self, words: str) -> None:
        if self._inside[-1] == "t" and "rPh" not in self._inside and self._texts:
            self._texts[-1] += words


def _read_sheet(content: bytes, strings: _Strings, rows: Sheet, limits: Limits) -> None:
    cell: dict[str, str] = {}
    inside: list[str] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name not in SHEET_PARTS:
            raise refused(
                "FILE-EMBEDDED",
                "The sheet is more than a table:",
                "it has parts that a table does not need.",
                "copy the values to a new file",
            )
        inside.append(name)
        if name in ("row", "col") and (_true(attributes.get("hidden")) or _zero(attributes)):
            raise refused(
                "FILE-HIDDEN", f"A {name} of the sheet is hidden:", "a checker would not see it.", "show or delete it"
            )
        if name == "row":
            rows.begin_row(attributes.get("r"))
        elif name == "c":
            cell.clear()
            cell.update({"r": attributes.get("r", ""), "t": attributes.get("t", "n"), "text": "", "f": ""})

    def text(words: str) -> None:
        if inside and inside[-1] in ("v", "t"):
            cell["text"] = cell.get("text", "") + words
        elif inside and inside[-1] == "f":
            cell["f"] = cell.get("f", "") + words

    def end(name: str) -> None:
        inside.pop()
        if name == "f":
            raise _formula(cell["f"])
        if name == "c":
            rows.cell(cell["r"], _value(cell, strings))

    walk(content, limits, start, end, text)


def _value(cell: Mapping[str, str], strings: _Strings) -> Cell:
    text, kind = cell["text"], cell["t"]
    if kind == "n" and text:
        return number_of(text)
    if kind == "s":
        try:
            return strings[int(text)]
        except (ValueError, IndexError):
            raise _no_string() from None
    return text if kind in ("str", "inlineStr", "d") else (text or None)


def _no_string() -> BadInput:
    return refused(
        "FILE-NUMBER", "A cell of the sheet cannot be read:", "its string is not in the file.", "save it again"
    )


def _zero(attributes: Mapping[str, str]) -> bool:
    return any(attributes.get(size) in ("0", "0.0") for size in ("ht", "width"))


def _true(value: str | None) -> bool:
    return value in ("1", "true")
