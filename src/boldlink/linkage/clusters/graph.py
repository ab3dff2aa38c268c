"""Records and weighted pairs as arrays: what clustering works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.errors import BadRecords

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Graph:
    """n records, in the order that settles ties, and m pairs. source: int (n), a position in names.

    left, right: int32 (m), records, left before right; weight: float64 (m), bits. A pair stands once.
    compared: which sources were compared with which (bool, sources x sources).
    """

    names: tuple[str, ...]
    source: Array
    left: Array
    right: Array
    weight: Array
    compared: Array

    @property
    def records(self) -> int:
        return len(self.source)

    def without(self, left_out: Array) -> Graph:
        """The same records, without the pairs of some (bool, n)."""
        kept = ~left_out[self.left]
        return replace(self, left=self.left[kept], right=self.right[kept], weight=self.weight[kept])


def as_graph(names: Sequence[str], source: Array, left: Array, right: Array, weight: Array) -> Graph:
    """Pairs turned so that the left record comes first, the best weight of each pair kept."""
    first, second = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
    key = first * len(source) + second
    order = np.lexsort((-np.asarray(weight), key))
    once = order[np.concatenate([[True], key[order][1:] != key[order][:-1]])] if len(order) else order
    left, right, source = first[once].astype(np.int32), second[once].astype(np.int32), np.asarray(source)
    compared = np.zeros((len(names), len(names)), bool)
    compared[source[left], source[right]] = True
    return Graph(tuple(names), source, left, right, np.asarray(weight, float)[once], compared | compared.T)


def rows_of(nodes: pa.Table, pairs: pa.Table, side: str) -> Array:
    """Where the pairs' left or right records stand among the nodes. Raises BadRecords for one that does not."""
    sources, ids = nodes.column("source_dataset").cast(pa.string()), nodes.column("unique_id").cast(pa.string())
    wanted_sources = pairs.column(f"source_dataset_{side}").cast(pa.string())
    wanted_ids = pairs.column(f"unique_id_{side}").cast(pa.string())
    found = np.full(pairs.num_rows, -1, np.int64)
    for name in pc.unique(wanted_sources).to_pylist():
        own = np.flatnonzero(np.asarray(pc.equal(sources, name)))
        here = np.flatnonzero(np.asarray(pc.equal(wanted_sources, name)))
        places = pc.index_in(wanted_ids.take(pa.array(here)).combine_chunks(), ids.take(pa.array(own)).combine_chunks())
        places = np.asarray(places.fill_null(-1))
        found[here] = np.where(places < 0, -1, own[places] if len(own) else -1)
    if (found < 0).any():
        raise BadRecords(
            "LINK-UNKNOWN-NODE",
            f"{int((found < 0).sum())} pair(s) name a record that is not among the records.",
            "its cluster would depend on the order of ids.",
            "cluster the same records that were scored",
        )
    return found
