"""`boldlink run`: a programme's journey, from extracts to the register, as far as people have let it go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

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
                "not_built": list(done.not_built),
                "released": done.released,
                "turns": [turn.as_dict() for turn in done.turns],
                "ending_soon": [one.as_dict() for one in done.ending_soon],
                "register": str(done.register),
                "reports": [str(page) for page in done.reports],
            }
        )
        return
    for body in done.refused:
        say_refused(body["code"], body["what"], body["why"])
    for told in done.not_built:
        about = f"{told['use_case']} in {told['place']}: {told['what']}"
        say_refused(told["code"], about, told["why"], told["do"], told["ask"])
    console.print(
        f"Received {len(done.received)} extract(s), refused {len(done.refused)}, released {done.released} output(s)."
    )
    if done.turns:
        show_turns(done.turns)
        console.print(f"{_how_it_stands(done)} Then run it again.", soft_wrap=True)
    for one in done.ending_soon:
        console.print(ends_soon(one.as_dict()), soft_wrap=True)
    console.print(f"Register: {done.register}", soft_wrap=True)
    for page in done.reports:
        console.print(f"Report: {page}", soft_wrap=True)


def ends_soon(one: Mapping[str, object]) -> str:
    """A reminder, in words."""
    whose = f" of {one['of']}" if one["of"] else ""
    return f"[yellow]Ends in {one['days_left']} day(s)[/]: {one['what']}{whose} ({one['last_day']})"


def say_refused(code: str, what: str, why: str, do: str = "", ask: str = "") -> None:
    """A refusal that stopped a part and not the whole: in the four parts of an error."""
    parts = (what, why, do and f"What to do: {do}.", ask and f"Whom to ask: {ask}.")
    console.print(f"[bold red]Refused[/] [dim]{code}[/]", escape(" ".join(filter(None, parts))), soft_wrap=True)


def _how_it_stands(done: Run) -> str:
    """Whether something was refused, or only people are waited for."""
    if done.not_built:
        named = ", ".join(dict.fromkeys(one["use_case"] for one in done.not_built))
        return f"Nothing is built for {named} until what is refused above is mended; the rest goes on when people have acted."
    if done.refused:
        return "Extracts were refused, as said above; the rest goes on when these people have acted."
    return "Nothing is wrong: the journey goes on when these people have acted."


def show_turns(turns: Sequence[Turn]) -> None:
    """Whose turn it is: who, what, and each command on a line of its own, whole, however narrow the terminal."""
    console.print("[bold]Waiting for people[/]")
    for (person, act), awaited in _by_person(turns).items():
        console.print(f"{person}, {act}:", escape(", ".join(turn.what for turn in awaited)))
        every = f"boldlink sign awaited --as {person}"
        for command in [every] if act == "sign" and len(awaited) > 1 else [turn.command for turn in awaited]:
            console.print(f"    {escape(command)} --home ...", soft_wrap=True)


def _by_person(turns: Sequence[Turn]) -> dict[tuple[str, str], list[Turn]]:
    found: dict[tuple[str, str], list[Turn]] = {}
    for turn in turns:
        found.setdefault((turn.person, turn.act), []).append(turn)
    return found
