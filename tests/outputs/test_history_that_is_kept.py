"""Whose each number is, from triples to sealed history and back: nothing is lost on the way, and nothing added."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.journey.history import SCHEMA, _earlier, file_of, remember, sets_of
from boldlink.outputs import RULES, Asked, protect_together
from boldlink.values import StatTable


def unit(person: int) -> bytes:
    return np.random.default_rng(person).bytes(16)


def whose(*numbers: tuple[int, str, range]) -> pa.Table:
    triples = sorted((row, count, unit(person)) for row, count, people in numbers for person in people)
    rows, counts, units = zip(*triples, strict=True) if triples else ((), (), ())
    return pa.table(
        {
            "row": pa.array(rows, pa.int32()),
            "count": pa.array(counts, pa.string()).dictionary_encode(),
            "record": pa.array([count == "releases" for count in counts], pa.bool_()),
            "unit": pa.array(units, pa.binary(16)),
        }
    )


class Kept:
    """What a sealed writer would be given."""

    def __init__(self) -> None:
        self.tables: list[pa.Table] = []

    def write(self, table: pa.Table) -> None:
        self.tables.append(table)


RAW = StatTable(
    "Work",
    ("sex",),
    ("people", "worked"),
    ({"sex": "F", "people": 40, "worked": 21}, {"sex": "M", "people": 60, "worked": 30}),
)
WHOSE = whose(
    (0, "people", range(40)), (0, "worked", range(21)), (1, "people", range(40, 100)), (1, "worked", range(40, 70))
)


def kept(raw: StatTable, table: pa.Table) -> tuple[pa.Table, object]:
    sets, store = sets_of(table), Kept()
    found = protect_together([Asked("one", raw, sets.numbers, RULES)], [])["one"]
    remember(store, raw, sets, found)
    return store.tables[0], found


def test_numbers_are_told_apart_by_row_and_column_and_hold_everybody_once():
    sets = sets_of(WHOSE)
    assert sets.numbers.cells == ((0, "people"), (0, "worked"), (1, "people"), (1, "worked"))
    assert [len(one) for one in sets.numbers.members] == [40, 21, 60, 30]
    assert set(sets.numbers.members[1]) < set(sets.numbers.members[0])
    assert not set(sets.numbers.members[0]) & set(sets.numbers.members[2])


def test_what_is_kept_is_what_readers_conclude_and_whose_it_was():
    table, found = kept(RAW, WHOSE)
    assert table.schema == SCHEMA and table.num_rows == WHOSE.num_rows
    read = _earlier("r-1", table)
    assert read.cells == ("sex: F, people", "sex: F, worked", "sex: M, people", "sex: M, worked")
    assert read.low.tolist() == found.low.tolist() and read.high.tolist() == found.high.tolist()
    for one, other in zip(read.members, sets_of(WHOSE).numbers.members, strict=True):
        assert np.array_equal(one, other)


def test_no_column_of_what_is_kept_holds_a_count_of_the_raw_table():
    table, _ = kept(RAW, WHOSE)
    assert set(table.column_names) == {"number", "cell", "low", "high", "unit"}
    assert not {"40", "21", "60", "30"} & {word for cell in table.column("cell").to_pylist() for word in cell.split()}


def test_a_table_without_people_has_no_numbers():
    assert sets_of(whose()).numbers.cells == ()


def test_a_number_of_the_history_is_found_again_in_a_slice_of_a_larger_table():
    table, _ = kept(RAW, WHOSE)
    larger = pa.concat_tables([table, table]).slice(table.num_rows)
    for one, other in zip(_earlier("a", larger).members, _earlier("b", table).members, strict=True):
        assert np.array_equal(one, other)


@given(st.dictionaries(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b"])), st.integers(1, 30), min_size=1))
def test_any_numbers_come_back_as_they_went(sizes):
    numbers = [(row, count, range(many)) for (row, count), many in sizes.items()]
    sets = sets_of(whose(*numbers))
    assert dict(zip(sets.numbers.cells, map(len, sets.numbers.members), strict=True)) == sizes


@pytest.mark.parametrize("request_id", ["3f2a", "r-9"])
def test_a_request_s_numbers_lie_with_the_dataset_they_are_from(request_id):
    assert file_of("prison", request_id) == f"history/prison/{request_id}.parquet"
