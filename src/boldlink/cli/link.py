"""`boldlink link`: the engine alone. Files in, linked people out; no programme, no keys, no configuration."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from boldlink.cli.console import console, progress, say_json
from boldlink.cli.options import JsonOption, speaking

if TYPE_CHECKING:
    from boldlink.linkage.automatic.understand import Understood


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
    column: Annotated[
        list[str] | None, typer.Option(help="COLUMN=MEANING, such as dob=date_of_birth; repeat for more.")
    ] = None,
    id_column: Annotated[
        str | None,
        typer.Option("--id", help="The column that names a record; found, or rows are numbered, if not given."),
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="A column not to use; repeat for more.")] = None,
    threshold: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Write pairs of at least this match probability.")
    ] = 0.01,
    distinct: Annotated[
        bool | None,
        typer.Option(
            "--distinct/--not-distinct",
            help="Does nobody stand twice in one file? Judged from the links if not given.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same result.")] = 1,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads to use; all if not given.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Link files of records about people, without labels and without configuration.

    The meaning of columns is found by name and content (names, date of birth in one column or three, postcode, address,
    e-mail, phone, national numbers), said, and can be overridden. Expected precision is estimated from the model and not
    yet reviewed by people.
    """
    with speaking(as_json):
        began = time.perf_counter()
        with progress("Reading files") as say:
            told = _link(
                [left, *(right or [])],
                out,
                _said(column or []),
                id_column,
                ignore or [],
                threshold,
                distinct,
                seed,
                threads,
                say,
            )
        told["seconds"] = round(time.perf_counter() - began, 2)
        if as_json:
            say_json(told)
        else:
            _show(told)


def _link(
    paths: list[Path], out: Path, said: dict[str, str], id_column: str | None, ignored: list[str],
    threshold: float, distinct: bool | None, seed: int, threads: int | None, say: Any,
) -> dict[str, Any]:  # fmt: skip
    from dataclasses import replace

    import pyarrow as pa

    from boldlink.errors import BadRecords
    from boldlink.linkage import cluster, score, without_doubles
    from boldlink.linkage.automatic.understand import understand
    from boldlink.linkage.files import as_source, read_table, write_results
    from boldlink.linkage.report.page import render

    if out.exists() and not out.is_dir():
        raise BadRecords("LINK-OUT", f"{out.name} is a file, and results need a folder.", do="give --out a folder")
    tables = {name: read_table(path) for name, path in names_of_files(paths).items()}
    _require_columns(tables, {*said, *ignored, *([id_column] if id_column else [])})
    understood: dict[str, Understood] = {}
    for name, table in tables.items():
        own_id = id_column if id_column in table.schema.names else None
        understood[name] = understand(
            table, {c: m for c, m in said.items() if c in table.schema.names}, ignored, own_id, name
        )
    sources = [
        replace(as_source(name, table, understood[name]), distinct_people=bool(distinct))
        for name, table in tables.items()
    ]
    linked = score(sources, threshold_probability=threshold, seed=seed, threads=threads, progress=say)
    say("Putting pairs together")
    nodes = pa.concat_tables([_nodes(source.name, source.records) for source in sources])
    once = without_doubles(linked.pairs) if distinct is None else frozenset(tables if distinct else ())
    clusters = cluster(nodes, linked.pairs, distinct=once)
    report = render(linked.quality, {name: one.as_dict() for name, one in understood.items()}, clusters)
    files = {
        "pairs.parquet": linked.pairs,
        "clusters.parquet": clusters,
        "model.json": linked.model,
        "report.html": report,
    }
    write_results(out, files)
    return {
        "understood": {name: one.as_dict() for name, one in understood.items()},
        "records": linked.quality["records"],
        "candidate_pairs": linked.quality["candidate_pairs"],
        "pairs": linked.pairs.num_rows,
        "thresholds": linked.quality["thresholds"],
        "one_to_one": sorted(once),
        "status": linked.quality["status"],
        "out": str(out),
        "files": sorted(files),
    }


def _said(given: list[str]) -> dict[str, str]:
    from boldlink.errors import BadRecords

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


def names_of_files(paths: list[Path]) -> dict[str, Path]:
    """A name per file: its stem, numbered where two are the same."""
    names: dict[str, Path] = {}
    for path in paths:
        name, number = path.stem, 2
        while name in names:
            name, number = f"{path.stem}_{number}", number + 1
        names[name] = path
    return names


def _require_columns(tables: dict[str, Any], named: set[str]) -> None:
    from boldlink.errors import BadRecords

    known = {name for table in tables.values() for name in table.schema.names}
    if unknown := sorted(named - known):
        raise BadRecords(
            "LINK-UNKNOWN-COLUMN",
            f"No file has a column {', '.join(unknown)}.",
            do="check --column, --ignore and --id",
        )


def _nodes(name: str, records: Any) -> Any:
    import pyarrow as pa

    ids = records.column("unique_id")
    return pa.table({"source_dataset": pa.array([name] * len(ids), pa.string()), "unique_id": ids.cast(pa.string())})


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
    console.print(table)
    half = next(row for row in told["thresholds"] if row["threshold"] == 0.5)
    console.print(
        f"{told['candidate_pairs']:,} candidate pairs; {told['pairs']:,} written; {half['pairs']:,} at probability 0.5 or more."
    )
    console.print(f"Expected precision at 0.5: {half['expected_precision']}, {told['status']}.")
    console.print(f"{', '.join(told['files'])} in {told['out']} ({told['seconds']} s).", soft_wrap=True)
