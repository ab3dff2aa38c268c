#!/usr/bin/env python3
"""boldlink and Splink side by side: same machine, same file, same model, same output, several times in turn.

usage: engine.py [PEOPLE.parquet] [--runs 3] [--threads N] [--out DIR] [--only NAME ...] [--large PEOPLE_10M.parquet]

Without a file, a million records are made (benchmarks/people.py). Every run is a process of its own; imports and kernels
are loaded before the clock starts, and what that takes is reported apart. Prints a table and writes DIR/engine.json: for
each comparison the medians of both sides and the median of the ratios, run by run. Lead with the tuned side.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Run = dict[str, Any]


@dataclass(frozen=True)
class Comparison:
    """One line of the table. Of a side, the options; `seconds`: which of its seconds count."""

    name: str
    words: str
    bar: str
    splink: tuple[str, ...]
    boldlink: tuple[str, ...]
    model: str  # which model both sides use
    seconds: str = "total"


TUNED = ("all", "--tuned", "--weight", "0")
COMPARISONS = (
    Comparison("tuned", "train, predict, cluster; weights of at least 0; Splink tuned", "at least 10 times, 1/6 of the memory",
               TUNED, ("all", "--weight", "0"), "loose"),
    Comparison("documented", "the same; Splink as its documentation shows it", "at least 20 times",
               ("all", "--weight", "0"), ("all", "--weight", "0"), "loose"),
    Comparison("predict", "predict alone, no threshold, every pair written", "at least 6 times",
               ("predict", "--tuned"), ("predict",), "trained", "predict"),
    Comparison("damerau", "a Damerau-Levenshtein model (FEBRL style), Splink tuned", "at least 15 times",
               (*TUNED, "--damerau"), ("all", "--weight", "0"), "damerau"),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("people", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=Path("benchmark-results"))
    parser.add_argument("--only", nargs="*", default=[one.name for one in COMPARISONS])
    parser.add_argument("--large", type=Path, help="ten million records, for the tight rules and the cost per pair")
    a = parser.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(a.people or made(1_000_000, a.out), Path(folder), a.threads)
        found = [bench.compare(one, a.runs) for one in COMPARISONS if one.name in a.only]
        alone = [*bench.compiling(), *(bench.growing(a.large) if a.large else [])]
    results = {"threads": a.threads, "processor": processor(), "comparisons": found, "alone": alone}
    (a.out / "engine.json").write_text(json.dumps(results, indent=2) + "\n")
    print(table(found, alone, results))


def made(records: int, out: Path) -> Path:
    path = out / f"people-{records}.parquet"
    if not path.exists():
        subprocess.run([sys.executable, HERE / "people.py", str(records), path], check=True)
    return path


class Bench:
    """Runs sides on one file."""

    def __init__(self, people: Path, folder: Path, threads: int) -> None:
        self.people, self.folder, self.threads = people, folder, threads

    def side(self, name: str, options: Sequence[str], people: Path, **environment: str) -> Run:
        command = [sys.executable, HERE / f"side_{name}.py", options[0], people, self.folder, *options[1:]]
        done = subprocess.run(
            [*map(str, command), "--threads", str(self.threads)],
            check=True, capture_output=True, text=True, env={**os.environ, **environment},
        )  # fmt: skip
        lines = done.stdout.strip().splitlines()
        held: Run = json.loads(lines[-1]) if lines else {}
        return held

    def model(self, kind: str) -> Path:
        """A model before training; `trained` is Splink's own after it."""
        path = self.folder / f"{kind}.json"
        if not path.exists():
            options = {"loose": (), "trained": (), "tight": ("--rules", "tight"), "damerau": ("--damerau",)}[kind]
            if kind == "trained":
                self.side("splink", TUNED, self.people)
                (self.folder / "model.json").replace(path)
            else:
                self.side("splink", ("settings", *options), self.people)
                (self.folder / "settings.json").replace(path)
        return path

    def compare(self, one: Comparison, runs: int) -> Run:
        model = str(self.model(one.model))
        given = ("--model", model) if one.model == "trained" else ()
        both: list[tuple[Run, Run]] = []
        for number in range(runs):
            print(f"{one.name}: run {number + 1} of {runs}", file=sys.stderr, flush=True)
            theirs = self.side("splink", (*one.splink, *given), self.people)
            ours = self.side("boldlink", (*one.boldlink, "--model", model), self.people)
            both.append((theirs, ours))
        return {
            "name": one.name, "what": one.words, "bar": one.bar,
            "times_faster": middle([t[one.seconds] / o[one.seconds] for t, o in both]),
            "memory_share": middle([o["peak_mb"] / t["peak_mb"] for t, o in both]),
            "splink": medians([t for t, _ in both]), "boldlink": medians([o for _, o in both]),
        }  # fmt: skip

    def compiling(self) -> list[Run]:
        """What the first use on a machine takes, and every later one."""
        cache = {"NUMBA_CACHE_DIR": str(self.folder / "kernels")}
        job = ("predict", "--weight", "0", "--model", str(self.model("loose")))
        first, later = (self.side("boldlink", job, self.people, **cache)["kernels"] for _ in range(2))
        return [
            {"what": "kernels compiled, the first use on a machine", "bar": "under 20 s", "seconds": first},
            {"what": "kernels loaded, every later one", "bar": "under 1 s", "seconds": later},
        ]

    def growing(self, large: Path) -> list[Run]:
        tight = self.side("boldlink", ("all", "--weight", "0", "--model", str(self.model("tight"))), large)
        job = ("predict", "--weight", "0", "--model", str(self.model("loose")))
        small, big = self.side("boldlink", job, self.people), self.side("boldlink", job, large)
        growth = (big["predict"] / big["candidates"]) / (small["predict"] / small["candidates"])
        return [
            {"what": "10 million records, tight rules", "bar": "under 300 s, under 8,000 MB",
             "seconds": tight["total"], "peak_mb": tight["peak_mb"]},
            {"what": "cost per candidate pair, 10 million records to 1 million", "bar": "at most 1.15", "ratio": growth,
             "candidates": [small["candidates"], big["candidates"]], "seconds": big["predict"]},
        ]  # fmt: skip


def middle(values: Sequence[float]) -> float:
    return round(statistics.median(values), 3)


def medians(runs: Sequence[Run]) -> Run:
    return {name: middle([run[name] for run in runs]) for name in runs[0]}


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def table(found: Sequence[Run], alone: Sequence[Run], results: Run) -> str:
    lines = [f"{results['processor']}, {results['threads']} threads; medians", ""]
    for one in found:
        theirs, ours = one["splink"], one["boldlink"]
        lines += [
            f"{one['what']}  (bar: {one['bar']})",
            f"    {one['times_faster']:.1f} times faster, {one['memory_share']:.2f} of the memory",
            *(f"    {name:<9} {shown(side)}" for name, side in (("splink", theirs), ("boldlink", ours))),
        ]
    for one in alone:
        rest = ", ".join(f"{name} {value:.3g}" for name, value in one.items() if isinstance(value, int | float))
        lines.append(f"{one['what']}: {rest}  (bar: {one['bar']})")
    return "\n".join(lines)


def shown(side: Run) -> str:
    return ", ".join(
        f"{name} {value:,.2f}" if isinstance(value, float) else f"{name} {value:,}" for name, value in side.items()
    )


if __name__ == "__main__":
    main()
