"""`boldlink programme`: write a new programme by copying a complete one, and check it before anybody signs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from boldlink.cli.console import answers, console, say_json
from boldlink.cli.options import JsonOption, speaking

if TYPE_CHECKING:
    from boldlink.programme.folder import Programme

programme = typer.Typer(help="A programme's folder: begin one, check it.", no_args_is_help=True)


@programme.command("new")
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to write; it must not exist yet.")],
    name: Annotated[str, typer.Option("--id", help="The new programme's id.")],
    use_case: Annotated[
        list[str] | None, typer.Option(help="Copy only this use case and what it needs (repeatable); all if not given.")
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--from", help="The programme to copy; the BOLD programme if not given.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a new programme by copying a complete one: every instrument filled in, nothing signed."""
    with speaking(as_json):
        from boldlink.cli.demo import bold
        from boldlink.programme.new import new_programme

        kept = new_programme(folder, source or bold(), name, use_case or ())
    if as_json:
        say_json({"folder": str(folder), "use_cases": kept})
        return
    console.print(f"Wrote {escape(str(folder))} with the use case(s) {', '.join(kept)}.", soft_wrap=True)
    console.print("Change its documents, then: boldlink programme check", escape(str(folder)), soft_wrap=True)


@programme.command("check")
def check(
    folder: Annotated[Path, typer.Argument(help="The programme folder.")],
    as_json: JsonOption = False,
) -> None:
    """Check a programme's folder: every fault with its file, line and field. Exit 0 only if there is none.

    Then: what each use case would still lack if every post signed everything today.
    """
    with speaking(as_json):
        from boldlink.errors import BadProgramme
        from boldlink.journey.answerable import require_answerable
        from boldlink.programme.check import check_programme
        from boldlink.programme.folder import read_programme

        try:
            read = read_programme(folder)
            check_programme(read)
            require_answerable(read)
        except BadProgramme as problem:
            _say_faults(problem, as_json)
            raise typer.Exit(problem.exit_code) from problem
        lacks = _lacks(read)
    if as_json:
        say_json({"sound": True, "faults": [], "instruments": len(read.instruments), "lacks": lacks})
        return
    console.print(f"Sound: {len(read.instruments)} instruments, {len(read.contracts)} data contracts.")
    for use_case, found in lacks.items():
        for one in found:
            what = f"{use_case} would still lack, once everything is signed: {one['asks']} (found: {one['found']})"
            answers.print(escape(what), soft_wrap=True)


def _lacks(read: Programme) -> dict[str, list[dict[str, str]]]:
    """Use case → rules that would not be met even with every signature, in words."""
    from datetime import UTC, datetime

    from boldlink.decide import explain, unmet_of
    from boldlink.programme.facts import facts_if_signed

    facts, today = facts_if_signed(read), datetime.now(UTC).date()
    return {
        one.id: [explain(finding, facts, today) for finding in unmet_of(one, facts, today)]
        for one in facts.use_cases.values()
    }


def _say_faults(problem: Exception, as_json: bool) -> None:
    faults = getattr(problem, "faults", ())
    if as_json:
        say_json({"sound": False, "faults": [fault.as_dict() for fault in faults]})
        return
    for fault in faults:
        answers.print(str(fault), markup=False, soft_wrap=True)
    console.print(f"[red]{len(faults)} fault(s).[/] Nothing of this folder is taken until there is none.")
