"""The engine's pages as a reader opens them: the report of a run under a model, and one pair explained."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from boldlink.linkage import as_splink
from boldlink.linkage.model import Comparison, Level, Model, Rule

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def compared(column: str) -> Comparison:
    there = f'"{column}_l" IS NULL OR "{column}_r" IS NULL'
    near = f'levenshtein("{column}_l", "{column}_r") <= 2'
    levels = (
        Level(there, "missing", missing=True),
        Level(f'"{column}_l" = "{column}_r"', f"the same {column}", rarity=column),
        Level(near, f"nearly the same {column}"),
        Level("ELSE", f"another {column}"),
    )
    return Comparison(column, levels)


MODEL = Model(
    "dedupe_only", tuple(compared(column) for column in ("first_name", "surname", "dob", "town")),
    (Rule("l.surname = r.surname"), Rule("l.dob = r.dob"), Rule("l.first_name = r.first_name AND l.town = r.town")),
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Records of the common workload, linked under a model that was trained on the way, and one pair explained."""
    import sys

    from typer.testing import CliRunner

    from boldlink.cli import app

    sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
    from people import people

    folder = tmp_path_factory.mktemp("pages")
    pq.write_table(people(4_000), folder / "people.parquet")
    (folder / "model.json").write_text(json.dumps(as_splink(MODEL)))
    given = [str(folder / "people.parquet"), "--model", str(folder / "model.json")]
    linked = CliRunner().invoke(app, ["link", *given, "--out", str(folder / "out")])
    assert linked.exit_code == 0, linked.output
    pair = pq.read_table(folder / "out" / "pairs.parquet").slice(0, 1).to_pylist()[0]
    ids = [str(pair[f"unique_id_{side}"]) for side in "lr"]
    sides = ["--left", ids[0], "--right", ids[1], "--values", "--out", str(folder / "pair.html")]
    told = CliRunner().invoke(app, ["explain", *given, *sides])
    assert told.exit_code == 0, told.output
    return {"report": folder / "out" / "report.html", "pair": folder / "pair.html"}


@pytest.mark.parametrize("name", ["report", "pair"])
def test_axe_finds_nothing(page: Any, made: Mapping[str, Path], faults: Any, name: str) -> None:
    assert faults(page, made[name]) == {}


@pytest.mark.parametrize("name", ["report", "pair"])
def test_every_chart_has_a_title_a_description_and_its_table_beside_it(
    page: Any, made: Mapping[str, Path], name: str
) -> None:
    page.goto(made[name].as_uri())
    figures = page.locator("figure")
    assert figures.count() >= (1 if name == "pair" else 5)
    for number in range(figures.count()):
        one = figures.nth(number)
        assert one.locator("xpath=following-sibling::*[1]").locator("table").count() == 1
        assert one.locator("svg title").text_content()
        assert one.locator("svg desc").text_content()


def test_the_report_says_people_thresholds_rules_and_who_cannot_be_linked(page: Any, made: Mapping[str, Path]) -> None:
    page.goto(made["report"].as_uri())
    captions = page.locator("caption").all_inner_texts()
    for wanted in ("People, at three confidences", "Threshold choice", "Match weights", "Pairs by match weight",
                   "Blocking rules", "Unlinkable records", "Completeness after standardising"):  # fmt: skip
        assert wanted in captions
    assert "not yet reviewed by people" in page.locator("main").inner_text()


def test_an_explanation_reads_from_the_first_guess_to_the_sum(page: Any, made: Mapping[str, Path]) -> None:
    page.goto(made["pair"].as_uri())
    rows = page.get_by_role("table", name="Every comparison").locator("tbody tr")
    names = [rows.nth(n).locator("td").first.inner_text() for n in range(rows.count())]
    assert names == ["to begin with", "first name", "surname", "dob", "town", "all together"]
    assert "The two records are more likely of one person" in page.locator("main").inner_text()
