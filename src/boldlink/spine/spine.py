"""Who is who, for one use case: edges the agreement permits, clustered at three confidences, with ids that last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from boldlink.linkage import cluster
from boldlink.spine.identity import Person, lasting_ids
from boldlink.spine.people import People
from boldlink.values import Confidence
from boldlink.vault import Sealed, SealedWriter, read_table

KEY = pa.binary(16)
SPINE_SCHEMA = pa.schema(
    [
        ("dataset", pa.string()),
        ("record_key", KEY),
        ("source_person", KEY),
        *((f"person_{confidence}", KEY) for confidence in Confidence),
        ("link_weight", pa.float64()),
        ("link_probability", pa.float64()),
    ]
)


def link(
    people: Sequence[People], edges: Sequence[pa.Table], last: Sequence[Sealed], spine: SealedWriter
) -> dict[str, Any]:
    """Cluster the people of a use case over its edges and write its spine. Returns counts for the run's manifest."""
    names = {one.dataset: one.names() for one in people}
    nodes = _nodes(names)
    pairs = _pairs(edges, names)
    distinct = frozenset(one.dataset for one in people if one.source.distinct_people)
    clusters = cluster(nodes, pairs, distinct=distinct).table
    ids = {c: lasting_ids(_assignment(clusters, names, f"cluster_{c}"), _before(last, c)) for c in Confidence}
    best = _best_link(edges)
    for one in people:
        spine.write(_rows(one, ids, best))
    return {
        "records": {one.dataset: one.rows.num_rows for one in people},
        "source_people": {one.dataset: len(set(one.node_person.to_pylist())) for one in people},
        "people": {str(c): len(set(ids[c].values())) for c in Confidence},
        "linked_source_people": {str(c): _linked(ids[c]) for c in Confidence},
    }


def _nodes(names: Mapping[str, Mapping[bytes, str]]) -> pa.Table:
    found = sorted((dataset, name) for dataset, own in names.items() for name in own.values())
    return pa.table({"source_dataset": [d for d, _ in found], "unique_id": [name for _, name in found]}, _NODES)


_NODES = pa.schema([("source_dataset", pa.string()), ("unique_id", pa.string())])


def _pairs(edges: Sequence[pa.Table], names: Mapping[str, Mapping[bytes, str]]) -> pa.Table:
    """Edges between people of this use case, as the engine clusters them. Edges of others' people are left out."""
    found: dict[str, list[Any]] = {name: [] for name in _NO_PAIRS.names}
    for row in (row for table in edges for row in table.to_pylist()):
        sides = [names.get(row[f"dataset_{side}"], {}).get(row[f"person_{side}"]) for side in ("l", "r")]
        if None not in sides:
            values = (
                row["dataset_l"],
                sides[0],
                row["dataset_r"],
                sides[1],
                row["match_weight"],
                row["match_probability"],
            )
            for name, value in zip(found, (*values, None), strict=True):
                found[name].append(value)
    return pa.table(found, _NO_PAIRS)


_NO_PAIRS = pa.schema(
    [
        ("source_dataset_l", pa.string()),
        ("unique_id_l", pa.string()),
        ("source_dataset_r", pa.string()),
        ("unique_id_r", pa.string()),
        ("match_weight", pa.float64()),
        ("match_probability", pa.float64()),
        ("match_key", pa.string()),
    ]
)


def _assignment(clusters: pa.Table, names: Mapping[str, Mapping[bytes, str]], column: str) -> dict[Person, str]:
    tokens = {(dataset, name): token for dataset, own in names.items() for token, name in own.items()}
    rows = zip(*(clusters.column(name).to_pylist() for name in ("source_dataset", "unique_id", column)), strict=True)
    return {(dataset, tokens[dataset, name]): group for dataset, name, group in rows}


def _before(last: Sequence[Sealed], confidence: Confidence) -> dict[Person, bytes]:
    found: dict[Person, bytes] = {}
    for sealed in last:
        table = read_table(sealed, ["dataset", "source_person", f"person_{confidence}"])
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        found |= {(dataset, key): person for dataset, key, person in rows}
    return found


def _best_link(edges: Sequence[pa.Table]) -> dict[Person, tuple[float, float]]:
    best: dict[Person, tuple[float, float]] = {}
    for row in (row for table in edges for row in table.to_pylist()):
        found = (row["match_weight"], row["match_probability"])
        for side in ("l", "r"):
            person = (row[f"dataset_{side}"], row[f"person_{side}"])
            best[person] = max(best.get(person, found), found)
    return best


def _rows(
    one: People, ids: Mapping[Confidence, Mapping[Person, bytes]], best: Mapping[Person, tuple[float, float]]
) -> pa.Table:
    encoded = pc.dictionary_encode(one.rows.column("source_person").combine_chunks())
    tokens = [(one.dataset, key) for key in encoded.dictionary.to_pylist()]
    columns = {f"person_{c}": pa.array([ids[c][t] for t in tokens], KEY).take(encoded.indices) for c in Confidence}
    for position, name in enumerate(("link_weight", "link_probability")):
        values = [best[token][position] if token in best else None for token in tokens]
        columns[name] = pa.array(values, pa.float64()).take(encoded.indices)
    dataset = pa.array([one.dataset] * one.rows.num_rows, pa.string())
    kept = {name: one.rows.column(name) for name in ("record_key", "source_person")}
    return pa.table({"dataset": dataset, **kept, **columns}).select(SPINE_SCHEMA.names)


def _linked(ids: Mapping[Person, bytes]) -> int:
    """Source people who share their person id with somebody of another dataset."""
    datasets: dict[bytes, set[str]] = {}
    for (dataset, _), person in ids.items():
        datasets.setdefault(person, set()).add(dataset)
    return sum(len(datasets[person]) > 1 for person in ids.values())
