"""`boldlink output`: ask for an output, look at it, review it. What comes after stands in cli/leaving.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Table

from boldlink.cli.console import answers, console, folding_table, say_json
from boldlink.cli.options import AsOption, HomeOption, JsonOption, speaking

if TYPE_CHECKING:
    from boldlink.outputs import Needed, OutputState
    from boldlink.values import StatTable

output = typer.Typer(help="Ask for outputs, review them, release them, put them right.", no_args_is_help=True)
DAY = ["%Y-%m-%d"]
Way = Literal["nearest", "midpoint", "controlled"]  # boldlink.values.Rounding, which would take a second to load
NEAREST: Way = "nearest"


@output.command("request")
def request(
    home: HomeOption,
    person: AsOption,
    use_case: Annotated[str, typer.Option(help="The use case.")],
    measure: Annotated[str, typer.Option(help="The measure's id, such as continuity-of-care.")],
    starts: Annotated[datetime, typer.Option("--from", formats=DAY, help="First day of the period.")],
    ends: Annotated[datetime, typer.Option("--to", formats=DAY, help="Last day of the period.")],
    context: Annotated[str, typer.Option(help="What the table is for, in a sentence or two, for the reviewers.")],
    by: Annotated[list[str] | None, typer.Option(help="Break it down by this column; repeat for more.")] = None,
    rounding: Annotated[
        Way, typer.Option(help="How counts show; controlled: so that they add up to totals over everybody.")
    ] = NEAREST,
    raw: Annotated[
        bool,
        typer.Option("--raw", help="Ask for the table as it is, unrounded: the checks will say what is wrong."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Compute a measure on the use case's research dataset and ask for it to be let out."""
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.home import require_home
        from boldlink.journey.request import request_output, wanted_output, where_built

        require_home(home)
        told = {"measure": measure, "from": starts.date(), "to": ends.date(), "by": by or [], "context": context}
        way = {} if rounding == NEAREST else {"rounding": rounding}  # what nobody says is asked for once, said or not
        wanted = wanted_output({**told, **way})
        with open_home(home) as opened:
            place = where_built(opened, use_case, measure)
            state = request_output(opened, place, use_case, wanted, person, protected=not raw)
    failed = [check for check in state.body["checks"] if check["outcome"] == "fail"]
    if as_json:
        say_json({"request": state.id, "state": str(state.state), "checks": state.body["checks"]})
        return
    console.print(f"Request {state.id}: {state.state.words}.")
    for check in failed:
        console.print(f"  [red]{check['name']}[/]: {escape(check['explanation'])}", soft_wrap=True)


@output.command("list")
def list_outputs(
    home: HomeOption,
    use_case: Annotated[str | None, typer.Option(help="Only those of this use case.")] = None,
    state: Annotated[str | None, typer.Option(help="Only those in this state, such as approved.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Every request of every place, and where it stands."""
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.home import require_home
        from boldlink.journey.status import status

        require_home(home)
        with open_home(home) as opened:
            every = [one for place in status(opened)["places"].values() for one in place["outputs"]]
        wanted = {"use_case": use_case, "state": state and _state(state)}
        found = [one for one in every if all(value in (None, one[name]) for name, value in wanted.items())]
    if as_json:
        say_json({"outputs": found})
        return
    table = Table("Request", "Use case", "Title", "State", "Reviews needed")
    for one in found:
        waits = one["needs"]
        needs = f"{waits['reviews']}{''.join(f', one of {name}' for name in waits['organisations'])}"
        shown = needs if waits["reviews"] else ""
        table.add_row(one["id"], one["use_case"], one["title"], one["state"].replace("_", " "), shown)
    answers.print(table)


def _state(named: str) -> str:
    """A state as requests have it. Raises BadInput OUTPUT-STATE for what is none."""
    from boldlink.errors import BadInput
    from boldlink.outputs import State

    if (found := named.replace(" ", "_")) not in set(State):
        states = ", ".join(one.words for one in State)
        raise BadInput("OUTPUT-STATE", f"No request is ever {named}.", do=f"name one of: {states}")
    return found


@output.command("show")
def show(
    request_id: Annotated[str, typer.Argument(metavar="REQUEST")],
    home: HomeOption,
    person: AsOption,
    as_json: JsonOption = False,
) -> None:
    """For a checker: the table that a request would release, its checks, and its reviews once all are in.

    For whoever asked: where it stands, who is still needed, and what reviewers wrote once all are in.
    """
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.home import require_home
        from boldlink.journey.review import show_output, where_asked
        from boldlink.journey.reviewers import needed

        require_home(home)
        with open_home(home) as opened:
            place = where_asked(opened, request_id)
            state, table = show_output(opened, place, request_id, person)
            waits = needed(state, opened.facts(place))
    votes = {one.person: [one.vote, one.reasons] for one in state.visible_votes().values()}
    if as_json:
        told = {"request": state.id, "state": str(state.state), "checks": state.body["checks"], "votes": votes}
        rows = {"rows": [dict(row) for row in table.rows]} if table else {}
        say_json({**told, **rows, "needs": waits.as_dict(), "void_votes": len(state.void)})
        return
    if table:
        answers.print(_drawn(table, state.title))
    for check in state.body["checks"]:
        said = f"  {check['outcome']}: {check['name']}. {check['explanation']}{_where(check.get('cells', {}).get('at', ()))}"
        answers.print(said, soft_wrap=True, markup=False)
    for line in _reviews(state, waits):
        answers.print(line, soft_wrap=True, markup=False)


def _drawn(table: StatTable, title: str) -> Table:
    names = [*table.keys, *table.counts, *table.rates, *table.estimates]
    shown = folding_table(title, *(table.labels.get(name, name) for name in names))
    for row in table.rows:
        shown.add_row(*(escape(str(row.get(name, ""))) for name in names))
    return shown


def _where(at: Iterable[tuple[int, str]]) -> str:
    """The cells that a check or a reviewer points to."""
    return f" At: {'; '.join(f'row {row}, {column}' for row, column in at)}." if at else ""


def _reviews(state: OutputState, waits: Needed) -> Iterator[str]:
    """Where a request stands, who is still needed, and what reviewers said once all are in."""
    yield f"Request {state.id}: {state.state.words}."
    if waits.reviews:
        among = f", one of {', '.join(waits.organisations)}" if waits.organisations else ""
        yield f"Reviews still needed: {waits.reviews}{among}."
    if state.void:
        yield f"Votes that do not count, for other files or when it was not open: {len(state.void)}."
    for vote in state.visible_votes().values():
        yield f"  {vote.vote}: {vote.person}. {vote.reasons}{_where(vote.cells)}"


@output.command("review")
def review(
    request_id: Annotated[str, typer.Argument(metavar="REQUEST")],
    home: HomeOption,
    person: AsOption,
    vote: Annotated[str, typer.Option(help="approve, return or reject")] = "approve",
    reasons: Annotated[str, typer.Option(help="Why; needed to return or to reject.")] = "",
    cell: Annotated[
        list[str] | None, typer.Option(help="A cell that the reasons are about, ROW:COLUMN; repeat.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Approve an output, send it back (return) or reject it.

    Two checkers must approve, neither of whom asked for it or makes the use case's outputs, and whoever else the
    agreement asks for. Votes stay blind until all are in, and count for the very files that were reviewed.
    """
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.home import require_home
        from boldlink.journey.review import review_output, where_asked

        require_home(home)
        with open_home(home) as opened:
            state = review_output(
                opened, where_asked(opened, request_id), request_id, person, vote, reasons, cell or ()
            )
    if as_json:
        say_json({"request": state.id, "state": str(state.state)})
    else:
        console.print(f"{person} reviewed {state.id}: it is {state.state.words}.")
