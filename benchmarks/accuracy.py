#!/usr/bin/env python3
"""How well does `boldlink link` find people, and how near does it come without knowing, on files whose truth is known?

usage: accuracy.py TRUTH_COLUMN LEFT [RIGHT ...] [-- OPTIONS OF boldlink link]

Runs the command as a user would and never shows it the truth column. Prints precision, recall and F1 of pairs (at 0.5, at
0.95, at the best threshold there is, and at the one that the command chose) and of pairs inside clusters, and beside what
was chosen, what was expected of it. Truth counts all true pairs, those never blocked included.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from boldlink.linkage.files import names_of_files, read_table

Array = np.ndarray[Any, np.dtype[Any]]


def main(arguments: list[str]) -> None:
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    truth_column, *paths = arguments[:cut]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        command = [sys.executable, "-c", "from boldlink.cli import main; main()", "link", *paths, "--out", folder]
        options = ["--ignore", truth_column, *arguments[cut + 1 :], "--json"]
        told = json.loads(subprocess.run([*command, *options], check=True, stdout=subprocess.PIPE).stdout)
        seconds = time.perf_counter() - began
        truth = Truth([Path(path) for path in paths], truth_column, told["understood"])
        report_pairs(pq.read_table(Path(folder) / "pairs.parquet"), truth, told["best_threshold"])
        report_people(pq.read_table(Path(folder) / "clusters.parquet"), truth, told["people"])
        reach = told["expected_reach"]
        print(f"{truth.pairs:,} true pairs; rules expected to reach {reach}; {seconds:.1f} s for the whole command")


class Truth:
    """Every record's true person, by source and the id that the command used."""

    def __init__(self, paths: list[Path], column: str, understood: dict[str, Any]) -> None:
        self.rows: dict[tuple[str, str], int] = {}
        people, sources = [], []
        for name, path in names_of_files(paths).items():
            table, own = read_table(path), understood[name]["id"]
            ids = table.column(own).to_pylist() if own else [str(n) for n in range(table.num_rows)]
            self.rows |= {(name, one): len(self.rows) + n for n, one in enumerate(ids)}
            people += table.column(column).to_pylist()
            sources += [name] * table.num_rows
        self.person, self.source = (np.unique(np.array(one), return_inverse=True)[1] for one in (people, sources))
        self.one_file = len(paths) == 1
        self.pairs = self.pairs_within(self.person)

    def row(self, sources: pa.ChunkedArray, ids: pa.ChunkedArray) -> Array:
        named = zip(sources.to_pylist(), ids.to_pylist(), strict=True)
        return np.array([self.rows[source, str(one)] for source, one in named], int)

    def pairs_within(self, groups: Array) -> int:
        """Pairs of records in one group; of several files, those across files."""
        within = _pairs(np.unique(groups, return_counts=True)[1])
        apart = np.unique(groups.astype(np.int64) * (self.source.max() + 1) + self.source, return_counts=True)[1]
        return within if self.one_file else within - _pairs(apart)


def _pairs(sizes: Array) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def report_pairs(pairs: pa.Table, truth: Truth, chosen: dict[str, Any]) -> None:
    left, right = (truth.row(pairs[f"source_dataset_{side}"], pairs[f"unique_id_{side}"]) for side in "lr")
    weight = np.asarray(pairs["match_weight"])
    order = np.argsort(-weight, kind="stable")
    hits = np.cumsum((truth.person[left] == truth.person[right])[order])
    kept = np.arange(1, len(weight) + 1)
    best = float(weight[order][np.argmax(2 * hits / (kept + truth.pairs))])
    named = [("pairs at 0.5", 0.0), ("pairs at 0.95", np.log2(19)), ("best threshold", best)]
    for name, bits in [*named, ("chosen threshold", chosen["weight_bits"])]:
        count = int((weight >= bits).sum())
        line(f"{name} ({bits:+.1f} bits)", int(hits[count - 1]) if count else 0, count, truth.pairs)
    expected(chosen)


def report_people(clusters: pa.Table, truth: Truth, people: list[dict[str, Any]]) -> None:
    rows = truth.row(clusters["source_dataset"], clusters["unique_id"])
    for told in people:
        groups = np.empty(len(rows), np.int64)
        groups[rows] = np.unique(clusters[f"cluster_{told['confidence']}"].to_pylist(), return_inverse=True)[1]
        both = groups * (truth.person.max() + 1) + truth.person
        name = f"clusters {told['confidence']} ({told['join_bits']:+.0f} bits)"
        line(name, truth.pairs_within(both), truth.pairs_within(groups), truth.pairs)
        expected(told)


def line(name: str, hits: int, made: int, true: int) -> None:
    precision, recall, f1 = hits / max(made, 1), hits / max(true, 1), 2 * hits / max(made + true, 1)
    print(f"{name:<30} precision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}")


def expected(told: dict[str, Any]) -> None:
    shown = (f"{name} {told[f'expected_{name}'] or 0:.4f}" for name in ("precision", "recall"))
    print(f"{'    expected of it':<30} {'  '.join(shown)}")


if __name__ == "__main__":
    main(sys.argv[1:])
