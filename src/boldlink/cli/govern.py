"""`boldlink sign`, `move`, `status`, `quality`: the commands of those who decide, and of owners."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from boldlink.cli.console import answers, console, folding_table, say_json
from boldlink.cli.options import AsOption, HomeOption, JsonOption, speaking
from boldlink.cli.run import ends_soon
from boldlink.errors import BadInput

if TYPE_CHECKING:
    from boldlink.programme.difference import Since


def sign(
    document: Annotated[
        str,
        typer.Argument(help="KIND:ID, such as agreement:dsa-substance-misuse; `awaited` for all that wait for you."),
    ],
    home: HomeOption,
    person: AsOption,
    post: Annotated[
        str | None, typer.Option(help="Sign as the holder of this post; default: the one that is awaited.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Sign an instrument (use case, DPIA, agreement, attestation, accreditation ...), as the holder of a post.

    The signature (Ed25519) is over the document's content: any change to the document voids it. Where another version was
    signed before, what changed since is told field by field (`boldlink show` tells it before anything is signed).
    """
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.govern import awaited_of, changed_since, sign_document
        from boldlink.journey.home import require_home

        require_home(home)
        with open_home(home) as opened:
            documents = awaited_of(opened, person) if document == "awaited" else [document]
            changed = {one: since for one in documents if (since := changed_since(opened, one))}
            for one, since in changed.items():
                if not as_json:
                    say_changes(one, since)
            count = sum(sign_document(opened, one, person, post) for one in documents)
    if as_json:
        told = {one: since.as_dict() for one, since in changed.items()}
        say_json({"documents": documents, "person": person, "signatures": count, "changed_since": told})
    else:
        console.print(f"{person} signed {', '.join(documents) or 'nothing: nothing waits for them'}.", soft_wrap=True)


def say_changes(document: str, since: Since) -> None:
    """What changed since the version that was signed before, a line for each field."""
    version, day = since.version or "the version", f"{since.signed_on:%-d %B %Y}"
    console.print(f"{document}: changed since {version}, which was signed on {day}:", markup=False, soft_wrap=True)
    for one in since.changes:
        console.print(f"  {one}", markup=False, soft_wrap=True)


def move(
    document: Annotated[str, typer.Argument(help="KIND:ID, such as agreement:dsa-substance-misuse.")],
    to: Annotated[str, typer.Argument(help="suspend, resume or withdraw.")],
    home: HomeOption,
    person: AsOption,
    reasons: Annotated[str, typer.Option(help="Why; kept with the move.")],
    post: Annotated[str | None, typer.Option(help="As the holder of this post.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Suspend a document, let it go on, or withdraw it for good. What rests on it stops at once.

    Any post that signs it may; data protection officers, SIROs, Caldicott Guardians and security leads may suspend any.
    """
    with speaking(as_json):
        from boldlink.journey import open_home
        from boldlink.journey.govern import move_document
        from boldlink.journey.home import require_home

        require_home(home)
        if to not in ("suspend", "resume", "withdraw"):
            raise BadInput("MOVE-UNKNOWN", f"There is no move {to!r}.", do="use suspend, resume or withdraw")
        with open_home(home) as opened:
            by = move_document(opened, document, to, person, reasons, post)
    if as_json:
        say_json({"document": document, "move": to, "person": person, "post": by})
    else:
        console.print(f"{person}, as {by}: {to} {document}.")


def show(
    document: Annotated[str, typer.Argument(help="KIND:ID, such as destruction:destruction-dhsc-1.")],
    home: HomeOption,
    as_json: JsonOption = False,
) -> None:
    """Read a document as it stands in the ledger: what a signature is asked for, and who has signed."""
    with speaking(as_json):
        from boldlink.journey.govern import read_document
        from boldlink.journey.home import reading_home, require_home

        require_home(home)
        with reading_home(home) as opened:
            told = read_document(opened, document)
    if as_json:
        say_json(told)
        return
    import yaml

    answers.print(yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=100), markup=False, soft_wrap=True)


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
    """What a home holds and whose turn it is: deposits, links, research datasets, outputs, by place.

    Read without waiting for whoever is at work there: of each place it is said up to which event.
    """
    with speaking(as_json):
        from boldlink.journey.home import reading_home, require_home
        from boldlink.journey.status import status as tell

        require_home(home)
        with reading_home(home) as opened:
            told = tell(opened)
    if as_json:
        say_json(told)
        return
    for name, place in told["places"].items():
        answers.print(_place_table(name, place))
    for one in told["ending_soon"]:
        answers.print(ends_soon(one), soft_wrap=True)
    if told["turns"]:
        answers.print("[bold]Waiting for[/]")
        for turn in told["turns"]:
            answers.print(f"  {turn['person']}: {turn['command']}", soft_wrap=True)
    answers.print(f"Register: {told['register'] or 'not published yet'}", soft_wrap=True)


def _place_table(name: str, place: dict[str, Any]) -> Table:
    """What a place holds: what kind of thing, and all that is known of it in one cell that folds."""
    table = folding_table(f"{name}: up to event {place['events']}")
    for kind, *told in _lines(place):
        table.add_row(kind, escape("; ".join(told)))
    return table


def _lines(place: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for one in place["deposits"]:
        counts = f"{one['rows_accepted']} rows, {one['rows_quarantined']} quarantined"
        yield "deposit", f"{one['dataset']} {one['version']} ({one['kind']})", counts
    for one in place["refused"]:
        yield "refused", f"{one['dataset']} {one['version']}", one["code"]
    for one in place["cohorts"]:
        left = f"left out: {one['without_consent']} without consent, {one['opted_out']} opted out"
        yield "in scope", f"{one['dataset']} for {one['use_case']}", f"{one['records']} rows", left
    for one in place["packages"]:
        yield "package", f"{one['dataset']} from {one['from']} for {one['use_case']}"
    for one in place["packages_refused"]:
        yield "package refused", one["package"], f"{one['code']}: {one['why']}"
    for use_case, manifest in place["links"].items():
        yield "link", use_case, f"{manifest['people']['medium']} people at medium confidence"
    for use_case, built in place["research"].items():
        yield "research dataset", use_case, f"release {built['release']}"
    for one in place["research_refused"]:
        yield "not built", one["use_case"], f"{one['code']}: {one['why']} What to do: {one['do']}"
    for one in place["outputs"]:
        yield "output", f"{one['id']}: {one['title']}", one["state"].replace("_", " ")
