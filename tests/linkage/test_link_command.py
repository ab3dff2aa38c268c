"""`boldlink link`: files in, four files out, and every refusal in four parts with its exit code."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import typer
from invented_records import Row, people, with_errors
from typer.testing import CliRunner, Result

from boldlink.cli.link import link

app = typer.Typer()
app.command()(link)
FILES = {"pairs.parquet", "clusters.parquet", "model.json", "report.html"}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def write(path: Path, rows: list[Row]) -> Path:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def department(rows: list[Row]) -> list[Row]:
    """The columns as departments name them; `true_cluster` gives the truth away, and `wages` means nothing."""
    return [
        {"rec_id": f"r{row['id']}", "given_name": row["forename"], "surname": row["surname"], "dob": row["dob"],
         "postcode": row["postcode"], "true_cluster": row["id"], "wages": "100"}
        for row in rows
    ]  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder, rows = tmp_path_factory.mktemp("files"), people(150)
    return write(folder / "a.csv", department(rows)), write(folder / "b.csv", department(with_errors(rows)))


@pytest.fixture(scope="module")
def done(files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    out = tmp_path_factory.mktemp("out") / "linked"
    result = run(*files, "--out", out, "--threads", 1, "--json")
    assert result.exit_code == 0, result.output
    return out, json.loads(result.stdout)


def test_the_four_files_are_written_and_nothing_else(done: tuple[Path, dict[str, object]]) -> None:
    assert {path.name for path in done[0].iterdir()} == FILES
    assert done[1]["files"] == sorted(FILES)


def test_pairs_and_clusters_name_records_by_file_and_id(done: tuple[Path, dict[str, object]]) -> None:
    pairs, clusters = (pq.read_table(done[0] / f"{name}.parquet") for name in ("pairs", "clusters"))
    best = pairs.slice(0, 1).to_pylist()[0]
    assert (best["source_dataset_l"], best["source_dataset_r"]) == ("a", "b")
    assert best["unique_id_l"] == best["unique_id_r"]
    assert clusters.num_rows == 300
    assert clusters.schema.names == ["source_dataset", "unique_id", "cluster_high", "cluster_medium", "cluster_low"]


def test_people_are_found_and_the_truth_column_had_no_part_in_it(done: tuple[Path, dict[str, object]]) -> None:
    rows = pq.read_table(done[0] / "clusters.parquet").to_pylist()
    of = {(row["source_dataset"], row["unique_id"]): row["cluster_medium"] for row in rows}
    assert sum(of["a", f"r{n}"] == of["b", f"r{n}"] for n in range(150)) >= 140
    told = done[1]["understood"]
    assert isinstance(told, dict)
    assert {"true_cluster", "wages"} <= set(told["a"]["unused"])
    assert told["a"]["id"] == "rec_id"


def test_the_model_is_splinks_format(done: tuple[Path, dict[str, object]]) -> None:
    model = json.loads((done[0] / "model.json").read_text(encoding="utf-8"))
    assert model["link_type"] == "link_only"
    assert model["comparisons"][0]["comparison_levels"][0]["is_null_level"]


class Page(HTMLParser):
    """The tags, texts and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def count(self, tag: str) -> int:
        return sum(one == tag for one, _ in self.tags)


def test_the_report_opens_offline_with_a_table_beside_every_chart(done: tuple[Path, dict[str, object]]) -> None:
    text = (done[0] / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert ("html", {"lang": "en"}) in page.tags
    assert page.count("main") == page.count("h1") == 1
    assert page.count("script") == 0
    assert page.count("svg") == page.count("figure") == page.count("figcaption") >= 4
    assert page.count("table") >= page.count("figure")
    assert not re.search(r"(src|href)=\"(https?:)?//", text)
    assert "not yet reviewed by people" in text


def test_the_report_holds_no_personal_value(done: tuple[Path, dict[str, object]]) -> None:
    text = (done[0] / "report.html").read_text(encoding="utf-8").lower()
    for row in people(150):
        assert str(row["dob"]) not in text
        assert str(row["surname"]) not in text
        assert str(row["postcode"]).lower() not in text


def test_a_second_run_gives_the_same_bytes(
    files: tuple[Path, Path], done: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    assert run(*files, "--out", tmp_path / "again", "--threads", 2).exit_code == 0
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (done[0] / name).read_bytes()


def test_a_person_reads_what_was_understood(files: tuple[Path, Path], tmp_path: Path) -> None:
    result = run(*files, "--out", tmp_path / "out", "--threads", 1)
    assert result.exit_code == 0
    for word in ("given_name", "date of birth", "not used", "best kept from", "not yet reviewed by people"):
        assert word in result.output


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    rows = department(people(60))
    first, second = write(tmp_path / "x" / "people.csv", rows), write(tmp_path / "y" / "people.csv", rows)
    told = json.loads(run(first, second, "--out", tmp_path / "out", "--json", "--threads", 1).stdout)
    assert told["records"] == {"people": 60, "people_2": 60}


def test_columns_can_be_said_and_ignored(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"who": r["surname"], "call": r["forename"], "when": r["dob"], "email": None} for r in people(60)
    ]
    path = write(tmp_path / "odd.csv", rows)
    said = [
        "--column",
        "who=surname",
        "--column",
        "call=forename",
        "--column",
        "when=date_of_birth",
        "--ignore",
        "email",
    ]
    told = json.loads(run(path, "--out", tmp_path / "out", "--json", "--threads", 1, *said).stdout)
    assert told["understood"]["odd"]["meanings"] == {"who": "surname", "call": "forename", "when": "date_of_birth"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--column", "dob"], "LINK-COLUMN-OPTION"),
        (["--column", "nosuch=surname"], "LINK-UNKNOWN-COLUMN"),
        (["--column", "dob=shoe_size"], "LINK-MEANING"),
        (["--ignore", "nosuch"], "LINK-UNKNOWN-COLUMN"),
        (["--id", "nosuch"], "LINK-UNKNOWN-COLUMN"),
        (["--id", "wages"], "LINK-DUPLICATE-IDS"),
    ],
)
def test_a_bad_option_is_refused_and_nothing_is_written(
    files: tuple[Path, Path], tmp_path: Path, arguments: list[str], code: str
) -> None:
    result = run(*files, "--out", tmp_path / "out", "--json", *arguments)
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["code"] == code
    assert error["what"] and error["do"]
    assert not (tmp_path / "out").exists()


def test_an_out_that_is_a_file_is_refused_and_kept(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    result = run(*files, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "LINK-OUT" in result.output
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_a_missing_file_is_said_in_words(tmp_path: Path) -> None:
    result = run(tmp_path / "nowhere.csv", "--out", tmp_path / "out")
    assert result.exit_code == 2
    for words in ("LINK-NO-FILE", "nowhere.csv", "What to do"):
        assert words in result.output
