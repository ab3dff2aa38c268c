#!/usr/bin/env python3
"""Tau-Argus's side of benchmarks/suppression.py: one table in a process of its own; prints its pattern as JSON.

usage: side_tauargus.py COUNTS.json

COUNTS.json: rows of counts of a two-way table. Tau-Argus reads one record a person. Its frequency rule protects counts
under 10 to within a share of themselves, 80 per cent here, which is less than what benchmarks/suppression.py asks.
Needs pytauargus alone. Seconds are processor time after imports.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from pytauargus import protect


def main() -> None:
    counts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    cells = [(row, column, people) for row, line in enumerate(counts) for column, people in enumerate(line)]
    records = [(f"r{row:04}", f"c{column:04}") for row, column, people in cells for _ in range(people)]
    micro = {"a": [one for one, _ in records], "b": [one for _, one in records], "people": [1.0] * len(records)}
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        done = protect(
            micro, ["a", "b"], response="people", safety_rules="FREQ(10,80)", suppress="OPT(1)", workdir=folder
        )
        seconds, table = time.process_time() - began, done.tables[0]
        hidden = [
            [row["a"], row["b"]] for row, shown in zip(table.rows, table.safe(None), strict=True) if shown is None
        ]
    print(json.dumps({"seconds": seconds, "hidden": hidden}))


if __name__ == "__main__":
    main()
