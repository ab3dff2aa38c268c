"""`boldlink place`: places that are held in different homes come to know each other, and packages are carried."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from boldlink.cli.console import answers, console, say_json
from boldlink.cli.options import AsOption, HomeOption, JsonOption, speaking

place = typer.Typer(
    help="Places held in other homes: cards with public keys, and packages to carry.", no_args_is_help=True
)
PlaceOption = Annotated[str, typer.Option("--place", help="The place's id, as places.yaml names it.")]


@place.command("card")
def card(
    home: HomeOption,
    name: PlaceOption,
    out: Annotated[Path, typer.Option(help="File to write the card to.")],
    as_json: JsonOption = False,
) -> None:
    """Write a place's card: its name and public keys, for the custodians of other places."""
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.home import require_place
        from boldlink.journey.peers import write_card

        with open_home(home) as opened:
            made = write_card(require_place(opened, name), out)
    _say(made.place, made.fingerprint, f"written to {out}", as_json)


@place.command("meet")
def meet(
    card: Annotated[Path, typer.Argument(help="The other place's card.")],
    home: HomeOption,
    name: PlaceOption,
    person: AsOption,
    as_json: JsonOption = False,
) -> None:
    """Accept another place's card, as this place's custodian. Compare the fingerprint with its custodian first."""
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.home import require_place
        from boldlink.journey.peers import meet as accept
        from boldlink.journey.peers import read_card

        shown = read_card(card)
        with open_home(home) as opened:
            new = accept(opened, require_place(opened, name), shown, person)
    _say(shown.place, shown.fingerprint, "accepted" if new else "known already", as_json)


@place.command("carry")
def carry(
    home: HomeOption,
    to: Annotated[Path, typer.Option(help="The home that holds the place that packages are addressed to.")],
    as_json: JsonOption = False,
) -> None:
    """Carry packages and receipts that lie ready to another home. Needs no key: what is carried is sealed and signed.

    Any other way of copying a package's folder into HOME/inbox/PLACE does as well.
    """
    with speaking(as_json):
        from boldlink.journey.peers import carry_out

        names, unreadable = carry_out(home, to)
    if as_json:
        say_json({"carried": names, "unreadable": unreadable})
        return
    console.print(f"Carried {len(names)} package(s) and receipt(s).")
    for name in unreadable:
        console.print(f"[red]Left[/] {escape(name)}: it holds no package that can be read.")


def _say(name: str, fingerprint: str, what: str, as_json: bool) -> None:
    if as_json:
        say_json({"place": name, "fingerprint": fingerprint})
        return
    answers.print(f"{name}: card {escape(what)}", soft_wrap=True)
    answers.print(f"fingerprint {fingerprint}")
