"""Reports of a run: made from what was released and nothing else, by themselves and by the command."""

from __future__ import annotations

import html
import json
import re
import shutil

from boldlink.journey import open_home
from boldlink.journey.report import make_report
from boldlink.journey.request import request_output, where_built
from boldlink.outputs import requests
from boldlink.programme.instruments import OutputDocument

PILOT = "substance-misuse"


def figures(page: str) -> set[str]:
    found = set(re.findall(r'<td class="[^"]*figure">([^<]+)</td>', page))
    assert found
    return found


def test_a_run_writes_the_reports_of_every_pilot_with_something_released(made):
    pages = {page.stem for page in made.shown.run.reports}
    with open_home(made.root, made.keys) as home:
        released = {
            e.body["use_case"] for place in home.places.values() for e in place.ledger.events("output.released")
        }
    assert pages == released and PILOT in pages
    assert {path.suffix for path in (made.root / "reports").glob(f"{PILOT}.*")} == {".html", ".xlsx", ".ods"}


def test_every_count_of_a_report_left_a_place_as_a_release(made):
    with open_home(made.root, made.keys) as home:
        bodies = [e.body for place in home.places.values() for e in place.ledger.events("output.released")]
    tables = [body["table"] for body in bodies if body["use_case"] == PILOT]
    counts = {f"{row[name]:,}" if isinstance(row[name], int) else row[name]
              for table in tables for row in table["rows"] for name in table["counts"]}  # fmt: skip
    page = (made.root / "reports" / f"{PILOT}.html").read_text("utf-8")
    shown = {figure for figure in figures(page) if "." not in figure}
    assert shown and shown <= counts | {"[c]", "[z]"} | {f"{n}" for n in range(101)}


def test_the_findings_on_record_are_followed_in_the_report(made):
    with open_home(made.root, made.keys) as home:
        recorded = home.programme(home.anywhere).instruments["findings", f"findings-{PILOT}"].findings
    page = (made.root / "reports" / f"{PILOT}.html").read_text("utf-8")
    for one in recorded:
        assert html.escape(one.what_changed, quote=False) in page and one.owner in page


def test_the_command_writes_the_report_where_it_is_told(copy, invoke, tmp_path):
    result = invoke("report", PILOT, "--home", copy.root, "--out", tmp_path / "out", "--json", keys=copy.keys)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert [path.rpartition(".")[2] for path in told["files"]] == ["html", "xlsx", "ods"] and told["tables"] > 0
    again = (copy.root / "reports" / f"{PILOT}.html").read_bytes()
    assert (tmp_path / "out" / f"{PILOT}.html").read_bytes() == again


def test_a_table_that_waits_for_review_is_named_with_whose_turn_it_is_and_none_of_its_figures(copy, invoke):
    wanted = OutputDocument.model_validate(
        {"measure": "continuity-of-care", "from": "2023-02-01", "to": "2024-02-29", "by": ["sex_recorded"], "context": "One more of the same."}
    )  # fmt: skip
    with open_home(copy.root, copy.keys) as home:
        place = where_built(home, PILOT, wanted.measure)
        before = make_report(home, PILOT, copy.root / "before")
        asked = request_output(home, place, PILOT, wanted, home.member(place, PILOT, "researcher"))
        after = make_report(home, PILOT, copy.root / "after")
    assert (before.tables, before.outstanding + 1) == (after.tables, after.outstanding)
    page = after.page.read_text("utf-8")
    assert f"{asked.title}. It waits for review." in page and "approvals still needed: 2" in page
    assert figures(page) == figures(before.page.read_text("utf-8"))
    result = invoke("report", PILOT, "--home", copy.root, keys=copy.keys)
    assert f"boldlink output review {asked.id} --as" in result.output.replace("\n", " ")


def test_a_figure_changed_in_a_signed_export_is_found_before_a_report_is_made(copy, invoke):
    for path in copy.root.glob("places/*/public/export-*.json"):
        path.write_text(path.read_text("utf-8").replace('"reviews":2', '"reviews":3'), "utf-8")
    result = invoke("report", PILOT, "--home", copy.root, "--json", keys=copy.keys)
    assert result.exit_code == 5, result.output


def test_a_report_from_one_place_holds_that_places_tables_alone(copy, invoke, tmp_path):
    with open_home(copy.root, copy.keys) as home:
        released = {name: [o for o in requests(place.ledger).values() if o.use_case == PILOT and o.state == "released"]
                    for name, place in home.places.items()}  # fmt: skip
    assert any(released.values())
    for name, outputs in released.items():
        result = invoke(
            "report", PILOT, "--home", copy.root, "--place", name, "--out", tmp_path / name, "--json", keys=copy.keys
        )
        told = json.loads(result.stdout)
        if outputs:
            assert told["tables"] == len({(o.body["measure"]["id"], str(o.body["asked"])) for o in outputs})
        else:
            assert told["error"]["code"] in ("REPORT-NOTHING", "REPORT-USE-CASE")


def test_unknown_pilots_homes_and_places_are_refused_in_words(copy, invoke):
    unknown = invoke("report", "reducing-speed", "--home", copy.root, "--json", keys=copy.keys)
    assert unknown.exit_code == 2 and json.loads(unknown.stdout)["error"]["code"] == "REPORT-USE-CASE"
    place = invoke("report", PILOT, "--home", copy.root, "--place", "moon", "--json", keys=copy.keys)
    assert place.exit_code == 2 and json.loads(place.stdout)["error"]["code"] == "PLACE-NOT-HERE"
    shutil.rmtree(copy.root / "places")
    assert invoke("report", PILOT, "--home", copy.root).exit_code == 2


def released(made, measure: str) -> tuple[dict, dict]:
    """What was asked for of a measure that left last, and the table that left."""
    with open_home(made.root, made.keys) as home:
        bodies = [e.body for place in home.places.values() for e in place.ledger.events("output.released")]
        asked = {one.id: one.body for place in home.places.values() for one in requests(place.ledger).values()}
    left = [body for body in bodies if asked[body["request"]]["measure"]["id"] == measure][-1]
    return asked[left["request"]], left["table"]


def test_a_share_of_links_is_corrected_by_what_linking_knows_of_itself(made):
    _, table = released(made, "sensitivity-engagement")
    methods = {row["method"] for row in table["rows"]}
    assert {one for one in methods if "Rogan-Gladen" in one} and {one for one in methods if one.startswith("Bounds")}
    assert not [note for note in table["notes"] if "nothing is known" in note.lower()]


def test_a_table_that_is_asked_for_with_totals_over_everybody_has_them_and_was_attacked(made):
    asked, table = released(made, "continuity-of-care")
    assert asked["rules"]["rounding"] == "controlled"
    (total,) = [row for row in table["rows"] if row["drug1"] == "All"]
    assert isinstance(total["released"], int) and total["released"] % 5 == 0
    assert ("subtraction from totals", "pass") in [(one["name"], one["outcome"]) for one in asked["checks"]]
