"""A dataset's rows held compactly in memory, so that millions leave in a random order and nothing clear touches a disk.

Two passes over the sealed files: record keys alone say which rows are in the spine and where; then every column is read
in batches, made as coarse as agreed, and held as numbers. Five million rows of twenty columns take about a gigabyte; a
shuffle on disk would have to be sealed, opened and erased again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.datasets.held import give_back, held
from boldlink.datasets.part import KEY, LINK, PEOPLE, RECORD_KEY, Part, kinds_of
from boldlink.vault import Sealed, read_batches, row_count

Array = np.ndarray[Any, np.dtype[Any]]


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


def in_spine(
    part: Part, spine: Sealed, columns: Sequence[str] = (*PEOPLE, *LINK), place: Array | None = None
) -> InSpine:
    """Find a part's rows in the spine, by record key. place: where they are, if that was found before."""
    if place is None:
        place = _places(part, spine)
        give_back()  # what was needed to find five million keys is as much as a quarter of the whole
    return InSpine(place, _of_dataset(part.dataset, spine, columns))


def columns_of(part: Part, names: Sequence[str], place: Array) -> dict[str, pa.Array]:
    """Columns of a part's rows in the spine (n rows, in the order of its files): coarse, texts as dictionaries."""
    kinds = kinds_of(part)
    return held({name: kinds[name] for name in names}, int((place >= 0).sum()), _chosen(part, names, place))


def shuffled(rows: int, block_rows: int) -> Iterator[pa.Array]:
    """Every row once, in an order that nobody can make again, in blocks."""
    order = np.arange(rows, dtype=np.int32)
    np.random.default_rng().shuffle(order)
    for start in range(0, rows, block_rows):
        yield pa.array(order[start : start + block_rows])


def _places(part: Part, spine: Sealed) -> Array:
    known = _of_dataset(part.dataset, spine, [RECORD_KEY])[RECORD_KEY]
    if part.scope is not None:
        known = pc.if_else(pc.is_in(known, part.scope), known, pa.scalar(None, KEY))
    rows = sum(row_count(sealed) for sealed in part.attributes)
    keys = held({RECORD_KEY: KEY}, rows, part.batches([RECORD_KEY]))[RECORD_KEY]
    return np.asarray(pc.fill_null(pc.index_in(keys, known, skip_nulls=True), -1))


def _chosen(part: Part, names: Sequence[str], place: Array) -> Iterator[pa.RecordBatch]:
    start = 0
    for batch in part.batches(names):
        own = pa.array(place[start : start + batch.num_rows] >= 0)
        start += batch.num_rows
        coarse = [part.coarse(name, batch.column(name).filter(own)) for name in names]
        yield pa.RecordBatch.from_arrays(coarse, list(names))


def _of_dataset(dataset: str, spine: Sealed, columns: Sequence[str]) -> dict[str, pa.Array]:
    """Spine columns of one dataset's records, always in the same order."""
    there = read_batches(spine, ["dataset", *columns], holding=("dataset", dataset))
    own = (batch.filter(pc.equal(batch.column("dataset"), dataset)) for batch in there)
    return held({name: LINK.get(name, KEY) for name in columns}, row_count(spine), own)
