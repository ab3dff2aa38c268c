"""Models and records that are odd and legal: what Splink makes of them, this engine makes of them as well.

Each was once answered otherwise, or not at all.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from datetime import time as clock
from typing import Any

import pyarrow as pa
import pytest
from splink_peer import splink_pairs

from boldlink.errors import BadRecords
from boldlink.linkage import model_from, prepared

pytest.importorskip("splink")

NEVER = "level not observed in training dataset"
Found = dict[tuple[Any, ...], tuple[float, str, int]]


def table(**columns: Any) -> pa.Table:
    rows = len(next(iter(columns.values())))
    return pa.table({"unique_id": list(range(rows)), **columns})


def level(sql: str, m: float | str = 0.9, u: float | str = 0.1, **more: Any) -> dict[str, Any]:
    return {"sql_condition": sql, "label_for_charts": sql, "m_probability": m, "u_probability": u, **more}


def missing(sql: str) -> dict[str, Any]:
    return {"sql_condition": sql, "label_for_charts": "missing", "is_null_level": True}


def model(*levels: str | dict[str, Any], rules: list[Any] | None = None, link: str = "dedupe_only") -> dict[str, Any]:
    held = [one if isinstance(one, dict) else level(one) for one in levels]
    return {
        "link_type": link, "probability_two_random_records_match": 0.01,
        "blocking_rules_to_generate_predictions": ["1=1"] if rules is None else rules,
        "comparisons": [{"output_column_name": "c", "comparison_levels": [*held, level("ELSE", 0.1, 0.9)]}],
    }  # fmt: skip


def into(sql: str, *arrays: str) -> dict[str, Any]:
    return {"blocking_rule": sql, "sql_dialect": "duckdb", "arrays_to_explode": list(arrays)}


def by_splink(tables: Mapping[str, pa.Table], held: dict[str, Any]) -> Found:
    found = {}
    for row in splink_pairs(tables, held, None).to_pylist():
        ends = (row.get("source_dataset_l"), row["unique_id_l"], row.get("source_dataset_r"), row["unique_id_r"])
        found[ends] = (round(row["match_weight"], 9), str(row["match_key"]), row["gamma_c"])
    return found


def by_engine(tables: Mapping[str, pa.Table], held: dict[str, Any]) -> Found:
    found = {}
    with prepared(tables, model_from(held), threads=1) as linkage:
        for _, batch in linkage.score_named(levels=True):
            for row in batch.to_pylist():
                ends = (
                    row.get("source_dataset_l"),
                    row["unique_id_l"],
                    row.get("source_dataset_r"),
                    row["unique_id_r"],
                )
                found[ends] = (round(row["match_weight"], 9), str(row["match_key"]), row["gamma_c"])
    return found


NAN = pa.array([float("nan"), 1.0, 5.0, None, float("inf"), float("inf")])
FLOATS = pa.array([0.1, 0.1, 0.2, None], pa.float32())
CODES = ["1", "2", "x", "", None]
REPEATED = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 3]), pa.array(["a", "a", "b", None]))
TAGS = [["q"], ["q", "r"], ["r"]]
RARE = {"tf_adjustment_column": "a"}

ONE_TABLE: dict[str, tuple[pa.Table, dict[str, Any]]] = {
    "no rules: every pair": (table(a=["x", "x", "y"]), model("a_l=a_r", rules=[])),
    "a column that holds nothing": (table(a=["x", "x"], b=pa.nulls(2)), model("b_l=b_r")),
    "times of day": (table(b=pa.array([clock(1), clock(1), clock(2)])), model("b_l=b_r")),
    "bytes": (table(b=pa.array([b"x", b"x", b"y"])), model("b_l=b_r")),
    "not a number is above all numbers": (table(x=NAN), model("abs(x_l - x_r) >= 1")),
    "and is not at most anything": (table(x=NAN), model("NOT abs(x_l - x_r) <= 1")),
    "and makes pairs": (table(x=NAN), model("x_l=x_r", rules=["abs(l.x-r.x) >= 1"])),
    "whole numbers beyond what a double holds": (table(n=[2**60, 2**60 + 1, 5]), model("abs(n_l - n_r) <= 1")),
    "a cast behind a missing level": (
        table(n=CODES),
        model(missing("try_cast(n_l as int) is null or try_cast(n_r as int) is null"), "n_l::int = n_r::int + 1"),
    ),
    "a difference behind a missing level": (
        table(n=CODES),
        model(missing("try_cast(n_l as int) is null or try_cast(n_r as int) is null"), "abs(n_l::int - n_r::int) <= 1"),
    ),
    "a cast within CASE": (
        table(n=CODES),
        model("CASE WHEN try_cast(n_l AS int) + try_cast(n_r AS int) > 0 THEN n_l::int < n_r::int ELSE false END"),
    ),
    "a date that cannot be read, behind a missing level": (
        table(n=["1950-01-01", "1950-01-01", "bad", ""]),
        model(
            missing("try_strptime(n_l,'%Y-%m-%d') is null or try_strptime(n_r,'%Y-%m-%d') is null"),
            "strptime(n_l,'%Y-%m-%d') = strptime(n_r,'%Y-%m-%d')",
        ),
    ),
    "single floats against a constant": (table(x=FLOATS), model("x_l = 0.1 and x_r = 0.1")),
    "single floats as text": (table(x=FLOATS), model("length(x_l::varchar) = 3 and x_l=x_r")),
    "minus nought as text": (table(x=pa.array([-0.0, 0.0])), model("x_l::varchar = x_r::varchar")),
    "columns named as the engine might name its own": (table(row_=[1, 1, 2], source_=[0, 1, 0]), model("row__l=row__r", rules=["l.row_ <= r.row_"])),
    "a dictionary that holds values twice, and none": (table(a=REPEATED), model(missing("a_l is null or a_r is null"), "a_l=a_r", rules=["l.a=r.a", "1=1"])),
    "rarity of lists": (table(a=[["x"], ["x"], ["y"], ["z"]]), model(level("a_l=a_r", **RARE))),
    "a level that training never saw, u": (table(a=["x", "x", "y"]), model(level("a_l=a_r", u=NEVER))),
    "a level that training never saw, m": (table(a=["x", "x", "y"]), model(level("a_l=a_r", m=NEVER))),
    "rarity that weighs nought": (table(a=["x", "x", "y"]), model(level("a_l=a_r", **RARE, tf_adjustment_weight=0))),
    "shares that come with the records": (table(a=["x", "x", "y"], tf_a=[0.01, 0.01, 0.02]), model(level("a_l=a_r", **RARE))),
    "a share a little above one": (table(a=["x", "x"]), model(level("a_l=a_r", m=1.0000000000000002))),
    "into arrays, and besides": (table(z=TAGS, n=[1, 2, 3]), model("n_l<n_r", rules=[into("l.z=r.z AND l.n<>r.n", "z"), "l.n < 9"])),
    "into arrays, and a constant": (table(z=TAGS, a=["x", "x", "y"]), model("a_l=a_r", rules=[into("l.z=r.z AND l.a='x'", "z")])),
    "columns in other letters": (table(a=["x", "x"]).rename_columns(["Unique_ID", "A"]), model("a_l=a_r")),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_TABLE)
def test_one_table_gives_splinks_pairs_weights_keys_and_levels(name: str) -> None:
    records, held = ONE_TABLE[name]
    theirs = records if "Unique_ID" not in records.schema.names else records.rename_columns(["unique_id", "a"])
    found = by_engine({"people": records}, held)
    assert found == by_splink({"people": theirs}, held)
    assert found


def two(*columns: Mapping[str, Any]) -> dict[str, pa.Table]:
    return {name: table(**held) for name, held in zip("ab", columns, strict=False)}


SEVERAL: dict[str, tuple[dict[str, pa.Table], dict[str, Any]]] = {
    "a date here and its text there": (
        two({"d": [date(2000, 1, 1)] * 2}, {"d": ["2000-01-01", "2001-01-01"]}), model("d_l=d_r", link="link_only"),
    ),
    "a text here and a dictionary there": (
        two({"a": ["x", "y"]}, {"a": pa.array(["x", "z"]).dictionary_encode()}), model("a_l=a_r", link="link_only"),
    ),
    "one table that names its sources, linked": (
        {"all": table(a=["x", "x", "y", "x"], source_dataset=["p", "q", "p", "q"])}, model("a_l=a_r", link="link_only"),
    ),
    "one table that names its sources, linked and deduplicated": (
        {"all": table(a=["x", "x", "y", "x"], source_dataset=["p", "q", "p", "q"])}, model("a_l=a_r", link="link_and_dedupe"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SEVERAL)
def test_several_sources_give_splinks_pairs_weights_keys_and_levels(name: str) -> None:
    tables, held = SEVERAL[name]
    found = by_engine(tables, held)
    assert found == by_splink(tables, held)
    assert found


@pytest.mark.parametrize("joint", ["OR", "AND"])
def test_a_condition_of_many_parts_is_compiled_at_once(joint: str) -> None:
    long = f" {joint} ".join(f"levenshtein(a_l, b_r) = {n}" for n in range(40))
    began = time.perf_counter()
    by_engine({"people": table(a=["x", "y"], b=["x", "z"])}, model(f"NOT ({long})"))
    assert time.perf_counter() - began < 30  # it took minutes, and doubled with every part


@pytest.mark.parametrize(
    "held",
    [
        model("a_l COLLATE NOCASE = a_r COLLATE NOCASE"),
        model("a_l=a_r", rules=["l.a COLLATE NOCASE = r.a COLLATE NOCASE"]),
        model("a_l=a_r", rules=[into("l.z=r.z AND l.n=r.x", "z")]),
        model("a_l=a_r", rules=[into("l.s=r.s", "s")]),
    ],
)
def test_what_would_be_answered_wrongly_is_refused_by_name(held: dict[str, Any]) -> None:
    records = table(a=["A", "a"], z=[["q"], ["q"]], n=[1, 1], x=[1.0, 1.0], s=[[{"k": 1}], [{"k": 1}]])
    with pytest.raises(BadRecords) as refused:
        by_engine({"people": records}, held)
    assert refused.value.code == "LINK-MODEL-CONDITION"
