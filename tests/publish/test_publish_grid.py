"""A grid reads well on a page and is exact and harmless as CSV."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.publish.grid import Grid, Heading, Link, csv_text, decimals, fields_grid, show, spoken_date


def grid(*rows: tuple[object, ...]) -> Grid:
    width = len(rows[0]) if rows else 1
    return Grid("Caption", tuple(Heading(f"c{index}", f"C{index}") for index in range(width)), rows)


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_no_text_can_run_as_a_formula(cell: str) -> None:
    assert cells(csv_text(grid((cell,)))) == [[f"'{cell}"]]


def test_a_heading_cannot_run_as_a_formula() -> None:
    text = csv_text(Grid("", (Heading("=evil", "E"),), ()))
    assert text == "'=evil\r\n"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n")))
def test_csv_gives_any_text_back_with_one_mark_before_it_at_most(text: str) -> None:
    (row,) = cells(csv_text(grid((text, "end"))))
    assert row[0] in (text, f"'{text}")
    assert not row[0].lstrip(" ").startswith(("=", "+", "-", "@"))


def test_figures_are_exact_in_csv_and_a_negative_figure_stays_a_figure() -> None:
    assert cells(csv_text(grid((1234567, 12.3456, -5)))) == [["1234567", "12.3456", "-5"]]


def test_markers_stay_in_csv() -> None:
    assert cells(csv_text(grid(("[c]", "[x]")))) == [["[c]", "[x]"]]


def test_links_dates_and_several_values_are_plain_in_csv() -> None:
    row = (Link("NDTMS", "datasets/ndtms"), date(2024, 11, 4), ("a", Link("b", "p")))
    assert cells(csv_text(grid(row))) == [["NDTMS", "2024-11-04", "a; b"]]


@pytest.mark.parametrize(
    ("column", "places"),
    [([1, 2], 0), ([1.0, 2.0], 0), ([1.5, 2.0], 1), ([0.125, "[c]"], 3), ([1 / 3], 3), (["[c]"], 0), ([], 0)],
    ids=str,
)
def test_a_column_shows_the_decimals_it_needs_and_three_at_most(column: list[object], places: int) -> None:
    assert decimals(column) == places


def test_figures_of_a_column_line_up() -> None:
    assert grid((1234.5,), (7,), ("[c]",)).shown() == (("1,234.5",), ("7.0",), ("[c]",))


def test_a_date_is_said_in_words() -> None:
    assert show(date(2024, 11, 4)) == spoken_date(date(2024, 11, 4)) == "4 November 2024"


def test_truth_is_not_a_figure() -> None:
    assert show(True) is True


def test_a_nested_document_becomes_paths_and_values() -> None:
    document = {"title": "T", "law": [{"for": "x"}, {"for": "y"}], "none": []}
    assert fields_grid(document).rows == (("title", "T"), ("law.1.for", "x"), ("law.2.for", "y"))
