"""A dataset's rows held compactly in memory, so that millions leave in a random order and nothing clear touches a disk.

Two passes over the sealed files: record keys alone say which rows are in the spine and where; then every column is read
in batches, made as coarse as agreed, and kept as numbers (texts as positions in a dictionary). Five million rows of
twenty columns take about a gigabyte; a shuffle on disk would have to be sealed, opened and erased again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.datasets.part import KEY, LINK, PEOPLE, RECORD_KEY, Part
from boldlink.vault import Sealed, read_batches

Array = np.ndarray[Any, np.dtype[Any]]
BATCHES = 8  # between two times that memory is given back


@dataclass(frozen=True)
class InSpine:
    """Which rows of a part are in the spine, and what the spine says of them.

    place: for each row of the part in the order of its files, its position among `said`, -1 for none (int32). said: spine
    columns by name.
    """

    place: Array
    said: Mapping[str, pa.Array]

    def of_rows(self, column: str) -> pa.Array:
        """A spine column for each row that is in the spine, in the order of the part's files."""
        return self.said[column].take(pa.array(self.place[self.place >= 0]))


def in_spine(part: Part, spine: Sealed, columns: Sequence[str] = (*PEOPLE, *LINK)) -> InSpine:
    """Find a part's rows in the spine, by record key."""
    said = _of_dataset(part.dataset, spine, (RECORD_KEY, *columns))
    known = said.pop(RECORD_KEY)
    if part.scope is not None:
        known = pc.if_else(pc.is_in(known, part.scope), known, pa.scalar(None, KEY))
    keys = _one([batch.column(RECORD_KEY) for batch in part.batches([RECORD_KEY])], KEY)
    found = np.asarray(pc.fill_null(pc.index_in(keys, known, skip_nulls=True), -1))
    _give_back()
    return InSpine(found, said)


def columns_of(part: Part, names: Sequence[str], place: Array) -> dict[str, pa.Array]:
    """Columns of a part's rows in the spine (n rows, in the order of its files): coarse, texts as dictionaries."""
    chunks: dict[str, list[pa.Array]] = {name: [] for name in names}
    start = 0
    for number, batch in enumerate(part.batches(names)):
        if number % BATCHES == 0:
            _give_back()
        own = pa.array(place[start : start + batch.num_rows] >= 0)
        start += batch.num_rows
        for name in names:
            chunks[name].append(_compact(part.coarse(name, batch.column(name).filter(own))))
    whole = {}
    for name in names:  # one column at a time, so that never more than one stands in memory twice
        whole[name] = _one(chunks.pop(name))
        _give_back()
    return whole


def shuffled(rows: int, block_rows: int) -> Iterator[pa.Array]:
    """Every row once, in an order that nobody can make again, in blocks."""
    order = np.random.default_rng().permutation(rows).astype(np.int32)
    for start in range(0, rows, block_rows):
        yield pa.array(order[start : start + block_rows])


def plain(values: pa.Array) -> pa.Array:
    """A column as it was before it was made compact."""
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def _give_back() -> None:
    """Return memory that Arrow has freed and keeps: half a gigabyte of it stands about after five million keys."""
    pa.default_memory_pool().release_unused()


def _of_dataset(dataset: str, spine: Sealed, columns: Sequence[str]) -> dict[str, pa.Array]:
    found: dict[str, list[pa.Array]] = {name: [] for name in columns}
    for batch in read_batches(spine, ["dataset", *columns]):
        own = pc.equal(batch.column("dataset"), dataset)
        for name in columns if pc.any(own).as_py() else ():
            found[name].append(batch.column(name).filter(own))
    kinds = {name: LINK.get(name, KEY) for name in columns}
    return {name: _one(found.pop(name), kinds[name]) for name in columns}


def _compact(values: pa.Array) -> pa.Array:
    return values.dictionary_encode() if pa.types.is_string(values.type) else values


def _one(chunks: list[pa.Array], kind: pa.DataType | None = None) -> pa.Array:
    """One array of several; of none, an empty one of that kind."""
    if not chunks:
        return pa.array([], kind or pa.null())
    whole = pa.chunked_array(chunks).unify_dictionaries().combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
