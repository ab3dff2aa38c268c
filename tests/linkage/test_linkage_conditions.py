"""A condition compiled to questions gives every pair the answer that DuckDB gives it, unknown included, whatever it asks."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.linkage import Comparison, Level, Model, Rule, prepared

TEXTS = st.sampled_from([None, "", "ada", "adda", "daa", "zoé", "zoe", "a" * 70, "a" * 69 + "b", "Ada", "2001-02-03"])
NUMBERS = st.sampled_from([None, -3, 0, 1, 2, 40])
LISTS = st.sampled_from([None, [], ["x"], ["x", "y"], ["y", "z", "z"], ["", "x"], [None, "x"]])
RECORDS = st.lists(st.fixed_dictionaries({"t": TEXTS, "u": TEXTS, "n": NUMBERS, "xs": LISTS}), min_size=2, max_size=6)
COLUMNS = {"t": pa.string(), "u": pa.string(), "n": pa.int64(), "xs": pa.list_(pa.string())}

ATOMS = [
    "t_l = t_r", "t_l = u_r", "u_l = t_r", "t_l <> t_r", "t_l IS NULL", "u_r IS NULL", "n_l IS NOT NULL", "t_l = 'ada'",
    "n_l = n_r", "n_l > n_r", "abs(n_l - n_r) <= 2", "n_l - n_r < 1", "n_l > 0", "n_r BETWEEN 0 AND 2",
    "levenshtein(t_l, t_r) <= 1", "levenshtein(t_l, u_r) < 3", "damerau_levenshtein(t_l, t_r) <= 2",
    "jaro_winkler_similarity(t_l, t_r) >= 0.9", "jaro_similarity(t_l, u_r) > 0.5", "jaro_winkler_similarity(u_l, u_r) < 0.7",
    "starts_with(t_l, t_r)", "starts_with(u_r, u_l)", "lower(t_l) = lower(t_r)", "left(t_l, 2) = left(t_r, 2)",
    "nullif(t_l, '') = nullif(t_r, '')", "coalesce(t_l, 'ada') = coalesce(t_r, 'ada')", "t_l || u_l = t_r || u_r",
    "len(list_intersect(xs_l, xs_r)) >= 1", "list_has_any(xs_l, xs_r)", "len(list_intersect(xs_l, xs_r)) > 1",
    "list_contains(xs_l, t_r)", "t_l IN ('ada', 'zoe')", "length(t_l) > length(t_r)", "t_l LIKE 'a%' AND t_r LIKE 'a%'",
    "len(list_filter(xs_l, lambda x: x = t_r)) > 0", "TRUE", "NULL", "t_l IS NOT DISTINCT FROM t_r", "NOT (n_l = n_r)",
    "try_cast(t_l AS DATE) = try_cast(t_r AS DATE)", "CASE WHEN n_l > n_r THEN t_l = t_r ELSE u_l = u_r END",
]  # fmt: skip


def joined(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(children, children).map(lambda two: f"({two[0]} AND {two[1]})"),
        st.tuples(children, children).map(lambda two: f"({two[0]} OR {two[1]})"),
        children.map(lambda one: f"(NOT {one})"),
        children.map(lambda one: f"coalesce({one}, FALSE)"),
        children.map(lambda one: f"(({one}) IS NULL)"),
    )


CONDITIONS = st.recursive(st.sampled_from(ATOMS).map(lambda atom: f"({atom})"), joined, max_leaves=5)


def table(records: list[dict[str, Any]]) -> pa.Table:
    made = {name: pa.array([record[name] for record in records], kind) for name, kind in COLUMNS.items()}
    return pa.table({"unique_id": pa.array(range(len(records)), pa.int64()), **made})


def by_engine(records: list[dict[str, Any]], condition: str) -> dict[tuple[int, int], int]:
    """Each pair's level: 1 where the condition is true, 0 where it is false or unknown."""
    levels = (Level(condition, "yes", 0.9, 0.1), Level("ELSE", "no", 0.1, 0.9))
    model = Model("dedupe_only", (Comparison("asked", levels),), (Rule("1 = 1"),))
    found: dict[tuple[int, int], int] = {}
    with prepared({"records": table(records)}, model, threads=1) as linkage:
        for one in linkage.score(levels=True):
            assert one.levels is not None
            found |= {(int(a), int(b)): int(v) for a, b, v in zip(one.left, one.right, one.levels[:, 0], strict=True)}
    return found


def by_duckdb(records: list[dict[str, Any]], condition: str) -> dict[tuple[int, int], int]:
    columns = ", ".join(f"{side}.{name} AS {name}_{side}" for side in "lr" for name in COLUMNS)
    with duckdb.connect() as connection:
        connection.register("records", table(records))
        rows = connection.execute(
            f"""SELECT a, b, CASE WHEN ({condition}) THEN 1 ELSE 0 END FROM (SELECT l.unique_id AS a, r.unique_id AS b, {columns}
            FROM records l JOIN records r ON l.unique_id < r.unique_id)"""
        ).fetchall()
    return {(a, b): level for a, b, level in rows}


@settings(max_examples=150, deadline=None)
@given(RECORDS, CONDITIONS)
def test_whatever_a_condition_asks_every_pair_has_duckdbs_answer(records: list[dict[str, Any]], condition: str) -> None:
    assert by_engine(records, condition) == by_duckdb(records, condition)


EVERYBODY = [
    {"t": t, "u": u, "n": n, "xs": xs}
    for t, u, n, xs in [
        ("ada", "zoe", 1, ["x"]), ("adda", "zoé", 2, ["x", "y"]), (None, "", None, None), ("", None, 0, []),
        ("a" * 70, "ada", -3, ["y", "z", "z"]), ("a" * 69 + "b", "daa", 40, [None, "x"]), ("2001-02-03", "Ada", 1, ["", "x"]),
    ]
]  # fmt: skip


@pytest.mark.parametrize("atom", ATOMS)
def test_every_kind_of_question_alone_is_answered_as_duckdb_does(atom: str) -> None:
    assert by_engine(EVERYBODY, atom) == by_duckdb(EVERYBODY, atom)


def test_questions_that_only_duckdb_can_answer_are_asked_once_for_each_pair_of_values() -> None:
    same = [{"t": "ada" if n % 2 else "zoe", "u": None, "n": 1, "xs": None} for n in range(60)]
    levels = (Level("regexp_matches(t_l || t_r, '^a.*e$')", "yes", 0.9, 0.1), Level("ELSE", "no", 0.1, 0.9))
    model = Model("dedupe_only", (Comparison("asked", levels),), (Rule("1 = 1"),))
    with prepared({"records": table(same)}, model, threads=1) as linkage:
        pairs = sum(len(one.left) for one in linkage.score())
        assert pairs == 60 * 59 // 2
        assert linkage.compiled.asker.asked <= 4


@pytest.mark.parametrize("threshold", [-20.0, -3.0, 0.0, 2.5, 9.0])
def test_giving_up_early_loses_nothing_and_changes_no_bit(threshold: float) -> None:
    rng = np.random.default_rng(4)
    words = np.array(["ada", "adda", "zoe", "zoé", "daa", "mia", "maia"])
    records = [{"t": words[a], "u": words[b], "n": int(c), "xs": None} for a, b, c in rng.integers(0, 7, (80, 3))]
    comparisons = tuple(
        Comparison(
            name,
            (
                Level(f"{name}_l = {name}_r", "same", 0.8, 0.1, rarity=name),
                Level(near, "near", 0.15, 0.2),
                Level("ELSE", "no", 0.05, 0.7),
            ),
        )
        for name, near in (
            ("t", "jaro_winkler_similarity(t_l, t_r) >= 0.8"),
            ("u", "levenshtein(u_l, u_r) <= 1"),
            ("n", "abs(n_l - n_r) <= 1"),
        )
    )
    model = Model("dedupe_only", comparisons, (Rule("l.t = r.t"), Rule("l.u = r.u")), prior=0.05)

    def weights(least: float) -> dict[tuple[int, int], float]:
        with prepared({"records": table(records)}, model, threads=2) as linkage:
            return {
                (int(a), int(b)): float(w)
                for one in linkage.score(least)
                for a, b, w in zip(one.left, one.right, one.weight, strict=True)
            }

    everything = weights(-np.inf)
    assert weights(threshold) == {pair: weight for pair, weight in everything.items() if weight >= threshold}
