"""Stage six: measures become output requests, frozen, checked by the machine and asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from boldlink.analysis import MEASURES
from boldlink.decide import UseCase, runs_in
from boldlink.errors import BadInput
from boldlink.journey.answerable import agreement_of, problems_of, require_agreed
from boldlink.journey.family import Family, request_family
from boldlink.journey.home import Home, made_from
from boldlink.ledger import Event
from boldlink.outputs import (
    OPEN,
    OutputState,
    requests,
)
from boldlink.outputs.context import require_context
from boldlink.places import Place
from boldlink.programme.instruments import AgreementDocument, OutputDocument, UseCaseDocument


def ask_for_outputs(home: Home, use_case: UseCase) -> None:
    """Ask for every output that the use case's document lists, once for each state of its research dataset."""
    for name in runs_in(use_case, home.facts(home.anywhere)):
        place = home.held(name)
        if place is None:
            continue
        built = place.ledger.last("research.built", use_case=use_case.id)
        if built is None:
            continue
        _supersede(home, place, use_case.id, built)
        outputs = _document(home, place, use_case.id).outputs
        wanted = [one for one in outputs if set(MEASURES[one.measure].datasets) <= set(built.body["columns"])]
        if wanted:
            request_outputs(home, place, use_case.id, wanted, home.member(place, use_case.id, "researcher"))


def request_output(
    home: Home, place: Place, use_case: str, wanted: OutputDocument, person: str, *, protected: bool = True
) -> OutputState:
    """Ask for one output, as `request_outputs` does for several."""
    return request_outputs(home, place, use_case, [wanted], person, protected=protected)[0]


def wanted_output(told: Mapping[str, object]) -> OutputDocument:
    """An output as somebody asks for it by hand. Raises BadInput for what none could be."""
    require_context(str(told["context"]))
    try:
        return OutputDocument.model_validate(told)
    except ValidationError as error:
        fields = ", ".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]}))
        raise BadInput(
            "OUTPUT-ASKED",
            f"This cannot be asked for: {fields}.",
            "what was given is not of the form that it has.",
            "measures and columns are named by their ids, small letters with hyphens or underscores; docs/measures.md has them",
            "a researcher of the use case",
        ) from None


def request_outputs(
    home: Home, place: Place, use_case: str, wanted: Sequence[OutputDocument], person: str, *, protected: bool = True
) -> list[OutputState]:
    """Compute measures on the research dataset, protect them together, freeze and check them, and ask for their release.

    What is asked for together is one family. The same request on the same data is the same request. `protected=False`
    asks for the raw tables, as a researcher might: the checks then say what is wrong with them.
    """
    built = place.ledger.last("research.built", use_case=use_case)
    if built is None:
        raise BadInput(
            "OUTPUT-NO-DATA",
            f"The use case {use_case} has no research dataset here.",
            do="run the programme first",
        )
    agreement = _agreement(home, place, use_case)
    for one in wanted:
        require_context(one.context)
        require_agreed(one, agreement)
    known = requests(place.ledger)
    # What a request is made from is the data's content, which every release of the same spine and rows shares.
    ids = [made_from(use_case, one.content, protected, built.body["made_from"])[:12] for one in wanted]
    new = {name: one for name, one in zip(ids, wanted, strict=True) if name not in known}
    if new:
        home.say(f"Asking for {len(new)} output(s) of {use_case}")
        decision = home.require(place, person, "analyse", f"research:{use_case}", use_case)
        request_family(Family(home, place, use_case, built, decision, protected), new)
        known = requests(place.ledger)
    return [known[one] for one in ids]


def where_built(home: Home, use_case: str, measure: str) -> Place:
    """The place whose research dataset of the use case can answer the measure. Raises BadInput if there is none."""
    last = [(place, place.ledger.last("research.built", use_case=use_case)) for place in home.places.values()]
    held = [(place, set(built.body["columns"])) for place, built in last if built is not None]
    needed = set(MEASURES[measure].datasets) if measure in MEASURES else set()
    for place, columns in held:
        if needed <= columns:
            return place
    answerable = [name for name, one in MEASURES.items() if any(set(one.datasets) <= columns for _, columns in held)]
    run = sorted(
        {event.body["use_case"] for place in home.places.values() for event in place.ledger.events("research.built")}
    )
    raise BadInput(
        "OUTPUT-NO-DATA",
        f"No place holds a research dataset of {use_case} that can answer {measure}.",
        do=f"name one of its measures: {', '.join(answerable)}"
        if held
        else f"name a use case that has been run: {', '.join(run)}",
        ask="a researcher of the use case",
    )


def _supersede(home: Home, place: Place, use_case: str, built: Event) -> None:
    """Requests do not leave that were made from data that has changed since (somebody may have withdrawn), or that
    today's agreement does not let be answered any more.
    """
    agreement = _agreement(home, place, use_case)
    for output in requests(place.ledger).values():
        if output.use_case == use_case and output.state in OPEN and (why := _outlived(output, built, agreement)):
            body = {"request": output.id, "why": why}
            place.store.erase("output.superseded", "boldlink", body, [file["path"] for file in output.body["files"]])


def _outlived(output: OutputState, built: Event, agreement: AgreementDocument | None) -> str:
    """Why a request that waits may not leave any more; empty if it may."""
    if output.body["made_from"] != built.body["made_from"]:
        return "the research dataset it was made from has changed since"
    agreed = not [*problems_of(output.body["asked"], agreement)]
    return "" if agreed else "the agreement does not let it be answered any more"


def _agreement(home: Home, place: Place, use_case: str) -> AgreementDocument | None:
    programme = home.programme(place)
    return agreement_of(use_case, programme) if programme else None


def _document(home: Home, place: Place, use_case: str) -> UseCaseDocument:
    programme = home.programme(place)
    assert programme is not None  # a place with a research dataset has a programme on record
    document = programme.instruments["use_case", use_case]
    assert isinstance(document, UseCaseDocument)
    return document
