"""`boldlink link`: the engine alone. Files in, linked people out; no programme, no keys, no configuration."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from boldlink.cli.console import console, progress, say_json
from boldlink.cli.engine_options import (
    ColumnOption,
    IdOption,
    IgnoreOption,
    MaxPairsOption,
    MemoryOption,
    ModelOption,
    SeedOption,
    ThreadsOption,
    memory_bytes,
    said_columns,
)
from boldlink.cli.options import JsonOption, speaking
from boldlink.errors import BadRecords


def link(
    left: Annotated[
        Path, typer.Argument(help="A csv or Parquet file. Alone: find people who stand in it more than once.")
    ],
    right: Annotated[
        list[Path] | None, typer.Argument(help="More files: find the people of one in the others.")
    ] = None,
    out: Annotated[
        Path,
        typer.Option("--out", help="Folder for pairs.parquet, clusters.parquet, model.json, report.html."),
    ] = Path("linked"),
    model: ModelOption = None,
    column: ColumnOption = None,
    id_column: IdOption = None,
    ignore: IgnoreOption = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Write pairs of at least this match probability (0.01).")
    ] = None,
    threshold_weight: Annotated[
        float | None, typer.Option(help="Write pairs of at least this match weight, in bits, instead.")
    ] = None,
    distinct: Annotated[
        bool | None,
        typer.Option(
            "--distinct/--not-distinct",
            help="Does nobody stand twice in one file? Judged from the links if not given.",
        ),
    ] = None,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    memory: MemoryOption = None,
    max_pairs: MaxPairsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Link files of records about people, without labels and without configuration, or under a model of Splink's.

    The meaning of columns is found by name and content (names, date of birth in one column or three, postcode, address,
    e-mail, phone, national numbers), said, and can be overridden. A model names its columns itself. Expected precision is
    estimated from the model and not yet reviewed by people.
    """
    with speaking(as_json):
        from boldlink.linkage.inputs import Options
        from boldlink.linkage.run import link_files

        began = time.perf_counter()
        options = Options(
            said_columns(column), id_column, ignore or [], _least_bits(threshold, threshold_weight), distinct, seed,
            threads, memory_bytes(memory), max_pairs,
        )  # fmt: skip
        with progress("Reading files") as say:
            told = link_files([left, *(right or [])], out, model, options, say)
        told["seconds"] = round(time.perf_counter() - began, 2)
        if as_json:
            say_json(told)
        else:
            _show(told)


def _least_bits(probability: float | None, weight: float | None) -> float:
    """The threshold in bits, however it was given."""
    from boldlink.linkage.model import bits_of_probability

    if probability is not None and weight is not None:
        raise BadRecords(
            "LINK-TWO-THRESHOLDS", "Two thresholds were given.", do="give --threshold or --threshold-weight, not both"
        )
    if weight is not None and math.isnan(weight):
        raise BadRecords("LINK-THRESHOLD", "--threshold-weight is not a number.", do="give a weight in bits, such as 0")
    return weight if weight is not None else bits_of_probability(0.01 if probability is None else probability)


def _show(told: dict[str, Any]) -> None:
    table = Table("File", "Column", "Meaning", title="What the columns mean", title_justify="left")
    for name, one in told["understood"].items():
        table.add_row(escape(name), escape(one["id"] or "(row numbers)"), "id")
        for column, meaning in {
            **one["meanings"],
            **{c: f"birth {p}" for p, c in one["birth_parts"].items()},
        }.items():
            table.add_row(escape(name), escape(column), meaning.replace("_", " "))
        if one["unused"]:
            table.add_row(escape(name), escape(", ".join(one["unused"])), "[dim]not used[/]")
    if told["understood"]:
        console.print(table)
    people = Table("Confidence", "Together from", "People", "Records linked", "Expected precision", "Expected recall",
                   title="People", title_justify="left")  # fmt: skip
    for row in told["people"]:
        people.add_row(
            row["confidence"], f"{row['join_bits']:+g} bits", f"{row['people']:,}", f"{row['linked_records']:,}",
            _share(row["expected_precision"]), _share(row["expected_recall"]),
        )  # fmt: skip
    console.print(people)
    best = told["best_threshold"]
    reach = (
        ""
        if told["expected_reach"] is None
        else f", expected to reach at least {told['expected_reach']:.1%} of true pairs"
    )
    console.print(f"{told['candidate_pairs']:,} candidate pairs{reach}; {told['pairs']:,} written.")
    if best["pairs"]:
        console.print(
            f"Pairs on their own are best kept from {best['weight_bits'] + 0.0:+.1f} bits: expected precision "
            f"{_share(best['expected_precision'])}, recall {_share(best['expected_recall'])}."
        )
    console.print(f"Expected figures are {told['status']}.")
    console.print(f"{', '.join(told['files'])} in {escape(told['out'])} ({told['seconds']} s).", soft_wrap=True)


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"
