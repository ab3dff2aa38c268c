"""An explanation adds up: its steps are the weight that the pair has in pairs.parquet, and it shows values only if asked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest
from invented_records import Row, people, with_errors

from boldlink.errors import BadRecords
from boldlink.linkage.inputs import Options
from boldlink.linkage.one_pair import explain_files, explanation_page
from boldlink.linkage.report.charts import waterfall
from boldlink.linkage.report.explanation import Explanation
from boldlink.linkage.run import link_files

LEVELS: dict[str, Any] = {
    "link_type": "link_only",
    "unique_id_column_name": "id",
    "probability_two_random_records_match": 0.01,
    "blocking_rules_to_generate_predictions": ["l.surname = r.surname", "l.dob = r.dob"],
    "comparisons": [
        {
            "output_column_name": column,
            "comparison_levels": [
                {"sql_condition": f"{column}_l IS NULL OR {column}_r IS NULL", "is_null_level": True},
                {
                    "sql_condition": f"{column}_l = {column}_r", "label_for_charts": f"the same {column}",
                    "m_probability": 0.9, "u_probability": 0.01, "tf_adjustment_column": column,
                },
                {"sql_condition": "ELSE", "label_for_charts": "another", "m_probability": 0.1, "u_probability": 0.99},
            ],
        }
        for column in ("forename", "surname", "dob")
    ],
}  # fmt: skip


def quiet(text: str) -> None:
    """No words on the way."""


def written(path: Path, rows: list[Row]) -> Path:
    pcsv.write_csv(pa.table({name: [row[name] for row in rows] for name in rows[0]}), path)
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder, rows = tmp_path_factory.mktemp("files"), people(150)
    return written(folder / "courts.csv", rows), written(folder / "prisons.csv", with_errors(rows))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "model.json"
    path.write_text(json.dumps(LEVELS))
    return path


def total(told: Explanation) -> float:
    return told.prior_bits + sum(step.total_bits for step in told.steps) + told.alternatives_bits


@pytest.mark.parametrize("with_model", [False, True])
def test_steps_add_up_to_the_weight_that_the_pair_was_written_with(
    files: tuple[Path, Path], model: Path, tmp_path: Path, with_model: bool
) -> None:
    chosen = model if with_model else None
    link_files(files, tmp_path / "out", chosen, Options(), quiet)
    rows = pq.read_table(tmp_path / "out" / "pairs.parquet").to_pylist()
    named = "id" if with_model else "unique_id"
    for row in rows[:: max(1, len(rows) // 5)]:
        left, right = (f"{row[f'source_dataset_{side}']}:{row[f'{named}_{side}']}" for side in "lr")
        told = explain_files(files, left, right, chosen, Options(), False, quiet)
        assert told.weight_bits == pytest.approx(row["match_weight"], abs=1e-9)
        assert total(told) == pytest.approx(told.weight_bits, abs=1e-9)
        assert told.probability == pytest.approx(row["match_probability"], abs=1e-9)
        assert told.rule is not None


def test_a_pair_that_no_rule_makes_is_explained_and_said_to_be_none(files: tuple[Path, Path], model: Path) -> None:
    told = explain_files(files, "1", "2", model, Options(), False, quiet)
    assert told.rule is None
    assert told.weight_bits < 0
    assert "two people" in told.summary


def test_rarity_is_told_apart_from_the_level(files: tuple[Path, Path], model: Path) -> None:
    told = explain_files(files, "3", "3", model, Options(), False, quiet)
    same = [step for step in told.steps if step.level.startswith("the same")]
    assert same
    assert all(step.rarity_bits != 0 for step in same)
    assert all("how rare the value is" in step.words for step in same)


def test_values_are_shown_only_where_they_are_asked_for(files: tuple[Path, Path]) -> None:
    surname = str(people(150)[4]["surname"])
    hidden, shown = (explain_files(files, "4", "4", None, Options(), values, quiet) for values in (False, True))
    assert surname not in json.dumps(hidden.as_dict())
    assert surname.encode() not in explanation_page(hidden)
    assert surname in json.dumps(shown.as_dict())
    assert surname.encode() in explanation_page(shown)


def test_sides_stand_as_pairs_have_them_whichever_is_named_first(files: tuple[Path, Path], model: Path) -> None:
    one = explain_files(files, "courts:5", "prisons:7", model, Options(), False, quiet)
    other = explain_files(files, "prisons:7", "courts:5", model, Options(), False, quiet)
    assert one == other
    assert one.left == ("courts", "5")


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        ("9999", "1", "LINK-NO-RECORD"),
        ("1", "elsewhere:1", "LINK-NO-RECORD"),
        ("courts:1", "courts:2", "LINK-SAME-SOURCE"),
        ("courts:1", "courts:1", "LINK-SAME-RECORD"),
    ],
)
def test_records_that_cannot_be_compared_are_refused(
    files: tuple[Path, Path], model: Path, left: str, right: str, code: str
) -> None:
    with pytest.raises(BadRecords) as refused:
        explain_files(files, left, right, model, Options(), False, quiet)
    assert refused.value.code == code
    assert "9999" not in str(refused.value)


def test_a_trained_model_explains_as_it_did_before_it_was_written(files: tuple[Path, Path], tmp_path: Path) -> None:
    """An automatic model compares standardised columns, so its file is not for the raw ones: refused in words."""
    link_files(files, tmp_path / "out", None, Options(), quiet)
    with pytest.raises(BadRecords) as refused:
        explain_files(files, "1", "1", tmp_path / "out" / "model.json", Options(), False, quiet)
    assert refused.value.code == "LINK-UNKNOWN-COLUMN"


def test_the_page_says_every_step_in_its_table_and_in_its_chart(files: tuple[Path, Path], model: Path) -> None:
    told = explain_files(files, "6", "6", model, Options(), False, quiet)
    page = explanation_page(told).decode()
    assert "<script" not in page
    for step in told.steps:
        assert page.count(f"{step.total_bits:+.2f}") >= 1
        assert step.level in page
    assert page.count(f"{told.weight_bits:+.2f}") >= 2


def test_each_bar_of_a_waterfall_begins_where_the_last_one_ended() -> None:
    drawn = waterfall("w", "title", "description", [("first", -4.0), ("second", 6.0), ("third", -1.0)], 1.0)
    bars = [(float(x), float(w)) for x, w in re.findall(r'<rect x="([\d.]+)" y="\d+" width="([\d.]+)"', drawn)]
    (first, long), (second, longer), (third, short), (whole, all_) = bars
    assert second == pytest.approx(first, abs=0.2)  # from -4 up to 2
    assert third + short == pytest.approx(second + longer, abs=0.2)  # from 2 down to 1
    assert whole == pytest.approx(first + long, abs=0.2)  # from nought
    assert whole + all_ == pytest.approx(third, abs=0.2)
    assert long / longer == pytest.approx(4 / 6, abs=0.02)


def test_the_command_tells_it_in_the_terminal_on_a_page_and_as_json(
    files: tuple[Path, Path], model: Path, tmp_path: Path, invoke: Callable[..., Any]
) -> None:
    pair = (*files, "--left", "8", "--right", "8", "--model", model)
    told = invoke("explain", *pair, "--out", tmp_path / "why.html")
    assert told.exit_code == 0, told.output
    assert "to begin with" in told.output
    assert "all together" in told.output
    assert (tmp_path / "why.html").read_text().startswith("<!doctype html>")
    found = json.loads(invoke("explain", *pair, "--json").stdout)
    assert [step["comparison"] for step in found["steps"]] == ["forename", "surname", "dob"]
    assert found["summary"]


def test_the_command_refuses_an_unknown_record_without_repeating_its_id(
    files: tuple[Path, Path], model: Path, invoke: Callable[..., Any]
) -> None:
    told = invoke("explain", *files, "--left", "4321", "--right", "8", "--model", model)
    assert told.exit_code == 2
    assert "4321" not in told.output
