"""What a model asks for and cannot have is refused by name, before any pair is made and without a record's value.

What is not refused is kept: a model that is written reads back as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from operator import or_
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import BadRecords
from boldlink.linkage import as_splink, model_from, prepared, read_model
from boldlink.linkage.model.splink import UNSEEN

Tables = Mapping[str, pa.Table]
SECRET = "zebulon"
PEOPLE = pa.table({"unique_id": ["1", "2", "3"], "surname": [SECRET, SECRET, "marsh"], "dob": ["1980-02-03"] * 3, "n": [1, 2, 3], "tags": [["a"], ["a", "b"], None]})  # fmt: skip
MISSING = {"sql_condition": "surname_l IS NULL OR surname_r IS NULL", "is_null_level": True}
SAME = {"sql_condition": "surname_l = surname_r", "m_probability": 0.9, "u_probability": 0.01}
NEAR = {"sql_condition": "levenshtein(surname_l, surname_r) <= 1", "m_probability": 0.05, "u_probability": 0.02}
ELSE = {"sql_condition": "ELSE", "m_probability": 0.05, "u_probability": 0.97}


def compared(*levels: Any, name: str = "surname") -> dict[str, Any]:
    return {"output_column_name": name, "comparison_levels": list(levels)}


def held(**changes: Any) -> dict[str, Any]:
    """A model that can be used, with these changes."""
    rules = ["l.dob = r.dob"]
    return {"link_type": "dedupe_only", "comparisons": [compared(MISSING, SAME, ELSE)], "blocking_rules_to_generate_predictions": rules, **changes}  # fmt: skip


def with_levels(*levels: Any) -> dict[str, Any]:
    return held(comparisons=[compared(*levels)])


def with_rules(*rules: Any) -> dict[str, Any]:
    return held(blocking_rules_to_generate_predictions=list(rules))


def exploding(sql: str, *arrays: str) -> dict[str, Any]:
    return {"blocking_rule": sql, "arrays_to_explode": list(arrays)}


def pairs_of(model: dict[str, Any], tables: Tables | None = None, **limits: Any) -> int:
    """How many pairs a model finds among the people."""
    with prepared(tables or {"people": PEOPLE}, model_from(model), threads=1, **limits) as linkage:
        return sum(len(one.left) for one in linkage.score())


def refused_at_load(model: Any) -> BadRecords:
    with pytest.raises(BadRecords) as refused:
        model_from(model)
    assert (refused.value.code, refused.value.exit_code) == ("LINK-MODEL", 2)
    assert refused.value.do
    return refused.value


def refused_before_pairs(model: dict[str, Any], tables: Tables | None = None, **limits: Any) -> BadRecords:
    loaded = model_from(model)
    with pytest.raises(BadRecords) as refused, prepared(tables or {"people": PEOPLE}, loaded, threads=1, **limits):
        pytest.fail("the model was made ready")
    assert SECRET not in str(refused.value)
    assert refused.value.do
    return refused.value


@pytest.mark.parametrize("content", [None, b"", b"{", b"surname\nzebulon\n", b'{"link_type": "\xe9"}'])
def test_a_file_that_is_not_there_or_is_not_json_is_refused_by_its_name(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "mine.json").write_bytes(content)
    with pytest.raises(BadRecords) as refused:
        read_model(tmp_path / "mine.json")
    assert refused.value.code == "LINK-MODEL"
    assert ("no model file mine.json" if content is None else "mine.json is not JSON") in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("model", "named"),
    [
        ([held()], "not an object"),
        (None, "not an object"),
        (held(colour="red", age=3), "not known: age, colour"),
        (held(sql_dialect="spark"), "spark"),
        (held(link_type="link_all"), "link_type must be one of dedupe_only, link_only, link_and_dedupe"),
        (held(comparisons=[]), "compares nothing"),
        (held(comparisons={"surname": 1}), "comparisons must be a list"),
        (held(comparisons=["surname"]), "no comparison_levels"),
        (held(comparisons=[compared(SAME, ELSE), compared(NEAR, ELSE)]), "same name"),
        (held(blocking_rules_to_generate_predictions="l.dob = r.dob"), "predictions must be a list"),
        (with_rules({"blocking_rule": "l.dob = r.dob", "sql_dialect": "spark"}), "spark"),
        (with_levels({"label_for_charts": "same"}, ELSE), "no sql_condition"),
        (with_levels("surname_l = surname_r", ELSE), "no sql_condition"),
        (with_levels({**SAME, "weight": 3, "colour": 1}, ELSE), "not known: colour, weight"),
    ],
)
def test_a_setting_that_cannot_be_honoured_is_refused_by_name(model: Any, named: str) -> None:
    assert named in refused_at_load(model).why


@pytest.mark.parametrize("levels", [[], [MISSING, SAME], [ELSE, SAME], [SAME, ELSE, ELSE], [SAME, {**ELSE, "is_null_level": True}]])  # fmt: skip
def test_the_last_level_and_only_the_last_is_else(levels: list[dict[str, Any]]) -> None:
    assert "The last level of surname, and only the last, must be ELSE" in refused_at_load(with_levels(*levels)).why


@pytest.mark.parametrize("value", [0, -0.1, 1.01, float("nan"), float("inf"), True, "0.5", [0.5]])
@pytest.mark.parametrize("name", ["m_probability", "u_probability", "probability_two_random_records_match"])
def test_a_probability_is_a_number_above_nought_and_at_most_one(name: str, value: Any) -> None:
    model = held(**{name: value}) if name.startswith("prob") else with_levels({**SAME, name: value}, ELSE)
    assert refused_at_load(model).why == f"{name} must be a number above 0 and at most 1."


@pytest.mark.parametrize(("given", "read"), [(1, 1.0), (1e-300, 1e-300), (UNSEEN, 0.95), (None, None)])
def test_a_probability_may_be_one_or_nearly_nought_or_not_there_or_never_seen(given: Any, read: float | None) -> None:
    level = model_from(with_levels({**SAME, "m_probability": given}, ELSE)).comparisons[0].levels[0]
    assert (level.m, level.u) == (read, 0.01)


@pytest.mark.parametrize("rule", [3, None, ["l.dob = r.dob"], {}, {"blocking_rule": 3}])
def test_a_blocking_rule_is_text_or_an_object_that_holds_it(rule: Any) -> None:
    assert "neither SQL nor an object" in refused_at_load(with_rules("l.n = r.n", rule)).why


CONDITIONS = {
    "a query": ("surname_l = (SELECT max(surname) FROM records)", "a query inside it"),
    "an aggregate": ("max(surname_l) = surname_r", "max is not a function of one pair"),
    "an aggregate inside": ("n_l = n_r AND abs(sum(n_l)) > 1", "sum is not a function of one pair"),
    "a window": ("row_number() OVER () = n_l", "a window function"),
    "chance": ("surname_l = surname_r AND random() < 0.5", "random does not give the same answer twice"),
    "an unknown function": ("surname_l = sounds_like(surname_r)", "no function sounds_like"),
    "a file": ("read_text('/nowhere') = surname_l", "read_text is not a function of one pair"),
    "a column of nobody": ("surname = surname_r", "without"),
    "a column of a third": ("x.surname = surname_r", "without"),
    "a star": ("COLUMNS(*) = surname_l", "a star"),
    "a parameter": ("surname_l = ?", "a parameter"),
    "two statements": ("surname_l = surname_r; SELECT 1", "cannot parse"),
    "two statements in brackets": ("1 = 1); SELECT (1 = 1", "not one condition"),
    "two conditions": ("1 = 1), (2 = 2", "not one condition"),
    "half a condition": ("surname_l = surname_r AND", "cannot parse"),
}  # fmt: skip


@pytest.mark.parametrize("place", ["level", "rule"])
@pytest.mark.parametrize(("sql", "why"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_condition_that_cannot_be_honoured_is_refused_in_its_own_words(sql: str, why: str, place: str) -> None:
    written = sql if place == "level" else re.sub(r"(\w+)_([lr])\b", r"\2.\1", sql)
    level = {**SAME, "sql_condition": written}
    refused = refused_before_pairs(with_levels(level, ELSE) if place == "level" else with_rules("l.n = r.n", written))
    assert refused.code == "LINK-MODEL-CONDITION"
    assert f"The condition {written} " in refused.what
    assert why in refused.why


@pytest.mark.parametrize("sql", ["l.tags < r.tags", "l.n = r.n AND len(l.tags) = 1", "l.tags = r.tags OR l.n = r.n", "1 = 1"])  # fmt: skip
def test_a_rule_that_looks_into_arrays_asks_for_equalities_only(sql: str) -> None:
    refused = refused_before_pairs(with_rules(exploding(sql, "tags")))
    assert refused.code == "LINK-MODEL-CONDITION"
    assert f"The condition {sql} " in refused.what
    assert "equalities only" in refused.why
    assert pairs_of(with_rules(exploding("l.tags = r.tags", "tags"))) == 1


HEIGHT = {**SAME, "sql_condition": "height_l = height_r"}
UNKNOWN = {
    "compared": with_levels(HEIGHT, ELSE),
    "measured": with_levels({**SAME, "sql_condition": "levenshtein(surname_l, height_r) <= 2"}, ELSE),
    "asked": with_levels({**SAME, "sql_condition": "jaccard(surname_l, height_r) > 0.5"}, ELSE),
    "blocked by": with_rules("l.dob = r.dob", "l.height = r.height"),
    "blocked by less": with_rules("l.n < r.height"),
    "looked into": with_rules(exploding("l.height = r.height", "height")),
    "said to be an array": with_rules(exploding("l.tags = r.tags", "height")),
    "rare": with_levels({**SAME, "tf_adjustment_column": "height"}, ELSE),
}


@pytest.mark.parametrize("model", UNKNOWN.values(), ids=UNKNOWN)
def test_a_column_that_the_records_do_not_have_is_refused_by_name(model: dict[str, Any]) -> None:
    refused = refused_before_pairs(model)
    assert refused.code == "LINK-UNKNOWN-COLUMN"
    assert refused.what == "The model needs the column(s) height."


def test_a_column_that_one_of_two_sources_lacks_is_refused_and_so_is_one_without_ids() -> None:
    refused = refused_before_pairs(held(link_type="link_only"), {"a": PEOPLE, "b": PEOPLE.drop_columns(["surname"])})
    assert (refused.code, refused.what) == ("LINK-UNKNOWN-COLUMN", "The model needs the column(s) surname.")
    refused = refused_before_pairs(held(unique_id_column_name="ref"))
    assert refused.code == "LINK-UNKNOWN-COLUMN"
    assert refused.what.startswith("people has no column ref")


def test_rarity_needs_a_level_at_which_its_column_matches_exactly() -> None:
    rare = {**NEAR, "tf_adjustment_column": "surname"}
    for model in (with_levels(rare, ELSE), with_levels({**SAME, "sql_condition": "n_l = n_r"}, rare, ELSE)):
        with pytest.raises(BadRecords) as refused:
            pairs_of(model)
        assert refused.value.code == "LINK-MODEL-CONDITION"
        assert "levenshtein(surname_l, surname_r) <= 1" in refused.value.what
        assert "rarity of surname" in refused.value.why
    for model in (with_levels(SAME, rare, ELSE), with_levels({**rare, "disable_tf_exact_match_detection": True}, ELSE)):
        assert pairs_of(model) == 3


@pytest.mark.parametrize(("link_type", "sources"), [("dedupe_only", 2), ("dedupe_only", 3), ("link_only", 1), ("link_and_dedupe", 1)])  # fmt: skip
def test_a_model_is_used_on_as_many_sources_as_it_was_made_for(link_type: str, sources: int) -> None:
    refused = refused_before_pairs(held(link_type=link_type), {f"file {n}": PEOPLE for n in range(sources)})
    assert refused.code == "LINK-SOURCES"
    assert f"{link_type} cannot be used on {sources} source(s)" in refused.what
    assert pairs_of(held(link_type="link_only"), {"courts": PEOPLE, "prisons": PEOPLE}) == 9


@pytest.mark.parametrize(("ids", "repeated", "missing"), [([SECRET, SECRET, "2"], 1, 0), ([SECRET] * 3, 2, 0), ([SECRET, None, "2"], 0, 1), ([7, 7, None], 1, 1)])  # fmt: skip
def test_ids_that_repeat_or_are_missing_are_refused_by_count(ids: list[Any], repeated: int, missing: int) -> None:
    for column in (pa.array(ids), pa.array(ids).dictionary_encode()):
        refused = refused_before_pairs(held(), {"people": PEOPLE.set_column(0, "unique_id", column)})
        assert refused.code == "LINK-DUPLICATE-IDS"
        assert refused.what == f"{repeated} id(s) of people stand more than once, and {missing} are missing."


MANY = pa.table({"unique_id": range(3_000), "surname": [SECRET] * 3_000, "dob": [str(n // 2) for n in range(3_000)], "n": range(3_000)})  # fmt: skip


@pytest.mark.parametrize(("worst", "pairs"), [("l.surname = r.surname", 4_498_500), ("l.n < r.n", 4_498_500)])
def test_too_many_pairs_are_refused_before_they_are_made_and_the_worst_rule_is_named(worst: str, pairs: int) -> None:
    refused = refused_before_pairs(with_rules("l.dob = r.dob", worst), {"people": MANY}, max_pairs=1_500)
    assert refused.code == "LINK-TOO-MANY-PAIRS"
    assert f"{pairs + 1_500:,} pairs, and at most 1,500 are allowed" in refused.what
    assert refused.why == f"rule 1 alone makes up to {pairs:,}: {worst}."
    assert pairs_of(with_rules("l.dob = r.dob"), {"people": MANY}, max_pairs=1_500) == 1_500


def test_too_little_memory_is_refused_before_the_model_is_even_looked_at() -> None:
    refused = refused_before_pairs(with_levels(HEIGHT, ELSE), {"people": MANY}, memory_bytes=10**6)
    assert refused.code == "LINK-MEMORY"
    assert refused.what.startswith("3,000 records need about ")
    assert pairs_of(held(), memory_bytes=2 * 10**9) == 3


def test_more_levels_than_patterns_can_be_counted_for_are_refused_for_training_alone() -> None:
    levels = [{"sql_condition": f"levenshtein(surname_l, surname_r) = {n}"} for n in range(6)]
    comparisons = [compared(MISSING, *levels, {"sql_condition": "ELSE"}, name=f"c{n}") for n in range(21)]
    with prepared({"people": PEOPLE}, model_from(held(comparisons=comparisons)), threads=1) as linkage:
        with pytest.raises(BadRecords) as refused:
            linkage.trained([0])
        assert refused.value.code == "LINK-MODEL-LEVELS"
        assert "21 comparisons with 168 levels" in refused.value.what
        assert sum(len(one.left) for one in linkage.score()) == 3


words = st.text(alphabet="aé _'\"", min_size=1, max_size=5)
shares = st.one_of(st.none(), st.floats(1e-300, 1.0))
names = st.sampled_from(["surname", "dob", "first name"])
rarity = st.fixed_dictionaries({"tf_adjustment_column": names, "tf_adjustment_weight": st.floats(0.01, 2.0), "tf_minimum_u_value": st.floats(0.0, 0.5)})  # fmt: skip


def levels(sql: st.SearchStrategy[str], missing: st.SearchStrategy[bool]) -> st.SearchStrategy[dict[str, Any]]:
    optional = {
        "m_probability": shares, "u_probability": shares, "fix_m_probability": st.booleans(), "fix_u_probability": st.booleans(),
        "label_for_charts": st.text(max_size=4), "disable_tf_exact_match_detection": st.booleans(),
    }  # fmt: skip
    plain = st.fixed_dictionaries({"sql_condition": sql, "is_null_level": missing}, optional=optional)
    return st.builds(or_, plain, st.one_of(st.just({}), rarity))


lasts = levels(st.sampled_from(["ELSE", " else "]), st.just(False))
lists = st.builds(lambda first, last: [*first, last], st.lists(levels(words.map("a_l = {}".format), st.booleans()), max_size=4), lasts)  # fmt: skip
comparisons = st.fixed_dictionaries({"output_column_name": words, "comparison_description": words, "comparison_levels": lists})  # fmt: skip
models = st.fixed_dictionaries(
    {
        "link_type": st.sampled_from(["dedupe_only", "link_only", "link_and_dedupe"]), "sql_dialect": st.just("duckdb"),
        "comparisons": st.lists(comparisons, min_size=1, max_size=3, unique_by=lambda one: one["output_column_name"]),
        "blocking_rules_to_generate_predictions": st.lists(st.one_of(words, st.builds(exploding, words, names, names)), max_size=3),
    },
    optional={
        "probability_two_random_records_match": st.floats(1e-300, 1.0), "unique_id_column_name": names,
        "source_dataset_column_name": names, "em_convergence": st.floats(1e-6, 0.1), "max_iterations": st.integers(1, 99),
    },
)  # fmt: skip


@given(models)
def test_a_model_that_is_written_reads_back_as_it_was(held: dict[str, Any]) -> None:
    model = model_from(held)
    assert model_from(json.loads(json.dumps(as_splink(model)))) == model


def test_a_weight_of_nought_for_rarity_counts_as_one_as_in_splink() -> None:
    model = model_from(with_levels({**SAME, "tf_adjustment_column": "surname", "tf_adjustment_weight": 0}, ELSE))
    assert model.comparisons[0].levels[0].rarity_weight == 1.0
