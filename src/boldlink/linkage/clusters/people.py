"""Clusters of named records at three confidences: from tables to tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.linkage.clusters.graph import Graph, as_graph, rows_of
from boldlink.linkage.clusters.group import Rules
from boldlink.linkage.clusters.thresholds import Cut, best_threshold, cuts
from boldlink.linkage.pairs.score import probability
from boldlink.linkage.report.quality import expected_by_threshold
from boldlink.values import Confidence

Array = np.ndarray[Any, np.dtype[Any]]
NODES = pa.schema([("source_dataset", pa.string()), ("unique_id", pa.string())])
SURE, DOUBLES = 0.95, 0.05
AS_WELL_BITS = 5.0  # another forename alone costs more than that


@dataclass(frozen=True)
class Clustered:
    """Every record with its cluster at three confidences, and what is expected of each.

    table: source_dataset, unique_id, cluster_high, cluster_medium, cluster_low (n rows, by source and id); a cluster is
    named by its first member.
    """

    table: pa.Table
    cuts: Mapping[Confidence, Cut]
    weight: Array  # of the pairs, as each cut's chances have them

    def quality(self) -> dict[str, Any]:
        """What is expected of people at each confidence, of pairs at each threshold, and of the best one. Plain values."""
        medium = self.cuts[Confidence.MEDIUM]
        return {
            "people": self._people(),
            "thresholds": expected_by_threshold(probability(self.weight), medium.chances, medium.all_true),
            "best_threshold": best_threshold(self.weight, medium.chances, medium.all_true),
        }

    def _people(self) -> list[dict[str, Any]]:
        """By confidence: the weight from which records are together, and expected precision and recall."""
        return [
            {
                "confidence": str(one),
                "join_bits": cut.join_bits,
                "people": len(np.unique(cut.groups)),
                "linked_records": int((np.bincount(cut.groups, minlength=1)[cut.groups] > 1).sum()),
                "pairs": cut.pairs,
                "expected_precision": None if cut.precision is None else round(cut.precision, 4),
                "expected_recall": None if cut.recall is None else round(cut.recall, 4),
            }
            for one, cut in self.cuts.items()
        ]


def cluster(
    nodes: pa.Table,
    pairs: pa.Table,
    *,
    distinct: frozenset[str] = frozenset(),
    must_link: pa.Table | None = None,
    cannot_link: pa.Table | None = None,
    before: Array | None = None,
    rank: Array | None = None,
    join_bits: Mapping[Confidence, float] | None = None,
    fracture_bits: float | None = None,
) -> Clustered:
    """Give every node a cluster at three confidences.

    nodes: source_dataset, unique_id (n rows). pairs: scored pairs with Splink's names. distinct: sources in which nobody
    stands twice. must_link, cannot_link: pairs that are one person, and that are not, whatever they weigh. before: each
    node's group of an earlier run (int64, -1 none), which stays together down to fracture_bits. rank: each node's place
    (int64) in an order that settles ties, such as that of the records' contents; by source and id if not given. join_bits:
    weights from which records are put together; if not given, those that the pairs themselves make us expect to do
    for each confidence (see `thresholds`).
    Raises BadRecords for a pair whose record is not among the nodes, and for constraints that
    contradict each other.
    """
    nodes = nodes.select(["source_dataset", "unique_id"]).cast(NODES).combine_chunks()
    names = sorted(pc.unique(nodes.column("source_dataset")).to_pylist())
    source = np.asarray(pc.index_in(nodes.column("source_dataset"), pa.array(names, pa.string()))).astype(np.int64)
    rules = Rules(
        frozenset(n for n, name in enumerate(names) if name in distinct),
        _rows(nodes, must_link), _rows(nodes, cannot_link), before, fracture_bits,
    )  # fmt: skip
    graph = as_graph(
        names, source, rows_of(nodes, pairs, "l"), rows_of(nodes, pairs, "r"), np.asarray(pairs.column("match_weight"))
    )
    return cluster_rows(nodes, graph, rules, rank, join_bits)


def cluster_rows(
    nodes: pa.Table,
    graph: Graph,
    rules: Rules,
    rank: Array | None = None,
    join_bits: Mapping[Confidence, float] | None = None,
) -> Clustered:
    """The same for records and pairs by row. nodes: source_dataset, unique_id (n rows, the graph's records)."""
    by_name = np.asarray(pc.sort_indices(nodes, sort_keys=[(name, "ascending") for name in NODES.names]))
    order = by_name if rank is None else np.argsort(rank, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    turned = as_graph(graph.names, graph.source[order], place[graph.left], place[graph.right], graph.weight)
    moved = Rules(
        rules.distinct, place[rules.must], place[rules.cannot],
        None if rules.before is None else rules.before[order], rules.fracture_bits,
    )  # fmt: skip
    labels = pc.binary_join_element_wise(*(nodes.column(name).combine_chunks() for name in NODES.names), ":")
    sorted_nodes = {name: nodes.column(name).take(pa.array(by_name)) for name in NODES.names}
    found, made = cuts(turned, moved, join_bits), {}
    for one in Confidence:
        groups = order[found[one].groups][place]  # by the nodes' own rows
        made[f"cluster_{one}"] = labels.take(_first(groups, by_name))
    return Clustered(pa.table({**sorted_nodes, **made}), found, turned.weight)


def _first(groups: Array, named: Array) -> pa.Array:
    """The member of each record's group that comes first by name, in that order."""
    own = groups[named]
    first = np.full(len(groups), len(groups))
    np.minimum.at(first, own, np.arange(len(own)))
    return pa.array(named[first[own]])


def _rows(nodes: pa.Table, pairs: pa.Table | None) -> Array:
    if pairs is None:
        return np.zeros((0, 2), np.int64)
    return np.stack([rows_of(nodes, pairs, "l"), rows_of(nodes, pairs, "r")], axis=1)


def without_doubles(pairs: pa.Table) -> frozenset[str]:
    """Sources in which, by their links, hardly anybody stands twice: so a best choice can be made one to one.

    Of the records elsewhere that link to a source at all, fewer than one in twenty link to two of its records about as
    well: a twin links too, but never as well as oneself.
    """
    sure = pairs.filter(pc.greater_equal(pairs.column("match_probability"), SURE))
    columns = ["source_dataset_l", "unique_id_l", "source_dataset_r", "unique_id_r", "match_probability"]
    sides = [sure.select(columns), sure.select([*columns[2:4], *columns[:2], columns[4]])]
    both = pa.concat_tables([one.rename_columns(["to", "to_id", "of", "of_id", "chance"]) for one in sides])
    names = [both.column(name).cast(pa.string()) for name in ("to", "of", "of_id")]
    across = np.asarray(pc.not_equal(names[0], names[1]))
    chance = np.minimum(np.asarray(both.column("chance")), 1 - 1e-15)
    bits = np.log2(chance / (1 - chance))[across]
    seen = pc.binary_join_element_wise(*names, "\x1f").filter(pa.array(across)).combine_chunks().dictionary_encode()
    which, to = np.asarray(seen.indices), np.asarray(names[0].filter(pa.array(across)).to_pylist(), dtype=object)
    best = np.full(len(seen.dictionary), -np.inf)
    np.maximum.at(best, which, bits)
    partners = np.bincount(which[bits >= best[which] - AS_WELL_BITS], minlength=len(best))
    source = np.empty(len(best), dtype=object)
    source[which] = to
    return frozenset(
        str(name) for name in set(source) if (partners[source == name] > 1).sum() < DOUBLES * (source == name).sum()
    )
