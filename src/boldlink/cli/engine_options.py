"""Options of the commands that use the engine, and how they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from boldlink.errors import BadRecords

ModelOption = Annotated[
    Path | None,
    typer.Option(
        "--model",
        help="A model of Splink 4 or 5 (JSON, DuckDB SQL). It is trained first, without labels, if it is not.",
    ),
]
ColumnOption = Annotated[
    list[str] | None, typer.Option("--column", help="COLUMN=MEANING, such as dob=date_of_birth; repeat for more.")
]
IdOption = Annotated[
    str | None, typer.Option("--id", help="The column that names a record; found, or rows are numbered, if not given.")
]
IgnoreOption = Annotated[list[str] | None, typer.Option("--ignore", help="A column not to use; repeat for more.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="The same seed, the same result.")]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", min=1, max=1024, help="Threads to use; all if not given.")
]
MemoryOption = Annotated[
    str | None,
    typer.Option("--memory", help="Memory that may be used, such as 4GB; more is refused before starting."),
]
MaxPairsOption = Annotated[
    int | None,
    typer.Option("--max-pairs", min=1, help="Candidate pairs that may be made; more is refused before starting."),
]
UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def said_columns(given: list[str] | None) -> dict[str, str]:
    """--column options as column -> meaning."""
    said = {}
    for one in given or []:
        name, mark, meaning = one.rpartition("=")
        if not mark or not name or not meaning:
            raise BadRecords(
                "LINK-COLUMN-OPTION",
                "A --column is not of the form COLUMN=MEANING.",
                do="write --column dob=date_of_birth",
            )
        said[name] = meaning
    return said


def memory_bytes(given: str | None) -> int | None:
    """Memory such as 4GB or 500 MB, in bytes."""
    if given is None:
        return None
    text = given.strip().upper()
    number = text.rstrip("KMGTB ")
    unit = text[len(number) :].strip()
    if unit not in UNITS or not number.replace(".", "", 1).isdigit():
        raise BadRecords("LINK-MEMORY-OPTION", "--memory is not an amount of memory.", do="write it as 4GB or 500MB")
    return int(float(number) * UNITS[unit])
