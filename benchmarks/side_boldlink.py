#!/usr/bin/env python3
"""boldlink's side of benchmarks/engine.py: one run in a process of its own; prints what it took as JSON.

usage: side_boldlink.py JOB PEOPLE.parquet OUT_DIR --model MODEL.json [--weight W] [--threads N]

JOB: all (train, predict, cluster), predict. `kernels` is what loading (or, the first time on a machine, compiling) took,
on a few records of the same file; it is not part of the total.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from boldlink.linkage import Linkage, Model, Rule, connected, prepared, read_model
from boldlink.linkage.model import prior_bits
from boldlink.linkage.pairs.read import read_parquet
from boldlink.linkage.pairs.write import Written, write_pairs

PRIOR_RULES, RECALL = [("first_name", "surname", "dob"), ("dob", "postcode")], 0.7
EM_RULES = [("first_name", "surname"), ("dob",)]
LINKED = prior_bits(0.95)


def equal(*columns: str) -> Rule:
    return Rule(" AND ".join(f'l."{column}" = r."{column}"' for column in columns))


def run(table: pa.Table, model: Model, a: argparse.Namespace, took: dict[str, float], began: float) -> Written:
    def lap(name: str) -> None:
        nonlocal began
        took[name], began = round(time.perf_counter() - began, 3), time.perf_counter()

    more = tuple(equal(*rule) for rule in (*PRIOR_RULES, *EM_RULES)) if a.job == "all" else ()
    with prepared({"people": table}, model, more_rules=more, threads=a.threads) as linkage:
        lap("read")
        if a.job == "all":
            linkage = trained(linkage)
            lap("train")
        threshold = -np.inf if a.weight is None else a.weight
        found = write_pairs(
            a.out / "boldlink.parquet", linkage.schema(), linkage.score_named(threshold), linked_bits=LINKED
        )
        lap("predict")
        if a.job == "all":
            connected(table.num_rows, found.left, found.right)
            lap("cluster")
    return found


def trained(linkage: Linkage) -> Linkage:
    first = linkage.rules
    prior_rules = range(first, first + len(PRIOR_RULES))
    em_rules = range(first + len(PRIOR_RULES), first + len(PRIOR_RULES) + len(EM_RULES))
    return linkage.trained(em_rules, prior_rules=prior_rules, recall=RECALL)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=("all", "predict"))
    parser.add_argument("people", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--weight", type=float)
    parser.add_argument("--threads", type=int, default=2)
    a = parser.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    model = read_model(a.model)
    began = time.perf_counter()
    few = read_parquet(a.people, rows=2_000)
    run(few, model, a, {}, time.perf_counter())
    kernels = round(time.perf_counter() - began, 3)
    took: dict[str, float] = {}
    began = time.perf_counter()
    found = run(read_parquet(a.people, threads=a.threads), model, a, took, began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    counts = {"pairs": found.pairs, "candidates": found.examined}
    print(json.dumps({**took, "total": round(sum(took.values()), 3), "kernels": kernels, **counts, "peak_mb": peak}))


if __name__ == "__main__":
    sys.exit(main())
