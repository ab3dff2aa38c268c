"""Candidate pairs weighed: those of at least a weight, rule after rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from boldlink.linkage.compiled.compiled import Compiled
from boldlink.linkage.kernels.stream import Found, Weights, score_range
from boldlink.linkage.pairs.candidates import Candidates
from boldlink.linkage.pairs.stream import Range, Scratch, Stream, room

Array = np.ndarray[Any, np.dtype[Any]]
R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True)
class Scored:
    """Pairs of one rule: rows of left and right records (int32), weight (bits), probability (0 to 1).

    levels: int8 (pairs x comparisons), if asked for. examined: candidate pairs that were looked at to find these.
    """

    rule: int
    left: Array
    right: Array
    weight: Array
    probability: Array
    levels: Array | None
    examined: int


class Scoring(Generic[R]):
    """Weighs pairs, keeps those at or above a threshold, in bits, and hands over what `finish` makes of them."""

    def __init__(
        self, compiled: Compiled, weights: Weights, threshold: float, finish: Callable[[Scored], R], *, levels: bool
    ) -> None:
        self._compiled, self._weights, self._threshold, self._finish = compiled, weights, threshold, finish
        self._levels = len(weights.order) if levels else 0

    def search(self, one: Candidates, where: Range, scratch: Scratch) -> Found:
        compiled, found = self._compiled, room(where.pairs, self._compiled.asker.needed, self._levels)
        score_range(
            compiled.program, self._weights, where.blocks, where.given, one.earlier, where.first, where.last,
            compiled.encoded.values, compiled.asker.answers, self._threshold, scratch.batch, scratch.work, found,
        )  # fmt: skip
        return found

    def result(self, one: Candidates, found: Found) -> R:
        kept = int(found.size[0])
        levels = found.level[:kept].copy() if self._levels else None
        left, right, weight = found.left[:kept].copy(), found.right[:kept].copy(), found.weight[:kept].copy()
        return self._finish(Scored(one.rule, left, right, weight, probability(weight), levels, int(found.size[2])))


def score(
    stream: Stream,
    chosen: Iterable[Candidates],
    weights: Weights,
    threshold: float,
    finish: Callable[[Scored], R],
    *,
    levels: bool = False,
) -> Iterator[R]:
    """Pairs of at least `threshold` bits, as they are found: the same pairs in the same order on any number of threads.

    finish: what to make of each range's pairs, on the thread that found them.
    """
    yield from stream.run(Scoring(stream.compiled, weights, threshold, finish, levels=levels), chosen)


def in_words(found: Iterable[T], examined: Callable[[T], int], most: int, say: Callable[[str], None]) -> Iterator[T]:
    """The same, telling how far it has come. examined: how many pairs each was found among; most: how many there are."""
    done = 0
    for one in found:
        done += examined(one)
        say(f"Weighing pairs: {min(done / max(most, 1), 1):.0%} of up to {most:,}")
        yield one


def as_it_is(scored: Scored) -> Scored:
    return scored


def probability(weight: Array) -> Array:
    """Match weights in bits as probabilities, by the two branches that Splink uses."""
    power = np.exp2(-np.abs(weight))
    return np.asarray(np.where(weight >= 0, 1.0, power) / (1.0 + power))
