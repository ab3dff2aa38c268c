"""The register opened from files in Debian's Chromium, at the width of a desk and of a telephone."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from boldlink.publish import publish

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = Path("/usr/bin/chromium")
EXPORTS = Path(__file__).parents[1] / "publish" / "exports"
WIDTHS_PIXELS = {"desk": 1280, "telephone": 320}  # 320 is the narrowest of WCAG 2.2, 1.4.10 Reflow
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "preload": False,  # axe would fetch the stylesheet once more, which the page's own policy forbids
}


def absent(what: str) -> None:
    """Skip, or fail where every check must run."""
    if os.environ.get("BOLDLINK_REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is not installed, and BOLDLINK_REQUIRE_ALL is set")
    pytest.skip(f"{what} is not installed")


def needed(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        absent(module)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        absent("chromium")
    with needed("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser") / "site"
    publish([json.loads(path.read_text("utf-8")) for path in sorted(EXPORTS.glob("*.json"))], folder)
    return folder


@pytest.fixture(params=WIDTHS_PIXELS.values(), ids=WIDTHS_PIXELS.keys())
def page(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    """A page that fails its test when it reports a problem or asks for anything but a file."""
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("request", lambda asked: asked.url.startswith("file:") or problems.append(asked.url))
    yield page
    context.close()
    assert problems == []


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_axe_finds_nothing_against_accessibility_on_any_page(page: Any, site: Path) -> None:
    axe = needed("axe_playwright_python.sync_playwright").Axe()
    for path in pages(site):
        page.goto(path.as_uri())
        found = axe.run(page, options=AXE).response
        faults = {fault["id"]: [node["html"] for node in fault["nodes"]] for fault in found["violations"]}
        assert faults == {}, path.name
        assert len(found["passes"]) > 20, path.name


def test_no_page_is_wider_than_the_window(page: Any, site: Path) -> None:
    for path in pages(site):
        page.goto(path.as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path.name


def test_the_stylesheet_is_applied_from_a_file(page: Any, site: Path) -> None:
    for path in pages(site):
        page.goto(path.as_uri())
        ground = page.locator(".masthead").evaluate("node => getComputedStyle(node).backgroundColor")
        assert ground == "rgb(18, 67, 109)", path.name


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
    page.get_by_role("link", name="Starting treatment within three weeks of release, by region").click()
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
