"""The spreadsheet has a cover, contents, notes and marked tables; nothing in it runs; markers stay."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from boldlink.publish.export import read_export
from boldlink.publish.register import merge
from boldlink.publish.release_book import release_book
from boldlink.publish.workbook import write_workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def write(folder: Path, export: dict[str, Any], name: str = "release.xlsx") -> Path:
    register = merge([read_export(export)])
    released = next(entry for entry in register.releases if entry.release.id == export["releases"][0]["id"])
    write_workbook(folder / name, release_book(register, released))
    return folder / name


def parts(path: Path, prefix: str) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name).decode() for name in archive.namelist() if name.startswith(prefix)]


def sheet_names(path: Path) -> list[str]:
    root = ElementTree.fromstring(parts(path, "xl/workbook.xml")[0])
    return [sheet.get("name", "") for sheet in root.iter(f"{MAIN}sheet")]


def strings(path: Path) -> list[str]:
    root = ElementTree.fromstring(parts(path, "xl/sharedStrings.xml")[0])
    return ["".join(node.itertext()) for node in root.iter(f"{MAIN}si")]


def test_it_has_cover_contents_notes_and_one_table_to_a_sheet(dhsc: dict[str, Any], tmp_path: Path) -> None:
    path = write(tmp_path, dhsc)
    assert sheet_names(path) == ["Cover", "Contents", "Notes", "Table 1", "Table 2"]
    names = {ElementTree.fromstring(part).get("name") for part in parts(path, "xl/tables/")}
    assert names == {"contents_table", "notes_table", "released", "linkage"}


def test_a_release_that_says_nothing_of_linking_has_one_table(dhsc: dict[str, Any], tmp_path: Path) -> None:
    dhsc["releases"][0]["linkage"] = None
    assert sheet_names(write(tmp_path, dhsc))[-1] == "Table 1"


def test_markers_stay_and_are_explained(dhsc: dict[str, Any], tmp_path: Path) -> None:
    found = strings(write(tmp_path, dhsc))
    assert "[c]" in found
    assert any(text.startswith("[c] confidential") for text in found)
    assert not any(text.startswith("[x]") for text in found)


def test_notes_say_that_data_is_synthetic_and_whether_the_definition_is_official(
    dhsc: dict[str, Any], tmp_path: Path
) -> None:
    found = " ".join(strings(write(tmp_path, dhsc)))
    assert "Synthetic data:" in found
    assert "This is the official definition" in found
    dhsc["programme"]["synthetic"] = False
    dhsc["releases"][0]["measure"]["official"] = False
    found = " ".join(strings(write(tmp_path, dhsc)))
    assert "Synthetic data:" not in found
    assert "should not be compared with official figures" in found


@pytest.mark.parametrize("text", ["=1+1", "=cmd|'/C calc'!A0", "http://example.org", "$$x$$", "[a](b)[c](d)"])
def test_no_text_becomes_a_formula_a_link_or_a_note_reference(dhsc: dict[str, Any], tmp_path: Path, text: str) -> None:
    release = dhsc["releases"][0]
    release.update(title=f"{text} title", context=text)
    release["table"].update(title=f"{text} table", notes=[f"{text} note"])
    release["table"]["rows"][0]["region"] = f"{text} region"
    release["table"]["labels"]["region"] = f"{text} label"
    path = write(tmp_path, dhsc)
    sheets = "".join(parts(path, "xl/worksheets/sheet"))
    assert "<f>" not in sheets
    assert "example.org" not in "".join(parts(path, "xl/worksheets/_rels/"))
    assert text.replace("$$", "$ $").replace("](", "] (") + " region" in strings(path)


def test_a_note_without_words_is_left_out(dhsc: dict[str, Any], tmp_path: Path) -> None:
    dhsc["releases"][0]["table"]["notes"] = ["", "—"]
    assert "—" not in strings(write(tmp_path, dhsc))


def test_figures_are_numbers_and_whole_numbers_stay_whole(dhsc: dict[str, Any], tmp_path: Path) -> None:
    sheet = ElementTree.fromstring(parts(write(tmp_path, dhsc), "xl/worksheets/sheet4.xml")[0])
    values = [cell.findtext(f"{MAIN}v") for cell in sheet.iter(f"{MAIN}c") if cell.get("t") is None]
    assert values[:3] == ["240", "96", "40"]


def test_the_same_release_gives_the_same_bytes_dated_by_the_release(dhsc: dict[str, Any], tmp_path: Path) -> None:
    first, second = write(tmp_path, dhsc, "a.xlsx"), write(tmp_path, dhsc, "b.xlsx")
    assert first.read_bytes() == second.read_bytes()
    assert "2024-11-04T00:00:00Z" in parts(first, "docProps/core.xml")[0]
