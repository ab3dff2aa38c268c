#!/usr/bin/env python3
"""Splink's side of benchmarks/engine.py: one run in a process of its own; prints what it took as JSON.

usage: side_splink.py JOB PEOPLE.parquet OUT_DIR [--model MODEL.json] [--tuned] [--weight W] [--rules loose|tight]
                      [--damerau] [--threads N]

JOB: settings (write the model before training), all (train, predict, cluster), predict (under --model).
--tuned is Splink at its best: EM without term frequencies, narrow output. Seconds are counted after imports.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import time
from pathlib import Path

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

RULES = {
    "loose": [("first_name", "surname"), ("surname", "dob"), ("first_name", "dob"), ("postcode", "sex"),
              ("surname", "town"), ("dob", "substr(postcode, 1, 3)")],
    "tight": [("first_name", "surname", "substr(dob, 1, 4)"), ("surname", "dob"), ("first_name", "dob"),
              ("postcode", "dob"), ("first_name", "surname", "postcode")],
}  # fmt: skip
PRIOR_RULES, RECALL = [("first_name", "surname", "dob"), ("dob", "postcode")], 0.7
EM_RULES = [("first_name", "surname"), ("dob",)]


def settings(rules: str, *, damerau: bool, narrow: bool) -> SettingsCreator:
    """The model before training: as Splink's documentation would set it up, or in FEBRL's style."""
    if damerau:
        comparisons = [
            cl.DamerauLevenshteinAtThresholds(name, [1, 2]) for name in ("first_name", "surname", "dob", "postcode")
        ]
    else:
        comparisons = [
            cl.JaroWinklerAtThresholds("first_name", [0.92, 0.7]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("surname", [0.92, 0.7]).configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode"),
        ]
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            *comparisons, cl.ExactMatch("sex"), cl.ExactMatch("town").configure(term_frequency_adjustments=True)
        ],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES[rules]],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=not narrow,
    )  # fmt: skip


def run(a: argparse.Namespace) -> dict[str, float]:
    took: dict[str, float] = {}
    began = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal began
        took[name], began = round(time.perf_counter() - began, 3), time.perf_counter()

    connection = duckdb.connect(config={"threads": a.threads})
    connection.execute(f"CREATE TABLE people AS SELECT * FROM '{a.people}'")
    api = DuckDBAPI(connection=connection)
    held = a.model or settings(a.rules, damerau=a.damerau, narrow=a.tuned)
    linker = Linker(api.register("people"), str(held) if a.model else held)
    lap("read")
    if a.job == "all":
        linker.training.estimate_probability_two_random_records_match(
            [block_on(*rule) for rule in PRIOR_RULES], recall=RECALL
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for rule in EM_RULES:
            tuned = {"estimate_without_term_frequencies": True} if a.tuned else {}
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule), **tuned)
        lap("train")
    limits = {} if a.weight is None else {"threshold_match_weight": a.weight}
    pairs = linker.inference.predict(**limits)
    connection.execute(f"COPY (SELECT * FROM {pairs.physical_name}) TO '{a.out / 'splink.parquet'}'")
    lap("predict")
    if a.job == "all":
        linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.95)
        lap("cluster")
        linker.misc.save_model_to_json(str(a.out / "model.json"), overwrite=True)
    row = connection.execute(f"SELECT count(*) FROM {pairs.physical_name}").fetchone()
    return {**took, "pairs": row[0] if row else 0}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=("settings", "all", "predict"))
    parser.add_argument("people", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--tuned", action="store_true")
    parser.add_argument("--damerau", action="store_true")
    parser.add_argument("--weight", type=float)
    parser.add_argument("--rules", choices=RULES, default="loose")
    parser.add_argument("--threads", type=int, default=2)
    a = parser.parse_args()
    logging.getLogger("splink").setLevel(logging.ERROR)
    a.out.mkdir(parents=True, exist_ok=True)
    if a.job == "settings":
        held = settings(a.rules, damerau=a.damerau, narrow=True).create_settings_dict("duckdb")
        (a.out / "settings.json").write_text(json.dumps(held))
        return
    took = run(a)
    timed = round(sum(value for name, value in took.items() if name != "pairs"), 3)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({**took, "total": timed, "peak_mb": peak}))


if __name__ == "__main__":
    main()
