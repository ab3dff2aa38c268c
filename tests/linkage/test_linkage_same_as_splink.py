"""Under one model, the engine and Splink find the same pairs, levels, keys, and weights to the last bit.

One difference is meant: where an exploding rule is among more than ten, Splink compares match keys as text ('10' < '2')
and this engine as numbers.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from splink_peer import splink_pairs

from boldlink.linkage import as_splink, model_from, prepared

pytest.importorskip("splink")
import splink.comparison_library as cl
from splink import SettingsCreator, block_on

Found = dict[tuple[Any, ...], tuple[float, int, tuple[int, ...]]]
NAMES = [
    "anna",
    "ana",
    "ann",
    "zoé",
    "zoe",
    "bob",
    "rob",
    "robert",
    "",
    None,
    "möller",
    "x",
    "a" * 70,
    "a" * 69 + "b",
    "o'neil",
]
DATES = [date(1950, 1, 1) + timedelta(days=37 * n) for n in range(12)]


def record(number: int, chance: random.Random) -> dict[str, Any]:
    born = chance.choice([*DATES, None])
    return {
        "unique_id": number, "first": chance.choice(NAMES), "last": chance.choice(NAMES), "dob": born and str(born),
        "day": born, "pc": chance.choice(["SW1A 1AA", "SW1A 1AB", "M1 1AE", "m1 1ae", "bad", None]),
        "email": chance.choice(["a@b.com", "a@c.com", "ab@b.com", None, "nope"]),
        "arr": chance.choice([["a"], ["a", "b"], ["b", "c", None], [], None, ["c", "c"]]),
        "n": chance.choice([1, 2, 3, None, 7]), "x": chance.choice([1.5, -0.0, 0.0, None, float("nan")]),
        "sex": chance.choice(["M", "F", None]), "lat": chance.choice([51.5, 51.6, None]), "lng": chance.choice([0.1, 0.2, None]),
    }  # fmt: skip


def table(rows: int, seed: int = 1, first: int = 0) -> pa.Table:
    chance = random.Random(seed)
    return pa.Table.from_pylist([record(first + n, chance) for n in range(rows)])


def ours(tables: Mapping[str, pa.Table], held: Mapping[str, Any], threshold: float | None, threads: int = 2) -> Found:
    found: Found = {}
    with prepared(tables, model_from(dict(held)), threads=threads) as linkage:
        ids, names, source = (linkage.compiled.records.ids.to_pylist(), linkage.compiled.records.names,
                              linkage.compiled.records.source)  # fmt: skip
        for one in linkage.score(-np.inf if threshold is None else threshold, levels=True):
            assert one.levels is not None
            for a, b, weight, levels in zip(one.left, one.right, one.weight, one.levels, strict=True):
                pair = (names[source[a]], ids[a], names[source[b]], ids[b])
                assert pair not in found
                found[pair] = (float(weight), one.rule, tuple(map(int, levels)))
    return found


def theirs(tables: Mapping[str, pa.Table], held: Mapping[str, Any], threshold: float | None) -> Found:
    only, found = next(iter(tables)), {}
    source, one = (
        held.get("source_dataset_column_name", "source_dataset"),
        held.get("unique_id_column_name", "unique_id"),
    )
    gammas = [f"gamma_{comparison['output_column_name']}" for comparison in held["comparisons"]]
    for row in splink_pairs(tables, held, threshold).to_pylist():
        pair = (row.get(f"{source}_l", only), row[f"{one}_l"], row.get(f"{source}_r", only), row[f"{one}_r"])
        found[pair] = (row["match_weight"], int(row["match_key"]), tuple(row[name] for name in gammas))
    return found


def same(tables: Mapping[str, pa.Table], held: Mapping[str, Any], threshold: float | None = None) -> int:
    left, right = ours(tables, held, threshold), theirs(tables, held, threshold)
    assert left.keys() == right.keys()
    assert left == right  # weights to the last bit
    return len(left)


def settings_of(comparisons: Sequence[Any], rules: Sequence[Any], link_type: str = "dedupe_only") -> dict[str, Any]:
    made = SettingsCreator(
        link_type=link_type, comparisons=list(comparisons), blocking_rules_to_generate_predictions=list(rules)
    )
    held: dict[str, Any] = made.create_settings_dict("duckdb")
    held.pop("linker_uid", None)
    return held


RULES = [
    block_on("first", "sex"), block_on("substr(last, 1, 2)"), block_on("arr", arrays_to_explode=["arr"]),
    "l.n = r.n and levenshtein(l.first, r.first) <= 2", "l.first = r.last", "l.n < r.n and l.sex = 'M'", block_on("x"),
    "abs(l.n - r.n) = 1 and l.pc is not null",
]  # fmt: skip
LIBRARY = {
    "names": [cl.NameComparison("first"), cl.JaroWinklerAtThresholds("last", [0.92, 0.7]).configure(term_frequency_adjustments=True)],
    "both names": [cl.ForenameSurnameComparison("first", "last"), cl.JaroAtThresholds("pc", [0.9, 0.5])],
    "dates": [cl.DateOfBirthComparison("dob", input_is_string=True),
              cl.AbsoluteDateDifferenceAtThresholds("day", input_is_string=False, metrics=["day", "year"], thresholds=[40, 1])],
    "postcode and e-mail": [cl.PostcodeComparison("pc"), cl.EmailComparison("email")],
    "edits": [cl.LevenshteinAtThresholds("last", [1, 2, 5]), cl.DamerauLevenshteinAtThresholds("dob", [1, 2, 3]),
              cl.LevenshteinAtThresholds("first", [1]), cl.DamerauLevenshteinAtThresholds("pc", [1])],
    "arrays": [cl.ArrayIntersectAtSizes("arr", [2, 1]), cl.ExactMatch("n").configure(term_frequency_adjustments=True)],
    "numbers and places": [cl.ExactMatch("x"), cl.DistanceInKMAtThresholds("lat", "lng", [5, 20])],
}  # fmt: skip


@pytest.mark.parametrize("comparisons", LIBRARY.values(), ids=LIBRARY)
def test_every_comparison_of_splinks_library_gives_the_same_levels(comparisons: list[Any]) -> None:
    assert same({"people": table(60)}, settings_of(comparisons, RULES)) > 500


@pytest.mark.parametrize(("link_type", "sources"), [("dedupe_only", 1), ("link_only", 2), ("link_and_dedupe", 2), ("link_only", 3), ("link_and_dedupe", 3)])  # fmt: skip
@pytest.mark.parametrize("threshold", [None, -12.0])
def test_every_way_of_linking_gives_the_same_pairs_under_the_same_rules(
    link_type: str, sources: int, threshold: float | None
) -> None:
    tables = {f"t{n}": table(40, n, 7 * n) for n in range(sources)}
    assert same(tables, settings_of(LIBRARY["names"], RULES, link_type), threshold) > 10


LAMBDAS = {
    "output_column_name": "places",
    "comparison_levels": [
        {"sql_condition": "arr_l IS NULL OR arr_r IS NULL", "is_null_level": True},
        {"sql_condition": "list_reduce(list_prepend(1.0, list_transform(arr_l, x -> CASE WHEN array_contains("
                          "list_transform(arr_r, y -> y), x) THEN 0.01 ELSE 1.0 END)), (p, q) -> p * q) < 0.001",
         "m_probability": 0.4, "u_probability": 0.001},
        {"sql_condition": "len(arr_l) * len(arr_r) <= 2 AND array_length(list_intersect(arr_l, arr_r)) >= 1",
         "m_probability": 0.3, "u_probability": 0.01},
        {"sql_condition": "(first_l IS NULL OR last_r IS NULL) AND n_l IS NULL", "is_null_level": True},
        {"sql_condition": "coalesce(n_l <> n_r, FALSE) AND coalesce(sex_l <> sex_r, FALSE)",
         "m_probability": 6.1e-05, "u_probability": 1.0},
        {"sql_condition": "ELSE", "m_probability": 0.2, "u_probability": 0.9},
    ],
}  # fmt: skip
FUZZY_RARITY = {
    "output_column_name": "name",
    "comparison_levels": [
        {"sql_condition": "first_l IS NULL AND last_l IS NULL OR first_r IS NULL AND last_r IS NULL", "is_null_level": True},
        {"sql_condition": '"last_l" = "last_r"', "m_probability": 0.8, "u_probability": 0.01, "tf_adjustment_column": "last",
         "tf_adjustment_weight": 1.0},
        {"sql_condition": "jaro_winkler_similarity(last_l, last_r) >= 0.8", "m_probability": 0.1, "u_probability": 0.02,
         "tf_adjustment_column": "last", "tf_adjustment_weight": 0.7, "tf_minimum_u_value": 0.05},
        {"sql_condition": "first_l = last_r AND first_r = last_l", "m_probability": 0.02, "u_probability": 1e-06},
        {"sql_condition": "first_l = first_r", "m_probability": 1e-50, "u_probability": 1.0, "tf_adjustment_column": "first"},
        {"sql_condition": "ELSE", "m_probability": 0.05, "u_probability": 0.95},
    ],
}  # fmt: skip


def test_lambdas_arrays_repeated_missing_levels_and_fuzzy_rarity_as_an_operational_model_has_them() -> None:
    held = {**settings_of([cl.ExactMatch("sex")], ["1=1"]), "probability_two_random_records_match": 2.6e-07}
    held["comparisons"] += [LAMBDAS, FUZZY_RARITY]
    assert same({"people": table(60)}, held) == 60 * 59 // 2
    assert 0 < same({"people": table(60)}, held, -20.0) < 60 * 59 // 2


texts = st.one_of(st.none(), st.text(alphabet="abé -'Z", max_size=6), st.sampled_from(["a" * 66, "ab" * 40]))
people = st.lists(st.fixed_dictionaries({"first": texts, "last": texts, "n": st.one_of(st.none(), st.integers(0, 3))}), min_size=2, max_size=12)  # fmt: skip
conditions = st.sampled_from(
    [
        '"first_l" = "first_r"', '"first_l" = "last_r"', "first_l IS NULL OR n_r IS NULL", "levenshtein(first_l, first_r) <= 1",
        "jaro_winkler_similarity(last_l, last_r) > 0.8", "damerau_levenshtein(last_l, last_r) < 3", "NOT (n_l = n_r)",
        "abs(n_l - n_r) <= 1", "n_l <> n_r OR first_l = first_r", "starts_with(last_r, last_l)", "jaccard(n_l::text || 'x', n_r::text || 'y') > 0.2",
        "upper(first_l) = upper(first_r) AND n_l >= n_r", "first_l IS NOT DISTINCT FROM first_r", "left(last_l, 2) = left(last_r, 2)",
    ]
)  # fmt: skip
shares = st.floats(0.001, 0.999)


@st.composite
def models(draw: st.DrawFn) -> dict[str, Any]:
    comparisons = []
    for number in range(draw(st.integers(1, 3))):
        chosen = draw(st.lists(conditions, min_size=1, max_size=4, unique=True))
        levels: list[dict[str, Any]] = [
            {"sql_condition": one, "is_null_level": True} if place and draw(st.integers(0, 3)) == 0
            else {"sql_condition": one, "m_probability": draw(shares), "u_probability": draw(shares)}
            for place, one in enumerate(chosen)
        ]  # fmt: skip
        levels.append({"sql_condition": "ELSE", "m_probability": draw(shares), "u_probability": draw(shares)})
        comparisons.append({"output_column_name": f"c{number}", "comparison_levels": levels})
    rules = draw(st.lists(st.sampled_from(["1=1", "l.n = r.n", "l.first = r.last", "l.n < r.n"]), min_size=1, max_size=3, unique=True))  # fmt: skip
    return {
        "link_type": "dedupe_only", "comparisons": comparisons, "probability_two_random_records_match": 0.01,
        "sql_dialect": "duckdb", "unique_id_column_name": "unique_id",
        "blocking_rules_to_generate_predictions": [{"blocking_rule": one, "sql_dialect": "duckdb"} for one in rules],
    }  # fmt: skip


SCHEMA = pa.schema([("first", pa.string()), ("last", pa.string()), ("n", pa.int64()), ("unique_id", pa.int64())])


@settings(max_examples=25, deadline=None)
@given(people, models(), st.sampled_from([None, 0.0, -3.5]))
def test_whatever_the_model_and_the_records_the_answers_are_splinks(
    rows: list[dict[str, Any]], held: dict[str, Any], threshold: float | None
) -> None:
    numbered = [{**row, "unique_id": n} for n, row in enumerate(rows)]
    same({"people": pa.Table.from_pylist(numbered, SCHEMA)}, held, threshold)


def test_a_model_that_we_trained_opens_in_splink_and_scores_the_same() -> None:
    held = settings_of(LIBRARY["names"], [block_on("first"), block_on("last")])
    tables = {"people": table(80)}
    with prepared(tables, model_from(held), threads=1) as linkage:
        trained = as_splink(linkage.trained([0, 1]).model)
    assert trained["comparisons"][0]["comparison_levels"][1]["m_probability"] > 0
    assert same(tables, trained) > 100


def test_threads_and_the_order_of_rows_change_nothing() -> None:
    held, rows = settings_of([*LIBRARY["names"], LAMBDAS], RULES), table(70)
    expected = ours({"people": rows}, held, -5.0, threads=1)
    shuffled = rows.take(random.Random(3).sample(range(70), 70))
    assert list(ours({"people": rows}, held, -5.0, threads=3).items()) == list(expected.items())
    assert ours({"people": shuffled}, held, -5.0) == expected
