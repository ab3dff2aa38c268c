"""`boldlink explain`: why two records are, or are not, taken for one person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from boldlink.cli.console import answers, console, progress, say_json
from boldlink.cli.engine_options import (
    ColumnOption,
    IdOption,
    IgnoreOption,
    ModelOption,
    SeedOption,
    ThreadsOption,
    said_columns,
)
from boldlink.cli.options import JsonOption, speaking
from boldlink.errors import BadRecords

if TYPE_CHECKING:
    from boldlink.linkage.report.explanation import Explanation

HALF = 8  # characters of the terminal's bars to either side


def explain(
    files: Annotated[list[Path], typer.Argument(help="The files that were linked, in the same order.")],
    left: Annotated[str, typer.Option("--left", help="Id of a record of the first file, or FILE:ID.")],
    right: Annotated[str, typer.Option("--right", help="Id of a record of the last file, or FILE:ID.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write a page with a waterfall chart to this file.")] = None,
    values: Annotated[
        bool, typer.Option("--values/--no-values", help="Show what the records hold. Who sees it sees personal data.")
    ] = False,
    model: ModelOption = None,
    column: ColumnOption = None,
    id_column: IdOption = None,
    ignore: IgnoreOption = None,
    seed: SeedOption = 1,
    threads: ThreadsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain one pair: every comparison, its level, what it counts, and how the match weight adds up.

    With the files, columns, seed and model that `boldlink link` was given, it is the same model: trained again, or the one
    given.
    """
    with speaking(as_json):
        from boldlink.linkage.inputs import Options
        from boldlink.linkage.one_pair import explain_files, explanation_page

        options = Options(said_columns(column), id_column, ignore or [], seed=seed, threads=threads)
        with progress("Reading files") as say:
            told = explain_files(files, left, right, model, options, values, say)
        if out is not None:
            _write(out, explanation_page(told))
        if as_json:
            say_json(told.as_dict())
        else:
            _show(told, out)


def _write(out: Path, page: bytes) -> None:
    try:
        out.write_bytes(page)
    except OSError:
        raise BadRecords(
            "EXPLAIN-OUT", "The page cannot be written there.", do="give --out a file in a folder that is there"
        ) from None


def _show(told: Explanation, out: Path | None) -> None:
    answers.print(escape(told.summary))
    table = Table("Comparison", "Level", "Bits")
    table.add_column("Against │ for", no_wrap=True)
    most = max([abs(told.prior_bits), abs(told.weight_bits), *(abs(step.total_bits) for step in told.steps)]) or 1.0

    def row(name: str, level: str, bits: float) -> None:
        table.add_row(escape(name), escape(level), f"{bits:+.2f}", _bar(bits / most))

    row("to begin with", "", told.prior_bits)
    for step in told.steps:
        rare = f" (rarity {step.rarity_bits:+.2f})" if step.rarity_bits else ""
        row(step.comparison.replace("_", " "), step.level + rare, step.total_bits)
        if step.left:
            table.add_row("", escape(f"{', '.join(step.left)} · {', '.join(step.right)}"), "", "", style="dim")
    if told.alternatives_bits:
        row("relatives, housemates, twins?", "", told.alternatives_bits)
    row("all together", "", told.weight_bits)
    answers.print(table)
    made = f"The pair is made by the rule: {told.rule}." if told.rule else "No blocking rule makes this pair."
    answers.print(escape(made), soft_wrap=True)
    if out is not None:
        console.print(f"Written: {escape(str(out))}", soft_wrap=True)


def _bar(share: float) -> str:
    """A bar to the right of the middle for what counts for, to the left for what counts against."""
    long = "█" * round(abs(share) * HALF)
    return " " * HALF + "│" + long if share >= 0 else long.rjust(HALF) + "│"
