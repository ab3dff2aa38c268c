"""All candidate pairs of a compiled model, streamed through the kernels: scored, or counted by pattern.

Ranges of blocks go to threads and come back in order, so that results do not depend on how many threads there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, TypeVar

import numpy as np

from boldlink.linkage.compiled.compiled import Compiled
from boldlink.linkage.compiled.program import work_for
from boldlink.linkage.kernels.branches import BATCH, Work
from boldlink.linkage.kernels.stream import Batch, Blocks, Earlier, Found, Weights, score_blocks, score_pairs
from boldlink.linkage.pairs.blocks import Keys, blocks_of, pair_count, ranges
from boldlink.linkage.pairs.made import made_by_duckdb

Array = np.ndarray[Any, np.dtype[Any]]
PAIRS_PER_TASK = 1 << 18
WINDOW = 8  # tasks that run between two rounds of questions to DuckDB
Say = Callable[[int], None]
T = TypeVar("T")


@dataclass(frozen=True)
class Scored:
    """Pairs of one rule: rows of the left and right records, weight in bits, levels (pairs x comparisons) if asked for."""

    rule: int
    left: Array
    right: Array
    weight: Array
    levels: Array | None
    examined: int  # candidate pairs looked at to find these


@dataclass(frozen=True)
class Scratch:
    """One thread's space."""

    batch: Batch
    work: Work


@dataclass(frozen=True)
class Candidates:
    """One rule's pairs, and what makes a pair another's."""

    rule: int
    blocks: Blocks | None  # None: DuckDB makes the pairs
    earlier: Earlier

    @property
    def most(self) -> int:
        """No fewer than it makes; not known of pairs that DuckDB makes."""
        return pair_count(self.blocks) if self.blocks else 0


class Streams:
    """The candidate pairs of a compiled model. Blocks are made once; pairs never are."""

    def __init__(self, compiled: Compiled, threads: int) -> None:
        self.compiled, self.threads = compiled, threads
        self._scratch: SimpleQueue[Scratch] = SimpleQueue()
        for _ in range(threads):
            self._scratch.put(_scratch(compiled))

    def candidates(self, rules: Sequence[int], *, alone: bool = False) -> list[Candidates]:
        """The pairs of these rules of the model; alone: each rule's, whether or not another makes them too."""
        compiled, rows = self.compiled, self.compiled.records.rows
        width = 0 if alone else len(rules)
        left = np.full((rows, max(width, 1)), -1, np.int32)
        right, column, programs = left, 0, list[int]()
        found = []
        for rule in rules:
            plan, own = compiled.plans[rule], compiled.rest[rule]
            earlier = _earlier(left, right, column, programs, own)
            if plan.by_duckdb:
                blocks = None
            else:
                blocks, a, b = blocks_of(plan, Keys(plan, compiled.columns, rows), compiled.encoded, compiled.records)
            found.append(Candidates(rule, blocks, earlier))
            if alone:
                continue
            if compiled.whole[rule] >= 0:
                programs = [*programs, compiled.whole[rule]]
            elif blocks is not None:
                if b is not a and right is left:
                    right = left.copy()
                    found = [_with_right(one, right) for one in found]
                left[:, column] = a
                right[:, column] = b
                column += 1
        return found

    def score(
        self, candidates: Iterable[Candidates], weights: Weights, threshold: float, *, levels: bool = False
    ) -> Iterator[Scored]:
        """Pairs of at least a weight, rule after rule."""
        comparisons = len(weights.order)
        for one in candidates:
            tasks = self._tasks(one, lambda size: _found(size, comparisons if levels else 0, threshold), weights, threshold)
            yield from self._run(one.rule, tasks, one, weights, threshold, levels)

    def _tasks(self, one: Candidates, room: Callable[[int], Found], weights: Weights, threshold: float) -> Iterator[Callable[[Scratch], Found]]:
        compiled = self.compiled
        fixed = (compiled.encoded.values,)
        if one.blocks is None:
            for left, right in made_by_duckdb(compiled, one.rule):
                yield lambda scratch, left=left, right=right: self._pairs(one, left, right, room, weights, threshold, scratch)
            return
        for first, last, pairs in ranges(one.blocks, PAIRS_PER_TASK):
            def task(scratch: Scratch, first: int = first, last: int = last, pairs: int = pairs) -> Found:
                found = room(pairs)
                score_blocks(
                    compiled.program, weights, one.blocks, one.earlier, first, last, *fixed, compiled.asker.answers,
                    threshold, scratch.batch, scratch.work, found,
                )  # fmt: skip
                return found
            yield task

    def _pairs(self, one: Candidates, left: Array, right: Array, room: Callable[[int], Found], weights: Weights, threshold: float, scratch: Scratch) -> Found:
        found = room(len(left))
        score_pairs(
            self.compiled.program, weights, left, right, one.earlier, self.compiled.encoded.values,
            self.compiled.asker.answers, threshold, scratch.batch, scratch.work, found,
        )  # fmt: skip
        return found

    def _run(self, rule: int, tasks: Iterator[Callable[[Scratch], Found]], one: Candidates, weights: Weights, threshold: float, levels: bool) -> Iterator[Scored]:
        for found in self._in_order(tasks):
            yield _scored(rule, found, levels)

    def _in_order(self, tasks: Iterator[Callable[[Scratch], T]]) -> Iterator[T]:
        """Tasks' results in the tasks' order, a few ahead of the reader and no more."""
        with ThreadPoolExecutor(self.threads) as pool:
            ahead: deque[Future[T]] = deque()
            for task in tasks:
                ahead.append(pool.submit(self._with_scratch, task))
                if len(ahead) > 2 * self.threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()

    def _with_scratch(self, task: Callable[[Scratch], T]) -> T:
        scratch = self._scratch.get()
        try:
            return task(scratch)
        finally:
            self._scratch.put(scratch)


def _earlier(left: Array, right: Array, column: int, programs: Sequence[int], own: int) -> Earlier:
    return Earlier(
        left, right, np.array([column], np.int64), np.array(programs, np.int32),
        np.array([own] if own >= 0 else [], np.int32),
    )  # fmt: skip


def _with_right(one: Candidates, right: Array) -> Candidates:
    return Candidates(one.rule, one.blocks, one.earlier._replace(right=right))


def _scratch(compiled: Compiled) -> Scratch:
    comparisons = len(compiled.model.comparisons)
    batch = Batch(
        np.zeros(BATCH, np.int32), np.zeros(BATCH, np.int32), np.zeros(BATCH, np.int16),
        np.zeros((comparisons, BATCH), np.int8), np.zeros(BATCH, np.int8), np.zeros(BATCH),
    )  # fmt: skip
    longest = int(compiled.encoded.values.length.max(initial=0))
    return Scratch(batch, work_for(compiled.program, longest))


def _found(size: int, levels: int, threshold: float) -> Found:
    return Found(
        np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size),
        np.empty((size if levels else 0, max(levels, 1)), np.int8),
        np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.uint64), np.zeros(4, np.int64),
    )  # fmt: skip


def _scored(rule: int, found: Found, levels: bool) -> Scored:
    kept = int(found.size[0])
    return Scored(
        rule, found.left[:kept].copy(), found.right[:kept].copy(), found.weight[:kept].copy(),
        found.level[:kept].copy() if levels else None, int(found.size[2]),
    )  # fmt: skip
