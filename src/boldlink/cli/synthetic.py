"""`boldlink synthetic`: extract files of people who do not exist, and the truth about them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from boldlink.cli.console import console, progress, say_json
from boldlink.cli.options import JsonOption, speaking


def synthetic(
    out: Annotated[Path, typer.Option("--out", help="Folder for extracts/ and truth/.")],
    people: Annotated[int, typer.Option(help="How many people, 1 to 5,000,000.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Another seed, other people.")] = 1,
    format: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    as_json: JsonOption = False,
) -> None:
    """Write every department's records of people who do not exist, with the truth known.

    The same people and seed give the same bytes. Extracts lie in OUT/extracts as departments deliver them, who is who and
    what causes what in OUT/truth.
    """
    with speaking(as_json):
        from boldlink.synthetic import write_extracts

        with progress("Making synthetic people") as say:
            made = write_extracts(
                out / "extracts", out / "truth", people=people, seed=seed, progress=say, format=format
            )
        if as_json:
            say_json({"people": made.people, "rows": made.rows, "out": out})
            return
        table = Table("File", "Rows", title=f"{made.people:,} people who do not exist", title_justify="left")
        for name, rows in made.rows.items():
            table.add_row(name, f"{rows:,}")
        console.print(table)
        console.print(f"Extracts and truth lie in {escape(str(out))}.", soft_wrap=True)
