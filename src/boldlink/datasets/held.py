"""Columns held in memory by the million: room for every row is set aside once and filled batch by batch.

Arrays that are gathered and then joined stand twice at the moment of joining, and what they leave is not given back at
once. Texts are held as positions in a dictionary; whatever else has a fixed width, as its bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

Array = np.ndarray[Any, np.dtype[Any]]


class Held:
    """One column of at most `rows` rows: text, or a type of fixed width."""

    def __init__(self, kind: pa.DataType, rows: int) -> None:
        self._kind, self._words = kind, dict[str, int]()
        self._stored = {pa.string(): pa.int32(), pa.bool_(): pa.uint8()}.get(kind, kind)
        self._bytes = np.empty((rows, self._stored.bit_width // 8), np.uint8)
        self._valid, self._filled = np.zeros(rows, bool), 0

    def add(self, values: pa.Array) -> None:
        """The next rows."""
        there = slice(self._filled, self._filled + len(values))
        self._valid[there] = np.asarray(values.is_valid())
        self._bytes[there] = self._as_bytes(self._coded(values) if self._words_are_kept else values.cast(self._stored))
        self._filled = there.stop

    def whole(self) -> pa.Array:
        """Every row added; texts as a dictionary of them."""
        valid = self._valid[: self._filled]
        validity = None if valid.all() else pa.array(valid).buffers()[1]
        data = pa.py_buffer(self._bytes[: self._filled])
        stored = pa.Array.from_buffers(self._stored, self._filled, [validity, data])
        if self._words_are_kept:
            return pa.DictionaryArray.from_arrays(stored, pa.array(list(self._words), pa.string()))
        return stored.cast(self._kind)

    @property
    def _words_are_kept(self) -> bool:
        return bool(self._kind == pa.string())

    def _coded(self, values: pa.Array) -> pa.Array:
        encoded = values.dictionary_encode()
        codes = [self._words.setdefault(word, len(self._words)) for word in encoded.dictionary.to_pylist()]
        return pa.array(codes, self._stored).take(encoded.indices)

    def _as_bytes(self, values: pa.Array) -> Array:
        width = self._bytes.shape[1]
        data = np.frombuffer(values.buffers()[1], np.uint8) if len(values) else np.empty(0, np.uint8)
        return data[values.offset * width : (values.offset + len(values)) * width].reshape(len(values), width)


def held(kinds: Mapping[str, pa.DataType], rows: int, batches: Iterable[pa.RecordBatch]) -> dict[str, pa.Array]:
    """Columns of these types, from batches of at most `rows` rows together."""
    columns = {name: Held(kind, rows) for name, kind in kinds.items()}
    for batch in _with_room(batches):
        for name, column in columns.items():
            column.add(batch.column(name))
    return {name: columns.pop(name).whole() for name in kinds}


def plain(values: pa.Array) -> pa.Array:
    """Texts as they were before they were held."""
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def give_back() -> None:
    """Return memory that Arrow has freed and keeps."""
    pa.default_memory_pool().release_unused()


def _with_room(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for number, batch in enumerate(batches):
        yield batch
        if number % GIVE_BACK_BATCHES == 0:
            give_back()


GIVE_BACK_BATCHES = 8
