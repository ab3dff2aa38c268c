"""Options that several commands share, and the two ways a command can end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import click
import typer

from boldlink.cli.console import ask_secretly, fail
from boldlink.errors import BoldError, MissingPart

HomeOption = Annotated[Path, typer.Option("--home", help="The home folder, as `boldlink run --home` made it.")]
AsOption = Annotated[str, typer.Option("--as", help="Your id in the programme's people.yaml.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON on standard output.")]

LedgerOption = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        envvar="BOLDLINK_LEDGER",
        help="Where several processes write the ledgers at once: postgresql://USER@HOST/DATABASE.",
    ),
]

PLATFORM_PARTS = (
    "cryptography",
    "pydantic",
    "yaml",
    "jinja2",
    "gptables",
    "sqlalchemy",
    "vl_convert",
    "pandas",
    "odfdo",
)


@contextmanager
def speaking(as_json: bool) -> Iterator[None]:
    """Run a command's body: errors end in four parts and an exit code, missing parts are named."""
    try:
        _let_people_be_asked()
        yield
    except BoldError as problem:
        fail(problem, as_json)
    except ModuleNotFoundError as problem:
        if (problem.name or "").split(".")[0] not in PLATFORM_PARTS:
            raise
        fail(_missing(problem.name or ""), as_json)
    except (typer.Exit, click.ClickException):
        raise
    except Exception as problem:
        if os.environ.get("BOLDLINK_DEBUG"):
            raise
        fail(_failed(problem), as_json)


def _failed(problem: Exception) -> BoldError:
    """Something nobody foresaw: named by its kind alone, because what it says may hold a value."""
    return BoldError(
        "UNFORESEEN",
        f"The command failed inside ({type(problem).__name__}).",
        "this is a fault of the software, or something was written past its commands.",
        "run `boldlink audit verify`; set BOLDLINK_DEBUG=1 where no personal value can be shown, to see where it failed",
        "whoever looks after this installation",
    )


def _let_people_be_asked() -> None:
    """At a terminal a passphrase may be asked for, when one is needed; the engine alone needs none."""
    if sys.stdin is not None and sys.stdin.isatty() and find_spec("cryptography"):
        from boldlink.vault.asking import ask_with

        ask_with(ask_secretly)


def _missing(part: str) -> MissingPart:
    return MissingPart(
        "INSTALL-PLATFORM",
        f"This command needs {part}, which is not installed.",
        "the engine (`boldlink link`) stands alone; the programme's parts are an extra.",
        "pip install 'boldlink[platform]'",
    )
