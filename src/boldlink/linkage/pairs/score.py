"""Candidate pairs weighed: those of at least a weight, rule after rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldlink.linkage.compiled.compiled import Compiled
from boldlink.linkage.kernels.stream import Found, Weights, score_blocks, score_pairs
from boldlink.linkage.pairs.candidates import Candidates
from boldlink.linkage.pairs.stream import Scratch, Stream, room

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Scored:
    """Pairs of one rule: rows of left and right records (int32), weight (bits), levels (int8, pairs x comparisons) if asked.

    examined: candidate pairs that were looked at to find these.
    """

    rule: int
    left: Array
    right: Array
    weight: Array
    levels: Array | None
    examined: int

    @property
    def probability(self) -> Array:
        return probability(self.weight)


class Scoring:
    """Weighs pairs and keeps those at or above a threshold, in bits."""

    def __init__(self, compiled: Compiled, weights: Weights, threshold: float, *, levels: bool) -> None:
        self._compiled, self._weights, self._threshold = compiled, weights, threshold
        self._levels = len(weights.order) if levels else 0

    def blocks(self, one: Candidates, first: int, last: int, pairs: int, scratch: Scratch) -> Found:
        compiled, found = self._compiled, room(pairs, self._compiled.asker.needed, self._levels)
        score_blocks(
            compiled.program, self._weights, one.blocks, one.earlier, first, last, compiled.encoded.values,
            compiled.asker.answers, self._threshold, scratch.batch, scratch.work, found,
        )  # fmt: skip
        return found

    def pairs(self, one: Candidates, left: Array, right: Array, scratch: Scratch) -> Found:
        compiled, found = self._compiled, room(len(left), self._compiled.asker.needed, self._levels)
        score_pairs(
            compiled.program, self._weights, left, right, one.earlier, compiled.encoded.values,
            compiled.asker.answers, self._threshold, scratch.batch, scratch.work, found,
        )  # fmt: skip
        return found


def score(
    stream: Stream, chosen: Iterable[Candidates], weights: Weights, threshold: float, *, levels: bool = False
) -> Iterator[Scored]:
    """Pairs of at least `threshold` bits, as they are found: the same pairs in the same order on any number of threads."""
    job = Scoring(stream.compiled, weights, threshold, levels=levels)
    for one, found in stream.run(job, chosen):
        kept = int(found.size[0])
        held = found.level[:kept].copy() if levels else None
        yield Scored(
            one.rule, found.left[:kept].copy(), found.right[:kept].copy(), found.weight[:kept].copy(), held,
            int(found.size[2]),
        )  # fmt: skip


def probability(weight: Array) -> Array:
    """Match weights in bits as probabilities, by the two branches that Splink uses."""
    power = np.exp2(-np.abs(weight))
    return np.where(weight >= 0, 1.0, power) / (1.0 + power)
