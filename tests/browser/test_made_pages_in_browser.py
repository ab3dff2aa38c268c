"""What the commands make, opened as a reader would: the demo's register and the linkage report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.csv as pc
import pytest

from boldlink.synthetic import write_extracts

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two departments' files linked by the engine alone."""
    from typer.testing import CliRunner

    from boldlink.cli import app

    folder = tmp_path_factory.mktemp("report")
    write_extracts(folder / "e", folder / "t", people=800, seed=4)
    for name in ("prison", "probation"):
        pc.write_csv(pc.read_csv(folder / "e" / name / "2024-06.full.csv"), folder / f"{name}.csv")
    files = [str(folder / "prison.csv"), str(folder / "probation.csv")]
    result = CliRunner().invoke(app, ["link", *files, "--out", str(folder / "out")])
    assert result.exit_code == 0, result.output
    return folder / "out"


def test_axe_finds_nothing_against_the_linkage_report(page: Any, linked: Path, faults: Any) -> None:
    assert faults(page, linked / "report.html") == {}


def test_every_chart_of_the_report_has_its_table_beside_it(page: Any, linked: Path) -> None:
    page.goto((linked / "report.html").as_uri())
    figures = page.locator("figure")
    assert figures.count() >= 5
    for number in range(figures.count()):
        assert figures.nth(number).locator("xpath=following-sibling::*[1]").locator("table").count() == 1
        assert figures.nth(number).locator("svg title").text_content()


def test_the_report_shows_no_value_of_anybody(page: Any, linked: Path) -> None:
    text = (linked / "report.html").read_text(encoding="utf-8").lower()
    people = pc.read_csv(linked.parent / "t" / "people.csv").to_pylist()
    full = {f"{one['forename']} {one['surname']}".lower() for one in people} | {
        one["postcode"].lower() for one in people
    }
    assert not {value for value in full if value in text}


def test_axe_finds_nothing_against_the_demos_register(page: Any, made: Any, faults: Any) -> None:
    for path in sorted((made.root / "register").rglob("*.html")):
        assert faults(page, path) == {}, path.name


def test_a_reader_of_the_demos_register_finds_the_released_measures(page: Any, made: Any) -> None:
    page.goto((made.root / "register" / "index.html").as_uri())
    assert "Synthetic" in page.locator("body").inner_text()
    page.get_by_role("link", name="Released tables").first.click()
    names = page.locator("main a").all_inner_texts()
    assert any("Proven reoffending" in name for name in names)
    assert any("prison-linked" in name for name in names)
