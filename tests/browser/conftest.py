"""Debian's Chromium, pages that report every problem they have, and the accessibility rules of axe."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        absent("chromium")
    with needed("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


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


@pytest.fixture(scope="session")
def faults() -> Callable[[Any, Path], dict[str, list[str]]]:
    """What axe finds against a page: rule -> the offending markup."""
    axe = needed("axe_playwright_python.sync_playwright").Axe()

    def run(page: Any, path: Path) -> dict[str, list[str]]:
        page.goto(path.as_uri())
        found = axe.run(page, options=AXE).response
        assert len(found["passes"]) > 15, path.name
        return {fault["id"]: [node["html"] for node in fault["nodes"]] for fault in found["violations"]}

    return run
