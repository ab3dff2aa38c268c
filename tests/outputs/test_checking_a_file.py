"""`boldlink output check`: what the airlock would say of a file, from the file alone, without a home."""

from __future__ import annotations

import json

import pytest
from made_files import svg
from research import PEOPLE, TRUE, written

OTHER = {
    "title": "Places in approved premises", "statistic": "other", "dataset": "prison", "period": PEOPLE["period"],
    "keys": ["area"], "counts": ["people"], "reads": {"prison": ["release_region"]}, "method": "Counted by hand.",
    "categories": {"area": ["North", "South"]},
}  # fmt: skip


@pytest.fixture
def check(invoke, tmp_path):
    """The command on a file of this content."""

    def checking(content, *more, declared=PEOPLE, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return invoke("output", "check", path, "--declared", written(tmp_path / "d.yaml", declared), *more)

    return checking


def test_a_file_with_nothing_wrong_ends_with_nought_and_says_what_comes_next(check):
    found = check(TRUE)
    assert found.exit_code == 0 and "4 cell(s): 0 withheld, 0 failing. Outcome: pass." in found.output
    assert "the place works it out again from the research dataset and compares every cell" in found.output


def test_every_failing_cell_is_counted_named_and_told_its_fix(check):
    wrong = TRUE.replace("125", "123").replace("East,30", "East,[c]").replace("All,215", "All,185")
    found = check(wrong, "--json")
    told = json.loads(found.stdout)
    assert found.exit_code == 2 and told["outcome"] == "fail"
    assert told["cells"] == {"all": 4, "withheld": 1, "failing": 2}
    where = {(one["code"], one["where"]) for one in told["findings"]}
    assert where == {("CELL-NOT-ROUNDED", "row 1, column people"), ("CELL-TOTAL-TELLS", "row 4, column people")}
    words = check(wrong)
    assert words.exit_code == 2 and "What would pass: round counts to 5." in words.output


def test_what_cannot_be_worked_out_again_is_told_whom_it_waits_for(check):
    found = check("area,people\nNorth,125\nSouth,60\n", declared=OTHER)
    assert found.exit_code == 0 and "two reviewers must each give reasons" in found.output
    unread = {name: value for name, value in OTHER.items() if name != "categories"}
    assert json.loads(check("area,people\nNorth,125\n", "--json", declared=unread).stdout)["outcome"] == "review"


@pytest.mark.parametrize(
    ("content", "name", "declared", "code"),
    [
        ("forename,people\nZebedee,20\n", "table.csv", PEOPLE, "FILE-PERSONAL"),
        (svg(), "chart.svg", PEOPLE, "FILE-NO-DATA"),
        (TRUE, "table.csv", {**PEOPLE, "keys": []}, "DECLARED-REFUSED"),
        (TRUE, "table.csv", {**PEOPLE, "keys": ["sex_recorded"]}, "FILE-COLUMNS"),
    ],
    ids=["person", "drawing", "declaration", "columns"],
)
def test_a_file_that_is_not_taken_is_refused_with_its_code(content, name, declared, code, check):
    found = check(content, "--json", name=name, declared=declared)
    told = json.loads(found.stdout)["error"]
    assert found.exit_code == 2 and told["code"] == code and told["do"] and "Zebedee" not in found.output


def test_a_file_that_is_not_there_is_refused(invoke, tmp_path):
    declared = written(tmp_path / "d.yaml", PEOPLE)
    for path, option in ((tmp_path / "none.csv", declared), (declared.with_suffix(".csv"), tmp_path / "none.yaml")):
        found = invoke("output", "check", path, "--declared", option, "--json")
        assert found.exit_code == 2 and json.loads(found.stdout)["error"]["code"] in ("FILE-PLAIN", "DECLARED-REFUSED")
