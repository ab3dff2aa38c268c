"""`boldlink link --model`: a model says what is compared; the four files, or a refusal that leaves everything as it was."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest
from invented_records import people, with_errors

from boldlink.linkage import read_model
from boldlink.linkage.model import UNTRAINED_PRIOR, trained_already

FILES = ["clusters.parquet", "model.json", "pairs.parquet", "report.html"]
COLUMNS = ["match_weight", "match_probability", "source_dataset_l", "unique_id_l", "source_dataset_r", "unique_id_r", "match_key"]  # fmt: skip
CLUSTERS = ["source_dataset", "unique_id", "cluster_high", "cluster_medium", "cluster_low"]
COMPARED = {"forename": 0.03, "surname": 0.004, "dob": 0.0005, "postcode": 0.001}  # and how often strangers agree


def records(count: int = 150) -> list[dict[str, str | None]]:
    """People, and again most of them as a second hand wrote them down: rec-7 and again-7 are one person."""
    once = people(count)
    twice = [{**row, "id": f"again-{row['id']}"} for row in with_errors(once[: 2 * count // 3])]
    rows = [{**row, "id": f"rec-{row['id']}"} for row in once] + twice
    return [{"unique_id": row.pop("id"), **row} for row in rows]


def comparison(column: str, *, trained: bool) -> dict[str, Any]:
    """The same, one letter apart, anything else."""
    u = COMPARED[column]
    missing = {"sql_condition": f"{column}_l IS NULL OR {column}_r IS NULL", "is_null_level": True}
    levels = [
        {"sql_condition": f"{column}_l = {column}_r", "m_probability": 0.85, "u_probability": u},
        {"sql_condition": f"levenshtein({column}_l, {column}_r) <= 1", "m_probability": 0.1, "u_probability": 2 * u},
        {"sql_condition": "ELSE", "m_probability": 0.05, "u_probability": 1 - 3 * u},
    ]
    plain = levels if trained else [{"sql_condition": level["sql_condition"]} for level in levels]
    return {"output_column_name": column, "comparison_levels": [missing, *plain]}


def settings(*, trained: bool = True, **changes: Any) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only", "probability_two_random_records_match": 0.003,
        "comparisons": [comparison(column, trained=trained) for column in COMPARED],
        "blocking_rules_to_generate_predictions": ["l.surname = r.surname", "l.dob = r.dob", "l.postcode = r.postcode"],
        **changes,
    }  # fmt: skip


def compared_by(level: dict[str, Any]) -> dict[str, Any]:
    levels = [{**one, "m_probability": 0.5, "u_probability": 0.5} for one in (level, {"sql_condition": "ELSE"})]
    return settings(comparisons=[{"output_column_name": "compared", "comparison_levels": levels}])


def on_disk(folder: Path, table: pa.Table, kind: str = "parquet") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"people.{kind}"
    pq.write_table(table, path) if kind == "parquet" else pcsv.write_csv(table, path)
    return path


@dataclass(frozen=True)
class Linked:
    """What a run wrote, and what it told."""

    out: Path
    told: dict[str, Any]
    pairs: pa.Table
    clusters: pa.Table
    model: dict[str, Any]

    @property
    def weights(self) -> dict[tuple[str, str], float]:
        """Ids of each pair -> its weight."""
        ids = zip(*(self.pairs.column(f"unique_id_{side}").to_pylist() for side in "lr"), strict=True)
        return dict(zip(ids, self.pairs.column("match_weight").to_pylist(), strict=True))


@dataclass(frozen=True)
class Desk:
    """A folder with records and a model, and the command to use them with."""

    invoke: Callable[..., Any]
    folder: Path
    files: Sequence[Path]

    def run(self, out: str, *options: object, held: Mapping[str, Any] | None = None) -> Any:
        model = self.folder / "given.json"
        model.write_text(json.dumps(settings() if held is None else held), encoding="utf-8")
        return self.invoke("link", *self.files, "--out", self.folder / out, "--model", model, "--json", *options)

    def link(self, out: str, *options: object, held: Mapping[str, Any] | None = None) -> Linked:
        result = self.run(out, *options, held=held)
        assert result.exit_code == 0, result.output
        pairs, clusters = (pq.read_table(self.folder / out / f"{name}.parquet") for name in ("pairs", "clusters"))
        model = json.loads((self.folder / out / "model.json").read_text(encoding="utf-8"))
        return Linked(self.folder / out, json.loads(result.stdout), pairs, clusters, model)

    def refused(self, out: str, *options: object, held: Mapping[str, Any] | None = None) -> dict[str, str]:
        result = self.run(out, *options, held=held)
        assert result.exit_code == 2, result.output
        error: dict[str, str] = json.loads(result.stdout)["error"]
        assert error["what"] and error["do"]
        assert not any(str(row["surname"]) in result.output for row in records())
        return error


@pytest.fixture
def desk(invoke: Callable[..., Any], tmp_path: Path) -> Desk:
    return Desk(invoke, tmp_path, [on_disk(tmp_path, pa.Table.from_pylist(records()))])


def earlier(folder: Path) -> dict[str, bytes]:
    """Results of another run."""
    folder.mkdir()
    for name in FILES:
        (folder / name).write_text(f"{name} of another run", encoding="utf-8")
    return content(folder)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*")}


def is_one_person(pair: tuple[str, str]) -> bool:
    return pair[0].split("-")[1] == pair[1].split("-")[1]


def test_the_four_files_are_written_and_name_records_by_file_and_id(desk: Desk) -> None:
    linked = desk.link("out")
    assert sorted(path.name for path in linked.out.iterdir()) == linked.told["files"] == FILES
    assert linked.pairs.schema.names == COLUMNS
    assert linked.clusters.schema.names == CLUSTERS
    named = zip(*(linked.clusters.column(name).to_pylist() for name in CLUSTERS[:2]), strict=True)
    assert sorted(named) == sorted(("people", row["unique_id"]) for row in records())


def test_the_model_finds_the_people(desk: Desk) -> None:
    linked = desk.link("out")
    found = [pair for pair, weight in linked.weights.items() if weight >= 0]
    assert sum(map(is_one_person, found)) >= 90
    assert sum(map(is_one_person, found)) >= 0.95 * len(found)
    of = {row["unique_id"]: row["cluster_medium"] for row in linked.clusters.to_pylist()}
    assert sum(of[f"rec-{n}"] == of[f"again-{n}"] for n in range(100)) >= 90


def test_a_trained_model_is_written_with_the_weights_that_it_came_with(desk: Desk) -> None:
    linked = desk.link("out")
    assert read_model(linked.out / "model.json").prior == 0.003
    for given, kept in zip(settings()["comparisons"], linked.model["comparisons"], strict=True):
        for one, other in zip(given["comparison_levels"], kept["comparison_levels"], strict=True):
            assert one.items() <= other.items()


def test_an_untrained_model_is_trained_and_what_is_written_links_the_same(desk: Desk) -> None:
    first = desk.link("first", held=settings(trained=False))
    model = read_model(first.out / "model.json")
    assert trained_already(model)
    assert model.prior == 0.003
    assert sum(is_one_person(pair) for pair, weight in first.weights.items() if weight >= 0) >= 90
    again = desk.link("again", held=first.model)
    assert again.pairs.equals(first.pairs)
    assert again.clusters.equals(first.clusters)
    assert again.model == first.model


def test_a_prior_that_nobody_estimated_is_estimated_with_the_rest(desk: Desk) -> None:
    held = settings(trained=False, probability_two_random_records_match=UNTRAINED_PRIOR)
    prior = read_model(desk.link("out", held=held).out / "model.json").prior
    assert prior == pytest.approx(100 / (250 * 249 / 2), rel=0.2)  # 100 people stand twice


def test_a_threshold_keeps_exactly_the_pairs_at_or_above_it(desk: Desk) -> None:
    every = desk.link("every", "--threshold-weight", -1000)
    assert every.pairs.num_rows == every.told["pairs"] <= every.told["candidate_pairs"]
    weights = sorted(every.weights.values())
    for threshold in (weights[len(weights) // 3], weights[-20], weights[-1], weights[-1] + 0.001):
        kept = desk.link("kept", "--threshold-weight", repr(threshold)).weights
        assert kept == {pair: weight for pair, weight in every.weights.items() if weight >= threshold}


def test_a_threshold_may_be_said_as_a_probability(desk: Desk) -> None:
    weights = desk.link("a", "--threshold", 0.5).weights
    assert weights == desk.link("b", "--threshold-weight", 0).weights
    assert min(weights.values()) >= 0


@pytest.mark.parametrize("rules", [["1=1"], ["l.forename = r.forename AND l.dob <= r.dob", "l.sex < r.sex"]])
def test_the_number_of_threads_decides_nothing(desk: Desk, rules: list[str]) -> None:
    many = replace(desk, files=[on_disk(desk.folder, pa.Table.from_pylist(records(500)))])
    held = settings(blocking_rules_to_generate_predictions=rules)
    one, two = (many.link(f"by {n}", "--threads", n, held=held) for n in (1, 2))
    assert one.told["candidate_pairs"] > 25_000
    assert one.told["pairs"] > 50
    assert one.pairs.equals(two.pairs)
    assert one.clusters.equals(two.clusters)


@pytest.mark.parametrize("trained", [True, False])
def test_the_order_of_rows_and_the_kind_of_file_decide_nothing(desk: Desk, trained: bool) -> None:
    rows = records()
    random.Random(5).shuffle(rows)
    held, first = settings(trained=trained), desk.link("first", held=settings(trained=trained))
    for kind in ("parquet", "csv"):
        other = replace(desk, files=[on_disk(desk.folder / kind, pa.Table.from_pylist(rows), kind)])
        found = other.link(f"as {kind}", held=held)
        assert found.weights == first.weights
        assert found.clusters.sort_by("unique_id").equals(first.clusters.sort_by("unique_id"))
        assert found.model == first.model


def test_two_files_are_linked_with_each_other_under_their_names(desk: Desk) -> None:
    rows = pa.Table.from_pylist(records()).rename_columns({"unique_id": "ref"})
    pq.write_table(rows.slice(0, 150), desk.folder / "courts.parquet")
    pq.write_table(rows.slice(150), desk.folder / "prisons.parquet")
    both = replace(desk, files=[desk.folder / f"{name}.parquet" for name in ("prisons", "courts")])
    linked = both.link("out", "--id", "ref", held=settings(link_type="link_only"))
    sides = zip(*(linked.pairs.column(f"source_dataset_{side}").to_pylist() for side in "lr"), strict=True)
    assert set(sides) == {("courts", "prisons")}
    assert linked.told["records"] == {"courts": 150, "prisons": 100}


@pytest.mark.parametrize(("rules", "trained"), [(["l.surname = r.forename"], False), (["l.dob < r.dob AND l.dob = '1700-01-01'"], True), (["false"], True)])  # fmt: skip
def test_rules_that_make_no_pair_leave_everyone_alone(desk: Desk, rules: list[str], trained: bool) -> None:
    linked = desk.link("out", held=settings(trained=trained, blocking_rules_to_generate_predictions=rules))
    assert linked.pairs.num_rows == linked.told["pairs"] == 0
    assert linked.pairs.schema.equals(desk.link("usual").pairs.schema)
    for confidence in ("cluster_high", "cluster_medium", "cluster_low"):
        assert len(set(linked.clusters.column(confidence).to_pylist())) == linked.clusters.num_rows == 250
    assert "No pair" in (linked.out / "report.html").read_text(encoding="utf-8")


def test_what_is_told_in_json_is_what_was_written(desk: Desk) -> None:
    linked = desk.link("out")
    told, weights = linked.told, linked.weights.values()
    assert [row["confidence"] for row in told["people"]] == ["high", "medium", "low"]
    for row in told["people"]:
        clusters = linked.clusters.column(f"cluster_{row['confidence']}").to_pylist()
        assert row["people"] == len(set(clusters))
        assert row["linked_records"] == sum(clusters.count(one) > 1 for one in clusters)
    assert told["pairs"] == len(weights)
    least = told["best_threshold"]["weight_bits"] - 0.0005  # it is told to three digits
    assert told["best_threshold"]["pairs"] == sum(weight >= least for weight in weights)
    chances = linked.pairs.column("match_probability").to_pylist()
    assert len(told["thresholds"]) > 5
    for row in told["thresholds"]:
        assert row["pairs"] == sum(chance >= row["threshold"] for chance in chances)


@pytest.mark.parametrize("trained", [True, False])
def test_the_report_mentions_no_value_of_any_record(desk: Desk, trained: bool) -> None:
    report = (desk.link("out", held=settings(trained=trained)).out / "report.html").read_text(encoding="utf-8").lower()
    assert "surname" in report
    for value in {value.lower() for row in records() for name, value in row.items() if value and name != "sex"}:
        assert not re.search(rf"\b{re.escape(value)}\b", report)


REFUSALS = {
    "two thresholds": (["--threshold", 0.5, "--threshold-weight", 3], settings(), "LINK-TWO-THRESHOLDS"),
    "little memory": (["--memory", "1MB"], settings(), "LINK-MEMORY"),
    "no amount of memory": (["--memory", "lots"], settings(), "LINK-MEMORY-OPTION"),
    "too many pairs": (["--max-pairs", 5], settings(), "LINK-TOO-MANY-PAIRS"),
    "a column's meaning": (["--column", "surname=surname"], settings(), "LINK-MODEL-COLUMNS"),
    "a column to ignore": (["--ignore", "sex"], settings(), "LINK-MODEL-COLUMNS"),
    "an unknown id": (["--id", "nosuch"], settings(), "LINK-UNKNOWN-COLUMN"),
    "an id that repeats": (["--id", "surname"], settings(), "LINK-DUPLICATE-IDS"),
    "an unknown column": ([], compared_by({"sql_condition": "height_l = height_r"}), "LINK-UNKNOWN-COLUMN"),
    "no model": ([], {"colour": "red"}, "LINK-MODEL"),
    "a condition": ([], settings(blocking_rules_to_generate_predictions=["random() < 0.1"]), "LINK-MODEL-CONDITION"),
    "two sources' model": ([], settings(link_type="link_only"), "LINK-SOURCES"),
}  # fmt: skip


@pytest.mark.parametrize(("options", "held", "code"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_leaves_all_as_it_was(desk: Desk, options: list[object], held: dict[str, Any], code: str) -> None:
    assert desk.refused("new", *options, held=held)["code"] == code
    assert not (desk.folder / "new").exists()
    before = earlier(desk.folder / "out")
    assert desk.refused("out", *options, held=held)["code"] == code
    assert content(desk.folder / "out") == before


NOT_EXACT = {"sql_condition": "surname_l[1] = surname_r[1]", "tf_adjustment_column": "surname"}
NO_NUMBER = {"sql_condition": "(surname_l || surname_r)::INTEGER > 1"}


@pytest.mark.parametrize("level", [NOT_EXACT, NO_NUMBER])
def test_a_refusal_midway_leaves_no_half_made_file(desk: Desk, level: dict[str, Any]) -> None:
    before = earlier(desk.folder / "out")
    for out in ("new", "out"):
        assert desk.refused(out, held=compared_by(level))["code"] == "LINK-MODEL-CONDITION"
        assert content(desk.folder / out) == (before if out == "out" else {})
