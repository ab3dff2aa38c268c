"""Average linkage over a component too large for square tables: the same steps as kernels.agglomerate, on what was scored.

Ties go to the groups with the first members, as there.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Scored = tuple[float, int]  # the weight of scored pairs between two groups, and how many there are


@dataclass(frozen=True)
class Component:
    """One component: each member's source, which sources were compared, and what members must keep to."""

    sources: Sequence[int]
    compared: Array
    distinct: frozenset[int]
    apart: frozenset[tuple[int, int]]
    before: Sequence[int]  # each member's earlier group, -1 none
    join: float
    fracture: float
    unscored: float


@dataclass(frozen=True)
class Joins:
    """Which groups were joined, by their first members, one join after another, and the average weight of each (bits).

    Averages fall from join to join, so that those of at least a weight give the groups at that weight: what is joined is
    never closer to a third group than the nearer of the two was.
    """

    left: Array
    right: Array
    weight: Array


def average_linkage_sparse(component: Component, pairs: Sequence[tuple[int, int, float]]) -> Joins:
    """All joins down to the component's own weights. pairs: members and weight."""
    groups = _Groups(component, pairs)
    heap: list[tuple[float, int, int, int, int]] = []
    version = [0] * len(component.sources)

    def push(a: int, b: int) -> None:
        average = groups.average(a, b)
        if average >= groups.needed(a, b) and groups.may_join(a, b):
            first, second = min(a, b), max(a, b)
            heapq.heappush(heap, (-average, first, second, version[first], version[second]))

    joins: list[tuple[int, int, float]] = []
    for a, b, _ in pairs:
        push(a, b)
    while heap:
        average, a, b, at_a, at_b = heapq.heappop(heap)
        if a in groups.members and b in groups.members and (version[a], version[b]) == (at_a, at_b):
            joins.append((a, b, -average))
            groups.merge(a, b)
            version[a] += 1
            for other in sorted(groups.scored[a]):
                push(a, other)
    left, right, weight = zip(*joins, strict=True) if joins else ((), (), ())
    return Joins(np.array(left, np.int64), np.array(right, np.int64), np.array(weight, float))


class _Groups:
    """Groups of members, how many of each source they hold, and what was scored between them."""

    def __init__(self, component: Component, pairs: Sequence[tuple[int, int, float]]) -> None:
        self._component = component
        self.members = {n: [n] for n in range(len(component.sources))}
        self._held = {n: Counter([source]) for n, source in enumerate(component.sources)}
        self._before = {n: {group} for n, group in enumerate(component.before)}
        self._apart: dict[int, set[int]] = defaultdict(set)
        self.scored: dict[int, dict[int, Scored]] = defaultdict(dict)
        for a, b, weight in pairs:
            self.scored[a][b] = self.scored[b][a] = (weight, 1)
        for a, b in component.apart:
            self._apart[a].add(b)
            self._apart[b].add(a)

    def average(self, a: int, b: int) -> float:
        """Average weight over the pairs that could have been scored; those of sources never compared say nothing."""
        total, scored = self.scored[a][b]
        pairs = sum(
            count * other
            for source, count in self._held[a].items()
            for target, other in self._held[b].items()
            if self._component.compared[source, target]
        )
        return (total + self._component.unscored * (pairs - scored)) / pairs

    def needed(self, a: int, b: int) -> float:
        before = self._before[a] | self._before[b]
        together = len(before) == 1 and -1 not in before
        return self._component.fracture if together else self._component.join

    def may_join(self, a: int, b: int) -> bool:
        twice = self._component.distinct & self._held[a].keys() & self._held[b].keys()
        return not twice and b not in self._apart[a]

    def merge(self, a: int, b: int) -> None:
        self.members[a] += self.members.pop(b)
        self._held[a] += self._held.pop(b)
        self._before[a] |= self._before.pop(b)
        for other in self._apart.pop(b, set()):
            self._apart[a].add(other)
            self._apart[other].discard(b)
            self._apart[other].add(a)
        self.scored[a].pop(b)
        for other, (total, scored) in self.scored.pop(b).items():
            if other != a:
                before, count = self.scored[a].get(other, (0.0, 0))
                self.scored[a][other] = self.scored[other][a] = (before + total, count + scored)
                self.scored[other].pop(b)
