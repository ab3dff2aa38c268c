"""From weighted pairs to people: average linkage within connected records, nobody twice where nobody is twice.

Two groups join while the average weight over all their pairs is above the threshold; a pair that could have been scored
and was not counts as a clear "no". Groups that would hold two records of a source in which nobody stands twice are kept apart, the
stronger link first. So chains are split, and a best choice is made one to one.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import pyarrow as pa

from boldlink.errors import BadRecords
from boldlink.values import EXPECTED_PRECISION, Confidence

UNSCORED_BITS = -6.0  # what a pair that no rule made says: less than the threshold of pairs kept
FLOORS: Mapping[Confidence, float] = {Confidence.HIGH: 0.9, Confidence.MEDIUM: 0.5, Confidence.LOW: 0.15}
SURE, DOUBLES = 0.95, 0.05
SCHEMA = pa.schema(
    [
        ("source_dataset", pa.string()),
        ("unique_id", pa.string()),
        *((f"cluster_{c}", pa.string()) for c in Confidence),
    ]
)
Node = tuple[str, str]
Edges = list[tuple[float, int, int]]


def cluster(nodes: pa.Table, pairs: pa.Table, *, distinct: frozenset[str] = frozenset()) -> pa.Table:
    """Give every node a cluster at three confidences.

    nodes: source_dataset, unique_id (n rows). pairs: scored pairs with Splink's names. distinct: sources in which nobody
    stands twice. Returns source_dataset, unique_id, cluster_high, cluster_medium, cluster_low (n rows); a cluster is named
    by its first member. Raises BadRecords for a pair whose record is not among the nodes.
    """
    names = sorted(zip(nodes.column("source_dataset").to_pylist(), nodes.column("unique_id").to_pylist(), strict=True))
    edges = _edges(names, pairs)
    thresholds = thresholds_bits(pairs.column("match_probability").to_pylist())
    columns = {}
    for confidence in Confidence:
        groups = _group(names, edges, thresholds[confidence], distinct)
        columns[f"cluster_{confidence}"] = [_label(names[first]) for first in groups]
    made = {
        "source_dataset": [dataset for dataset, _ in names],
        "unique_id": [one for _, one in names],
        **columns,
    }
    return pa.table(made, SCHEMA)


def without_doubles(pairs: pa.Table) -> frozenset[str]:
    """Sources in which, by their links, hardly anybody stands twice: so a best choice can be made one to one.

    Of the records elsewhere that link to a source at all, fewer than one in twenty link to two of its records.
    """
    partners: dict[tuple[str, Node], int] = defaultdict(int)
    columns = ("source_dataset_l", "unique_id_l", "source_dataset_r", "unique_id_r", "match_probability")
    for dl, il, dr, ir, probability in zip(*(pairs.column(name).to_pylist() for name in columns), strict=True):
        if probability >= SURE and dl != dr:
            partners[dr, (dl, il)] += 1
            partners[dl, (dr, ir)] += 1
    counts: dict[str, list[int]] = defaultdict(list)
    for (source, _), count in partners.items():
        counts[source].append(count)
    return frozenset(source for source, found in counts.items() if sum(n > 1 for n in found) < DOUBLES * len(found))


def thresholds_bits(probabilities: list[float]) -> dict[Confidence, float]:
    """Weights at or above which links are kept: expected precision of what is kept, and never under a floor.

    Expected precision of a set of links is the mean of their probabilities. Not yet reviewed by people.
    """
    ranked = sorted(probabilities, reverse=True)
    found = {}
    for confidence, precision in EXPECTED_PRECISION.items():
        total, count, lowest = 0.0, 0, 1.0
        for probability, same in groupby(ranked):  # pairs of one probability are kept together or not at all
            rows = len(list(same))
            total, count = total + probability * rows, count + rows
            if total / count < precision:
                break
            lowest = probability
        found[confidence] = _bits(max(lowest, FLOORS[confidence]))
    return found


def _bits(probability: float) -> float:
    return math.log2(probability / (1 - probability)) if probability < 1 else 60.0


def _label(node: Node) -> str:
    return f"{node[0]}:{node[1]}"


def _edges(names: list[Node], pairs: pa.Table) -> Edges:
    position = {node: number for number, node in enumerate(names)}
    columns = ("source_dataset_l", "unique_id_l", "source_dataset_r", "unique_id_r", "match_weight")
    best: dict[tuple[int, int], float] = {}
    for dl, il, dr, ir, weight in zip(*(pairs.column(name).to_pylist() for name in columns), strict=True):
        left, right = position.get((dl, il)), position.get((dr, ir))
        if left is None or right is None:
            raise BadRecords(
                "LINK-UNKNOWN-NODE",
                "A scored pair names a record that is not among the records.",
                "its cluster would depend on the order of ids.",
                "cluster the same records that were scored",
            )
        key = (min(left, right), max(left, right))
        best[key] = max(best.get(key, -math.inf), weight)
    return [(weight, left, right) for (left, right), weight in sorted(best.items())]


def _group(names: list[Node], edges: Edges, threshold: float, distinct: frozenset[str]) -> list[int]:
    """The first member of each node's group."""
    group = list(range(len(names)))
    compared = {(min(names[a][0], names[b][0]), max(names[a][0], names[b][0])) for _, a, b in edges}
    rules = Rules(distinct, frozenset(compared))
    for members, inside in _components(len(names), edges, threshold):
        for joined in _agglomerate(members, inside, names, threshold, rules):
            for member in joined:
                group[member] = min(joined)
    return group


def _components(count: int, edges: Edges, threshold: float) -> Iterator[tuple[list[int], Edges]]:
    """Connected records over pairs above the threshold, with every scored pair among them."""
    parent = list(range(count))

    def find(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for weight, left, right in edges:
        if weight >= threshold:
            a, b = find(left), find(right)
            parent[max(a, b)] = min(a, b)
    members: dict[int, list[int]] = defaultdict(list)
    for one in range(count):
        members[find(one)].append(one)
    inside: dict[int, Edges] = defaultdict(list)
    for edge in edges:
        if find(edge[1]) == find(edge[2]):
            inside[find(edge[1])].append(edge)
    for root, found in members.items():
        if len(found) > 1:
            yield found, inside[root]


def _agglomerate(
    members: list[int], edges: Edges, names: list[Node], threshold: float, rules: Rules
) -> list[list[int]]:
    """Average linkage over one component, the strongest pair of groups first; ties by members, never by chance."""
    groups = _Groups(members, edges, names, rules)
    heap: list[tuple[float, int, int, int, int]] = []
    version = dict.fromkeys(members, 0)

    def push(a: int, b: int) -> None:
        average = groups.average(a, b)
        if average >= threshold and groups.may_join(a, b):
            heapq.heappush(heap, (-average, min(a, b), max(a, b), version[min(a, b)], version[max(a, b)]))

    for _, left, right in edges:
        push(left, right)
    while heap:
        _, a, b, version_a, version_b = heapq.heappop(heap)
        if a in groups.members and b in groups.members and (version[a], version[b]) == (version_a, version_b):
            groups.merge(a, b)
            version[a] += 1
            for other in sorted(groups.sums[a]):
                push(a, other)
    return list(groups.members.values())


@dataclass(frozen=True)
class Rules:
    """What clustering must know of sources: in which nobody stands twice, and which were compared with which."""

    distinct: frozenset[str]
    compared: frozenset[tuple[str, str]]


class _Groups:
    """Groups of one component, how many of each source they hold, and what was scored between them."""

    def __init__(self, members: list[int], edges: Edges, names: list[Node], rules: Rules) -> None:
        self.members = {member: [member] for member in members}
        self.sums: dict[int, dict[int, tuple[float, int]]] = defaultdict(dict)  # between groups: weight, pairs scored
        self._held = {member: Counter([names[member][0]]) for member in members}
        self._rules = rules
        for weight, left, right in edges:
            self.sums[left][right] = self.sums[right][left] = (weight, 1)

    def average(self, a: int, b: int) -> float:
        """Average weight over the pairs that could have been scored; those of sources never compared say nothing."""
        total, scored = self.sums[a][b]
        pairs = sum(
            count * other
            for source, count in self._held[a].items()
            for target, other in self._held[b].items()
            if (min(source, target), max(source, target)) in self._rules.compared
        )
        return (total + UNSCORED_BITS * (pairs - scored)) / pairs

    def may_join(self, a: int, b: int) -> bool:
        """Nobody would stand twice in a source in which nobody does."""
        return not self._rules.distinct & self._held[a].keys() & self._held[b].keys()

    def merge(self, a: int, b: int) -> None:
        self.members[a] += self.members.pop(b)
        self._held[a] += self._held.pop(b)
        self.sums[a].pop(b)
        for other, (total, scored) in self.sums.pop(b).items():
            if other != a:
                before, count = self.sums[a].get(other, (0.0, 0))
                self.sums[a][other] = self.sums[other][a] = (before + total, count + scored)
                self.sums[other].pop(b)
