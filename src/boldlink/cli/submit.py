"""`boldlink output check` and `output submit`: tables that were made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from boldlink.cli.console import answers, console, say_json
from boldlink.cli.options import AsOption, HomeOption, JsonOption, speaking

if TYPE_CHECKING:
    from boldlink.outputs.files import Finding
    from boldlink.outputs.submitted import TableDocument
    from boldlink.values import StatTable

FAILED = 2  # as for every file that cannot be used as it is
DeclaredOption = Annotated[Path, typer.Option(help="What the table is: see docs/outputs-for-analysts.md.")]
SHOWN = {"fail": "[red]fail[/]", "review": "[yellow]review[/]"}


def check_file(
    file: Annotated[Path, typer.Argument(help="The table: csv, json, xlsx or ods.")],
    declared: DeclaredOption,
    as_json: JsonOption = False,
) -> None:
    """What the airlock would say of a file, from the file alone, before anybody is asked. Exit 0 unless something fails.

    No home is needed. Whether the figures are the data's shows only when the file is submitted.
    """
    with speaking(as_json):
        from boldlink.outputs import RULES
        from boldlink.outputs.files import read_output
        from boldlink.outputs.submitted import from_itself, read_declaration, structure_of

        document = read_declaration(declared)
        found = read_output(file, structure_of(document, RULES), RULES)
        if found.table is None:
            raise _drawing_alone()
        findings = from_itself(found, document, RULES)
    told = _told(found.table, findings, document)
    if as_json:
        say_json({"kind": found.kind, "sha256": found.sha256, **told, "rules": RULES.version})
    else:
        _print(told, document)
    if told["outcome"] == "fail":
        raise typer.Exit(FAILED)


def submit_file(
    home: HomeOption,
    person: AsOption,
    use_case: Annotated[str, typer.Option(help="The use case.")],
    file: Annotated[Path, typer.Option(help="The table: csv, json, xlsx or ods.")],
    declared: DeclaredOption,
    context: Annotated[str, typer.Option(help="What the table is for, in a sentence or two, for the reviewers.")],
    drawing: Annotated[
        list[Path] | None,
        typer.Option(help="An svg or png of this table; repeat for more. It is checked, and itself stays."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for a table made elsewhere to be let out: it is worked out again from the data, and held to what they give."""
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.home import require_home
        from boldlink.journey.submit import Submission, submit_output, where_declared
        from boldlink.outputs.submitted import read_declaration

        require_home(home)
        asked = Submission(file, read_declaration(declared), context, tuple(drawing or ()))
        with open_home(home) as opened:
            place = where_declared(opened, use_case, asked.declared)
            state = submit_output(opened, place, use_case, asked, person)
    if as_json:
        told = {name: state.body[name] for name in ("unverified", "submitted", "checks")}
        say_json({"request": state.id, "state": str(state.state), **told})
        return
    console.print(f"Request {state.id}: {state.state.value.replace('_', ' ')}.")
    for one in state.body["checks"]:
        if one["outcome"] == "review":
            console.print(f"  {SHOWN['review']} {one['name']}: {escape(one['explanation'])}", soft_wrap=True)


def _drawing_alone() -> Exception:
    from boldlink.errors import BadInput

    return BadInput(
        "FILE-NO-DATA",
        "A drawing or picture is checked with its table.",
        do="check the table; give the drawing with --drawing when you submit it",
    )


def _told(table: StatTable, findings: tuple[Finding, ...], document: TableDocument) -> dict[str, Any]:
    """The outcome, how many cells pass, are withheld, fail or need a look, and every finding."""
    names = (*table.counts, *table.rates, *table.estimates)
    figures = [row[name] for row in table.rows for name in names]
    outcomes = {one.outcome for one in findings}
    failing = {one.where for one in findings if one.outcome == "fail" and one.where.startswith("row ")}
    withheld = sum(isinstance(one, str) for one in figures)
    return {
        "outcome": next((one for one in ("fail", "review") if one in outcomes), "pass"),
        "cells": {"all": len(figures), "withheld": withheld, "failing": len(failing)},
        "worked_out_again": document.can_be_recomputed,
        "findings": [one.as_dict() for one in findings],
    }


def _print(told: dict[str, Any], document: TableDocument) -> None:
    cells = told["cells"]
    answers.print(
        f"{cells['all']} cell(s): {cells['withheld']} withheld, {cells['failing']} failing. Outcome: {told['outcome']}.",
        soft_wrap=True,
    )
    for one in told["findings"]:
        fix = f" What would pass: {one['fix']}." if one["fix"] else ""
        answers.print(
            f"  {SHOWN[one['outcome']]} {one['code']} at {one['where']}: {escape(one['reason'] + fix)}", soft_wrap=True
        )
    answers.print(_next(document), soft_wrap=True)


def _next(document: TableDocument) -> str:
    if document.can_be_recomputed:
        return "When it is submitted, the place works it out again from the research dataset and compares every cell."
    return "When it is submitted, nobody can work it out again: two reviewers must each give reasons."
