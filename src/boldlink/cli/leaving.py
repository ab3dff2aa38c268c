"""`boldlink output`, from a review's end on: ask again, withdraw, release, put right in public, pack, verify a package."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from boldlink.cli.console import console, say_json
from boldlink.cli.options import AsOption, HomeOption, JsonOption, speaking

if TYPE_CHECKING:
    from boldlink.journey import Home

RequestArgument = Annotated[str, typer.Argument(metavar="REQUEST")]
ReleaseArgument = Annotated[str, typer.Argument(metavar="RELEASE", help="A release's id, or its request's.")]
PublicReasons = Annotated[str, typer.Option("--reasons", help="Why; published as it is written.")]


@contextmanager
def _opened(home: Path, as_json: bool) -> Iterator[Home]:
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.home import require_home

        require_home(home)
        with open_home(home) as opened:
            yield opened


def again(
    request: RequestArgument,
    home: HomeOption,
    person: AsOption,
    context: Annotated[str, typer.Option(help="What the table is for, in an answer to the reviewers.")],
    as_json: JsonOption = False,
) -> None:
    """Ask again for a table that a reviewer returned: computed, checked and frozen anew, in another context."""
    with _opened(home, as_json) as opened:
        from boldlink.journey.ask_again import ask_again

        new = ask_again(opened, request, person, context)
    if as_json:
        say_json({"request": new.id, "state": str(new.state), "instead_of": request})
    else:
        console.print(f"Request {new.id}, instead of {request}: {new.state.words}.")


def withdraw(
    request: RequestArgument,
    home: HomeOption,
    person: AsOption,
    reasons: Annotated[str, typer.Option(help="Why, for its reviewers.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Give up a request of your own before it leaves. Its frozen file is erased.

    What has left already is withdrawn in public, with `boldlink output recall`.
    """
    with _opened(home, as_json) as opened:
        from boldlink.journey.ask_again import withdraw_request

        state = withdraw_request(opened, request, person, reasons)
    if as_json:
        say_json({"request": state.id, "state": str(state.state)})
    else:
        console.print(f"Request {state.id}: {state.state.words}.")


def release(
    home: HomeOption,
    person: AsOption,
    request: Annotated[
        str | None, typer.Argument(metavar="REQUEST", help="All that are approved, if not given.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Let out what its reviewers approved, as a package. `boldlink run` does the same, and then publishes the register."""
    with _opened(home, as_json) as opened:
        from boldlink.journey.release import approved_for, release_output

        asked = [request] if request else approved_for(opened, person)
        released = [release_output(opened, one, person) for one in asked]
    if as_json:
        say_json({"released": released})
        return
    console.print(
        f"Released: {', '.join(released)}." if released else "Nothing that is approved waits for your release."
    )


def correct(
    release: ReleaseArgument,
    home: HomeOption,
    person: AsOption,
    replaced_by: Annotated[str, typer.Option(help="The release that stands in its stead, or its request.")],
    reasons: PublicReasons = "",
    as_json: JsonOption = False,
) -> None:
    """Say in public that a release was wrong, why, and what stands in its stead. It stays in the history."""
    with _opened(home, as_json) as opened:
        from boldlink.journey.after_release import correct_release

        event = correct_release(opened, release, person, reasons, replaced_by)
    _told(event.body["release"], "corrected", as_json)


def recall(
    release: ReleaseArgument,
    home: HomeOption,
    person: AsOption,
    reasons: PublicReasons = "",
    as_json: JsonOption = False,
) -> None:
    """Withdraw a release in public, with reasons. It stays in the history: what was public remains known."""
    with _opened(home, as_json) as opened:
        from boldlink.journey.after_release import recall_release

        event = recall_release(opened, release, person, reasons)
    _told(event.body["release"], "withdrawn", as_json)


def _told(release: str, what: str, as_json: bool) -> None:
    if as_json:
        say_json({"release": release, "state": what})
    else:
        console.print(f"Release {release} is {what}. The register says so after the next `boldlink run`.")


def pack(
    release: ReleaseArgument,
    home: HomeOption,
    out: Annotated[Path, typer.Option(help="The folder to write it into, as RELEASE.")],
    as_json: JsonOption = False,
) -> None:
    """Write a release's package out: table, disclosure record, Five Safes RO-Crate, manifests."""
    with _opened(home, as_json) as opened:
        from boldlink.journey.after_release import write_package

        folder = write_package(opened, release, out)
    if as_json:
        say_json({"package": str(folder)})
    else:
        console.print(f"Package: {folder}", soft_wrap=True)


def verify(
    package: Annotated[Path, typer.Argument(metavar="PACKAGE", help="A package's folder, as it was received.")],
    as_json: JsonOption = False,
) -> None:
    """Check a package against its manifests and the profile it claims to keep. Needs no home."""
    with speaking(as_json):
        from boldlink.outputs.package import require_sound

        require_sound(package)
    if as_json:
        say_json({"package": str(package), "whole": True})
    else:
        console.print(f"{package} is whole, and a Five Safes RO-Crate.", soft_wrap=True)
