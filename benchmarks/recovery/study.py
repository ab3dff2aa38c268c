"""Many small worlds, each asked every question under every fault of linking."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from random import Random

import duckdb
import numpy as np

from boldlink.analysis.engine import tables
from boldlink.analysis.methods import cox
from boldlink.errors import BadInput
from boldlink.synthetic.lives import make_lives
from boldlink.synthetic.perfect import research_tables
from recovery.links import NONE, Fault, World, break_links
from recovery.questions import IGNORED, QUESTIONS, Question, truths

LARGE = 150_000  # people of the world that the truth is worked out in
Key = tuple[str, str, str, str, str]  # question, method, carried, fault, what it is about


@dataclass
class Tally:
    """What came of one way to answer under one fault, over all worlds."""

    truth: float
    ratio: bool
    values: list[float]
    covered: int = 0
    refused: int = 0

    @property
    def worlds(self) -> int:
        return len(self.values)

    @property
    def coverage_percent(self) -> float:
        """Share of intervals that hold the truth."""
        return 100 * self.covered / self.worlds

    @property
    def coverage_error(self) -> float:
        """Monte Carlo standard error of the coverage, in percentage points."""
        share = self.covered / self.worlds
        return 100 * math.sqrt(share * (1 - share) / self.worlds)

    @property
    def mean(self) -> float:
        """Mean estimate: geometric for ratios."""
        return math.exp(float(np.mean(np.log(self.values)))) if self.ratio else float(np.mean(self.values))

    @property
    def mean_error(self) -> float:
        """Monte Carlo standard error of the mean (of a ratio: relative, times the mean)."""
        if self.worlds < 2:
            return math.nan
        spread = np.log(self.values) if self.ratio else np.asarray(self.values)
        error = float(np.std(spread, ddof=1) / math.sqrt(self.worlds))
        return error * self.mean if self.ratio else error


Answer = tuple[Key, tuple[float, float, float] | None]


def one_world(seed: int, people: int) -> list[Answer]:
    """Every answer of one world; None where a method refused."""
    cox.MOST_ROWS = 0  # the form that the software takes where there are many people, and five times as fast
    lives = make_lives(people, Random(f"recovery {seed}"))
    world = World.of(lives)
    found: list[Answer] = []
    with tables(world.tables) as connection:
        connection.execute("set threads = 1")  # each world has a process of its own
        for question in QUESTIONS:
            for number, fault in enumerate(question.faults):
                generator = np.random.default_rng([seed, number])
                for name, table in break_links(world, question.linked, fault, generator).items():
                    connection.register(name, table)
                found += _answers(connection, question, fault)
    return found


def _answers(connection: duckdb.DuckDBPyConnection, question: Question, fault: Fault) -> Iterator[Answer]:
    """Each way to answer; what carries linkage error is asked only where there is some."""
    for (method, carried), ask in question.ways.items():
        head = (question.id, method, carried, fault.id)
        if fault == NONE and carried != IGNORED:
            continue
        try:
            yield from [((*head, about), figures) for about, figures in ask(connection, fault)]
        except BadInput:
            yield (*head, ""), None


def run(seeds: Iterable[int], people: int, processes: int) -> Iterator[list[Answer]]:
    """Worlds in several processes, in order."""
    wanted = list(seeds)
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(one_world, wanted, [people] * len(wanted))


def truth_of_all(large: int = LARGE) -> Mapping[str, float]:
    """The truths, from one large world."""
    lives = make_lives(large, Random("recovery truth"))
    with tables(research_tables(lives)) as connection:
        return truths(lives, connection)


def tally(worlds: Iterable[list[Answer]], truth: Mapping[str, float]) -> dict[Key, Tally]:
    """Estimates and coverage by question, method, carried, fault and what it is about."""
    found: dict[Key, Tally] = {}
    refused: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for world in worlds:
        for key, figures in world:
            if figures is None:
                refused[key[:4]] += 1
            elif all(math.isfinite(one) for one in figures):
                true = truth[key[4]]
                one = found.setdefault(key, Tally(true, key[4] not in DIFFERENCES, []))
                value, low, high = figures
                one.values.append(value)
                one.covered += low <= true <= high
    for key, one in found.items():
        one.refused = refused[key[:4]]
    return found


DIFFERENCES = ("employment-support", "accredited-programme", "treatment-record")
