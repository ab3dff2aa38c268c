"""A book as ODS, the open format that GOV.UK asks for: the same sheets in the same order as its XLSX.

Source: Government Analysis Function, "Releasing statistics in spreadsheets" and its accessibility checklist: one table
to a sheet, from column A, named, headed by one row, without empty or merged cells; title and language set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from boldlink.publish.archive import rewrite
from boldlink.publish.book import Book, BookTable, cells, heads
from boldlink.publish.grid import MOST_DECIMALS, decimals
from boldlink.publish.messages import LOCALE, say
from boldlink.publish.parts import part
from boldlink.publish.released import is_number

_WIDE, _FIRST = "wide", "first"  # styles of columns
_STYLES = (
    ("table-cell", "title", 'fo:font-size="16pt" fo:font-weight="bold"', ""),
    ("table-cell", "heading", 'fo:font-size="14pt" fo:font-weight="bold"', ""),
    ("table-cell", "head", 'fo:font-weight="bold"', 'fo:wrap-option="wrap" fo:border-bottom="1pt solid #0b0c0c"'),
    ("table-cell", "text", "", 'fo:wrap-option="wrap" style:vertical-align="top"'),
    ("table-cell", "line", "", 'fo:wrap-option="no-wrap"'),
)


class _Sheet:
    """A sheet as it grows, row by row."""

    def __init__(self, name: str, widths: Sequence[str]) -> None:
        odfdo = part("odfdo")
        self.table = odfdo.Table(name)
        self.rows = 0
        for width in widths:
            self.table.append(odfdo.Column(style=width))

    def add(self, *values: Any, style: str | Sequence[str]) -> int:
        """One more row; returns its number from 1."""
        odfdo = part("odfdo")
        row = odfdo.Row()
        for at, value in enumerate(values):
            row.append(odfdo.Cell(value, style=style if isinstance(style, str) else style[at]))
        self.table.append(row)
        self.rows += 1
        return self.rows


def write_opendocument(path: Path, book: Book) -> None:
    """Write a book as ODS. The same book gives the same bytes."""
    document = part("odfdo").Document("spreadsheet")
    document.body.clear()
    _add_styles(document)
    ranges: list[str] = []
    for sheet in (
        _cover(book),
        _contents(book, ranges),
        _notes(book, ranges),
        *(_table(one, ranges) for one in book.tables),
    ):
        document.body.append(sheet.table)
    document.body.append(_element(f"<table:database-ranges>{''.join(ranges)}</table:database-ranges>"))
    _describe(document, book)
    document.save(str(path))
    rewrite(path, {})


def _cover(book: Book) -> _Sheet:
    sheet = _Sheet(say("workbook.cover"), [_WIDE])
    sheet.add(book.title, style="title")
    for line in (*book.intro, *book.about):
        if line.strip():
            sheet.add(line, style="text")
    sheet.add(say("workbook.contact"), style="heading")
    sheet.add(book.contact, style="text")
    return sheet


def _contents(book: Book, ranges: list[str]) -> _Sheet:
    rows = [(say("workbook.notes"), say("workbook.notes")), *((one.sheet, one.grid.caption) for one in book.tables)]
    sheet = _Sheet(say("workbook.contents"), [_FIRST, _WIDE])
    sheet.add(say("workbook.contents_title"), style="title")
    sheet.add(say("workbook.instructions_plain"), style="line")
    columns = [say("workbook.sheet_name"), say("workbook.sheet_description")]
    ranges.append(_fill(sheet, "contents_table", columns, rows, ["text", "text"]))
    return sheet


def _notes(book: Book, ranges: list[str]) -> _Sheet:
    sheet = _Sheet(say("workbook.notes"), [_FIRST, _WIDE])
    sheet.add(say("workbook.notes"), style="title")
    sheet.add(say("workbook.instructions_plain"), style="line")
    rows = list(enumerate(book.notes, start=1))
    columns = [say("workbook.note_number"), say("workbook.note_text")]
    ranges.append(_fill(sheet, "notes_table", columns, rows, ["text", "text"]))
    return sheet


def _table(one: BookTable, ranges: list[str]) -> _Sheet:
    widths = [_WIDE if heading.heads_row else _FIRST for heading in one.grid.headings]
    sheet = _Sheet(one.sheet, widths)
    marks = "".join(f"[note {number}]" for number in one.notes)
    sheet.add(f"{one.grid.caption} {marks}".rstrip(), style="title")
    for line in (say("workbook.instructions"), *one.legend, one.source):
        sheet.add(line, style="line")
    rows = cells(one.grid)
    styles = [_style(heading.numeric, [row[at] for row in rows]) for at, heading in enumerate(one.grid.headings)]
    ranges.append(_fill(sheet, one.name, heads(one.grid), rows, styles))
    return sheet


def _style(numeric: bool, column: Sequence[Any]) -> str:
    return f"figure{decimals(column)}" if numeric and any(map(is_number, column)) else "text"


def _fill(
    sheet: _Sheet, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], styles: Sequence[str]
) -> str:
    """Put a table under what a sheet says, and return the range that names it."""
    first = last = sheet.add(*columns, style="head")
    for row in rows:
        last = sheet.add(*row, style=styles)
    quoted = "'" + sheet.table.name.replace("'", "''") + "'"
    address = f"{quoted}.A{first}:{quoted}.{_letters(len(columns))}{last}"
    return (
        f'<table:database-range table:name={quoteattr(name)} table:target-range-address={quoteattr(address)} '
        'table:contains-header="true" table:display-filter-buttons="false"/>'
    )  # fmt: skip


def _letters(column: int) -> str:
    """The name of a column by its number from 1: 27 is AA."""
    column, last = divmod(column - 1, 26)
    return (_letters(column) if column else "") + chr(ord("A") + last)


def _add_styles(document: Any) -> None:
    for family, name, letters, cell in _STYLES:
        document.insert_style(_element(
            f'<style:style style:name="{name}" style:family="{family}" style:parent-style-name="Default">'
            f"<style:table-cell-properties {cell}/><style:text-properties {letters}/></style:style>"
        ), automatic=True)  # fmt: skip
    for name, width in ((_FIRST, "4.5cm"), (_WIDE, "11cm")):
        document.insert_style(_element(
            f'<style:style style:name="{name}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{width}"/></style:style>'
        ), automatic=True)  # fmt: skip
    for places in range(MOST_DECIMALS + 1):
        _add_number_style(document, places)


def _add_number_style(document: Any, places: int) -> None:
    document.insert_style(_element(
        f'<number:number-style style:name="number{places}"><number:number number:decimal-places="{places}" '
        f'number:min-decimal-places="{places}" number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
    ), automatic=True)  # fmt: skip
    document.insert_style(_element(
        f'<style:style style:name="figure{places}" style:family="table-cell" style:parent-style-name="Default" '
        f'style:data-style-name="number{places}"><style:table-cell-properties style:vertical-align="top"/>'
        '<style:paragraph-properties fo:text-align="end"/></style:style>'
    ), automatic=True)  # fmt: skip


def _describe(document: Any, book: Book) -> None:
    """Title, language, day; the first sheet in front."""
    language, country = LOCALE.split("-")
    document.meta.title, document.meta.language = book.title, LOCALE
    document.meta.creation_date = datetime.combine(book.made_on, time())
    document.meta.generator = "boldlink"
    for found in document.get_part("styles.xml").root.xpath("//style:default-style/style:text-properties"):
        found.set_attribute("fo:language", language)
        found.set_attribute("fo:country", country)
        found.set_attribute("fo:font-size", "12pt")
    settings = document.get_part("settings.xml").root
    for found in settings.xpath("//config:config-item-set[@config:name='ooo:view-settings']"):
        found.delete()


def _element(xml: str) -> Any:
    return part("odfdo").Element.from_tag(xml)
