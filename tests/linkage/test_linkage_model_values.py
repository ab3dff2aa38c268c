"""Settings of the wrong kind are refused by name when a model is read, and never taken for something else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from boldlink.errors import BadRecords
from boldlink.linkage import model_from, read_model

LEVELS: list[dict[str, Any]] = [
    {"sql_condition": '"n_l" = "n_r"', "tf_adjustment_column": "n"},
    {"sql_condition": "ELSE"},
]


def settings(
    level: dict[str, Any] | None = None, comparison: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    levels = [{**LEVELS[0], **(level or {})}, LEVELS[1]]
    compared = {"output_column_name": "n", "comparison_levels": levels, **(comparison or {})}
    return {"link_type": "dedupe_only", "comparisons": [compared], **more}


@pytest.mark.parametrize(
    ("held", "named"),
    [
        (settings(level={"tf_adjustment_weight": "1"}), "tf_adjustment_weight"),
        (settings(level={"tf_adjustment_weight": float("nan")}), "tf_adjustment_weight"),
        (settings(level={"tf_adjustment_weight": True}), "tf_adjustment_weight"),
        (settings(level={"is_null_level": "false"}), "is_null_level"),
        (settings(level={"fix_m_probability": "no"}), "fix_m_probability"),
        (settings(level={"disable_tf_exact_match_detection": 1}), "disable_tf_exact_match_detection"),
        (settings(comparison={"colour": "red"}), "colour"),
        (settings(max_iterations="25"), "max_iterations"),
        (settings(max_iterations=None), "max_iterations"),
        (settings(max_iterations=0), "max_iterations"),
        (settings(em_convergence="small"), "em_convergence"),
        (settings(em_convergence=0), "em_convergence"),
        (settings(unique_id_column_name=5), "unique_id_column_name"),
        (settings(source_dataset_column_name=None), "source_dataset_column_name"),
        (settings(blocking_rules_to_generate_predictions=[{"blocking_rule": "1=1", "colour": 1}]), "colour"),
        (settings(blocking_rules_to_generate_predictions=[{"blocking_rule": "1=1", "arrays_to_explode": 3}]), "arrays_to_explode"),
        (settings(blocking_rules_to_generate_predictions=[{"blocking_rule": "1=1", "arrays_to_explode": "tags"}]), "arrays_to_explode"),
    ],
)  # fmt: skip
def test_a_setting_of_the_wrong_kind_is_refused_by_name(held: dict[str, Any], named: str) -> None:
    with pytest.raises(BadRecords) as refused:
        model_from(held)
    assert refused.value.code == "LINK-MODEL"
    assert named in refused.value.why


@pytest.mark.parametrize(
    "level", [{"tf_adjustment_weight": None}, {"tf_adjustment_weight": -1}, {"tf_minimum_u_value": None}]
)
def test_settings_that_splink_takes_are_taken(level: dict[str, Any]) -> None:
    assert model_from(settings(level=level)).comparisons[0].levels[0].rarity == "n"


def test_settings_that_splink_writes_and_that_do_nothing_are_taken() -> None:
    rule = {"blocking_rule": "l.n = r.n", "sql_dialect": "duckdb", "salting_partitions": 4, "arrays_to_explode": None}
    assert model_from(settings(blocking_rules_to_generate_predictions=[rule])).rules[0].sql == "l.n = r.n"


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text("\ufeff" + json.dumps(settings()), encoding="utf-8")
    assert read_model(path).comparisons[0].name == "n"


def test_json_within_json_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(BadRecords) as refused:
        read_model(path)
    assert refused.value.code == "LINK-MODEL"
