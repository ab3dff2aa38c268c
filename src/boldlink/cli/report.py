"""`boldlink report`: one pilot's report, from released tables alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from boldlink.cli.console import console, progress, say_json
from boldlink.cli.options import HomeOption, JsonOption, speaking


def report(
    use_case: Annotated[str, typer.Argument(help="The use case's id, such as reducing-reoffending.")],
    home: HomeOption,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the page and the spreadsheets; HOME/reports if not given.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="From this place's released tables alone.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a pilot's report: a page that opens offline, and its tables as XLSX and ODS.

    It is made from what was released to the public and nothing else. Tables that wait for somebody, or were refused,
    are named where they would stand.
    """
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.govern import whose_turn
        from boldlink.journey.home import require_home
        from boldlink.journey.report import make_report

        require_home(home)
        with progress(f"Writing the report of {use_case}") as say, open_home(home, say=say) as opened:
            made = make_report(opened, use_case, out or home / "reports", place)
            turns = [turn.as_dict() for turn in whose_turn(opened) if turn.use_case == use_case]
    files = [str(path) for path in (made.page, made.xlsx, made.ods)]
    if as_json:
        say_json({"files": files, "tables": made.tables, "outstanding": made.outstanding, "turns": turns})
        return
    console.print(f"{made.tables} released table(s); {made.outstanding} asked for and not released.")
    for turn in turns:
        console.print(f"Waiting for {turn['person']}: {turn['command']} --home ...", soft_wrap=True, markup=False)
    for path in files:
        console.print(path, soft_wrap=True, markup=False)
