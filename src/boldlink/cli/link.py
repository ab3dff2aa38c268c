"""`boldlink link`: the engine alone. Files in, linked people out; no programme, no keys, no configuration."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from boldlink.cli.console import console, progress, say_json
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
    model: Annotated[
        Path | None,
        typer.Option(
            help="A model of Splink 4 or 5 (JSON, DuckDB SQL). It is trained first, without labels, if it is not."
        ),
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="COLUMN=MEANING, such as dob=date_of_birth; repeat for more.")
    ] = None,
    id_column: Annotated[
        str | None,
        typer.Option("--id", help="The column that names a record; found, or rows are numbered, if not given."),
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="A column not to use; repeat for more.")] = None,
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
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same result.")] = 1,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads to use; all if not given.")] = None,
    memory: Annotated[
        str | None, typer.Option(help="Memory that may be used, such as 4GB; more is refused before starting.")
    ] = None,
    max_pairs: Annotated[
        int | None, typer.Option(min=1, help="Candidate pairs that may be made; more is refused before starting.")
    ] = None,
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
            _said(column or []), id_column, ignore or [], _least_bits(threshold, threshold_weight), distinct, seed,
            threads, _bytes(memory), max_pairs,
        )  # fmt: skip
        with progress("Reading files") as say:
            told = link_files([left, *(right or [])], out, model, options, say)
        told["seconds"] = round(time.perf_counter() - began, 2)
        if as_json:
            say_json(told)
        else:
            _show(told)


def _said(given: list[str]) -> dict[str, str]:
    said = {}
    for one in given:
        name, mark, meaning = one.rpartition("=")
        if not mark or not name or not meaning:
            raise BadRecords(
                "LINK-COLUMN-OPTION",
                "A --column is not of the form COLUMN=MEANING.",
                do="write --column dob=date_of_birth",
            )
        said[name] = meaning
    return said


def _least_bits(probability: float | None, weight: float | None) -> float:
    """The threshold in bits, however it was given."""
    from boldlink.linkage.model import bits_of_probability

    if probability is not None and weight is not None:
        raise BadRecords(
            "LINK-TWO-THRESHOLDS", "Two thresholds were given.", do="give --threshold or --threshold-weight, not both"
        )
    return weight if weight is not None else bits_of_probability(0.01 if probability is None else probability)


UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def _bytes(given: str | None) -> int | None:
    """Memory such as 4GB or 500 MB, in bytes."""
    if given is None:
        return None
    text = given.strip().upper()
    number = text.rstrip("KMGTB ")
    unit = text[len(number) :].strip()
    if unit not in UNITS or not number.replace(".", "", 1).isdigit():
        raise BadRecords("LINK-MEMORY-OPTION", "--memory is not an amount of memory.", do="write it as 4GB or 500MB")
    return int(float(number) * UNITS[unit])


def _show(told: dict[str, Any]) -> None:
    table = Table("File", "Column", "Meaning", title="What the columns mean", title_justify="left")
    for name, one in told["understood"].items():
        table.add_row(name, one["id"] or "(row numbers)", "id")
        for column, meaning in {
            **one["meanings"],
            **{c: f"birth {p}" for p, c in one["birth_parts"].items()},
        }.items():
            table.add_row(name, column, meaning.replace("_", " "))
        if one["unused"]:
            table.add_row(name, ", ".join(one["unused"]), "[dim]not used[/]")
    if told["understood"]:
        console.print(table)
    half = next(row for row in told["thresholds"] if row["threshold"] == 0.5)
    console.print(
        f"{told['candidate_pairs']:,} candidate pairs; {told['pairs']:,} written; {half['pairs']:,} at probability 0.5 or more."
    )
    console.print(f"Expected precision at 0.5: {half['expected_precision']}, {told['status']}.")
    console.print(f"{', '.join(told['files'])} in {told['out']} ({told['seconds']} s).", soft_wrap=True)
