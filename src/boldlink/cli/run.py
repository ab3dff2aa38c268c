"""`boldlink run`: a programme's journey, from extracts to the register, as far as people have let it go."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from boldlink.cli.console import console, progress, say_json
from boldlink.cli.options import HomeOption, JsonOption, LedgerOption, speaking

if TYPE_CHECKING:
    from boldlink.journey import Run, Turn

WAITING = 4


def run(
    programme: Annotated[Path, typer.Argument(help="The programme folder, such as programmes/bold.")],
    home: HomeOption,
    extracts: Annotated[
        Path | None,
        typer.Option(help="Extract files as DATASET/VERSION.KIND.csv; HOME/extracts if not given."),
    ] = None,
    place: Annotated[
        list[str] | None,
        typer.Option(help="Hold only this place of the programme here (repeatable); others are held in other homes."),
    ] = None,
    ledger: LedgerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Carry extracts to the public register, as far as signed documents let them go.

    Running again does nothing twice, takes in what is new, and resumes what was interrupted. When a person must act
    first (sign a document, review an output), it stops there, says who and what, and ends with exit code 4.
    """
    with speaking(as_json):
        from boldlink.journey import run as travel

        with progress("Reading the programme") as say:
            done = travel(
                programme,
                home,
                extracts or home / "extracts",
                say=say,
                only=frozenset(place) if place else None,
                database=ledger,
            )
        show_run(done, as_json)
    raise typer.Exit(WAITING if done.turns else 0)


def stage(
    name: Annotated[str, typer.Argument(help="select, move, link, build or ask.")],
    use_case: Annotated[str, typer.Argument(help="The use case's id.")],
    home: HomeOption,
    as_json: JsonOption = False,
) -> None:
    """Run one stage for one use case, in an account that may do no more than that.

    With BOLDLINK_VAULT=unix:SOCKET a linker links so in a process that holds no key but those of files it has open.
    """
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.home import require_home
        from boldlink.journey.stages import run_stage

        require_home(home)
        with progress(f"{name} for {use_case}") as say, open_home(home, say=say) as opened:
            events = run_stage(opened, name, use_case)
    if as_json:
        say_json({"stage": name, "use_case": use_case, "events": events})
    else:
        console.print(f"{name} for {use_case}: {f'{events} event(s) written' if events else 'nothing to do'}.")


def show_run(done: Run, as_json: bool) -> None:
    """What one run did, and whose turn it is."""
    if as_json:
        say_json(
            {
                "received": [
                    {key: body[key] for key in ("dataset", "version", "kind", "rows_accepted")}
                    for body in done.received
                ],
                "refused": list(done.refused),
                "released": done.released,
                "turns": [turn.as_dict() for turn in done.turns],
                "ending_soon": [one.as_dict() for one in done.ending_soon],
                "register": str(done.register),
                "reports": [str(page) for page in done.reports],
            }
        )
        return
    for body in done.refused:
        console.print(f"[red]Refused[/] {body['code']}", escape(body["what"]), escape(body["why"]), soft_wrap=True)
    console.print(
        f"Received {len(done.received)} extract(s), refused {len(done.refused)}, released {done.released} output(s)."
    )
    if done.turns:
        console.print(turns_table(done))
        console.print("Nothing is wrong: the journey goes on when these people have acted. Then run it again.")
    for one in done.ending_soon:
        console.print(ends_soon(one.as_dict()), soft_wrap=True)
    console.print(f"Register: {done.register}", soft_wrap=True)
    for page in done.reports:
        console.print(f"Report: {page}", soft_wrap=True)


def ends_soon(one: Mapping[str, object]) -> str:
    """A reminder, in words."""
    whose = f" of {one['of']}" if one["of"] else ""
    return f"[yellow]Ends in {one['days_left']} day(s)[/]: {one['what']}{whose} ({one['last_day']})"


def turns_table(done: Run) -> Table:
    """Whose turn it is, as a table: one line for each person and act."""
    table = Table(title="Waiting for people", title_justify="left")
    for heading in ("Who", "Act", "What", "Command"):
        table.add_column(heading, overflow="fold")
    for (person, act), turns in _by_person(done).items():
        several = act == "sign" and len(turns) > 1
        command = f"boldlink sign awaited --as {person}" if several else turns[0].command
        command += " --home ..."
        table.add_row(person, act, "\n".join(turn.what for turn in turns), command)
    return table


def _by_person(done: Run) -> dict[tuple[str, str], list[Turn]]:
    found: dict[tuple[str, str], list[Turn]] = {}
    for number, turn in enumerate(done.turns):
        key = (turn.person, turn.act if turn.act == "sign" else f"{turn.act} {number}")
        found.setdefault(key, []).append(turn)
    return {(person, act.partition(" ")[0]): turns for (person, act), turns in found.items()}
