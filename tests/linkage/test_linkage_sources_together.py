"""Sources that hold a column in different types go together as they do in SQL, or are refused by the column's name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from boldlink.errors import BadRecords
from boldlink.linkage import Comparison, Level, Model, Rule, prepared


def model(column: str = "n") -> Model:
    same = Level(f'"{column}_l" = "{column}_r"', "same", 0.9, 0.1)
    return Model("link_only", (Comparison(column, (same, Level("ELSE", "no", 0.1, 0.9))),), (Rule("1 = 1"),))


def table(ids: list[Any], **columns: pa.Array) -> pa.Table:
    return pa.table({"unique_id": pa.array(ids), **columns})


def agreeing(left: pa.Table, right: pa.Table) -> int:
    with prepared({"a": left, "b": right}, model(), threads=1) as linkage:
        return sum(int((one.levels[:, 0] == 1).sum()) for one in linkage.score(levels=True) if one.levels is not None)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (pa.array([1, 2, None]), pa.array(["1", "2", "3"])),
        (pa.array(["1", "2", "3"]).dictionary_encode(), pa.array([1, 2, 9], pa.int16())),
        (pa.array([date(2001, 2, 3), None, date(2002, 2, 3)]), pa.array(["2001-02-03", "2002-02-03", "x"])),
        (pa.array([1, 2, 9]), pa.array([1.0, 2.0, 3.5])),
        (pa.array([1, 2, 9], pa.int8()), pa.array([1, 2, 3], pa.int64())),
        (pa.array(["1", "2", None]), pa.array(["1", "2", "3"]).dictionary_encode()),
    ],
)
def test_values_that_sql_would_call_equal_are_equal(left: pa.Array, right: pa.Array) -> None:
    assert agreeing(table([1, 2, 3], n=left), table([4, 5, 6], n=right)) == 2


def test_a_column_that_no_source_fills_goes_with_any() -> None:
    assert agreeing(table([1], n=pa.nulls(1)), table([2], n=pa.array(["1"]))) == 0


@pytest.mark.parametrize(
    "other",
    [pa.array([["1"]], pa.list_(pa.string())), pa.array([1.5]), pa.array([{"x": 1}])],
    ids=["list", "float", "struct"],
)
def test_types_that_do_not_go_together_are_refused_by_the_columns_name(other: pa.Array) -> None:
    with pytest.raises(BadRecords) as refused:
        agreeing(table([1], n=pa.array(["1"])), table([2], n=other))
    assert refused.value.code == "LINK-TYPES"
    assert " n " in refused.value.what


def test_ids_that_are_lists_are_refused() -> None:
    with pytest.raises(BadRecords) as refused:
        agreeing(table([[1]], n=pa.array([1])), table([[2]], n=pa.array([1])))
    assert refused.value.code == "LINK-IDS"


def test_no_source_at_all_is_refused() -> None:
    with pytest.raises(BadRecords) as refused, prepared({}, model()):
        pass
    assert refused.value.code == "LINK-SOURCES"


def test_a_rule_into_arrays_of_one_source_is_counted_as_often_as_pairs_are_made() -> None:
    lists = pa.array([["x", "y"], ["x"], ["x", "z"], ["z"], None], pa.list_(pa.string()))
    into = Model("dedupe_only", model("m").comparisons, (Rule("l.xs = r.xs", explode=("xs",)),))
    held = pa.table({"unique_id": [1, 2, 3, 4, 5], "xs": lists, "m": ["a"] * 5})
    with prepared({"people": held}, into, threads=1) as linkage:
        made = sum(len(one.left) for one in linkage.score())
        assert made == 4  # three share x, two share z
        assert linkage.most_pairs == [4]
