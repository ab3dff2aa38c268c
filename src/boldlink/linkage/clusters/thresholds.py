"""Weights from which records are put together, without labels: by what the model itself expects of the groups.

A link between two records is likelier than its own weight says if others stand by it: a third record that goes with both.
So what is expected is the precision of groups, pair by pair, and not of pairs alone. Of three confidences, high is set to
be nearly always right; medium where expected precision and recall balance best (the greatest expected F1), which is mostly
at a precision above 0.95; low to find what can be found. Estimated from the model, and not yet reviewed by people.
Source of the balance: Lipton, Elkan and Naryanaswamy (2014), F1 is greatest where one more pair would lower it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from boldlink.linkage.clusters.chances import chances
from boldlink.linkage.clusters.connected import connected
from boldlink.linkage.clusters.graph import Graph
from boldlink.linkage.clusters.group import Rules, group, joins_of_large, possible_pairs
from boldlink.linkage.clusters.sparse import Joins
from boldlink.linkage.kernels.support import expected_true
from boldlink.values import EXPECTED_PRECISION, Confidence

Array = np.ndarray[Any, np.dtype[Any]]
RUNGS = (
    20.0,
    16.0,
    12.0,
    10.0,
    8.0,
    7.0,
    6.5,
    6.0,
    5.5,
    5.0,
    4.5,
    4.0,
    3.5,
    3.0,
    2.0,
    1.0,
    0.0,
    -1.0,
    -2.0,
    -3.0,
    -4.0,
    -5.0,
)  # bits
# Nothing is joined under these, whatever is expected: estimates are the model's own, and the model may be wrong.
FLOORS: Mapping[Confidence, float] = {Confidence.HIGH: 3.0, Confidence.MEDIUM: -4.0, Confidence.LOW: -5.0}


@dataclass(frozen=True)
class Cut:
    """Records in groups at one weight. groups: the first record of each record's group (int64, n).

    pairs: pairs of records inside groups that could have been scored. expected_true: how many of them are expected to be
    true. chances: each of the graph's pairs' probability, with what third members say. all_true: how many true pairs are
    expected anywhere.
    """

    join_bits: float
    groups: Array
    pairs: int
    expected_true: float
    chances: Array
    all_true: float = 0.0

    @property
    def precision(self) -> float | None:
        """Expected precision of pairs inside groups; None where there are none."""
        return self.expected_true / self.pairs if self.pairs else None

    @property
    def recall(self) -> float | None:
        """Expected recall among pairs that some rule reached or some group joined."""
        return min(self.expected_true / self.all_true, 1.0) if self.all_true else None

    def balance(self, all_true: float) -> float:
        """Expected F1, if there are so many true pairs."""
        return 2 * self.expected_true / max(self.pairs + all_true, 1e-9)


class Ladder:
    """Groups of one graph at one weight after another, each made once."""

    def __init__(self, graph: Graph, rules: Rules) -> None:
        self._graph, self._rules = graph, rules
        self._chances = chances(graph, rules.distinct)
        self._made: dict[float, Cut] = {}
        least = float(np.floor(graph.weight.min())) if len(graph.weight) else 0.0
        self.rungs = [rung for rung in RUNGS if rung > least] + [max(least, RUNGS[-1])]

    @cached_property
    def _large(self) -> tuple[Array, Joins]:
        """Records of large components and their joins: put together once, and cut at every weight."""
        plain = self._rules.before is None and not len(self._rules.must) and not len(self._rules.cannot)
        if plain:
            return joins_of_large(self._graph, self.rungs[-1], self._rules)
        none = np.zeros(0, np.int64)
        return np.zeros(self._graph.records, bool), Joins(none, none, np.zeros(0))

    def _groups(self, join_bits: float) -> Array:
        large, joins = self._large
        if not large.any() or join_bits < self.rungs[-1]:
            return group(self._graph, join_bits, self._rules)
        kept = joins.weight >= join_bits
        cut = connected(self._graph.records, joins.left[kept], joins.right[kept])
        return np.where(large, cut, group(self._graph.without(large), join_bits, self._rules))

    def at(self, join_bits: float) -> Cut:
        if join_bits not in self._made:
            groups = self._groups(join_bits)
            pairs = int(possible_pairs(self._graph, groups).sum())
            expected, found = expected_in(self._graph, groups, self._chances)
            self._made[join_bits] = Cut(join_bits, groups, pairs, expected, found)
        return self._made[join_bits]

    def down_to(self, floor: float, precision: float) -> Cut:
        """The lowest cut, from a floor up, of which at least so much is expected; the highest where none is enough."""
        found = None
        for rung in sorted(rung for rung in self.rungs if rung >= floor) or self.rungs[:1]:
            found = self.at(rung)
            if found.precision is None or found.precision >= precision:
                return found
        assert found is not None
        return found

    @cached_property
    def all_true(self) -> float:
        """True pairs expected anywhere: what all pairs say on their own, or the widest groups, if that is more."""
        return max(float(self._chances.sum()), self.at(self.rungs[-1]).expected_true)

    def balanced(self, floor: float, precision: float) -> Cut:
        """From weight 0 down, as long as expected F1 rises and enough precision is expected; from 0 up, where it is not."""
        best = self.down_to(max(floor, 0.0), precision)
        for rung in (rung for rung in self.rungs if floor <= rung < best.join_bits):
            following = self.at(rung)
            worse = following.balance(self.all_true) < best.balance(self.all_true)
            if worse or following.precision is None or following.precision < precision:
                break
            best = following
        return best


def cuts(graph: Graph, rules: Rules, join_bits: Mapping[Confidence, float] | None = None) -> dict[Confidence, Cut]:
    """Groups at the three confidences, at given weights or at those that the model's own expectations set."""
    ladder = Ladder(graph, rules)
    if join_bits is not None:
        found = {one: ladder.at(join_bits[one]) for one in Confidence}
    else:
        found = {one: ladder.down_to(FLOORS[one], EXPECTED_PRECISION[one]) for one in (Confidence.HIGH, Confidence.LOW)}
        found[Confidence.MEDIUM] = ladder.balanced(FLOORS[Confidence.MEDIUM], EXPECTED_PRECISION[Confidence.LOW])
        found = _nested([found[one] for one in Confidence])
    return {one: replace(c, all_true=ladder.all_true) for one, c in found.items()}


def _nested(found: Sequence[Cut]) -> dict[Confidence, Cut]:
    """High, medium and low in falling order of weight: a wider confidence never asks for more than a narrower one."""
    high, medium, low = found
    medium = medium if medium.join_bits <= high.join_bits else high
    low = low if low.join_bits <= medium.join_bits else medium
    return {Confidence.HIGH: high, Confidence.MEDIUM: medium, Confidence.LOW: low}


def best_threshold(weight: Array, chances: Array, all_true: float) -> dict[str, float | int | None]:
    """The match weight from which pairs taken on their own have the greatest expected F1, and what is expected there.

    weight (bits), chances: of each pair (m). all_true: how many true pairs are expected anywhere.
    """
    if not len(weight):
        return {"weight_bits": 0.0, "pairs": 0, "expected_precision": None, "expected_recall": None}
    order = np.argsort(-weight, kind="stable")
    last = np.append(np.flatnonzero(np.diff(weight[order])), len(weight) - 1)  # pairs of one weight stay together
    true, kept = np.cumsum(chances[order])[last], last + 1
    best = int(np.argmax(2 * true / (kept + all_true)))
    return {
        "weight_bits": round(float(weight[order][last[best]]) - 5e-4, 3),
        "pairs": int(kept[best]),
        "expected_precision": round(float(true[best] / kept[best]), 4),
        "expected_recall": round(min(float(true[best]) / max(all_true, 1e-9), 1.0), 4),
    }


def expected_in(graph: Graph, groups: Array, chances: Array) -> tuple[float, Array]:
    """True pairs expected inside groups, and each pair's probability with what third members say (float64, m).

    chances: each pair's probability on its own, which it keeps where its records are in different groups.
    """
    inside = np.flatnonzero(groups[graph.left] == groups[graph.right])
    left, right, found = graph.left[inside], graph.right[inside], np.minimum(chances, 1 - 1e-12)
    ends, others = np.concatenate([left, right]), np.concatenate([right, left])
    order = np.argsort(ends, kind="stable")
    first = np.searchsorted(ends[order], np.arange(graph.records + 1)).astype(np.int64)
    links = others[order].astype(np.int32), np.concatenate([inside, inside])[order].astype(np.int64)
    return float(expected_true(first, *links, found, graph.source.astype(np.int64), graph.compared)), found
