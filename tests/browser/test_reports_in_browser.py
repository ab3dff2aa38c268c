"""A pilot's report opened from its file, at the width of a desk and of a telephone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from boldlink.publish.reports import Outstanding, write_report

sys.path.insert(0, str(Path(__file__).parents[1] / "publish"))
from invented_reports import register

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    waiting = (Outstanding("Housed on release", "outcomes", "awaiting_review", 2),)
    return write_report(register(), "reducing-reoffending", tmp_path_factory.mktemp("report"), waiting).page


def test_axe_finds_nothing_against_the_report(page: Any, report: Path, faults: Any) -> None:
    assert faults(page, report) == {}


def test_the_report_is_no_wider_than_the_window(page: Any, report: Path) -> None:
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_its_style_stands_in_the_page_and_its_policy_lets_it_through(page: Any, report: Path) -> None:
    page.goto(report.as_uri())
    border = page.locator(".headline").evaluate("node => getComputedStyle(node).borderTopColor")
    assert border == "rgb(18, 67, 109)"


def test_every_chart_has_a_name_a_finding_and_its_table_beside_it(page: Any, report: Path) -> None:
    page.goto(report.as_uri())
    figures = page.locator("figure")
    assert figures.count() == 6
    for number in range(figures.count()):
        one = figures.nth(number)
        assert one.locator("svg title").text_content() and one.locator(".finding").inner_text()
        assert one.locator("xpath=following-sibling::*[1]").locator("table").count() == 1


def test_a_reader_follows_a_sentence_to_its_table_by_keyboard(page: Any, report: Path) -> None:
    page.goto(report.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    linked = page.evaluate("document.activeElement.textContent")
    assert linked.startswith("Table ")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector(':target').textContent").startswith(f"{linked}: ")


def test_every_chart_is_read_without_scrolling(page: Any, report: Path) -> None:
    page.goto(report.as_uri())
    for chart in page.locator("figure .scroll").all():
        assert chart.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
