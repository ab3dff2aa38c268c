"""A report's spreadsheets meet the accessibility checklist in both formats, and say the same."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest
from accessible import _faults, _ods, _xlsx, accessible_faults
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_reports import register

from boldlink.publish.book import Book, BookTable, Notes, cells
from boldlink.publish.grid import Grid, Heading, Link
from boldlink.publish.opendocument import write_opendocument
from boldlink.publish.reports import Outstanding, write_report
from boldlink.publish.workbook import write_workbook

WAITING = (Outstanding("Housed on release", "outcomes", "awaiting_review", 2),)
WRITERS = {".xlsx": write_workbook, ".ods": write_opendocument}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    write_report(register(), "reducing-reoffending", folder, WAITING)
    return folder


def book(*cells: object, caption: str = "Table 1: People", sheet: str = "Table 1") -> Book:
    heads = (Heading("group", "Group", heads_row=True), Heading("n", "People", numeric=True))
    grid = Grid(caption, heads, tuple((f"g{at}", cell) for at, cell in enumerate(cells)))
    notes = Notes()
    table = BookTable(sheet, "people", grid, notes.add(["Synthetic."]), "Source: a place")
    return Book("Title", ("Intro",), (), "Contact us", date(2024, 11, 4), notes.all, (table,))


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
def test_the_accessibility_checklist_finds_nothing(written: Path, ending: str) -> None:
    assert accessible_faults(written / f"reducing-reoffending{ending}") == []


def test_both_formats_hold_the_same_tables(written: Path) -> None:
    one, other = (reader(written / f"reducing-reoffending{ending}")[0] for ending, reader in
                  ((".xlsx", _xlsx), (".ods", _ods)))  # fmt: skip
    assert [sheet.name for sheet in one] == [sheet.name for sheet in other]
    assert [sheet.name for sheet in one][3:] == [*(f"Table {n}" for n in range(1, 7)), "Questions", "Findings"]
    for left, right in zip(one[3:], other[3:], strict=True):
        assert left.cells == right.cells


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
def test_the_checklist_finds_what_is_wrong(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"book{ending}"
    WRITERS[ending](path, book("1,250"))
    assert accessible_faults(path) == ["Table 1: a number is text"]


def test_the_checklist_finds_blank_cells_and_markers_without_a_meaning(tmp_path: Path) -> None:
    write_opendocument(tmp_path / "book.ods", book(" "))
    assert accessible_faults(tmp_path / "book.ods") == ["Table 1: a cell is blank"]
    write_opendocument(tmp_path / "book.ods", book())
    assert accessible_faults(tmp_path / "book.ods") == ["Table 1: the table has no rows"]
    sheet = _ods(tmp_path / "book.ods")[0][-1]
    sheet.cells[5, 2] = "[c]"
    assert "the marker [c] is not explained" in [*_faults(sheet, sheet)]


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
def test_the_same_book_gives_the_same_bytes(tmp_path: Path, ending: str) -> None:
    for name in ("a", "b"):
        WRITERS[ending](tmp_path / f"{name}{ending}", book(5, 1250, "[c]"))
    assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


@pytest.mark.parametrize("text", ["=1+1", "<b>&'\"", "it's", "[note 9]", "\u00e9"])
def test_no_text_is_taken_for_anything_else(tmp_path: Path, text: str) -> None:
    path = tmp_path / "book.ods"
    write_opendocument(path, book(text, caption=f"Table 1: {text}", sheet="It's one"))
    sheet = _ods(path)[0][-1]
    assert sheet.cells[5, 2] == text and sheet.cells[1, 1].startswith(f"Table 1: {text}")
    with zipfile.ZipFile(path) as archive:
        assert b"table:formula" not in archive.read("content.xml")


@settings(max_examples=15)
@given(
    st.lists(st.one_of(st.integers(0, 10**6), st.floats(0, 100).map(lambda f: round(f, 2)), st.just("[c]")), min_size=1)
)
def test_numbers_stay_numbers_and_markers_stay_text(
    tmp_path_factory: pytest.TempPathFactory, figures: list[object]
) -> None:
    path = tmp_path_factory.mktemp("ods") / "book.ods"
    write_opendocument(path, book(*figures))
    sheet = _ods(path)[0][-1]
    first = sheet.tables[0][1]
    assert [sheet.cells[first + at, 2] for at in range(1, len(figures) + 1)] == figures
    assert accessible_faults(path) == []


def test_a_cell_of_several_values_is_one_text_and_an_empty_one_is_marked() -> None:
    grid = Grid(
        "", (Heading("a", "A"), Heading("b", "B"), Heading("c", "C")), ((("x", Link("y", "p")), date(2024, 11, 4), ""),)
    )
    assert cells(grid) == [["x; y", "4 November 2024", "[z]"]]


def test_a_note_is_numbered_once_and_one_without_words_not_at_all() -> None:
    notes = Notes()
    assert notes.add(["One", "Two"]) == (1, 2) and notes.add(["Two", "—", "Three"]) == (2, 3)
    assert notes.all == ("One", "Two", "Three")
