"""Who is who, for one use case: edges the agreement permits, clustered at three confidences, with ids that last.

A fourth id, `person_exact`, is what the deterministic method alone would have made of the same records, so that every
answer can be shown by method as well as by confidence.

People whose datasets arrived linked, under one numbering, are one person by every method: their owner said so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.linkage import cluster, connected
from boldlink.spine.everybody import Edges, Everybody
from boldlink.spine.grade import best_links
from boldlink.spine.identity import lasting_ids
from boldlink.spine.people import GRADE, People
from boldlink.values import Confidence
from boldlink.vault import Sealed, SealedWriter, read_table

Array = np.ndarray[Any, np.dtype[Any]]
KEY = pa.binary(16)
EXACT = "exact"
EXPECTED = ("confidence", "expected_precision", "expected_recall")  # of links at each confidence, by the model
METHODS = (*(str(confidence) for confidence in Confidence), EXACT)
SPINE_SCHEMA = pa.schema(
    [
        ("dataset", pa.string()),
        ("record_key", KEY),
        ("source_person", KEY),
        *((f"person_{method}", KEY) for method in METHODS),
        ("link_weight", pa.float64()),
        ("link_probability", pa.float64()),
        ("link_grade", pa.int8()),
    ]
)


def link(
    people: Sequence[People], edges: Sequence[pa.Table], last: Sequence[Sealed], spine: SealedWriter
) -> dict[str, Any]:
    """Cluster the people of a use case over its edges and write its spine. Returns counts for the run's manifest."""
    everybody = Everybody.of(people)
    found = [everybody.edges(table) for table in edges]
    distinct = frozenset(one.dataset for one in people if one.source.distinct_people)
    made = cluster(everybody.nodes(), everybody.pairs(found), distinct=distinct)
    groups = {str(c): _numbered(made.table.column(f"cluster_{c}")) for c in Confidence}
    groups[EXACT] = _by_exact_edges(everybody.number, found)
    groups = {method: _with_numbered(own, everybody.numbered) for method, own in groups.items()}
    ids = {method: lasting_ids(own, _before(last, method, everybody)) for method, own in groups.items()}
    best = best_links(everybody.number, found)
    for one in people:
        spine.write(_rows(one, everybody, ids, best))
    return {
        "records": {one.dataset: one.rows.num_rows for one in people},
        "source_people": {name: len(tokens) for name, tokens in everybody.tokens.items()},
        "people": {method: len(np.unique(own)) for method, own in groups.items()},
        "linked_source_people": {method: _linked(own, everybody.dataset) for method, own in groups.items()},
        "expected": [{name: one[name] for name in EXPECTED} for one in made.quality()["people"]],
    }


def _numbered(labels: pa.ChunkedArray) -> Array:
    return np.asarray(labels.combine_chunks().dictionary_encode().indices).astype(np.int64)


def _by_exact_edges(number: int, edges: Sequence[Edges]) -> Array:
    """Clusters over deterministic edges alone: whoever hangs together by any chain of them."""
    sides = [np.concatenate([np.zeros(0, np.int64), *(end[one.deterministic] for one, end in ends)])
             for ends in ([(e, e.left) for e in edges], [(e, e.right) for e in edges])]  # fmt: skip
    return connected(number, *sides).astype(np.int64)


def _with_numbered(groups: Array, numbered: Array) -> Array:
    """Clusters put together where the same number stands in them."""
    everyone = np.arange(len(groups))
    if np.array_equal(numbered, everyone):
        return groups
    _, first, own = np.unique(groups, return_index=True, return_inverse=True)
    left, right = np.concatenate([everyone, everyone]), np.concatenate([first[own], numbered])
    return connected(len(groups), left, right).astype(np.int64)


def _before(last: Sequence[Sealed], method: str, everybody: Everybody) -> pa.Array:
    """Each person's id in the last spine (n), null for newcomers."""
    row = np.full(everybody.number, -1, np.int64)
    ids, total = [pa.array([], KEY)], 0
    for sealed in last:
        table = read_table(sealed, ["dataset", "source_person", f"person_{method}"])
        for dataset in everybody.tokens:
            own = table.filter(pc.equal(table.column("dataset"), dataset)).combine_chunks()
            places = everybody.positions(dataset, own.column("source_person"))
            known = np.flatnonzero(places >= 0)
            row[places[known]] = total + known
            ids += own.column(f"person_{method}").chunks
            total += own.num_rows
    return pa.concat_arrays(ids).take(pa.array(row, mask=row < 0))


def _rows(one: People, everybody: Everybody, ids: Mapping[str, pa.Array], best: tuple[Array, Array, Array]) -> pa.Table:
    place = everybody.positions(one.dataset, one.rows.column("source_person"))
    weight, probability, grade = (values[place] for values in best)
    return pa.table(
        {
            "dataset": pa.repeat(pa.scalar(one.dataset), one.rows.num_rows),
            **{name: one.rows.column(name) for name in ("record_key", "source_person")},
            **{f"person_{method}": ids[method].take(pa.array(place)) for method in METHODS},
            "link_weight": pa.array(weight, from_pandas=True),
            "link_probability": pa.array(probability, from_pandas=True),
            GRADE: one.rows.column(GRADE) if GRADE in one.rows.column_names else pa.array(grade),
        }
    )


def _linked(groups: Array, dataset: Array) -> int:
    """Source people who share their person with somebody of another dataset."""
    _, own = np.unique(groups, return_inverse=True)
    several = np.zeros(own.max(initial=-1) + 1, bool)
    first = np.full(len(several), -1)
    first[own[::-1]] = dataset[::-1]
    several[own[dataset != first[own]]] = True
    return int(several[own].sum())
