"""Records that are one person: average linkage within connected records, nobody twice where nobody is twice.

Two groups join while the average weight over all their pairs is enough; a pair that could have been scored and was not
counts as a clear "no". So chains are split. Between two sources in which nobody stands twice, the best one-to-one choice
is made over all pairs of a component at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from boldlink.errors import BadRecords
from boldlink.linkage.clusters.connected import connected
from boldlink.linkage.clusters.graph import Graph
from boldlink.linkage.clusters.sparse import Component, Joins, average_linkage_sparse
from boldlink.linkage.kernels.agglomerate import average_linkage, best_assignment

Array = np.ndarray[Any, np.dtype[Any]]
UNSCORED_BITS = -6.0  # what a pair that no rule made says: less than the threshold of pairs kept
MOST_MEMBERS = 160  # of a component that is put in square tables


@dataclass(frozen=True)
class Rules:
    """What clustering must keep to. distinct: sources in which nobody stands twice, as positions.

    must, cannot: pairs of records (int64, pairs x 2) that are one person, and that are not, whatever they weigh.
    before: each record's group of an earlier run (-1 none); records of one group stay together down to fracture_bits.
    """

    distinct: frozenset[int] = frozenset()
    must: Array = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    cannot: Array = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    before: Array | None = None
    fracture_bits: float | None = None


def group(graph: Graph, join_bits: float, rules: Rules) -> Array:
    """The first record of each record's group (int64, n)."""
    fracture = join_bits if rules.fracture_bits is None else min(rules.fracture_bits, join_bits)
    root = _roots(graph, fracture, rules)
    agreed = _agreed(graph, root, join_bits, rules)
    found = np.where(agreed[root], root, np.arange(graph.records))
    for members, inside in _components(graph, np.where(agreed[root], -1, root)):
        groups = _split(graph, members, inside, join_bits, fracture, rules)
        first = np.full(len(members), len(members))
        np.minimum.at(first, groups, np.arange(len(members)))
        found[members] = members[first[groups]]
    _check(found, rules)
    return found


def _check(found: Array, rules: Rules) -> None:
    """Raises BadRecords where what must be together and what cannot be contradict each other."""
    parted = int((found[rules.must[:, 0]] != found[rules.must[:, 1]]).sum())
    joined = int((found[rules.cannot[:, 0]] == found[rules.cannot[:, 1]]).sum())
    if parted or joined:
        raise BadRecords(
            "LINK-CONSTRAINTS",
            f"What must be one person and what cannot be contradict each other: {parted} and {joined} pair(s) are not kept.",
            "two records that must be together are kept apart by another rule, or the other way round.",
            "look at these records, and take one of the constraints back",
        )


def _roots(graph: Graph, least: float, rules: Rules) -> Array:
    """The first record of each record's component: connected over pairs of at least so many bits, and by what must be."""
    strong = graph.weight >= least
    left = np.concatenate([graph.left[strong], rules.must[:, 0]])
    right = np.concatenate([graph.right[strong], rules.must[:, 1]])
    return connected(graph.records, left, right)


def _agreed(graph: Graph, root: Array, join: float, rules: Rules) -> Array:
    """By root, the components in which nothing is to be decided (bool, n).

    Every pair that could be scored was, and weighs enough, and nobody would stand twice: then all are one.
    """
    counts = _held(graph, root)
    possible = possible_pairs(graph, root)
    inside = root[graph.left] == root[graph.right]
    scored = np.bincount(root[graph.left[inside]], weights=graph.weight[inside] >= join, minlength=graph.records)
    twice = (counts[:, sorted(rules.distinct)] > 1).any(axis=1)
    found = (counts.sum(axis=1) > 1) & (scored == possible) & ~twice
    found[root[rules.must.ravel()]] = False
    found[root[rules.cannot.ravel()]] = False
    return np.asarray(found)


def _held(graph: Graph, root: Array) -> Array:
    """How many records of each source hang together under each root (int64, n x sources)."""
    sources = len(graph.names)
    return np.bincount(root * sources + graph.source, minlength=graph.records * sources).reshape(-1, sources)


def possible_pairs(graph: Graph, root: Array) -> Array:
    """How many pairs under each root could have been scored (float64, n): those of sources that were compared."""
    counts, compared = _held(graph, root), graph.compared
    found = np.zeros(graph.records)
    for s in range(len(graph.names)):
        found += compared[s, s] * counts[:, s] * (counts[:, s] - 1) / 2
        for t in range(s + 1, len(graph.names)):
            found += compared[s, t] * counts[:, s] * counts[:, t]
    return found


def _components(graph: Graph, root: Array) -> Iterator[tuple[Array, Array]]:
    """Members of each component of several records, and positions of all scored pairs among them; root -1: left out."""
    sizes = np.bincount(root[root >= 0], minlength=graph.records)
    members = np.flatnonzero((root >= 0) & (sizes[root] > 1))
    members = members[np.argsort(root[members], kind="stable")]
    ends = root[graph.left]
    inside = np.flatnonzero((ends >= 0) & (ends == root[graph.right]) & (sizes[ends] > 1))
    inside = inside[np.argsort(ends[inside], kind="stable")]
    roots = np.unique(root[members])
    member_cuts = np.searchsorted(root[members], roots)
    pair_cuts = np.searchsorted(ends[inside], roots)
    if len(roots):
        yield from zip(np.split(members, member_cuts[1:]), np.split(inside, pair_cuts[1:]), strict=True)


def _split(graph: Graph, members: Array, inside: Array, join: float, fracture: float, rules: Rules) -> Array:
    """Groups of one component's members, as positions among them."""
    place = {int(member): n for n, member in enumerate(members)}
    a, b = np.searchsorted(members, graph.left[inside]), np.searchsorted(members, graph.right[inside])
    weight = graph.weight[inside]
    constrained = _constraints(rules, place)
    sources = graph.source[members]
    if len(members) > MOST_MEMBERS:
        joins = _sparse(graph, members, a, b, weight, join, fracture, rules, place)
        return connected(len(members), joins.left, joins.right)
    if _two_distinct(sources, rules) and not constrained and rules.before is None:
        return _assigned(sources, a, b, weight, join)
    return _agglomerated(graph, members, a, b, weight, join, fracture, rules, place)


def _constraints(rules: Rules, place: dict[int, int]) -> bool:
    return any(int(x) in place and int(y) in place for pairs in (rules.must, rules.cannot) for x, y in pairs)


def _two_distinct(sources: Array, rules: Rules) -> bool:
    held = set(sources.tolist())
    return len(held) == 2 and held <= rules.distinct


def _assigned(sources: Array, a: Array, b: Array, weight: Array, join: float) -> Array:
    """The best one-to-one choice: the greatest sum of what pairs weigh above the threshold."""
    first = int(sources.min())
    rows, columns = np.flatnonzero(sources == first), np.flatnonzero(sources != first)
    gain = np.zeros((len(rows), len(columns)))
    for x, y, bits in zip(a, b, weight, strict=True):
        row, column = (x, y) if sources[x] == first else (y, x)
        gain[np.searchsorted(rows, row), np.searchsorted(columns, column)] = bits - join + 1e-9
    groups = np.arange(len(sources))
    for row, column in enumerate(best_assignment(gain)):
        if column >= 0:
            groups[columns[column]] = groups[rows[row]] = min(rows[row], columns[column])
    return groups


def _agglomerated(
    graph: Graph, members: Array, a: Array, b: Array, weight: Array, join: float, fracture: float, rules: Rules,
    place: dict[int, int],
) -> Array:  # fmt: skip
    count, sources = len(members), graph.source[members]
    total, scored = np.zeros((count, count)), np.zeros((count, count), np.int32)
    total[a, b] = total[b, a] = weight
    scored[a, b] = scored[b, a] = 1
    pairs = np.maximum(graph.compared[np.ix_(sources, sources)].astype(np.int32), scored)
    distinct = sorted(rules.distinct)
    held = (sources[:, None] == np.array(distinct, dtype=sources.dtype)[None, :]).astype(np.int32)
    together = np.zeros((count, count), np.bool_)
    if rules.before is not None:
        earlier = rules.before[members]
        together = (earlier[:, None] == earlier[None, :]) & (earlier[:, None] >= 0)
    apart = np.zeros((count, count), np.bool_)
    for x, y in rules.cannot:
        if int(x) in place and int(y) in place:
            apart[place[int(x)], place[int(y)]] = apart[place[int(y)], place[int(x)]] = True
    for x, y in rules.must:  # a must outweighs everything, so that it is joined first and never parted
        if int(x) in place and int(y) in place:
            n, k = place[int(x)], place[int(y)]
            total[n, k] = total[k, n] = MUST_BITS
            scored[n, k] = scored[k, n] = pairs[n, k] = pairs[k, n] = 1
    return np.asarray(average_linkage(total, scored, pairs, held, apart, together, UNSCORED_BITS, join, fracture))


MUST_BITS = 1e9


def _sparse(
    graph: Graph, members: Array, a: Array, b: Array, weight: Array, join: float, fracture: float, rules: Rules,
    place: dict[int, int],
) -> Joins:  # fmt: skip
    inside = [(place[int(x)], place[int(y)]) for x, y in rules.must if int(x) in place and int(y) in place]
    apart = [(place[int(x)], place[int(y)]) for x, y in rules.cannot if int(x) in place and int(y) in place]
    scored = {(int(x), int(y)): float(bits) for x, y, bits in zip(a, b, weight, strict=True)}
    scored |= {(min(pair), max(pair)): MUST_BITS for pair in inside}
    before = np.full(len(members), -1) if rules.before is None else rules.before[members]
    component = Component(
        graph.source[members].tolist(), graph.compared, rules.distinct, frozenset(apart), before.tolist(),
        join, fracture, UNSCORED_BITS,
    )  # fmt: skip
    return average_linkage_sparse(component, [(x, y, bits) for (x, y), bits in sorted(scored.items())])


def joins_of_large(graph: Graph, least: float, rules: Rules) -> tuple[Array, Joins]:
    """Which records stand in components too large for tables (bool, n), and all their joins down to a weight."""
    root = _roots(graph, least, rules)
    large = np.bincount(root, minlength=graph.records)[root] > MOST_MEMBERS
    found = []
    for members, inside in _components(graph, np.where(large, root, -1)):
        a, b = np.searchsorted(members, graph.left[inside]), np.searchsorted(members, graph.right[inside])
        joins = _sparse(graph, members, a, b, graph.weight[inside], least, least, rules, {})
        found.append(Joins(members[joins.left], members[joins.right], joins.weight))
    none = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    parts = [none, *((one.left, one.right, one.weight) for one in found)]
    return large, Joins(*(np.concatenate(part) for part in zip(*parts, strict=True)))
