"""Stage six: measures become output requests, frozen, checked by the machine and asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boldlink.analysis import MEASURES, Computable, compute
from boldlink.analysis import find as find_measure
from boldlink.decide import UseCase, runs_in
from boldlink.errors import BadInput
from boldlink.journey.answerable import agreement_of, problems, require_agreed
from boldlink.journey.home import Home, made_from, today
from boldlink.ledger import Event
from boldlink.outputs import (
    FROZEN_SCHEMA,
    OPEN,
    RULES,
    Check,
    OutputState,
    Rules,
    find,
    freeze,
    from_json,
    protect,
    requests,
    rules_of,
    run_checks,
    strictest,
)
from boldlink.places import Place
from boldlink.programme.instruments import AgreementDocument, OutputDocument, UseCaseDocument
from boldlink.programme.record import programme_at
from boldlink.values import StatTable
from boldlink.vault import read_table

# Refusals of methods: the data say too little. Everything else is a fault of what was asked, and is raised.
TOO_LITTLE = ("METHODS-", "ANALYSIS-NO-")


def ask_for_outputs(home: Home, use_case: UseCase) -> None:
    """Ask for every output that the use case's document lists, once for each state of its research dataset."""
    for name in runs_in(use_case, home.facts(home.anywhere)):
        place = home.held(name)
        if place is None:
            continue
        built = place.ledger.last("research.built", use_case=use_case.id)
        if built is None:
            continue
        _supersede(place, use_case.id, built)
        for wanted in _document(place, use_case.id).outputs:
            if set(MEASURES[wanted.measure].datasets) <= set(built.body["columns"]):
                researcher = home.member(place, use_case.id, "researcher")
                request_output(home, place, use_case.id, wanted, researcher)


def request_output(
    home: Home, place: Place, use_case: str, wanted: OutputDocument, person: str, *, protected: bool = True
) -> OutputState:
    """Compute a measure on the research dataset, freeze it, check it, and ask for it to be released.

    The same request on the same data is the same request. `protected=False` asks for the raw table, as a researcher
    might: the checks then say what is wrong with it.
    """
    built = place.ledger.last("research.built", use_case=use_case)
    if built is None:
        raise BadInput(
            "OUTPUT-NO-DATA",
            f"The use case {use_case} has no research dataset here.",
            do="run the programme first",
        )
    # What a request is made from is the data's content, which every release of the same spine and rows shares.
    require_agreed(wanted, _agreement(place, use_case))
    identity = made_from(use_case, wanted.content, protected, built.body["made_from"])[:12]
    if identity in requests(place.ledger):
        return find(place.ledger, identity)
    home.say(f"Asking for an output of {use_case}")
    decision = home.require(place, person, "analyse", f"research:{use_case}", use_case)
    rules = _rules(place, wanted.measure)
    body = {
        "id": identity,
        "use_case": use_case,
        "context": wanted.context,
        "asked": wanted.content,
        "measure": _measure(find_measure(wanted.measure)),
        "made_from": built.body["made_from"],
        "rules": rules.as_dict(),
        "decision": decision.hash,
    }
    try:
        research = _research(home, place, use_case, decision, wanted.measure)
        measure, raw = compute(wanted.measure, research, wanted.starts, wanted.ends, tuple(wanted.by))
        if not raw.rows:
            raise BadInput("ANALYSIS-NO-ROWS", f"{measure.title}: nobody is counted.", do="take a longer period")
    except BadInput as refusal:
        if not refusal.code.startswith(TOO_LITTLE):
            raise
        place.ledger.append("output.requested", person, {**body, **_unanswered(wanted, refusal)})
        return find(place.ledger, identity)
    shown = protect(raw, rules) if protected else raw
    checks = run_checks(shown, raw, rules, _released_tables(place, measure.id, wanted))
    told = {
        "title": f"{measure.title}{_by(wanted, raw)}",
        "checks": [check.as_dict() for check in checks],
        "passed": all(check.outcome != "fail" for check in checks),
    }
    with place.store.step() as step:
        lease = home.writing(place, decision, f"outputs/{use_case}")
        freeze(step.writer(lease, f"outputs/{use_case}/{identity}.parquet", FROZEN_SCHEMA), raw, shown)
        step.commit("output.requested", person, {**body, **told})
    return find(place.ledger, identity)


def _unanswered(wanted: OutputDocument, refusal: BadInput) -> dict[str, Any]:
    """A request that its method refused. The refusal counts people: only its kind is written down."""
    why = f"It could not be worked out from these data ({refusal.code}): there are too few people or events for its method."
    return {
        "title": MEASURES[wanted.measure].measure.title,
        "checks": [Check("answerable", "fail", f"{why} What would pass: a longer period or fewer groups.").as_dict()],
        "passed": False,
        "files": [],
    }


def where_built(home: Home, use_case: str, measure: str) -> Place:
    """The place whose research dataset of the use case can answer the measure. Raises BadInput if there is none."""
    for place in home.places.values():
        built = place.ledger.last("research.built", use_case=use_case)
        needed = MEASURES[measure].datasets if measure in MEASURES else ()
        if built is not None and set(needed) <= set(built.body["columns"]):
            return place
    raise BadInput(
        "OUTPUT-NO-DATA",
        f"No place holds a research dataset of {use_case} that can answer {measure}.",
        do=f"name a use case that has been run, and one of the measures: {', '.join(MEASURES)}",
    )


def _supersede(place: Place, use_case: str, built: Event) -> None:
    """Requests do not leave that were made from data that has changed since (somebody may have withdrawn), or that
    today's agreement does not let be answered any more.
    """
    agreement = _agreement(place, use_case)
    for output in requests(place.ledger).values():
        if output.use_case == use_case and output.state in OPEN and (why := _outlived(output, built, agreement)):
            body = {"request": output.id, "why": why}
            place.store.erase("output.superseded", "boldlink", body, [file["path"] for file in output.body["files"]])


def _outlived(output: OutputState, built: Event, agreement: AgreementDocument | None) -> str:
    """Why a request that waits may not leave any more; empty if it may."""
    if output.body["made_from"] != built.body["made_from"]:
        return "the research dataset it was made from has changed since"
    agreed = not [*problems(OutputDocument.model_validate(output.body["asked"]), agreement)]
    return "" if agreed else "the agreement does not let it be answered any more"


def _research(home: Home, place: Place, use_case: str, decision: Event, measure: str) -> dict[str, Any]:
    """The research tables that a measure reads, and no others."""
    needed = MEASURES[measure].datasets if measure in MEASURES else ()
    opened = home.opened(place, decision, f"research/{use_case}")
    return {sealed.path.stem: read_table(sealed) for sealed in opened if sealed.path.stem in needed}


def _released_tables(place: Place, measure: str, wanted: OutputDocument) -> list[StatTable]:
    """Tables released before of the same measure and breakdown."""
    asked = requests(place.ledger)
    found = []
    for event in place.ledger.events("output.released"):
        body = asked[event.body["request"]].body
        if body["measure"]["id"] == measure and body["asked"]["by"] == list(wanted.by):
            found.append(from_json(dict(event.body["table"])))
    return found


def _rules(place: Place, measure: str) -> Rules:
    """The house's rules, and those of every owner whose data the measure reads: the strictest of each parameter."""
    programme = programme_at(place.ledger)
    assert programme is not None  # a place with a research dataset has a programme on record
    read = MEASURES[measure].datasets if measure in MEASURES else ()
    owners = sorted({programme.contracts[dataset].owner for dataset in read if dataset in programme.contracts})
    documents = [programme.rules[owner] for owner in owners if owner in programme.rules]
    return strictest(RULES, *(rules_of(one.id, one.content) for one in documents if one.from_ <= today()))


def _agreement(place: Place, use_case: str) -> AgreementDocument | None:
    programme = programme_at(place.ledger)
    return agreement_of(use_case, programme) if programme else None


def _document(place: Place, use_case: str) -> UseCaseDocument:
    programme = programme_at(place.ledger)
    assert programme is not None  # a place with a research dataset has a programme on record
    document = programme.instruments["use_case", use_case]
    assert isinstance(document, UseCaseDocument)
    return document


def _measure(asked: Computable) -> Mapping[str, Any]:
    """What readers must know of a measure, and where it stands in a report."""
    measure = asked.measure
    return {
        "id": measure.id,
        "title": measure.title,
        "definition": measure.definition,
        "formula": measure.formula,
        "exclusions": list(measure.exclusions),
        "breaks": list(measure.breaks),
        "source": measure.source,
        "official": measure.official,
        "linked": measure.linked,
        "section": str(asked.section),
        "method": asked.method,
    }


def _by(wanted: OutputDocument, table: StatTable) -> str:
    """The breakdown in words, for the title."""
    words = [table.labels.get(name, name.replace("_", " ")).lower() for name in wanted.by]
    return f", by {' and '.join(words)}" if words else ""
