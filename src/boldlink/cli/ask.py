"""`boldlink why`, `who-can`, `where`: questions about what is allowed, for today or any day past, from ledgers alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape

from boldlink.cli.console import answers, say_json
from boldlink.cli.options import HomeOption, JsonOption, speaking

AtOption = Annotated[datetime | None, typer.Option("--at", formats=["%Y-%m-%d"], help="The day; today if not given.")]


def why(
    home: HomeOption,
    person: Annotated[str, typer.Option(help="Who asks, or asked.")],
    action: Annotated[
        str,
        typer.Option(
            help="deposit, separate, select, send, receive, link, build, analyse, review, release, report, erase, dispose, "
            "see_caseload, read"
        ),
    ],
    resource: Annotated[str, typer.Option(help="KIND:NAME or KIND:NAME.COLUMN, such as identifiers:prison.surname.")],
    use_case: Annotated[str | None, typer.Option(help="The use case it would be for.")] = None,
    at: AtOption = None,
    place: Annotated[str | None, typer.Option(help="The place; where the data is if not given.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Why was this allowed, or not? Every rule in plain English, for today or any day past, from the ledger alone."""
    with speaking(as_json):
        from boldlink.journey.ask import why as ask

        answer = ask(home, person, action, resource, use_case, _day(at), place)
    if as_json:
        say_json(answer.as_dict())
    else:
        _say_answer(answer.as_dict())
    raise typer.Exit(0 if answer.decision.allowed else 3)


def _say_answer(answer: dict[str, Any]) -> None:
    word = "[bold green]Yes[/]" if answer["allowed"] else "[bold red]No[/]"
    asked = f"{answer['person']} may {'' if answer['allowed'] else 'not '}{answer['action']} {answer['resource']}"
    purpose = f" for {answer['use_case']}" if answer["use_case"] else ""
    answers.print(f"{word}: {escape(asked)}{escape(purpose)}, in {answer['place']}, on {answer['at']}.", soft_wrap=True)
    for finding in sorted(answer["findings"], key=lambda one: one["met"]):
        mark = "[green]met[/]    " if finding["met"] == "yes" else "[red]not met[/]"
        answers.print(
            f"  {mark} {escape(finding['asks'])} [dim]({escape(finding['citation'])}; {finding['promises']})[/]",
            soft_wrap=True,
        )
        if finding["met"] == "no":
            answers.print(f"          required: {escape(finding['required'])}", soft_wrap=True)
            answers.print(f"          found: {escape(finding['found'])}", soft_wrap=True)
            answers.print(f"          who could change it: {escape(finding['remedy'])}", soft_wrap=True)


def who_can(
    action: Annotated[str, typer.Argument(help="What would be done, such as link.")],
    resource: Annotated[str, typer.Argument(help="KIND:NAME or KIND:NAME.COLUMN.")],
    home: HomeOption,
    use_case: Annotated[str | None, typer.Option(help="The use case it would be for.")] = None,
    at: AtOption = None,
    place: Annotated[str | None, typer.Option(help="The place; where the data is if not given.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Who may do this? Everyone on record who may, and why: every rule that was met, with what was found."""
    with speaking(as_json):
        from boldlink.journey.ask import who_can as ask

        found = ask(home, action, resource, use_case, _day(at), place)
    told = [answer.as_dict() for answer in found]
    if as_json:
        say_json({"action": action, "resource": resource, "use_case": use_case, "who": told})
        raise typer.Exit(0 if found else 3)
    if not found:
        answers.print(f"Nobody may {escape(action)} {escape(resource)} on {_day(at)}. `boldlink why` says why not.")
        raise typer.Exit(3)
    for answer in told:
        answers.print(f"[bold]{answer['person']}[/], in {answer['place']}: {len(answer['findings'])} rules, all met")
        for finding in answer["findings"]:
            answers.print(f"  {escape(finding['asks'])}: {escape(finding['found'])}", soft_wrap=True)


def where(
    use_case: Annotated[str, typer.Argument(help="The use case's id.")],
    home: HomeOption,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Where may a use case run, and what does it still lack? With reasons; and, if nowhere by row, what is possible."""
    with speaking(as_json):
        from boldlink.journey.ask import where as ask

        found, lacks = ask(home, use_case, _day(at))
    sites = [site.__dict__ for site in found.sites]
    if as_json:
        say_json(
            {"use_case": use_case, "by_row": found.by_row, "possible": found.possible, "sites": sites, "lacks": lacks}
        )
        raise typer.Exit(0 if found.by_row and not lacks else 3)
    for line in found.possible:
        answers.print(f"[bold]{escape(line)}[/]", soft_wrap=True)
    for site in found.sites:
        answers.print(f"{site.place}: {'may run here' if site.allowed else 'may not run here'}")
        for reason in site.reasons:
            answers.print(f"  {escape(reason)}", soft_wrap=True)
    for one in lacks:
        answers.print(f"[red]lacks[/] {escape(one['asks'])}: {escape(one['found'])}", soft_wrap=True)
    raise typer.Exit(0 if found.by_row and not lacks else 3)


def _day(at: datetime | None) -> date:
    return at.date() if at else datetime.now(UTC).date()
