#!/usr/bin/env python3
"""How well does `boldlink link` find people, on files whose truth is known?

usage: accuracy.py TRUTH_COLUMN LEFT [RIGHT ...] [-- OPTIONS OF boldlink link]

Runs the command as a user would, never shows it the truth column, and prints precision, recall and F1 of pairs at
several probabilities and of pairs inside clusters. Truth counts all true pairs, those never blocked included.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from boldlink.linkage.automatic.understand import understand
from boldlink.linkage.files import names_of_files, read_table

Node = tuple[str, str]


def main(arguments: list[str]) -> None:
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    truth_column, *paths = arguments[:cut]
    options = arguments[cut + 1 :]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        command = [sys.executable, "-c", "from boldlink.cli import main; main()", "link", *paths, "--out", folder]
        subprocess.run([*command, "--ignore", truth_column, *options, "--json"], check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - began
        truth = true_pairs(read_truth([Path(path) for path in paths], truth_column, options), len(paths) == 1)
        report(Path(folder), truth, len(paths) == 1, seconds)


def read_truth(paths: list[Path], column: str, options: list[str]) -> dict[Node, str]:
    """Record -> true person, by the ids that the command itself uses."""
    given = options[options.index("--id") + 1] if "--id" in options else None
    found: dict[Node, str] = {}
    for name, path in names_of_files(paths).items():
        table = read_table(path)
        own = given or understand(table, {}, [column], None, name).id_column
        ids = table.column(own).to_pylist() if own else [str(n) for n in range(table.num_rows)]
        found |= {(name, one): person for one, person in zip(ids, table.column(column).to_pylist(), strict=True)}
    return found


def true_pairs(truth: dict[Node, str], one_file: bool) -> set[frozenset[Node]]:
    groups: dict[str, list[Node]] = defaultdict(list)
    for node, person in truth.items():
        groups[person].append(node)
    return pairs_within(groups.values(), one_file)


def pairs_within(groups: Iterable[list[Node]], one_file: bool) -> set[frozenset[Node]]:
    return {frozenset(p) for group in groups for p in combinations(group, 2) if one_file or p[0][0] != p[1][0]}


def report(folder: Path, truth: set[frozenset[Node]], one_file: bool, seconds: float) -> None:
    pairs = pq.read_table(folder / "pairs.parquet").to_pylist()
    for threshold in (0.01, 0.5, 0.95):
        kept = {
            frozenset({(p["source_dataset_l"], p["unique_id_l"]), (p["source_dataset_r"], p["unique_id_r"])})
            for p in pairs
            if p["match_probability"] >= threshold
        }
        line(f"pairs at {threshold:g}", kept, truth)
    clusters = pq.read_table(folder / "clusters.parquet")
    for level in ("high", "medium", "low"):
        line(f"clusters {level}", pairs_within(members(clusters, f"cluster_{level}"), one_file), truth)
    print(f"{len(truth):,} true pairs; {seconds:.1f} s for the whole command")


def members(clusters: pa.Table, column: str) -> Iterable[list[Node]]:
    groups: dict[str, list[Node]] = defaultdict(list)
    names = ("source_dataset", "unique_id", column)
    for source, one, group in zip(*(clusters.column(name).to_pylist() for name in names), strict=True):
        groups[group].append((source, one))
    return groups.values()


def line(name: str, found: set[frozenset[Node]], truth: set[frozenset[Node]]) -> None:
    hits = len(found & truth)
    precision, recall = hits / max(len(found), 1), hits / max(len(truth), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-12)
    print(f"{name:<16} precision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}")


if __name__ == "__main__":
    main(sys.argv[1:])
