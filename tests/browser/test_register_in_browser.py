"""The register opened from files in Debian's Chromium, at the width of a desk and of a telephone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from boldlink.publish import publish

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXPORTS = Path(__file__).parents[1] / "publish" / "exports"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser") / "site"
    publish([json.loads(path.read_text("utf-8")) for path in sorted(EXPORTS.glob("*.json"))], folder)
    return folder


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_axe_finds_nothing_against_accessibility_on_any_page(page: Any, site: Path, faults: Any) -> None:
    for path in pages(site):
        assert faults(page, path) == {}, path.name


def test_no_page_is_wider_than_the_window(page: Any, site: Path) -> None:
    for path in pages(site):
        page.goto(path.as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path.name


def test_the_stylesheet_is_applied_from_a_file(page: Any, site: Path) -> None:
    for path in pages(site):
        page.goto(path.as_uri())
        ground = page.locator(".govuk-generic-header").evaluate("node => getComputedStyle(node).backgroundColor")
        assert ground == "rgb(11, 12, 12)", path.name


def test_the_first_tab_offers_to_skip_to_the_content(page: Any, site: Path) -> None:
    page.goto((site / "releases" / "r-2024-001.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_reader_finds_a_released_figure_by_following_links(page: Any, site: Path) -> None:
    page.goto((site / "index.html").as_uri())
    page.get_by_role("navigation", name="Pages of the register").get_by_role("link", name="Use cases").click()
    page.get_by_role("link", name="Continuity of care after prison").first.click()
    page.get_by_role("link", name="Starting treatment within three weeks of release, by region").first.click()
    row = page.get_by_role("row", name="North East")
    assert row.get_by_role("cell").all_inner_texts() == ["200", "92", "46.0"]
    assert page.get_by_role("img", name="Chart:").is_visible()


def test_a_wide_table_scrolls_by_keyboard_on_a_narrow_screen(page: Any, site: Path) -> None:
    page.goto((site / "how-to-check.html").as_uri())
    region = page.get_by_role("region", name="Where each place's ledger stood").first
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    scrollable, scrolled = region.evaluate("node => [node.scrollWidth > node.clientWidth, node.scrollLeft > 0]")
    assert scrollable == scrolled


def test_a_reader_finds_why_a_use_of_data_was_allowed_and_who_said_so(page: Any, site: Path) -> None:
    page.goto((site / "index.html").as_uri())
    page.get_by_role("navigation", name="Pages of the register").get_by_role("link", name="Accountability").click()
    page.get_by_role("link", name="Data protection impact assessments").click()
    page.get_by_role("link", name="dpia-substance-misuse").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Impact assessment: Continuity of care after prison"
    assert page.get_by_role("row", name="A flag that a person matched goes back to probation.").is_visible()
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Accountability").click()
    page.get_by_role("link", name="Decisions").click()
    assert page.get_by_text("Landlords would learn who was in prison.").is_visible()


def test_a_corrected_table_says_so_before_it_shows_anything(page: Any, site: Path) -> None:
    page.goto((site / "releases" / "r-2024-002.html").as_uri())
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    assert headings[:2] == ["This table was corrected", "What it shows"]


def test_the_register_can_be_read_without_javascript(browser: Any, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for path in pages(site):
        page.goto(path.as_uri())
        assert page.get_by_role("main").inner_text().strip(), path.name
    context.close()
