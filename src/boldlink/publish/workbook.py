"""A released table as a spreadsheet: cover, contents, notes, one marked table to a sheet.

Source: Government Analysis Function, "Releasing statistics in spreadsheets", as gptables implements it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from boldlink.publish.export import Measure
from boldlink.publish.grid import Grid, spoken_date
from boldlink.publish.messages import say
from boldlink.publish.parts import part
from boldlink.publish.register import Register, Released
from boldlink.publish.tables import linkage_grid, marker_meanings, table_grid

# Text stays text: nothing in a cell may become a formula, a link or a number.
_INERT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_workbook(path: Path, register: Register, released: Released) -> None:
    """Write one release as XLSX. The same release gives the same bytes."""
    release = released.release
    with warnings.catch_warnings():
        # gptables 2.0 leaves a file open on import and calls pandas in ways that pandas is giving up.
        warnings.simplefilter("ignore", ResourceWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        workbook = _produce(path, register, released)
    # The file's own date is the release's, so that publishing again changes nothing.
    workbook.set_properties({"title": release.title, "created": datetime.combine(release.released_on, time())})
    workbook.close()


def _produce(path: Path, register: Register, released: Released) -> Any:
    notes = _notes(register, released)
    references = _references(len(notes))
    plainly = say("workbook.instructions_plain")
    return part("gptables").produce_workbook(
        filename=str(path),
        sheets=_sheets(released, references),
        cover=_cover(register, released),
        contentsheet_label=say("workbook.contents"),
        contentsheet_options={
            "title": say("workbook.contents_title"),
            "instructions": plainly,
            "column_names": [say("workbook.sheet_name"), say("workbook.sheet_description")],
        },
        notes_table=_frame(["reference", say("workbook.note_text")], list(zip(references, notes, strict=True))),
        notesheet_label=say("workbook.notes"),
        notesheet_options={"title": say("workbook.notes"), "instructions": plainly},
        workbook_options=_INERT,
    )


def _sheets(released: Released, references: Sequence[str]) -> Mapping[str, Any]:
    release = released.release
    marks = "".join(f"$${reference}$$" for reference in references)
    sheets = {say("workbook.table"): _sheet("released", table_grid(release.table), marks, released)}
    if linkage := linkage_grid(release):
        sheets[say("workbook.linkage")] = _sheet("linkage", linkage, "", released)
    return sheets


def _sheet(name: str, grid: Grid, marks: str, released: Released) -> Any:
    place = released.place
    heads = [index for index, heading in enumerate(grid.headings) if heading.heads_row][:3]
    return part("gptables").GPTable(
        table=_frame([heading.label for heading in grid.headings], grid.rows),
        table_name=name,
        title=f"{_text(grid.caption)} {marks}".rstrip(),
        subtitles=[],
        instructions=say("workbook.instructions"),
        legend=list(marker_meanings(grid)),
        source=_text(say("workbook.source", place=place.name, operator=place.operator)),
        index_columns=dict(zip((1, 2, 3), heads, strict=False)),
    )


def _cover(register: Register, released: Released) -> Any:
    release, programme = released.release, register.programme
    use_case = register.use_case(release.use_case)
    about = [
        release.context,
        say("workbook.about_use_case", use_case=use_case.title if use_case else release.use_case),
    ]
    date = spoken_date(release.released_on)
    return part("gptables").Cover(
        title=_text(release.title),
        intro=[_text(programme.title), say("workbook.published", date=date, id=release.id)],
        about=[_text(line) for line in about if line.strip()],
        contact=[_text(say("site.contact", contact=programme.contact))],
    )


def _notes(register: Register, released: Released) -> list[str]:
    """What a reader must know before using a figure: its definition, its limits, whether it is synthetic."""
    release = released.release
    found = [say("workbook.note_synthetic")] if register.programme.synthetic else []
    if release.measure:
        found.append(_definition(release.measure))
    found.extend(release.table.notes)
    if release.linkage:
        found.append(release.linkage.note)
    found.append(say("workbook.note_reviews", reviews=release.reviews))
    return [_text(note) for note in found if any(mark.isascii() and mark.isalnum() for mark in note)]


def _definition(measure: Measure) -> str:
    return say(
        "workbook.note_official" if measure.official else "workbook.note_unofficial",
        title=measure.title,
        definition=measure.definition,
        source=measure.source,
    )


def _references(count: int) -> list[str]:
    return [f"note{number}" for number in range(1, count + 1)]


def _frame(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
    """A frame of objects, so that 120 beside [c] stays a whole number."""
    cells = [[_text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    return part("pandas").DataFrame(cells, columns=[_text(name) for name in columns], dtype=object)


def _text(text: str) -> str:
    """Text in which gptables finds neither a note reference ($$) nor a link ([a](b))."""
    return text.replace("$$", "$ $").replace("](", "] (")
