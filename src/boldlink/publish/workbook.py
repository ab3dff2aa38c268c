"""A book as XLSX: cover, contents, notes, one marked table to a sheet.

Source: Government Analysis Function, "Releasing statistics in spreadsheets", as gptables implements it.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from boldlink.publish.archive import rewrite
from boldlink.publish.book import Book, BookTable, cells, heads
from boldlink.publish.messages import LOCALE, say
from boldlink.publish.parts import part

_OPTIONS = {
    # Text stays text: nothing in a cell may become a formula, a link or a number.
    **dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False),
    "in_memory": True,  # no temporary file for each sheet
}
_TITLE = b"<dc:title>"


def write_workbook(path: Path, book: Book) -> None:
    """Write a book as XLSX. The same book gives the same bytes."""
    with warnings.catch_warnings():
        # gptables 2.0 leaves a file open on import and calls pandas in ways that pandas is giving up.
        warnings.simplefilter("ignore", ResourceWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        workbook = _produce(path, book)
    # The file's own date is the book's, so that publishing again changes nothing.
    workbook.set_properties({"title": book.title, "created": datetime.combine(book.made_on, time())})
    workbook.close()
    rewrite(path, {"docProps/core.xml": _with_language})


def _with_language(core: bytes) -> bytes:
    """The document's language, which the writer cannot set."""
    return core.replace(_TITLE, b"<dc:language>" + LOCALE.encode() + b"</dc:language>" + _TITLE, 1)


def _produce(path: Path, book: Book) -> Any:
    plainly = say("workbook.instructions_plain")
    numbered = [(f"note{number}", note) for number, note in enumerate(book.notes, start=1)]
    return part("gptables").produce_workbook(
        filename=str(path),
        sheets={table.sheet: _sheet(table) for table in book.tables},
        cover=_cover(book),
        contentsheet_label=say("workbook.contents"),
        contentsheet_options={
            "title": say("workbook.contents_title"),
            "instructions": plainly,
            "column_names": [say("workbook.sheet_name"), say("workbook.sheet_description")],
        },
        notes_table=_frame(["reference", say("workbook.note_text")], numbered),
        notesheet_label=say("workbook.notes"),
        notesheet_options={"title": say("workbook.notes"), "instructions": plainly},
        workbook_options=_OPTIONS,
    )


def _sheet(table: BookTable) -> Any:
    marks = "".join(f"$$note{number}$$" for number in table.notes)
    index = [at for at, heading in enumerate(table.grid.headings) if heading.heads_row][:3]
    return part("gptables").GPTable(
        table=_frame(heads(table.grid), cells(table.grid)),
        table_name=table.name,
        title=f"{_text(table.grid.caption)} {marks}".rstrip(),
        subtitles=[],
        instructions=say("workbook.instructions"),
        legend=list(table.legend),
        source=_text(table.source),
        index_columns=dict(zip((1, 2, 3), index, strict=False)),
    )


def _cover(book: Book) -> Any:
    return part("gptables").Cover(
        title=_text(book.title),
        intro=[_text(line) for line in book.intro],
        about=[_text(line) for line in book.about if line.strip()],
        contact=[_text(book.contact)],
    )


def _frame(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
    """A frame of objects, so that 120 beside [c] stays a whole number."""
    texts = [[_text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    return part("pandas").DataFrame(texts, columns=[_text(name) for name in columns], dtype=object)


def _text(text: str) -> str:
    """Text in which gptables finds neither a note reference ($$) nor a link ([a](b))."""
    return text.replace("$$", "$ $").replace("](", "] (")
