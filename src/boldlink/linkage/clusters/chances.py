"""How likely each pair is to be true where nobody stands twice in a source: candidates for one place compete for it.

A weight asks whether two records are one person among all pairs there are. Where a source holds everybody once, more is
known: a record has one partner there or none, so of several candidates one at most is right; and where most records have
a partner, to have none is itself unlikely. With a share s of a source's records linked, a link to a record that is still
free is 1 / (1 - s) times as likely as its weight says.
Source: the prior over one-to-one links of Larsen (2005) and Sadinle (2017).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from boldlink.linkage.clusters.graph import Graph
from boldlink.linkage.pairs.score import probability

Array = np.ndarray[Any, np.dtype[Any]]
MOST_ROUNDS, SETTLED, MOST_LINKED, MOST_BITS = 100, 1e-4, 0.95, 100.0


def chances(graph: Graph, distinct: frozenset[int]) -> Array:
    """Each pair's probability (float64, m). distinct: sources, as positions, in which nobody stands twice.

    Marginals of a one-to-one choice by belief propagation: `free` is how likely a pair's record is to be free for it, seen
    from its other candidates; the rounds settle on the one answer that there is (Bayati and Nair 2006).
    """
    ends = ((graph.left, graph.right), (graph.right, graph.left))
    left, right = (_Side(graph, own, others, distinct) for own, others in ends)
    found = probability(graph.weight)
    if not (left.competing.any() or right.competing.any()):
        return found
    odds, free_left, free_right = np.exp2(np.clip(graph.weight, -MOST_BITS, MOST_BITS)), np.ones(1), np.ones(1)
    moved, rounds = 1.0, 0
    while moved > SETTLED and rounds < MOST_ROUNDS:
        raised = odds * left.raised(found) * right.raised(found)
        # Half of each step is taken: circles of equal candidates would swing to and fro.
        free_left, free_right = (
            np.sqrt(free_left * left.free(raised * free_right)), np.sqrt(free_right * right.free(raised * free_left)),
        )  # fmt: skip
        taken = raised * free_left * free_right
        before, found, rounds = found, taken / (1 + taken), rounds + 1
        moved = float(np.abs(found - before).max())
    return np.asarray(found / np.maximum(1.0, np.maximum(left.sum(found), right.sum(found))))


class _Side:
    """Pairs seen from one end: a record there has at most one partner in the other end's source, if nobody stands twice in it.

    A record and a source that it looks at are a place; the two records' sources are a place's kind.
    """

    def __init__(self, graph: Graph, ends: Array, others: Array, distinct: frozenset[int]) -> None:
        sources, of_records = len(graph.names), graph.source.astype(np.int64)
        self.competing = np.isin(graph.source[others], sorted(distinct)) & (graph.source[ends] != graph.source[others])
        self._place = ends.astype(np.int64) * sources + of_records[others]
        self._kind = (of_records[:, None] * sources + np.arange(sources)).ravel()
        self._records = np.repeat(np.bincount(of_records, minlength=sources), sources)

    def raised(self, found: Array) -> Array:
        """How much likelier a pair is for its record's being free: 1 over the share of such records that are."""
        linked = np.bincount(self._kind, weights=np.minimum(self._at_places(found), 1.0), minlength=len(self._records))
        share = np.minimum(linked / np.maximum(self._records, 1), MOST_LINKED)
        return np.where(self.competing, 1 / (1 - share[self._kind[self._place]]), 1.0)

    def free(self, odds: Array) -> Array:
        """How likely each pair's record is to be free for it: one over one and the odds of all others that it has."""
        others = np.maximum(self._at_places(odds)[self._place] - odds, 0.0)
        return np.where(self.competing, 1 / (1 + others), 1.0)

    def sum(self, values: Array) -> Array:
        """For each pair, the sum over all that its record has; 0 where it does not compete."""
        return np.where(self.competing, self._at_places(values)[self._place], 0.0)

    def _at_places(self, values: Array) -> Array:
        return np.bincount(self._place, weights=np.where(self.competing, values, 0.0), minlength=len(self._kind))
