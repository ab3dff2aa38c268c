"""Candidate pairs counted by their agreement pattern."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

import numpy as np

from boldlink.linkage.compiled.compiled import Compiled
from boldlink.linkage.kernels.patterns import Counts, count_blocks, count_pairs, move
from boldlink.linkage.kernels.stream import Found
from boldlink.linkage.pairs.candidates import Candidates
from boldlink.linkage.pairs.stream import Scratch, Stream, room

Array = np.ndarray[Any, np.dtype[Any]]
FIRST_SIZE = 1 << 14


@dataclass(frozen=True)
class Patterns:
    """Agreement patterns of pairs. gammas: int64 (patterns x comparisons), -1 missing; counts: pairs that have each."""

    gammas: Array
    counts: Array

    @property
    def pairs(self) -> float:
        return float(self.counts.sum())


class Counting:
    """Counts patterns of some comparisons; those left out stand in every pattern as missing."""

    def __init__(self, compiled: Compiled, comparisons: Sequence[int], threads: int) -> None:
        self._compiled = compiled
        sizes = [len(one.by_gamma) + 1 for one in compiled.model.comparisons]
        self.radix, worth = np.zeros(len(sizes), np.int64), 1
        for n in sorted(comparisons):
            self.radix[n] = worth
            worth *= sizes[n]
        assert worth < 1 << 62, "so many levels do not fit one number"
        self.sizes = sizes
        self._counts: SimpleQueue[Counts] = SimpleQueue()
        for _ in range(threads):
            self._counts.put(_table(FIRST_SIZE, self.radix))
        self._threads = threads

    def blocks(self, one: Candidates, first: int, last: int, pairs: int, scratch: Scratch) -> Found:
        compiled, found, counts = (
            self._compiled,
            room(pairs, self._compiled.asker.needed, kept=False),
            self._counts.get(),
        )
        place = np.array([first, -1], np.int64)
        while not count_blocks(
            compiled.program, one.blocks, one.earlier, place, last, compiled.encoded.values, compiled.asker.answers,
            scratch.batch, scratch.work, found, counts,
        ):  # fmt: skip
            counts = _grown(counts)
        self._counts.put(counts)
        return found

    def pairs(self, one: Candidates, left: Array, right: Array, scratch: Scratch) -> Found:
        compiled, found = self._compiled, room(len(left), self._compiled.asker.needed, kept=False)
        counts, first = self._counts.get(), 0
        while first < len(left):
            first = count_pairs(
                compiled.program, left, right, first, one.earlier, compiled.encoded.values, compiled.asker.answers,
                scratch.batch, scratch.work, found, counts,
            )  # fmt: skip
            counts = _grown(counts) if first < len(left) else counts
        self._counts.put(counts)
        return found

    def result(self, one: Candidates, found: Found) -> None:
        """Nothing on the way; see `patterns`."""

    def patterns(self) -> Patterns:
        """All threads' counts together, in order of patterns."""
        tables = [self._counts.get() for _ in range(self._threads)]
        seen = [table.patterns >= 0 for table in tables]
        codes = np.concatenate([table.patterns[there] for table, there in zip(tables, seen, strict=True)])
        times = np.concatenate([table.counts[there] for table, there in zip(tables, seen, strict=True)])
        distinct, which = np.unique(codes, return_inverse=True)
        counts = np.bincount(which, weights=times, minlength=len(distinct))
        digits = [
            distinct // worth % size - 1 if worth else np.full(len(distinct), -1)
            for worth, size in zip(self.radix, self.sizes, strict=True)
        ]
        return Patterns(np.stack(digits, axis=1).astype(np.int64), counts)


def count(stream: Stream, chosen: Iterable[Candidates], comparisons: Sequence[int]) -> Patterns:
    """Patterns of some comparisons among all candidate pairs."""
    job = Counting(stream.compiled, comparisons, stream.threads)
    for _ in stream.run(job, chosen):
        pass
    return job.patterns()


def _table(size: int, radix: Array) -> Counts:
    return Counts(np.full(size, -1, np.int64), np.zeros(size, np.int64), np.zeros(1, np.int64), radix)


def _grown(counts: Counts) -> Counts:
    larger = _table(4 * len(counts.patterns), counts.radix)
    move(counts, larger)
    return larger
