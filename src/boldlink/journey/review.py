"""Stage seven: two people review what asks to leave, each blind to the other, and what passed is released."""

from __future__ import annotations

from boldlink.decide import everything_stands
from boldlink.errors import BadInput, Refused
from boldlink.journey.home import Home, today
from boldlink.journey.submit import require_reasons
from boldlink.ledger import Event, canonical
from boldlink.outputs import OutputState, State, as_json, find, requests, require_may_review, thaw
from boldlink.places import Place
from boldlink.values import StatTable


def where_asked(home: Home, request: str) -> Place:
    """The place that holds a request. Raises BadInput if there is none."""
    for place in home.places.values():
        if request in requests(place.ledger):
            return place
    raise BadInput(
        "OUTPUT-UNKNOWN",
        f"There is no request {request} in this home.",
        do="`boldlink output list` shows all",
    )


def review_output(home: Home, place: Place, request: str, person: str, vote: str, reasons: str) -> OutputState:
    """Write a reviewer's vote down. Raises Refused for whoever asked for it, voted already, or is no checker.

    The reasons are a person's own words: the ledger binds them by a commitment, and they can be erased.
    """
    output = find(place.ledger, request)
    require_may_review(output, person)
    require_reasons(output, reasons)
    home.require(place, person, "review", f"output:{output.use_case}~{request}", output.use_case)
    with place.store.step() as step:
        written = step.write_private({"reasons": reasons}) if reasons else {}
        step.commit("output.reviewed", person, {"request": request, "vote": vote, **written})
    return find(place.ledger, request)


def show_output(home: Home, place: Place, request: str, person: str) -> tuple[OutputState, StatTable]:
    """The table that a request would release, for a checker of its use case. Raises Refused for one that never will."""
    output = find(place.ledger, request, place.store.private)
    if output.state is State.REFUSED:
        raise Refused(
            "OUTPUT-REFUSED",
            f"The table of {request} is not shown.",
            "the machine's checks refused it, so there is nothing to review: it may be as exact as the data.",
            "read why in the register or in `boldlink status`, and ask again with what would pass",
            "whoever asked for it",
        )
    decision = home.require(place, person, "review", f"output:{output.use_case}~{request}", output.use_case)
    return output, _frozen(place, output, decision)[1]


def release_approved(home: Home) -> int:
    """Release what two reviewers approved, for use cases that stand today. Returns how many outputs left."""
    released = 0
    for place in list(home.places.values()):
        facts = home.facts(place)
        for output in requests(place.ledger).values():
            use_case = facts.use_cases.get(output.use_case)
            if output.state is State.APPROVED and use_case and everything_stands(use_case, facts, today()):
                _release(home, place, output)
                released += 1
    return released


def _release(home: Home, place: Place, output: OutputState) -> None:
    releaser = home.holder(place, "releaser", at=place.name)
    decision = home.require(place, releaser, "release", f"output:{output.use_case}~{output.id}", output.use_case)
    shown = _frozen(place, output, decision)[1]
    release = f"r-{output.id}"
    content = {"release": release, "table": as_json(shown)}
    with place.store.step() as step:
        step.write_bytes(f"released/{release}.json", canonical(content))
        body = {
            "request": output.id,
            "release": release,
            "use_case": output.use_case,
            "table": as_json(shown),
            "recipient": "the public",
            "justification": f"use case {output.use_case}",
        }
        step.commit("output.released", releaser, {**body, "reviews": len(output.votes), "decision": decision.hash})


def _frozen(place: Place, output: OutputState, decision: Event) -> tuple[StatTable, StatTable]:
    path = f"outputs/{output.use_case}/{output.id}.parquet"
    lease = place.vault.lease(decision, f"outputs/{output.use_case}")
    file = next(file for file in output.body["files"] if file["path"] == path)
    return thaw(place.store.sealed(file["path"], lease))
