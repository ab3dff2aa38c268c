"""What a stranger tried and stumbled over: nobody to link, names that look like markup, folders in the way, no header."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from invented_records import Row, people, with_errors

Invoke = Callable[..., Any]


def written(path: Path, rows: list[Row], names: dict[str, str] | None = None) -> Path:
    columns = [name for name in rows[0] if name != "sex"]
    header = ",".join((names or {}).get(name, name) for name in columns)
    lines = [",".join(str(row[name] or "") for name in columns) for row in rows]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def refused(result: Any, code: str) -> str:
    assert result.exit_code == 2, result.output
    held = json.loads(result.stdout)["error"]
    assert held["code"] == code
    return " ".join(held.values())


@pytest.mark.parametrize("rows", [people(1), people(2)[:2]])
def test_a_file_in_which_nobody_could_be_linked_ends_in_no_pairs(
    tmp_path: Path, invoke: Invoke, rows: list[Row]
) -> None:
    told = invoke("link", written(tmp_path / "few.csv", rows), "--out", tmp_path / "out", "--json")
    assert told.exit_code == 0, told.output
    assert pq.read_table(tmp_path / "out" / "pairs.parquet").num_rows == 0
    assert pq.read_table(tmp_path / "out" / "clusters.parquet").num_rows == len(rows)


def test_two_files_that_share_nobody_end_in_no_pairs(tmp_path: Path, invoke: Invoke) -> None:
    one, other = written(tmp_path / "a.csv", people(2, 1)), written(tmp_path / "b.csv", people(2, 9))
    told = json.loads(invoke("link", one, other, "--out", tmp_path / "out", "--json").stdout)
    assert told["pairs"] == 0


def test_names_that_look_like_markup_are_shown_as_they_are(tmp_path: Path, invoke: Invoke) -> None:
    file = written(tmp_path / "a.csv", people(40), {"postcode": "[/foo]"})
    told = invoke("link", file, "--out", tmp_path / "out[")
    assert told.exit_code == 0, told.output
    assert "[/foo]" in told.output


def test_a_place_where_nothing_can_be_written_is_refused_before_any_work(tmp_path: Path, invoke: Invoke) -> None:
    file = written(tmp_path / "a.csv", people(5))
    (tmp_path / "taken").write_text("mine")
    for out in (tmp_path / "taken", tmp_path / "taken" / "deeper", tmp_path / ("n" * 300)):
        assert "Traceback" not in refused(invoke("link", file, "--out", out, "--json"), "LINK-OUT")
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_folder_where_a_result_should_be_leaves_earlier_results_as_they_were(tmp_path: Path, invoke: Invoke) -> None:
    file, out = written(tmp_path / "a.csv", people(40)), tmp_path / "out"
    invoke("link", file, "--out", out)
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.name != "report.html"}
    (out / "report.html").unlink()
    (out / "report.html").mkdir()
    other = written(tmp_path / "b.csv", people(60, 4))
    refused(invoke("link", other, "--out", out, "--json"), "LINK-OUT")
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before


def test_a_file_without_a_header_is_refused_without_its_first_record(tmp_path: Path, invoke: Invoke) -> None:
    rows = people(30)
    file = written(tmp_path / "a.csv", rows)
    file.write_text("".join(file.read_text().splitlines(keepends=True)[1:]))
    told = refused(invoke("link", file, "--out", tmp_path / "out", "--json"), "LINK-NO-HEADER")
    assert str(rows[0]["surname"]) not in told


def test_a_folder_in_place_of_a_file_is_called_a_folder(tmp_path: Path, invoke: Invoke) -> None:
    assert "it is a folder" in refused(invoke("link", tmp_path, "--json"), "LINK-NO-FILE")


def test_an_explanation_that_cannot_be_written_is_refused(tmp_path: Path, invoke: Invoke) -> None:
    rows = people(40)
    files = written(tmp_path / "a.csv", rows), written(tmp_path / "b.csv", with_errors(rows))
    sides = ("--id", "id", "--left", "3", "--right", "3")
    refused(invoke("explain", *files, *sides, "--out", tmp_path, "--json"), "EXPLAIN-OUT")


def test_files_in_which_nobody_is_twice_are_seen_to_be_so_although_twins_look_alike(
    tmp_path: Path, invoke: Invoke
) -> None:
    rows = people(400)
    for n in range(0, 80, 2):
        rows[n + 1] |= {name: rows[n][name] for name in ("surname", "dob", "postcode")}
        rows[n + 1]["forename"] = "winifred" if rows[n]["forename"] != "winifred" else "otto"
    one, other = written(tmp_path / "a.csv", rows), written(tmp_path / "b.csv", with_errors(rows, 0.05))
    told = json.loads(invoke("link", one, other, "--id", "id", "--out", tmp_path / "out", "--json").stdout)
    assert told["one_to_one"] == ["a", "b"]
    medium = next(row for row in told["people"] if row["confidence"] == "medium")
    assert medium["people"] == pytest.approx(400, abs=8)
