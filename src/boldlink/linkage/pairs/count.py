"""Candidate pairs counted by their agreement pattern."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

import numpy as np

from boldlink.errors import BadRecords
from boldlink.linkage.compiled.compiled import Compiled
from boldlink.linkage.kernels.patterns import Counts, count_range, move
from boldlink.linkage.kernels.stream import Found
from boldlink.linkage.pairs.candidates import Candidates
from boldlink.linkage.pairs.stream import Range, Scratch, Stream, room

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
        if worth >= 1 << 62:
            raise BadRecords(
                "LINK-MODEL-LEVELS",
                f"The model has too many levels to be trained: {len(sizes)} comparisons with {sum(sizes)} levels.",
                "agreement patterns are counted as whole numbers of 62 bits.",
                "train it in two parts, or take comparisons out of it",
            )
        self.sizes = sizes
        self._counts: SimpleQueue[Counts] = SimpleQueue()
        for _ in range(threads):
            self._counts.put(_table(FIRST_SIZE, self.radix))
        self._threads = threads

    def search(self, one: Candidates, where: Range, scratch: Scratch) -> Found:
        compiled, counts = self._compiled, self._counts.get()
        found, place = room(where.pairs, compiled.asker.needed, kept=False), np.array([where.first, -1], np.int64)
        while not count_range(
            compiled.program, where.blocks, where.given, one.earlier, place, where.last, compiled.encoded.values,
            compiled.asker.answers, scratch.batch, scratch.work, found, counts,
        ):  # fmt: skip
            counts = _grown(counts)
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
