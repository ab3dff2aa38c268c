"""What DuckDB says of a value that it cannot read never leaves the engine: its own errors quote what records hold."""

from __future__ import annotations

import traceback
from typing import Any

import pyarrow as pa
import pytest

from boldlink.errors import BadRecords
from boldlink.linkage import Comparison, Level, Model, Rule, prepared

SECRET = "vargasecret"
TABLE = pa.table(
    {
        "unique_id": pa.array([1, 2, 3]),
        "surname": pa.array([SECRET, "12", "13"]),
        "dob": pa.array(["1980-01-02", SECRET, "1990-02-03"]),
        "n": pa.array([1, 2, 3]),
        "xs": pa.array([[SECRET], ["12"], None], pa.list_(pa.string())),
    }
)


def run(condition: str = "n_l = n_r", rule: Rule = Rule("1 = 1")) -> None:
    levels = (Level(condition, "yes", 0.9, 0.1), Level("ELSE", "no", 0.1, 0.9))
    model = Model("dedupe_only", (Comparison("asked", levels),), (rule,))
    with prepared({"people": TABLE}, model, threads=1) as linkage:
        for _ in linkage.score_named():
            pass


def refused(**asked: Any) -> str:
    with pytest.raises(BadRecords) as found:
        run(**asked)
    assert found.value.code == "LINK-MODEL-CONDITION"
    return "".join(traceback.format_exception(found.value)) + str(found.value)


@pytest.mark.parametrize(
    "condition",
    [
        "CAST(surname_l AS INTEGER) = CAST(surname_r AS INTEGER)",
        "CAST(surname_l AS INTEGER) = n_r",
        "CAST(surname_l AS INTEGER) > 5",
        "strptime(dob_l, '%Y-%m-%d') < strptime(dob_r, '%Y-%m-%d')",
        "CAST(dob_l AS DATE) = CAST(dob_r AS DATE)",
        "CAST(xs_l[1] AS INTEGER) IS NULL",
        "CAST(surname_l || surname_r AS INTEGER) > 5",
        "list_has_any(list_transform(xs_l, lambda x: x::INT), list_transform(xs_r, lambda x: x::INT))",
    ],
)
def test_a_level_that_cannot_read_a_value_is_refused_without_it(condition: str) -> None:
    assert SECRET not in refused(condition=condition)


@pytest.mark.parametrize(
    "rule",
    [
        "l.surname::INT = r.surname::INT", "l.surname::INT = r.n", "l.surname::INT < r.n",
        "length(l.dob) = length(r.dob) AND l.surname::INT + r.n > 3", "abs(l.surname::INT - r.surname::INT) < 2",
    ],
)  # fmt: skip
def test_a_rule_that_cannot_read_a_value_is_refused_without_it(rule: str) -> None:
    assert SECRET not in refused(rule=Rule(rule))


def test_an_exploding_rule_over_what_is_no_array_is_refused_without_it() -> None:
    assert SECRET not in refused(rule=Rule("l.surname = r.surname", explode=("surname",)))


@pytest.mark.parametrize(
    "condition",
    [
        "surname_l = surname_r) FROM records WHERE (1=0", "surname_l = surname_r) FROM people GROUP BY (1",
        "surname_l = surname_r, n_l = n_r", "", "surname_l = surname_r) ORDER BY (1", "surname_l = surname_r) LIMIT (1",
    ],
)  # fmt: skip
def test_a_condition_that_is_more_than_one_condition_is_refused(condition: str) -> None:
    refused(condition=condition)


def test_what_is_refused_is_named_in_the_models_own_words() -> None:
    condition = "CAST(surname_l || dob_r AS INTEGER) > 1 AND length(surname_l || surname_r) > 2"
    assert condition in refused(condition=condition)
