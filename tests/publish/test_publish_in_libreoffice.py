"""A published spreadsheet opens in LibreOffice, and says there what it says in the file."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from accessible import _ods, _xlsx

from boldlink.publish.book import Book, cells, heads
from boldlink.publish.export import read_export
from boldlink.publish.opendocument import write_opendocument
from boldlink.publish.register import merge
from boldlink.publish.release_book import release_book
from boldlink.publish.workbook import write_workbook

pytestmark = pytest.mark.slow
WRITERS = {".xlsx": write_workbook, ".ods": write_opendocument}
# Every sheet as a file: commas, quotes, UTF-8, numbers and dates as they are and not as they show.
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
WAYS = {".xlsx": ("ods", "xlsx"), ".ods": ("xlsx",)}  # through the other kind, and back to one that is read here
SHEETS = ["Cover", "Contents", "Notes", "Table 1", "Table 2"]


@pytest.fixture(scope="module")
def soffice() -> str:
    program = shutil.which("soffice")
    if program is None and os.environ.get("BOLDLINK_REQUIRE_ALL") == "1":
        pytest.fail("LibreOffice is not installed, and BOLDLINK_REQUIRE_ALL is set")
    return program or pytest.skip("LibreOffice is not installed")


@pytest.fixture(scope="module")
def opened(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Have LibreOffice open a file and save it as another kind; returns the folder of what it wrote."""
    profile = tmp_path_factory.mktemp("profile")

    def opening(path: Path, kind: str) -> Path:
        folder = tmp_path_factory.mktemp("opened")
        command = [soffice, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", kind, "--outdir", folder, path]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0 and any(folder.iterdir()), done.stderr
        return folder

    return opening


@pytest.fixture
def book(dhsc: dict[str, Any]) -> Book:
    register = merge([read_export(dhsc)])
    wanted = dhsc["releases"][0]["id"]
    return release_book(register, next(one for one in register.releases if one.release.id == wanted))


def rows_of(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return [[cell for cell in row if cell] for row in csv.reader(file)]


def as_shown(cell: Any) -> str:
    return f"{cell:.15g}" if isinstance(cell, int | float) else str(cell)


@pytest.mark.parametrize("ending", WRITERS)
def test_every_sheet_opens_and_every_cell_is_what_was_written(
    ending: str, book: Book, opened: Any, tmp_path: Path
) -> None:
    path = tmp_path / f"release{ending}"
    WRITERS[ending](path, book)
    folder = opened(path, CSV)
    assert sorted(one.name for one in folder.iterdir()) == sorted(f"release-{name}.csv" for name in SHEETS)
    for table in book.tables:
        found = rows_of(folder / f"release-{table.sheet}.csv")
        start = found.index(list(heads(table.grid)))
        assert found[start + 1 :] == [[as_shown(cell) for cell in row] for row in cells(table.grid)]
        assert {line[0] for line in found[:start] if line} >= {*table.legend, table.source}


@pytest.mark.parametrize("ending", WRITERS)
def test_cover_notes_and_the_meaning_of_markers_are_there(ending: str, book: Book, opened: Any, tmp_path: Path) -> None:
    path = tmp_path / f"release{ending}"
    WRITERS[ending](path, book)
    folder = opened(path, CSV)
    cover = [line[0] for line in rows_of(folder / "release-Cover.csv") if line]
    assert cover[0] == book.title and {*book.intro, *book.about, book.contact} <= set(cover)
    notes = {line[-1] for line in rows_of(folder / "release-Notes.csv") if line}
    assert set(book.notes) <= notes
    first = rows_of(folder / "release-Table 1.csv")
    assert any("[c]" in row for row in first) and any(line[0].startswith("[c] confidential") for line in first if line)


@pytest.mark.parametrize("ending", WRITERS)
def test_saved_as_the_other_kind_numbers_stay_numbers_and_markers_stay_text(
    ending: str, book: Book, opened: Any, tmp_path: Path
) -> None:
    path = tmp_path / f"release{ending}"
    WRITERS[ending](path, book)
    other = path
    for kind in WAYS[ending]:
        other = next(opened(other, kind).iterdir())
    read = {".xlsx": _xlsx, ".ods": _ods}
    before, after = ({sheet.name: sheet for sheet in read[one.suffix](one)[0]} for one in (path, other))
    assert list(before) == list(after) == SHEETS
    for table in book.tables:
        there = list(after[table.sheet].cells.values())
        assert [(type(cell), cell) for cell in before[table.sheet].cells.values()] == [
            (type(cell), cell) for cell in there
        ]
