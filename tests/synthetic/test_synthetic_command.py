"""`boldlink synthetic`, as somebody calls it who has nothing but the command."""

from __future__ import annotations

import json

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
    assert {p.name for p in (tmp_path / "made" / "truth").iterdir()} == {"people.csv", "records.csv", "effects.csv"}


def test_parquet_is_written_where_it_is_asked_for(tmp_path):
    done = call("--people", 200, "--out", tmp_path, "--format", "parquet")
    assert done.exit_code == 0 and (tmp_path / "extracts/pnc/2024-06.full.parquet").is_file()
    assert "who do not exist" in done.output


def test_what_cannot_be_made_ends_with_the_exit_code_of_bad_input(tmp_path):
    for arguments in (["--people", 0], ["--format", "xlsx"]):
        done = call("--out", tmp_path / "made", "--json", *arguments)
        assert done.exit_code == 2 and json.loads(done.stdout)["error"]["code"].startswith("SYNTHETIC-")
