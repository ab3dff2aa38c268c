"""Are the true effects recovered, by question and method, with and without linkage error?

    python benchmarks/recovery [--worlds 500] [--people 12000] [--processes 2] [--out docs/recovery.md]

Writes every row that came out to the page; nothing is chosen. Answers of each world are kept beside the page's folder
while the study runs (--keep FILE), so that a study that was stopped goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

# Small matrices: threads of the linear algebra only get in each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

from recovery.page import page
from recovery.study import LARGE, Answer, run, tally, truth_of_all


def main() -> None:
    """Run the study and write its page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--worlds", type=int, default=500)
    parser.add_argument("--people", type=int, default=12_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--large", type=int, default=LARGE)
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[2] / "docs" / "recovery.md")
    parser.add_argument("--keep", type=Path, help="a file of answers, one world a line")
    given = parser.parse_args()
    done = _kept(given.keep)
    wanted = [seed for seed in range(1, given.worlds + 1) if seed not in done]
    began = time.monotonic()
    for number, (seed, answers) in enumerate(
        zip(wanted, run(wanted, given.people, given.processes), strict=True), start=1
    ):
        done[seed] = answers
        _keep(given.keep, seed, answers)
        print(f"world {number} of {len(wanted)}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    found = tally((done[seed] for seed in sorted(done)), truth_of_all(given.large))
    given.out.write_text(page(found, len(done), given.people, given.large) + "\n", encoding="utf-8")


def _kept(path: Path | None) -> dict[int, list[Answer]]:
    if path is None or not path.is_file():
        return {}
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {row["seed"]: [(tuple(key), figures and tuple(figures)) for key, figures in row["answers"]] for row in rows}


def _keep(path: Path | None, seed: int, answers: list[Answer]) -> None:
    if path is not None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"seed": seed, "answers": answers}) + "\n")


if __name__ == "__main__":
    main()
