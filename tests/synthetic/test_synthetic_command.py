"""`boldlink synthetic`, as somebody calls it who has nothing but the command."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from boldlink.cli import app


def call(*arguments):
    return CliRunner().invoke(app, ["synthetic", *(str(argument) for argument in arguments)])


def test_the_command_writes_extracts_and_truth_and_says_how_many_rows(tmp_path):
    done = call("--people", 300, "--out", tmp_path / "made", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 0 and told["people"] == 300
    for name, rows in told["rows"].items():
        lines = (tmp_path / "made" / "extracts" / name).read_text().splitlines()
        assert len(lines) == rows + 1
    truth = {"people.csv", "records.csv", "effects.csv", "world.json"}
    assert {p.name for p in (tmp_path / "made" / "truth").iterdir()} == truth


def test_parquet_is_written_where_it_is_asked_for(tmp_path):
    done = call("--people", 200, "--out", tmp_path, "--format", "parquet")
    assert done.exit_code == 0 and (tmp_path / "extracts/pnc/2024-06.full.parquet").is_file()
    assert "who do not exist" in done.output


def test_what_cannot_be_made_ends_with_the_exit_code_of_bad_input(tmp_path):
    for arguments in (["--people", 0], ["--format", "xlsx"]):
        done = call("--out", tmp_path / "made", "--json", *arguments)
        assert done.exit_code == 2 and json.loads(done.stdout)["error"]["code"].startswith("SYNTHETIC-")


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (
            ["--people", 60, "--seed", 2],
            "the world of 60 people and seed 1; this would be that of 60 people and seed 2.",
        ),
        (["--people", 50, "--seed", 1], "this would be that of 50 people and seed 1."),
        (["--people", 60, "--format", "parquet"], "the same deliveries in another format."),
    ],
)
def test_another_world_is_not_written_among_the_files_of_the_first(tmp_path, other, words):
    assert call("--people", 60, "--out", tmp_path).exit_code == 0
    before = contents(tmp_path)
    done = call("--out", tmp_path, "--json", *other)
    error = json.loads(done.stdout)["error"]
    assert done.exit_code == 2 and error["code"] == "SYNTHETIC-WORLD" and words in error["why"] and error["do"]
    assert contents(tmp_path) == before


def test_the_same_world_is_written_again_and_is_the_same(tmp_path):
    for _ in range(2):
        assert call("--people", 60, "--seed", 3, "--out", tmp_path).exit_code == 0
        first = contents(tmp_path)
    assert call("--people", 60, "--seed", 3, "--out", tmp_path).exit_code == 0 and contents(tmp_path) == first


@pytest.mark.parametrize("where", ["extracts/prison/2024-06.full.csv", "truth/notes.txt"])
def test_files_of_unknown_people_are_not_written_over(tmp_path, where):
    (tmp_path / where).parent.mkdir(parents=True)
    (tmp_path / where).write_text("whose?")
    done = call("--people", 60, "--out", tmp_path, "--json")
    assert json.loads(done.stdout)["error"]["code"] == "SYNTHETIC-WORLD" and (tmp_path / where).read_text() == "whose?"
