"""Scored pairs on their way to a Parquet file, a batch at a time; those that link records are remembered for clusters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from boldlink.linkage.pairs.score import Scored

SPAN_BITS = 5
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Written:
    """How many pairs were written and examined, how their weights are spread (see `spread_of`), and the pairs remembered:
    rows and weights of those at or above a second threshold.
    """

    pairs: int
    examined: int
    spread: Counter[int]
    left: Array
    right: Array
    weight: Array


def write_pairs(
    path: Path,
    schema: pa.Schema,
    scored: Iterable[tuple[Scored, pa.RecordBatch]],
    *,
    linked_bits: float = np.inf,
    examined: Counter[int] | None = None,
) -> Written:
    """Write pairs with their names as they come; a file of no pairs, if there are none.

    linked_bits: pairs of at least this weight are remembered. examined: receives candidate pairs by rule.
    """
    pairs, spread = 0, Counter[int]()
    counts = Counter[int]() if examined is None else examined
    kept: list[tuple[Array, Array, Array]] = [(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))]
    with pq.ParquetWriter(path, schema, use_dictionary=_repeating(schema)) as writer:
        for one, batch in scored:
            writer.write_batch(batch)
            pairs += len(one.left)
            spread += spread_of(one.weight)
            counts[one.rule] += one.examined
            linked = one.weight >= linked_bits
            kept.append((one.left[linked], one.right[linked], one.weight[linked]))
    left, right, weight = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    return Written(pairs, counts.total(), spread, left, right, weight)


def spread_of(weight: Array) -> Counter[int]:
    """How many weights lie in each span of SPAN_BITS: from that many times SPAN_BITS up."""
    spans, counts = np.unique(np.floor(weight / SPAN_BITS).astype(np.int64), return_counts=True)
    return Counter(dict(zip(spans.tolist(), counts.tolist(), strict=True)))


def _repeating(schema: pa.Schema) -> list[str]:
    """Columns that hold few values over and over: a dictionary of the others would be as long as they are."""
    return [field.name for field in schema if pa.types.is_dictionary(field.type) or pa.types.is_int8(field.type)]
