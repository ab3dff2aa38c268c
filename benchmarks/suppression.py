"""How long does cell suppression take, how much does it withhold, and how near is that to the least?

    python benchmarks/suppression.py [--rounds 3] [--peer]

Invented counts: a mean of 60 people a cell, rows and columns that differ (log-normal), Poisson around that. Small are 1 to
9 people; all margins show exactly; each small number keeps nine possible values. Medians over rounds, each another table;
processor seconds beside seconds by the clock, since one thread works and the machine may have other work. Prints Markdown.

--peer also runs Tau-Argus (pytauargus) on the 200-cell tables, in an environment of its own which pip makes in a
temporary folder and which is removed afterwards; both patterns are audited by the same linear programmes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from boldlink.outputs.control.audit import audit
from boldlink.outputs.control.rounding import controlled
from boldlink.outputs.control.suppress import Suppression, suppress
from boldlink.outputs.control.tables import ALL, Table, multiway

Counts = np.ndarray[Any, np.dtype[np.int64]]
MINIMUM, PEOPLE_A_CELL = 10, 60
SHAPES = {(10, 20): 0.7, (5, 5, 8): 0.7, (100, 100): 0.7, (25, 20, 20): 0.5}  # and how much rows and columns differ


def invented(shape: tuple[int, ...], spread: float, seed: int) -> Counts:
    """People in cells."""
    draw, logs = np.random.default_rng(seed), np.zeros(shape)
    for axis, size in enumerate(shape):
        logs = logs + np.moveaxis(draw.normal(0, spread, (*[1] * (len(shape) - 1), size)), -1, axis)
    means = np.exp(logs + draw.normal(0, spread / 2, shape))
    return draw.poisson(means * PEOPLE_A_CELL / means.mean())


def with_margins(counts: Counts) -> Table:
    """The table with every margin."""
    keys = {f"key {axis}": [str(value) for value in range(size)] for axis, size in enumerate(counts.shape)}
    return multiway(counts, keys, [kept for ways in range(counts.ndim) for kept in combinations(keys, ways)])


@dataclass(frozen=True)
class Run:
    found: Suppression
    seconds: float
    processor_seconds: float


def measured(table: Table) -> Run:
    """One suppression."""
    began, busy = time.perf_counter(), time.process_time()
    found = suppress(table, MINIMUM)
    return Run(found, time.perf_counter() - began, time.process_time() - busy)


def middle(values: list[float]) -> float:
    return float(statistics.median(values))


def line(shape: tuple[int, ...], runs: list[Run]) -> str:
    """One row of the table: medians, and the longest processor time."""
    found = [run.found for run in runs]
    secondary = [int((one.withheld & ~one.primary).sum()) for one in found]
    cells = [
        " × ".join(map(str, shape)), f"{int(np.prod(shape)):,}", f"{middle([one.primary.sum() for one in found]):,.0f}",
        f"{middle(secondary):,.0f}", f"{middle([100 * one.gap for one in found]):.1f} %",
        f"{max(100 * one.gap for one in found):.1f} %", f"{middle([one.programmes for one in found]):,.0f}",
        f"{middle([one.cuts for one in found]):,.0f}", f"{middle([run.processor_seconds for run in runs]):.1f}",
        f"{max(run.processor_seconds for run in runs):.1f}", f"{middle([run.seconds for run in runs]):.1f}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def suppressions(rounds: int) -> None:
    """The table of timings."""
    print(
        "| table | cells | small | also withheld | gap | widest gap | programmes | cuts | s (processor) | longest | s (clock) |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for shape, spread in SHAPES.items():
        runs = [measured(with_margins(invented(shape, spread, seed))) for seed in range(1, rounds + 1)]
        print(line(shape, runs), flush=True)


def roundings(rounds: int) -> None:
    """Controlled rounding to 5."""
    print("\n| table | steps | deviation a number | least | s (processor) |\n|---|---|---|---|---|")
    for shape in ((10, 20), (5, 5, 8), (10, 10, 10), (100, 100)):
        steps, deviations, least, seconds = [], [], [], []
        for seed in range(1, rounds + 1):
            table, busy = with_margins(invented(shape, 0.7, seed)), time.process_time()
            found = controlled(table, 5, seed)
            seconds.append(time.process_time() - busy)
            steps.append(found.steps)
            deviations.append(found.deviation / table.numbers)
            least.append(found.least / table.numbers)
        row = (f"{max(steps)}", f"{middle(deviations):.2f}", f"{middle(least):.2f}", f"{middle(seconds):.2f}")
        print(f"| {' × '.join(map(str, shape))} | {' | '.join(row)} |", flush=True)


@contextmanager
def peer() -> Iterator[Path | None]:
    """A Python that has pytauargus, for as long as it is needed; None where it cannot be installed."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        done = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "pytauargus"], capture_output=True, check=False
        )
        yield python if done.returncode == 0 else None


def beside_the_peer(python: Path, rounds: int) -> None:
    """Both patterns of the same tables, audited alike."""
    print("\n| 10 × 20 table | also withheld, people (Tau-Argus) | (boldlink) | too narrow (Tau-Argus) | (boldlink) |")
    print("|---|---|---|---|---|")
    for seed in range(1, rounds + 1):
        counts = invented((10, 20), SHAPES[10, 20], seed)
        table, ours = with_margins(counts), suppress(with_margins(counts), MINIMUM)
        theirs = np.isin(np.arange(table.numbers), [table.labels.index(one) for one in hidden_by(python, counts)])
        row = [f"{paid(table, one, ours.primary):,.0f}" for one in (theirs, ours.withheld)]
        row += [str(too_narrow(table, one, ours.primary)) for one in (theirs, ours.withheld)]
        print(f"| {seed} | {' | '.join(row)} |", flush=True)


def hidden_by(python: Path, counts: Counts) -> list[tuple[str, str]]:
    """Labels of what Tau-Argus withholds."""
    side = Path(__file__).resolve().with_name("side_tauargus.py")
    with tempfile.TemporaryDirectory() as folder:  # it leaves logs where it stands
        table = Path(folder) / "counts.json"
        table.write_text(json.dumps(counts.tolist()), encoding="utf-8")
        asked = subprocess.run([python, side, table], check=True, stdout=subprocess.PIPE, cwd=folder)
        told = json.loads(asked.stdout)
    return [(label(row), label(column)) for row, column in told["hidden"]]


def label(code: str) -> str:
    return str(int(code[1:])) if code[:1] in ("r", "c") and code[1:].isdigit() else ALL


def paid(table: Table, withheld: Any, primary: Any) -> float:
    return float(table.costs[withheld & ~primary].sum())


def too_narrow(table: Table, withheld: Any, primary: Any) -> int:
    """Small numbers that keep fewer than nine possible values, by the same audit."""
    counts = table.counts.astype(float)
    found = audit(table.system(counts, counts, withheld | primary), table.matrix[np.flatnonzero(primary)], MINIMUM - 1)
    return int(found.narrow.sum())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--peer", action="store_true")
    asked = options.parse_args()
    suppressions(asked.rounds)
    roundings(asked.rounds)
    if asked.peer:
        with peer() as python:
            if python is None:
                sys.exit("pytauargus could not be installed in an environment of its own")
            beside_the_peer(python, asked.rounds)


if __name__ == "__main__":
    main()
