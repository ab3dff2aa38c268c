"""`boldlink sign`, `why`, `status`, `quality`: the commands of those who decide and of those who ask."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from boldlink.cli.console import answers, console, say_json
from boldlink.cli.options import AsOption, HomeOption, JsonOption, speaking


def sign(
    document: Annotated[str, typer.Argument(help="KIND:ID, such as agreement:dsa-substance-misuse.")],
    home: HomeOption,
    person: AsOption,
    post: Annotated[
        str | None, typer.Option(help="Sign as the holder of this post; default: the one that is awaited.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Sign a use case, DPIA, agreement or Caldicott attestation, as the holder of a post.

    The signature (Ed25519) is over the document's content: any change to the document voids it.
    """
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.govern import sign_document
        from boldlink.journey.home import require_home

        require_home(home)
        with open_home(home) as opened:
            count = sign_document(opened, document, person, post)
    if as_json:
        say_json({"document": document, "person": person, "signatures": count})
    else:
        console.print(f"{person} signed {document}.")


def why(
    home: HomeOption,
    person: Annotated[str, typer.Option(help="Who asks, or asked.")],
    action: Annotated[
        str,
        typer.Option(
            help="deposit, separate, select, send, receive, link, build, analyse, review, release, report, erase, read"
        ),
    ],
    resource: Annotated[str, typer.Option(help="KIND:NAME or KIND:NAME.COLUMN, such as identifiers:prison.surname.")],
    use_case: Annotated[str | None, typer.Option(help="The use case it would be for.")] = None,
    at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today if not given.")] = None,
    place: Annotated[str | None, typer.Option(help="The place; where the data is if not given.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Why was this allowed, or not? Every rule in plain English, for today or any day past, from the ledger alone."""
    with speaking(as_json):
        from boldlink.journey.ask import why as ask

        answer = ask(home, person, action, resource, use_case, at.date() if at else datetime.now(UTC).date(), place)
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


def quality(
    dataset: Annotated[str, typer.Argument(help="The dataset, such as prison.")],
    home: HomeOption,
    person: AsOption,
    version: Annotated[str | None, typer.Option(help="The delivery's version; the last if not given.")] = None,
    as_json: JsonOption = False,
) -> None:
    """How good was a delivery? The owner's report: completeness, rows set aside and why, what standardisation met.

    Counts and percentages only, for the owner's data supplier.
    """
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.home import require_home
        from boldlink.journey.owners import quality_report

        require_home(home)
        with open_home(home) as opened:
            text, counts = quality_report(opened, dataset, person, version)
    if as_json:
        say_json(counts)
    else:
        answers.print(text, markup=False, soft_wrap=True)


def status(home: HomeOption, as_json: JsonOption = False) -> None:
    """What a home holds and whose turn it is: deposits, links, research datasets, outputs, by place."""
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.home import require_home
        from boldlink.journey.status import status as tell

        require_home(home)
        with open_home(home) as opened:
            told = tell(opened)
    if as_json:
        say_json(told)
        return
    for name, place in told["places"].items():
        answers.print(_place_table(name, place))
    if told["turns"]:
        answers.print("[bold]Waiting for[/]")
        for turn in told["turns"]:
            answers.print(f"  {turn['person']}: {turn['command']}", soft_wrap=True)
    answers.print(f"Register: {told['register'] or 'not published yet'}", soft_wrap=True)


def _place_table(name: str, place: dict[str, Any]) -> Table:
    table = Table(title=f"{name}: {place['events']} events", title_justify="left", show_header=False)
    for deposit in place["deposits"]:
        counts = f"{deposit['rows_accepted']} rows, {deposit['rows_quarantined']} quarantined"
        table.add_row("deposit", f"{deposit['dataset']} {deposit['version']} ({deposit['kind']})", counts)
    for refused in place["refused"]:
        table.add_row("refused", f"{refused['dataset']} {refused['version']}", refused["code"])
    for package in place["packages"]:
        table.add_row("package", f"{package['dataset']} from {package['from']}", package["use_case"])
    for use_case, manifest in place["links"].items():
        table.add_row("link", use_case, f"{manifest['people']['medium']} people at medium confidence")
    for use_case, built in place["research"].items():
        table.add_row("research dataset", use_case, f"release {built['release']}")
    for output in place["outputs"]:
        table.add_row(f"output {output['id']}", output["title"], output["state"].replace("_", " "))
    return table
