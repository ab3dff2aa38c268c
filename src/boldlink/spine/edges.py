"""Weighted edges between two datasets' source people: scored once, kept under the pair's key.

Beside its weight an edge says by what it would be found without weights: `exact`, where every column that both records
hold agrees, and `reference`, where a number agrees that one person alone has. Deterministic links are made of the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        ("exact", pa.bool_()),
        ("reference", pa.bool_()),
    ]
)
REFERENCES = frozenset({"pnc", "cro", "nino", "nhs_number", "national_id", "prison_number"})
LEAST_COLUMNS = 3  # of a deterministic key: a name and a date alone are shared by strangers


def compare(
    left: People, right: People, progress: Callable[[str], None] | None = None
) -> tuple[pa.Table, dict[str, Any]]:
    """Score two datasets' people. Returns edges between source people, and what is known of their quality."""
    if not (left.source.records.num_rows and right.source.records.num_rows):
        return SCHEMA.empty_table(), {"pairs": 0, "note": "one side is empty"}
    linked = score([left.source, right.source], levels=True, progress=progress)
    edges = _between_people(linked.pairs, linked.model, {left.dataset: left, right.dataset: right})
    quality = {
        **linked.quality,
        "model": linked.model,
        "expected_chance_matches": round(expected_chance_matches(left.source, right.source), 2),
    }
    return edges, quality


def _between_people(pairs: pa.Table, model: Mapping[str, Any], people: dict[str, People]) -> pa.Table:
    """Node pairs to source people, the best of each pair of people."""
    sides = {}
    for side in ("l", "r"):
        datasets = pairs.column(f"source_dataset_{side}")
        nodes = pc.cast(pairs.column(f"unique_id_{side}"), pa.int64())
        sides[f"dataset_{side}"] = datasets.cast(pa.string())
        sides[f"person_{side}"] = _look_up(datasets, nodes, people)
    found = {name: pairs.column(name) for name in ("match_weight", "match_probability")}
    table = pa.table({**sides, **found, **_without_weights(pairs, model)})
    keys, rest = SCHEMA.names[:4], SCHEMA.names[4:]
    best = table.group_by(keys, use_threads=False).aggregate([(name, "max") for name in rest])
    return best.select([*keys, *(f"{name}_max" for name in rest)]).rename_columns(SCHEMA.names).cast(SCHEMA)


def _without_weights(pairs: pa.Table, model: Mapping[str, Any]) -> dict[str, pa.Array]:
    """`exact` and `reference` of each pair of nodes, from the levels that its comparisons found."""
    nothing = pa.array([False] * pairs.num_rows, pa.bool_())
    differs, reference, held = nothing, nothing, pa.array([0] * pairs.num_rows, pa.int8())
    for name, top in _tops(model).items():
        level = pairs.column(f"gamma_{name}")
        there, same = pc.greater_equal(level, 0), pc.equal(level, top)
        held = pc.add(held, there.cast(pa.int8()))
        differs = pc.or_(differs, pc.and_not(there, same))
        if name in REFERENCES:
            reference = pc.or_(reference, same)
    return {"exact": pc.and_not(pc.greater_equal(held, LEAST_COLUMNS), differs), "reference": reference}


def _tops(model: Mapping[str, Any]) -> dict[str, int]:
    """The level of each comparison at which both sides say the same."""
    return {
        one["output_column_name"]: sum(not level.get("is_null_level") for level in one["comparison_levels"]) - 1
        for one in model["comparisons"]
    }


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
