"""Every page of the register stands on its own: named, linked, described, safe to open without a server."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from boldlink.publish import publish

# Classes of GOV.UK Frontend's own markup that its stylesheet does not speak of.
UNSTYLED = {
    "govuk-template__header", "govuk-generic-header__container", "govuk-service-navigation__text", "govuk-table__head",
    "govuk-table__body", "govuk-table__row",
}  # fmt: skip
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


class Reader(HTMLParser):
    """What a test asks of a page: its tags with attributes, its ids, its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def html_files(site: Path) -> Iterator[Path]:
    yield from sorted(site.rglob("*.html"))


def words(path: Path) -> str:
    return " ".join(Reader(path).text.split())


def test_there_is_a_page_for_everything_the_exports_name(site: Path) -> None:
    assert {path.relative_to(site).as_posix() for path in html_files(site)} == {
        "index.html", "use-cases.html", "use-cases/substance-misuse.html", "use-cases/reoffending.html",
        "datasets.html", "datasets/ndtms.html", "datasets/prison-releases.html",
        "releases.html", "releases/r-2024-001.html", "releases/r-2024-002.html",
        "refusals.html", "how-to-check.html",
        "accountability.html", "data-use-register.html", "legal-bases.html", "assessments.html",
        "assessments/dpia-substance-misuse.html", "ethics.html", "ethics/ethics-substance-misuse.html",
        "decisions.html", "engagement.html", "findings.html", "linkage-quality.html", "corrections.html",
        "destruction.html", "algorithmic-transparency.html", "datasets/outreach-notes.html", "use-cases/lettings.html",
    }  # fmt: skip


def test_every_page_has_a_language_a_title_of_its_own_and_one_heading(site: Path) -> None:
    titles = set()
    for path in html_files(site):
        page = Reader(path)
        assert [root["lang"] for root in page.all("html")] == ["en"], path
        assert len(page.all("h1")) == 1, path
        assert len(page.all("main")) == 1 and page.all("header") and page.all("footer"), path
        titles.add(re.findall("<title>(.*?)</title>", path.read_text("utf-8"))[0])
    assert len(titles) == len(list(html_files(site)))


def test_headings_never_skip_a_level(site: Path) -> None:
    for path in html_files(site):
        levels = [int(tag[1]) for tag, _ in Reader(path).tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels)), path


def test_ids_are_unique_and_every_reference_to_an_id_resolves(site: Path) -> None:
    for path in html_files(site):
        page = Reader(path)
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), path
        named = [id for _, attributes in page.tags for id in (attributes.get("aria-labelledby") or "").split()]
        assert set(named) <= set(ids), path
        assert "main" in ids and {"href": "#main", "class": "govuk-skip-link"} in page.all("a"), path


def test_every_page_has_json_and_csv_beside_it_and_every_release_its_spreadsheets(site: Path) -> None:
    for path in html_files(site):
        assert path.with_suffix(".json").is_file() and path.with_suffix(".csv").is_file(), path
        for ending in (".xlsx", ".ods"):
            assert path.with_suffix(ending).is_file() == (path.parent.name == "releases"), path


def test_every_link_leads_to_a_file_of_the_register(site: Path) -> None:
    for path in html_files(site):
        page = Reader(path)
        targets = [link["href"] or "" for link in page.all("a") + page.all("link")]
        for target in targets:
            if not target.startswith("#"):
                assert ":" not in target and not target.startswith("/"), (path, target)
                assert (path.parent / target).is_file(), (path, target)


def test_no_page_loads_or_runs_anything_from_elsewhere(site: Path) -> None:
    for path in html_files(site):
        page = Reader(path)
        assert not [tag for tag in ("script", "iframe", "img", "object", "form", "style") if page.all(tag)], path
        assert not [attributes for _, attributes in page.tags if "style" in attributes], path
        assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")], path
        sources = [attributes.get("src") for _, attributes in page.tags if "src" in attributes]
        assert sources == [], path
        policy = [meta["content"] or "" for meta in page.all("meta") if "http-equiv" in meta]
        assert policy and policy[0].startswith("default-src 'none';"), path
    for name in ("govuk-frontend.css", "register.css"):
        assert not [word for word in ("url(", "@import", "@font-face") if word in (site / name).read_text("utf-8")]


def test_every_class_is_one_that_a_stylesheet_knows(site: Path) -> None:
    style = "".join((site / name).read_text("utf-8") for name in ("govuk-frontend.css", "register.css"))
    known = set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", style))
    for path in html_files(site):
        classes = {name for _, attributes in Reader(path).tags for name in (attributes.get("class") or "").split()}
        unknown = {name for name in classes if name.startswith(("govuk-", "app-"))} - known
        assert unknown <= UNSTYLED, path


def test_what_belongs_to_gov_uk_alone_is_not_used(site: Path) -> None:
    """The typeface and the crest are licensed for GOV.UK; the Generic header carries no crown."""
    for path in site.glob("*.css"):
        assert not re.search("font-family:[^;}]*GDS", path.read_text("utf-8")), path
    for path in html_files(site):
        page = Reader(path)
        assert {"class": "govuk-generic-header"} in page.all("div") and "crown" not in page.text.lower(), path


def test_every_table_has_a_caption_and_headings_with_a_scope(site: Path) -> None:
    for path in html_files(site):
        page = Reader(path)
        assert len(page.all("caption")) == len(page.all("table")), path
        assert all(heading.get("scope") in ("row", "col") for heading in page.all("th")), path
        assert all(region.get("aria-label") for _, region in page.tags if region.get("role") == "region"), path


def test_synthetic_data_is_named_on_every_page(site: Path) -> None:
    for path in html_files(site):
        assert "Synthetic data." in words(path), path


def test_real_data_is_not_called_synthetic(alone: dict[str, Any], tmp_path: Path) -> None:
    alone["programme"]["synthetic"] = False
    publish([alone], tmp_path / "site")
    for path in html_files(tmp_path / "site"):
        assert "ynthetic" not in words(path), path


def test_the_word_anonymous_never_describes_data(site: Path, tree: Callable[[Path], dict[str, bytes]]) -> None:
    for name, content in tree(site).items():
        assert b"anonym" not in content.lower().replace(b"pseudonym", b""), name


def test_the_overview_says_what_the_programme_is_not_for_and_how_people_are_protected(site: Path) -> None:
    said = words(site / "index.html")
    assert "No data is shared for commercial purposes." in said
    assert "Pseudonymised data is still personal data" in said
    assert "The programme runs until 31 March 2027." in said
    assert "508" in said  # events of both ledgers


@pytest.mark.parametrize(
    "fact",
    [
        "How many people leaving prison",
        "UK GDPR Article 6(1)(e)",
        "31 December 2026",
        "National Drug Treatment Monitoring System",
        "National Lived Experience Group",
        "Caldicott Guardian, Department of Health and Social Care",
        "Live",
        "Research",
    ],
)
def test_a_use_case_page_tells_purpose_law_data_end_and_who_was_asked(site: Path, fact: str) -> None:
    assert fact in words(site / "use-cases" / "substance-misuse.html")


def test_a_dataset_page_tells_what_each_column_is_for(site: Path) -> None:
    said = words(site / "datasets" / "ndtms.html")
    assert "Used for linking: seen only by linkers" in said
    assert "Yes. Its rows never leave; other data comes to it." in said
    assert "dsa-ndtms-moj, ends 31 December 2026" in said


def test_a_release_page_has_chart_table_definition_checks_and_record(site: Path) -> None:
    path = site / "releases" / "r-2024-001.html"
    said = words(path)
    assert ": highest for North East (46.0%) and lowest for London (37.5%), against 40.6% overall." in said
    assert "Adults released with a treatment need who start community treatment within 21 days." in said
    assert "Compared with 3 earlier releases" in said
    assert "7c" * 32 in said
    assert [drawn.get("role") for drawn in Reader(path).all("svg")] == ["img"]


def test_withheld_cells_are_marked_and_explained_everywhere(site: Path) -> None:
    stem = site / "releases" / "r-2024-001"
    page = stem.with_suffix(".html").read_text("utf-8")
    assert len(re.findall(r'<td class="[^"]*--numeric[^"]*">\[c\]</td>', page)) == 3
    assert "<td></td>" not in page
    assert "[c] confidential" in page
    rows = list(csv.reader(stem.with_suffix(".csv").read_text("utf-8").splitlines()))
    assert ["Wales", "[c]", "[c]", "[c]"] in rows
    content = json.loads(stem.with_suffix(".json").read_text("utf-8"))["content"]
    assert content["table"]["rows"][4] == {
        "region": "Wales", "released": "[c]", "engaged": "[c]", "engaged_percent": "[c]",
    }  # fmt: skip


def test_the_csv_of_a_release_holds_the_figures_as_they_were_released(site: Path, dhsc: dict[str, Any]) -> None:
    lines = (site / "releases" / "r-2024-001.csv").read_text("utf-8").splitlines()
    released = [[str(cell) for cell in row.values()] for row in dhsc["releases"][0]["table"]["rows"]]
    assert list(csv.reader(lines)) == [["region", "released", "engaged", "engaged_percent"], *released]


def test_json_gives_back_what_the_export_said(site: Path, dhsc: dict[str, Any]) -> None:
    document = json.loads((site / "use-cases" / "substance-misuse.json").read_text("utf-8"))
    assert document["content"] == dhsc["use_cases"][0]
    assert document["synthetic"] is True
    assert document["made_on"] == "2024-11-21"


def test_the_ledger_heads_can_be_kept_by_anybody(site: Path) -> None:
    said = words(site / "how-to-check.html")
    assert "1f" * 32 in said and "2e" * 32 in said
    rows = list(csv.reader((site / "how-to-check.csv").read_text("utf-8").splitlines()))
    assert rows[1][:4] == ["DHSC environment", "2024-11-20", "412", "1f" * 32]


def test_refusals_are_published_with_their_reasons(site: Path) -> None:
    assert "fewer than 10 people" in words(site / "refusals.html")


def test_a_register_with_nothing_in_it_says_so(alone: dict[str, Any], tmp_path: Path) -> None:
    publish([alone], tmp_path / "site")
    assert "Nothing has been refused." in words(tmp_path / "site" / "refusals.html")
    assert "Nothing has been released yet." in words(tmp_path / "site" / "index.html")


def test_what_the_register_does_not_know_is_named_without_a_link(dhsc: dict[str, Any], tmp_path: Path) -> None:
    publish([dhsc], tmp_path / "site")
    page = tmp_path / "site" / "use-cases" / "substance-misuse.html"
    assert "prison-releases [x] [x]" in words(page)
    assert "datasets/prison-releases.html" not in page.read_text("utf-8")


def hostile(document: Any) -> Any:
    """The document with hostile text in every place that takes free text."""
    free = (
        "title", "name", "summary", "contact", "description", "question", "public_benefit", "heard",
        "context", "explanation", "note", "group", "law", "for", "lane", "status", "definition", "operator",
    )  # fmt: skip
    if isinstance(document, dict):
        return {key: HOSTILE if key in free else hostile(value) for key, value in document.items()}
    return [hostile(member) for member in document] if isinstance(document, list) else document


def test_hostile_text_is_shown_and_never_run(dhsc: dict[str, Any], tmp_path: Path) -> None:
    export = hostile(dhsc)
    export["datasets"][0]["columns"][0]["name"] = "column"
    export["releases"][0]["table"]["rows"][0]["region"] = HOSTILE
    publish([export], tmp_path / "site")
    for path in html_files(tmp_path / "site"):
        page = Reader(path)
        assert not page.all("script") and not page.all("img"), path
        assert HOSTILE in page.text, path


def test_hostile_text_cannot_run_from_any_csv(dhsc: dict[str, Any], tmp_path: Path) -> None:
    dhsc["use_cases"][0]["title"] = "=cmd|'/C calc'!A0"
    dhsc["refusals"][0]["title"] = "@SUM(1+1)*cmd"
    publish([dhsc], tmp_path / "site")
    for path in (tmp_path / "site").rglob("*.csv"):
        for row in csv.reader(path.read_text("utf-8").splitlines()):
            assert not [cell for cell in row if cell.startswith(("=", "@", "+"))], path
