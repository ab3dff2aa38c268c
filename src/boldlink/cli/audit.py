"""`boldlink audit`: check the whole history, and export heads for others to keep."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from boldlink.cli.console import answers, console, folding_table, progress, say_json
from boldlink.cli.options import HomeOption, JsonOption, LedgerOption, speaking

audit = typer.Typer(help="Check that history and stored data are what they were.", no_args_is_help=True)


@audit.command("verify")
def verify(
    home: HomeOption,
    head: Annotated[
        Path | None, typer.Option(help="Heads exported before by `boldlink audit head`, kept elsewhere.")
    ] = None,
    ledger: LedgerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check every byte of every ledger, every stored file and the register. Exit 0 only if all is intact.

    A ledger cannot show by itself that its end was cut off. This machine remembers the last head it saw outside the
    home; heads exported before and kept elsewhere (--head) show it on any machine. With --ledger, the database is
    compared with the files, byte for byte.
    """
    with speaking(as_json):
        from boldlink.journey.audit import audit as check
        from boldlink.journey.audit import read_heads
        from boldlink.places import default_key_folder

        with progress("Checking history and stored files"):
            found = check(home, default_key_folder(), read_heads(head) if head else None, ledger)
    if as_json:
        say_json(found.as_dict())
    else:
        for place, problem in found.problems:
            console.print(
                f"[red]{problem.code}[/] {escape(place)}: {escape(problem.where)}: {escape(problem.what)}",
                soft_wrap=True,
            )
        events = sum(one.events for one in found.heads.values())
        words = "intact" if found.intact else f"NOT intact: {len(found.problems)} problem(s)"
        console.print(f"{len(found.heads)} place(s), {events} events: {words}.")
    raise typer.Exit(0 if found.intact else 5)


@audit.command("head")
def head(
    home: HomeOption,
    out: Annotated[Path, typer.Option(help="File to write the heads to; keep it away from the home.")],
    since: Annotated[
        Path | None, typer.Option(help="Heads exported before: adds proofs that each history only grew.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Export how far every place's history goes, and its last checkpoint, for a partner department to keep as a witness.

    A history cut off or rolled back shows only against a head kept elsewhere. The head goes one event further than the
    checkpoint: that event is the checkpoint.
    """
    with speaking(as_json):
        from boldlink.journey.audit import audit as check
        from boldlink.journey.audit import write_heads
        from boldlink.journey.prove import with_proofs
        from boldlink.places import default_key_folder

        found = check(home, default_key_folder()).exported
        exported = with_proofs(home, found, since) if since else dict(found)
        write_heads(exported, out)
    if as_json:
        say_json({name: one.as_dict() for name, one in exported.items()})
    else:
        console.print(f"Heads of {len(exported)} place(s) written to {out}.", soft_wrap=True)


@audit.command("log")
def log(
    home: HomeOption,
    place: Annotated[str, typer.Option(help="The place.")],
    as_json: JsonOption = False,
) -> None:
    """The log that section 62 of the Data Protection Act 2018 asks for: what was done, on what ground, when, by whom, for whom."""
    with speaking(as_json):
        from boldlink.journey.audit import section_62

        entries = [entry.as_dict() for entry in section_62(home, place)]
    if as_json:
        say_json({"place": place, "log": entries})
        return
    table = folding_table("Log of section 62", "Event", "Operation", "Justification", "Time", "Person", "Recipient")
    for entry in entries:
        shown = ("event", "operation", "justification", "at", "person", "recipient")
        table.add_row(*(escape(str(entry[name] if entry[name] is not None else "-")) for name in shown))
    answers.print(table)
