"""Columns held in memory come back as they were, whatever their type, nulls, batches and slices."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.datasets.held import held, plain

VALUES = {
    pa.string(): st.sampled_from(["", "a", "Ynys Môn", "b" * 40]),
    pa.int64(): st.integers(-(2**40), 2**40),
    pa.int8(): st.integers(-100, 100),
    pa.float64(): st.floats(allow_nan=False),
    pa.bool_(): st.booleans(),
    pa.date32(): st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    pa.binary(16): st.binary(min_size=16, max_size=16),
}


@pytest.mark.parametrize("kind", VALUES, ids=str)
@given(data=st.data())
def test_a_column_comes_back_as_it_went_in(kind, data):
    parts = data.draw(st.lists(st.lists(st.none() | VALUES[kind], max_size=9), max_size=4))
    drop = data.draw(st.integers(0, 3))
    batches = [pa.record_batch({"x": pa.array([None] * drop + part, kind)}).slice(drop) for part in parts]
    whole = [value for part in parts for value in part]
    spare = data.draw(st.integers(0, 5))
    back = plain(held({"x": kind}, len(whole) + spare, batches)["x"])
    assert back.to_pylist() == whole and back.type == kind
    back.validate(full=True)


def test_equal_texts_of_different_batches_are_held_once():
    batches = [pa.record_batch({"x": pa.array(["Theft", None])}), pa.record_batch({"x": pa.array(["Fraud", "Theft"])})]
    column = held({"x": pa.string()}, 4, batches)["x"]
    assert column.dictionary.to_pylist() == ["Theft", "Fraud"] and column.indices.to_pylist() == [0, None, 1, 0]
