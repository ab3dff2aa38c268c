"""Candidate pairs sent through the kernels, range after range, on several threads.

Results come back in the ranges' order, so that they do not depend on how many threads there are. Where a model asks
what only DuckDB can answer, ranges go in small groups: the pairs that wait are looked at again when the answers are in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

import numpy as np

from boldlink.linkage.compiled.compiled import Compiled
from boldlink.linkage.compiled.program import work_for
from boldlink.linkage.kernels.branches import BATCH, Work
from boldlink.linkage.kernels.stream import Batch, Blocks, Found, Given
from boldlink.linkage.pairs.blocks import NO_BLOCKS, ranges
from boldlink.linkage.pairs.candidates import Candidates
from boldlink.linkage.pairs.made import made_by_duckdb

Array = np.ndarray[Any, np.dtype[Any]]
PAIRS_PER_TASK = 1 << 18
NO_PAIRS = Given(np.zeros(0, np.int32), np.zeros(0, np.int32))
TOGETHER = 8  # ranges between two rounds of questions to DuckDB
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True)
class Scratch:
    """One thread's space."""

    batch: Batch
    work: Work


@dataclass(frozen=True)
class Range:
    """Where pairs come from: positions first to last of a rule's blocks, or of given pairs; pairs: how many at the most."""

    blocks: Blocks
    given: Given
    first: int
    last: int
    pairs: int


class Job(Protocol[R_co]):
    """What is done with candidate pairs."""

    def search(self, one: Candidates, where: Range, scratch: Scratch) -> Found:
        """Go through a range of a rule's pairs."""
        ...

    def result(self, one: Candidates, found: Found) -> R_co:
        """What the reader receives; made by the thread that found it."""
        ...


Task = Callable[[Scratch], Found]
Done = tuple[Found, R]


class Stream:
    """Runs jobs over a compiled model's candidate pairs."""

    def __init__(self, compiled: Compiled, threads: int) -> None:
        self.compiled, self.threads = compiled, threads
        self._scratch: SimpleQueue[Scratch] = SimpleQueue()
        for _ in range(threads):
            self._scratch.put(scratch_for(compiled))

    def run(self, job: Job[R], chosen: Iterable[Candidates]) -> Iterator[R]:
        """What the job found, range after range."""
        for one in chosen:
            yield from self._results(job, one, self._tasks(job, one))

    def given(self, job: Job[R], one: Candidates, left: Array, right: Array) -> Iterator[R]:
        """What the job finds among given pairs of rows."""
        cuts = range(0, len(left), PAIRS_PER_TASK)
        tasks = (self._task(job, one, left[n : n + PAIRS_PER_TASK], right[n : n + PAIRS_PER_TASK]) for n in cuts)
        yield from self._results(job, one, tasks)

    def _results(self, job: Job[R], one: Candidates, tasks: Iterator[Task]) -> Iterator[R]:
        if self.compiled.asker.needed:
            yield from self._in_rounds(job, one, tasks)
        else:
            yield from (result for _, result in self._in_order(job, one, tasks))

    def _tasks(self, job: Job[R], one: Candidates) -> Iterator[Task]:
        if one.blocks is None:
            for left, right in made_by_duckdb(self.compiled, one.rule):
                yield self._task(job, one, left, right)
        else:
            for first, last, pairs in ranges(one.blocks, PAIRS_PER_TASK):
                where = Range(one.blocks, NO_PAIRS, first, last, pairs)
                yield lambda scratch, where=where: job.search(one, where, scratch)  # type: ignore[misc]

    @staticmethod
    def _task(job: Job[R], one: Candidates, left: Array, right: Array) -> Task:
        where = Range(NO_BLOCKS, Given(left, right), 0, len(left), len(left))
        return lambda scratch: job.search(one, where, scratch)

    def _in_rounds(self, job: Job[R], one: Candidates, tasks: Iterator[Task]) -> Iterator[R]:
        while group := list(islice(tasks, TOGETHER)):
            done = list(self._in_order(job, one, group))
            yield from (result for _, result in done)
            while waiting := [found for found, _ in done if found.size[1]]:
                self.compiled.asker.ask(np.concatenate([found.wanted[: found.size[3]] for found in waiting]))
                done = list(self._in_order(job, one, self._again(job, one, waiting)))
                yield from (result for _, result in done)

    def _again(self, job: Job[R], one: Candidates, waiting: list[Found]) -> Iterator[Task]:
        """Pairs that waited; they were counted as examined before."""
        for found in waiting:
            first = self._task(job, one, found.pending_left[: found.size[1]], found.pending_right[: found.size[1]])

            def task(scratch: Scratch, first: Task = first) -> Found:
                made = first(scratch)
                made.size[2] = 0
                return made

            yield task

    def _in_order(self, job: Job[R], one: Candidates, tasks: Iterable[Task]) -> Iterator[Done[R]]:
        """Tasks' results in the tasks' order, a few ahead of the reader and no more."""

        def work(task: Task) -> Done[R]:
            scratch = self._scratch.get()
            try:
                found = task(scratch)
            finally:
                self._scratch.put(scratch)
            return found, job.result(one, found)

        with ThreadPoolExecutor(self.threads) as pool:
            ahead: deque[Future[Done[R]]] = deque()
            for task in tasks:
                ahead.append(pool.submit(work, task))
                if len(ahead) > 2 * self.threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()


def scratch_for(compiled: Compiled) -> Scratch:
    """Space for one thread."""
    comparisons = len(compiled.model.comparisons)
    batch = Batch(
        np.zeros(BATCH, np.int32), np.zeros(BATCH, np.int32), np.zeros(BATCH, np.int16),
        np.zeros((comparisons, BATCH), np.int8), np.zeros(BATCH, np.int8), np.zeros(BATCH),
        np.full(len(compiled.program.question), np.inf),
    )  # fmt: skip
    return Scratch(batch, work_for(compiled.program, compiled.encoded.longest))


def room(size: int, waiting: bool, levels: int = 0, *, kept: bool = True) -> Found:
    """Room for a range of so many pairs: those kept, and those that wait where a model asks DuckDB."""
    keep, wait = size if kept else 0, size if waiting else 0
    return Found(
        np.empty(keep, np.int32), np.empty(keep, np.int32), np.empty(keep),
        np.empty((keep if levels else 0, max(levels, 1)), np.int8),
        np.empty(wait, np.int32), np.empty(wait, np.int32), np.empty(wait, np.uint64), np.zeros(4, np.int64),
    )  # fmt: skip
