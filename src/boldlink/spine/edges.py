"""Weighted edges between two datasets' source people: scored once, kept under the pair's key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from boldlink.linkage import expected_chance_matches, score
from boldlink.spine.people import People

KEY = pa.binary(16)
SCHEMA = pa.schema(
    [
        ("dataset_l", pa.string()),
        ("person_l", KEY),
        ("dataset_r", pa.string()),
        ("person_r", KEY),
        ("match_weight", pa.float64()),
        ("match_probability", pa.float64()),
    ]
)


def compare(
    left: People, right: People, progress: Callable[[str], None] | None = None
) -> tuple[pa.Table, dict[str, Any]]:
    """Score two datasets' people. Returns edges between source people, and what is known of their quality."""
    if not (left.source.records.num_rows and right.source.records.num_rows):
        return SCHEMA.empty_table(), {"pairs": 0, "note": "one side is empty"}
    linked = score([left.source, right.source], progress=progress)
    edges = _between_people(linked.pairs, {left.dataset: left, right.dataset: right})
    quality = {
        **linked.quality,
        "model": linked.model,
        "expected_chance_matches": round(expected_chance_matches(left.source, right.source), 2),
    }
    return edges, quality


def _between_people(pairs: pa.Table, people: dict[str, People]) -> pa.Table:
    """Node pairs to source people, the best weight of each pair of people."""
    sides = {}
    for side in ("l", "r"):
        datasets = pairs.column(f"source_dataset_{side}")
        nodes = pc.cast(pairs.column(f"unique_id_{side}"), pa.int64())
        sides[f"dataset_{side}"] = datasets.cast(pa.string())
        sides[f"person_{side}"] = _look_up(datasets, nodes, people)
    table = pa.table({**sides, "w": pairs.column("match_weight"), "p": pairs.column("match_probability")})
    keys = ["dataset_l", "person_l", "dataset_r", "person_r"]
    best = table.group_by(keys, use_threads=False).aggregate([("w", "max"), ("p", "max")])
    return (
        best.rename_columns({"w_max": "match_weight", "p_max": "match_probability"}).select(SCHEMA.names).cast(SCHEMA)
    )


def _look_up(datasets: pa.ChunkedArray, nodes: pa.ChunkedArray, people: dict[str, People]) -> pa.Array:
    names = list(people)
    offsets, total = {}, 0
    for name in names:
        offsets[name] = total
        total += len(people[name].node_person)
    base = pc.index_in(datasets.cast(pa.string()), pa.array(names))
    shift = pa.array([offsets[name] for name in names], pa.int64()).take(base.combine_chunks())
    everyone = pa.concat_arrays([people[name].node_person for name in names])
    return everyone.take(pc.add(nodes.combine_chunks(), shift))
