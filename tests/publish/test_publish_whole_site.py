"""Every file of the register, read as one whole: it can be used by everybody, and nothing in it says what is not so."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from boldlink.publish import publish

# Addresses under which something was once published. None of them may ever be taken out of this list.
LASTING = (
    "index", "use-cases", "use-cases/substance-misuse", "use-cases/reoffending", "use-cases/lettings", "datasets",
    "datasets/ndtms", "datasets/prison-releases", "datasets/outreach-notes", "releases", "releases/r-2024-001",
    "releases/r-2024-002", "refusals", "how-to-check", "accountability", "data-use-register", "legal-bases",
    "assessments", "assessments/dpia-substance-misuse", "ethics", "ethics/ethics-substance-misuse", "decisions",
    "engagement", "findings", "linkage-quality", "algorithmic-transparency", "corrections", "destruction",
)  # fmt: skip
ENDINGS = (".html", ".json", ".csv")
SAYS_ANONYMOUS = re.compile(r"(?<!pseud)anonym", re.IGNORECASE)


class Shape(HTMLParser):
    """A page's tags, and the words of its title."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.title, self._in_title = "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_title = tag == "title"

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""

    def count(self, tag: str, **attributes: str) -> int:
        return sum(name == tag and attributes.items() <= found.items() for name, found in self.tags)


def pages(site: Path) -> Iterator[tuple[Path, Shape]]:
    for path in sorted(site.rglob("*.html")):
        yield path, Shape(path.read_text("utf-8"))


def texts(site: Path) -> Iterator[tuple[Path, str]]:
    """Every file of words; of a spreadsheet, its parts."""
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        if path.suffix in (".xlsx", ".ods"):
            with zipfile.ZipFile(path) as archive:
                yield path, " ".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
        else:
            yield path, path.read_text("utf-8")


def test_no_page_lacks_a_title_a_language_a_main_landmark_or_a_way_to_skip_to_it(site: Path) -> None:
    for path, page in pages(site):
        lacking = [
            what
            for what, there in {
                "title": page.title.strip(),
                "language": page.count("html", lang="en"),
                "main": page.count("main", id="main") == 1,
                "skip": page.count("a", href="#main") == 1,
                "header": page.count("header"),
                "footer": page.count("footer"),
                "navigation": page.count("nav"),
            }.items()
            if not there
        ]
        assert lacking == [], path.name


def test_the_way_to_skip_comes_before_every_other_link(site: Path) -> None:
    for path, page in pages(site):
        links = [found.get("href") for name, found in page.tags if name == "a"]
        assert links[0] == "#main", path.name


def test_no_two_pages_have_one_title(site: Path) -> None:
    titles = [page.title for _, page in pages(site)]
    assert len(set(titles)) == len(titles)


def test_every_link_leads_to_a_file_or_to_an_id_of_its_page(site: Path) -> None:
    followed = 0
    for path, page in pages(site):
        ids = {found["id"] for _, found in page.tags if "id" in found}
        for _, found in page.tags:
            target = found.get("href")
            if target is None:
                continue
            followed += 1
            if target.startswith("#"):
                assert target[1:] in ids, (path.name, target)
            else:
                assert (path.parent / unquote(target)).resolve().is_relative_to(site.resolve()), (path.name, target)
                assert (path.parent / unquote(target)).is_file(), (path.name, target)
    assert followed > 500


def test_every_page_can_be_reached_from_the_first_by_links_alone(site: Path) -> None:
    known, ahead = set(), [site / "index.html"]
    while ahead:
        path = ahead.pop()
        if path in known or path.suffix != ".html":
            continue
        known.add(path)
        links = [found.get("href") or "" for tag, found in Shape(path.read_text("utf-8")).tags if tag == "a"]
        ahead += [(path.parent / link).resolve() for link in links if not link.startswith("#")]
    assert {path.relative_to(site.resolve()).as_posix() for path in {one.resolve() for one in known}} == {
        path.relative_to(site).as_posix() for path, _ in pages(site)
    }


def test_pseudonymised_data_is_never_called_anonymous_in_any_file(site: Path) -> None:
    for path, text in texts(site):
        assert not SAYS_ANONYMOUS.search(text), path.name


@pytest.mark.parametrize("word", ["Anonymous data", "fully ANONYMISED", "anonymity"])
def test_the_search_for_that_word_would_find_it(word: str) -> None:
    assert SAYS_ANONYMOUS.search(word) and not SAYS_ANONYMOUS.search("pseudonymised, Pseudonyms")


def test_every_json_is_one_document_of_the_register_and_says_whether_it_is_synthetic(site: Path) -> None:
    for path in site.rglob("*.json"):
        document = json.loads(path.read_text("utf-8"))
        assert document["format"] == "boldlink-register/1", path.name
        assert document["page"] == path.relative_to(site).with_suffix("").as_posix()
        assert document["synthetic"] is True and document["title"], path.name


def test_every_csv_has_one_head_of_names_and_rows_of_its_width_without_blanks(site: Path) -> None:
    optional = {"value"}  # of a document told field by field, where a field may be empty
    for path in site.rglob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            head, *rows = list(csv.reader(file))
        assert len(set(head)) == len(head) and all(head), path.name
        assert all(len(row) == len(head) for row in rows), path.name
        blank = {name for row in rows for name, cell in zip(head, row, strict=True) if not cell}
        assert blank <= optional, path.name


def test_every_address_once_published_is_still_there_in_every_form(site: Path) -> None:
    there = {path.relative_to(site).as_posix() for path in site.rglob("*.*")}
    assert [
        f"{address}{ending}" for address in LASTING for ending in ENDINGS if f"{address}{ending}" not in there
    ] == []


def test_addresses_stay_when_the_programme_has_given_everything_up(
    site: Path, dhsc: dict[str, Any], moj: dict[str, Any], tmp_path: Path
) -> None:
    for export in (dhsc, moj):
        gone = [("dataset", one["id"], one["name"]) for one in export["datasets"]]
        gone += [("use_case", one["id"], one["title"]) for one in export["use_cases"]]
        export["retired"] = export.get("retired", []) + [
            {"kind": kind, "id": id, "title": title, "on": "2027-03-31"} for kind, id, title in gone
        ]
        export["datasets"], export["use_cases"] = [], []
    publish([dhsc, moj], tmp_path / "later")
    later = {path.relative_to(tmp_path / "later").as_posix() for path in (tmp_path / "later").rglob("*.html")}
    assert {path.relative_to(site).as_posix() for path, _ in pages(site)} <= later
