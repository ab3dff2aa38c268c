"""`boldlink demo`: synthetic people, and the same journey that `boldlink run` makes.

The demo writes extract files and the truth, then calls exactly what `run`, `sign` and `output review` call; wherever
the journey waits for a person, it plays that person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from boldlink.cli.console import answers, console, folding_table, progress, say_json
from boldlink.cli.options import JsonOption, speaking

if TYPE_CHECKING:
    from rich.table import Table

    from boldlink.journey import Run

Say = Callable[[str], None]
MOST_ROUNDS = 8


@dataclass(frozen=True)
class Shown:
    """What the demo has to tell at its end."""

    status: dict[str, Any]
    quality: dict[str, Any]
    withdrawn: dict[str, int]
    run: Run


def demo(
    people: Annotated[int, typer.Option(min=100, help="How many synthetic people.")] = 20_000,
    home: Annotated[Path, typer.Option(help="The home folder to make or go on with.")] = Path("boldlink-home"),
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 1,
    programme: Annotated[
        Path | None, typer.Option(help="The programme folder; the BOLD programme if not given.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Carry the BOLD programme, on people who do not exist, from departments' extracts to a published register.

    A second run in the same home finds everything done and does nothing twice.
    """
    with speaking(as_json):
        if told := unlock_alone(programme or bold()):
            console.print(told, soft_wrap=True)
        with progress("Making synthetic people") as say:
            shown = play(people, home, seed, programme or bold(), say)
        if as_json:
            say_json({"status": shown.status, "quality": shown.quality, "withdrawn": shown.withdrawn})
        else:
            show(shown)


def unlock_alone(programme: Path) -> str | None:
    """Give the demo a passphrase of its own, if none is given and nobody in the programme exists. Returns what to say."""
    from boldlink.places import default_key_folder
    from boldlink.programme.folder import read_programme
    from boldlink.vault.asking import keep_for_demo

    return keep_for_demo(default_key_folder()) if read_programme(programme).programme.synthetic else None


def bold() -> Path:
    """The BOLD programme's folder: installed with the package, or in a checkout of the project."""
    package = Path(__file__).parents[1]
    installed, checkout = package / "programmes" / "bold", package.parents[1] / "programmes" / "bold"
    return installed if installed.is_dir() else checkout


def play(people: int, home: Path, seed: int, programme: Path, say: Say) -> Shown:
    """Two deliveries; between them the named people sign, ask and review through the commands' own functions."""
    from boldlink.journey import run
    from boldlink.synthetic import write_extracts, write_second_delivery

    extracts, truth = home / "extracts", home / "truth"
    if not (truth / "people.csv").is_file():
        write_extracts(extracts, truth, people=people, seed=seed, progress=say)
    done = _until_only_reviews_wait(lambda: run(programme, home, extracts, say=say), home)
    if not (truth / "withdrawn.csv").is_file():
        say("Making the second delivery")
        write_second_delivery(extracts, truth, people=people, seed=seed)
    done = _until_only_reviews_wait(lambda: run(programme, home, extracts, say=say), home)
    _ask_for_too_much(home)
    for _ in range(MOST_ROUNDS):
        if not done.turns:
            break
        _act(home, done)
        done = run(programme, home, extracts, say=say)
    return _measured(home, truth, done)


def _until_only_reviews_wait(go: Callable[[], Run], home: Path) -> Run:
    """Run, play the signatories, and run again, until nobody but a reviewer is waited for."""
    done = go()
    while any(turn.act == "sign" for turn in done.turns):
        _act(home, done, "sign")
        done = go()
    return done


def _act(home: Path, done: Run, *acts: str) -> None:
    """Play the people whose turn it is."""
    from boldlink.journey import open_home
    from boldlink.journey.govern import sign_document
    from boldlink.journey.review import review_output, where_asked

    with open_home(home) as opened:
        for turn in done.turns:
            if turn.act == "sign" and (not acts or "sign" in acts):
                sign_document(opened, turn.what, turn.person)
            if turn.act == "review" and (not acts or "review" in acts):
                reasons = "Read against the checks: aggregate counts, rounded, context is clear."
                review_output(opened, where_asked(opened, turn.what), turn.what, turn.person, "approve", reasons)


def _ask_for_too_much(home: Path) -> None:
    """A researcher asks for a table as it came out of the analysis; the checks refuse it and say why."""
    from datetime import date

    from boldlink.errors import BadInput
    from boldlink.journey import open_home
    from boldlink.journey.request import request_output, where_built
    from boldlink.programme.instruments import OutputDocument

    wanted = OutputDocument.model_validate(
        {
            "measure": "continuity-of-care-prison-linked",
            "from": date(2023, 1, 1),
            "to": date(2024, 3, 31),
            "by": ["release_region", "sex_recorded"],
            "context": "A first look at engagement by region and sex, straight from the analysis.",
        }
    )
    with open_home(home) as opened:
        try:
            place = where_built(opened, "substance-misuse", wanted.measure)
        except BadInput:
            return  # so few people that no research dataset kept within its bounds: there is nothing to ask of
        person = opened.member(place, "substance-misuse", "researcher")
        request_output(opened, place, "substance-misuse", wanted, person, protected=False)


def _measured(home: Path, truth: Path, done: Run) -> Shown:
    """How well it linked, against the truth that only a demo has."""
    from boldlink.journey import open_home
    from boldlink.journey.status import status
    from boldlink.journey.truth import measure_links, rows_of_withdrawn

    with open_home(home) as opened:
        return Shown(status(opened), measure_links(opened, truth), rows_of_withdrawn(opened, truth), done)


def show(shown: Shown) -> None:
    """The summary at the end: short, and in the order of the journey."""
    answers.print(_deposits(shown), _links(shown), _research(shown), _outputs(shown), sep="\n\n")
    gone = shown.withdrawn
    answers.print(
        f"{gone['people']} clients withdrew between the deliveries; {gone['rows_left']} rows of theirs are left anywhere."
    )
    answers.print(f"[bold]The public register:[/] {shown.run.register}", soft_wrap=True)
    for page in shown.run.reports:
        answers.print(f"[bold]A pilot's report:[/] {page}", soft_wrap=True)


def _deposits(shown: Shown) -> Table:
    table = folding_table("Deposited", "Dataset", "Version", "Kind", "Rows", "Quarantined", "Place")
    for name, place in shown.status["places"].items():
        for one in place["deposits"]:
            counts = (f"{one['rows_accepted']:,}", str(one["rows_quarantined"]))
            table.add_row(one["dataset"], one["version"], one["kind"], *counts, name)
        for one in place["refused"]:
            table.add_row(one["dataset"], one["version"], f"[red]refused[/]: {one['code']}", "", "", name)
    return table


def _links(shown: Shown) -> Table:
    title = "Linked, against the known truth: precision / recall at each link confidence, and deterministic"
    table = folding_table(title, "Use case", "Between", "High", "Medium", "Low", "Deterministic", "By chance")
    for link in shown.quality["links"]:
        cells = (_percent(found) for found in link["confidences"].values())
        chance = link["expected_chance_matches"]
        table.add_row(link["use_case"], link["between"], *cells, "" if chance is None else f"{chance:g}")
    return table


def _percent(found: dict[str, Any]) -> str:
    """Precision / recall; "none" where nothing was linked."""
    return " / ".join("none" if found[key] is None else f"{found[key]:.3f}" for key in ("precision", "recall"))


def _research(shown: Shown) -> Table:
    table = folding_table("Research datasets", "Use case", "Place", "Release", "Datasets")
    for name, place in shown.status["places"].items():
        for use_case, built in place["research"].items():
            table.add_row(use_case, name, str(built["release"]), ", ".join(built["risk"]))
    return table


def _outputs(shown: Shown) -> Table:
    """What was released, and what was refused and why; what a second delivery overtook is counted."""
    found = [one for place in shown.status["places"].values() for one in place["outputs"]]
    overtaken = sum(one["state"] == "superseded" for one in found)
    title = f"Outputs ({overtaken} more were withdrawn from review when the data changed)"
    table = folding_table(title, "State", "Output")
    for one in found:
        if one["state"] != "superseded":
            why = "".join(f"\n- {escape(reason)}" for reason in one["reasons"])
            table.add_row(one["state"].replace("_", " "), escape(one["title"]) + why)
    return table
