"""How the command speaks: words and progress to standard error, results to standard output."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from getpass import getpass
from time import monotonic
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from boldlink.errors import BoldError

console = Console(stderr=True, highlight=False)
answers = Console(highlight=False)
_bars: list[Progress] = []
DIGITS = re.compile(r"[\d,]+")
LINE_SECONDS = 30.0  # between plain lines of one stage


def fail(error: BoldError, as_json: bool = False) -> NoReturn:
    """Say what was refused in four parts and end with the exit code of the error's class."""
    if as_json:
        say_json({"error": error.as_dict()})
    else:
        console.print(f"[bold red]Refused[/] [dim]{error.code}[/]")
        for label, text in (
            ("", error.what),
            ("Why: ", error.why),
            ("What to do: ", error.do),
            ("Whom to ask: ", error.ask),
        ):
            if text:
                console.print(f"[bold]{label}[/]{escape(text)}", soft_wrap=True)
    raise typer.Exit(error.exit_code)


def say_json(value: Mapping[str, Any]) -> None:
    """One JSON document on standard output, for programs that read us."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def folding_table(title: str, *heads: str) -> Table:
    """A table that folds long words rather than cut them: nothing is lost in a narrow terminal. No heads: two columns."""
    table = Table(title=title, title_justify="left", show_header=bool(heads))
    for head in heads or ("", ""):
        table.add_column(head, overflow="fold")
    return table


@contextmanager
def progress(description: str) -> Iterator[Callable[[str], None]]:
    """A moving line on standard error while work goes on; yields a function that changes its words.

    Where standard error is no terminal nothing can move: each stage has a plain line of its own.
    """
    if not console.is_terminal:
        yield _plain_lines(description)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(description, total=None)
        _bars.append(bar)

        def update(text: str) -> None:
            bar.update(task, description=text)

        try:
            yield update
        finally:
            _bars.remove(bar)


def _plain_lines(description: str) -> Callable[[str], None]:
    """A function that writes a line for each stage; of a stage that counts on, one for every so many seconds."""
    stage, said_at = "", 0.0

    def update(text: str) -> None:
        nonlocal stage, said_at
        words, now = DIGITS.sub("", text), monotonic()
        if words != stage or now - said_at >= LINE_SECONDS:
            console.print(text, markup=False, soft_wrap=True)
            stage, said_at = words, now

    update(description)
    return update


def ask_secretly(words: str) -> str:
    """Ask at the terminal for something that is not shown; the moving line stands still meanwhile."""
    for bar in _bars:
        bar.stop()
    try:
        return getpass(words)
    finally:
        for bar in _bars:
            bar.start()
