#!/usr/bin/env python3
"""The ledger measured: events written a second (each on disk before the next), in batches, a long history verified.

usage: ledger.py [--events 1000000] [--single 5000] [--batch 1000] [--runs 3] [--database postgresql://...]

Every run is a process of its own on fresh files. An event's line has about 500 bytes, as a decision's has. Verifying
checks chain, canonical bytes, Merkle root and an exported head, on one core; peak memory is the process's own, with
Python and the libraries in it. Opening is by a place's index, as `boldlink run` opens it. Prints medians as a table.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BODY = {
    "action": "analyse",
    "resource": "research:substance-misuse",
    "use_case": "substance-misuse",
    "allowed": True,
    "findings": [{"rule": f"rule_{n}", "satisfied": True, "required": ["yes"], "found": ["yes"]} for n in range(2)],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=1_000_000, help="events of the history that is verified")
    parser.add_argument("--single", type=int, default=5000, help="events written one by one")
    parser.add_argument("--batch", type=int, default=1000, help="events in a batch")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--database", default="", help="also write to this PostgreSQL, one by one")
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(MEASURES[options.measure[0]](options, Path(options.measure[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        show([(words, run(name, options, Path(folder))) for name, words in NAMES.items() if wanted(name, options)])


def write_single(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    from boldlink.ledger import Ledger

    ledger = Ledger(folder / f"single-{time.time_ns()}", write=True, index=folder / f"{time.time_ns()}.sqlite")
    begin = time.perf_counter()
    for _ in range(options.single):
        ledger.append("decision", "ada-quillfeather", BODY)
    return {"rate": options.single / (time.perf_counter() - begin)}


def write_batches(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    from boldlink.ledger import Ledger

    target = folder / "long"
    fresh = target if not target.exists() else folder / f"long-{time.time_ns()}"
    count = options.events if fresh == target else options.events // 10
    ledger = Ledger(fresh, write=True, index=folder / f"{fresh.name}.sqlite")
    drafts = [("decision", "ada-quillfeather", BODY)] * options.batch
    begin = time.perf_counter()
    for _ in range(count // options.batch):
        ledger.append_many(drafts)
    taken = time.perf_counter() - begin
    ledger.close()
    return {"rate": count / taken}


def verify(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    from boldlink.ledger import check_head, check_history

    begin = time.perf_counter()
    history = check_history(folder / "long", [options.events])
    taken = time.perf_counter() - begin
    assert not history.problems and not check_head(history.head, options.events, history.heads[options.events])
    return {"seconds": taken, "megabytes": peak()}


def open_indexed(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    from boldlink.ledger import Ledger

    begin = time.perf_counter()
    ledger = Ledger(folder / "long", write=True, index=folder / "long.sqlite")
    taken = time.perf_counter() - begin
    assert ledger.head.events == options.events // options.batch * options.batch
    return {"seconds": taken, "megabytes": peak()}


def write_database(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    from boldlink.ledger import Ledger

    name = f"bench-{time.time_ns()}"
    ledger = Ledger(folder / name, write=True, database=options.database)
    begin = time.perf_counter()
    for _ in range(options.single):
        ledger.append("decision", "ada-quillfeather", {**BODY, "place": name})
    return {"rate": options.single / (time.perf_counter() - begin)}


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


MEASURES: dict[str, Any] = {
    "single": write_single,
    "batches": write_batches,
    "verify": verify,
    "open": open_indexed,
    "database": write_database,
}
NAMES = {
    "single": "written one by one, each synced",
    "batches": "written in batches, one sync each",
    "verify": "verified whole",
    "open": "opened through the index",
    "database": "written to PostgreSQL one by one",
}


def wanted(name: str, options: argparse.Namespace) -> bool:
    return name != "database" or bool(options.database)


def run(name: str, options: argparse.Namespace, folder: Path) -> dict[str, float]:
    """Medians over runs, each in a process of its own."""
    given = [f"--{key}={getattr(options, key)}" for key in ("events", "single", "batch", "database")]
    command = [sys.executable, __file__, *given, "--measure", name, str(folder)]
    found = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(options.runs)]
    return {key: statistics.median(one[key] for one in found) for key in found[0]}


def show(results: list[tuple[str, dict[str, float]]]) -> None:
    print(f"{'':36} {'events/s':>10} {'seconds':>9} {'peak MB':>9}")
    for words, found in results:
        cells = [found.get(key) for key in ("rate", "seconds", "megabytes")]
        shown = [f"{cell:>{width},.{1 if width == 9 else 0}f}" if cell is not None else " " * width
                 for cell, width in zip(cells, (10, 9, 9), strict=True)]  # fmt: skip
        print(f"{words:36} {' '.join(shown)}")


if __name__ == "__main__":
    main()
