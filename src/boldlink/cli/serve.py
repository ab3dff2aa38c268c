"""`boldlink serve-vault`: hold the keys in an account of their own."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated, Any

import typer

from boldlink.cli.console import console
from boldlink.cli.options import HomeOption, JsonOption, speaking


def serve_vault(
    home: HomeOption,
    socket: Annotated[Path, typer.Option(help="Where to listen, in a folder that this account alone may write to.")],
    accept: Annotated[
        bool, typer.Option(help="Accept documents, posts and signatures that changed since the last time.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Hold a home's keys behind a local socket, so that a linker's own process never can.

    Run it in an account of its own, which alone may read the key folder. `accounts.yaml` in that folder says which
    account is which person. Others set BOLDLINK_VAULT=unix:SOCKET.
    """
    with speaking(as_json):
        from boldlink.journey.guarding import guard_of
        from boldlink.journey.home import require_home
        from boldlink.places import default_key_folder
        from boldlink.vault.server import VaultServer

        require_home(home)
        guard = guard_of(home, default_key_folder())
        server = VaultServer(guard)
        for folder in sorted((home / "places").glob("*/")):
            console.print(_accepted(guard, folder.name, accept))
        signal.signal(signal.SIGTERM, _end)
        server.serve(socket, lambda: console.print(f"Keys are held at {socket}.", soft_wrap=True))


def _accepted(guard: Any, place: str, accept: bool) -> str:
    """What stands in a place is taken as it is the first time, and after that only when somebody says so."""
    known = guard.accepted(place)
    if known is None or (accept and not known):
        return f"{place}: documents and signatures accepted as they stand ({guard.accept(place)[:12]})."
    if known:
        return f"{place}: documents and signatures are those that were accepted."
    return f"{place}: documents or signatures changed; no key is lent here until this is started with --accept."


def _end(*_: Any) -> None:
    raise KeyboardInterrupt
