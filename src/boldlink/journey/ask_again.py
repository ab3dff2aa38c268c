"""What whoever asked may still do with a request that has not left: give it up, or ask again in other words."""

from __future__ import annotations

from boldlink.errors import BadInput, Refused
from boldlink.journey.home import Home
from boldlink.journey.request import request_output, wanted_output
from boldlink.journey.review import where_asked
from boldlink.outputs import OPEN, OutputState, State, find
from boldlink.places import Place


def withdraw_request(home: Home, request: str, person: str, reasons: str) -> OutputState:
    """Give a request up before it leaves, and erase its frozen file.

    Raises BadInput without reasons or for one that is not open any more, Refused for anybody but whoever asked.
    """
    place = where_asked(home, request)
    output = _own(place, request, person)
    if len(reasons.strip()) < 3:
        raise BadInput(
            "OUTPUT-REASONS",
            f"The request {request} is not withdrawn: no reasons are given.",
            "its reviewers must know why they need not go on.",
            "use --reasons",
        )
    # Reasons are the author's own words: like reviewers', they lie in a file that can be erased.
    with place.store.step() as step:
        written = step.write_private({"reasons": reasons.strip()})
        step.commit("output.request_withdrawn", person, {"request": request, **written}, list(output.frozen))
    return find(place.ledger, request)


def ask_again(home: Home, request: str, person: str, context: str) -> OutputState:
    """Ask for a returned request's table anew, in another context: computed, checked and frozen again.

    The returned request is superseded by the new one. Raises as `withdraw_request` does, and what asking raises.
    """
    place = where_asked(home, request)
    output = _own(place, request, person)
    if output.state is not State.RETURNED or context.strip() == output.body["context"]:
        raise BadInput(
            "OUTPUT-AGAIN",
            f"The request {request} is not asked again.",
            "it was not returned." if output.state is not State.RETURNED else "it would be the same request.",
            "ask again for what a reviewer returned, in a context that answers them; another table is another request",
        )
    if "submitted" in output.body:
        raise BadInput(
            "OUTPUT-AGAIN",
            f"The request {request} is not asked again.",
            "its table was made elsewhere, and only its hash is here.",
            "submit the file again with `boldlink output submit`, in another context",
        )
    wanted = wanted_output({**output.body["asked"], "context": context.strip()})
    new = request_output(home, place, output.use_case, wanted, person)
    body = {"request": request, "why": f"it was asked again as {new.id}"}
    place.store.erase("output.superseded", "boldlink", body, list(output.frozen))
    return new


def _own(place: Place, request: str, person: str) -> OutputState:
    """A request of this person's that has not left."""
    output = find(place.ledger, request, place.store.private)
    if person != output.asked_by:
        raise Refused(
            "OUTPUT-NOT-YOURS",
            f"The request {request} is not {person}'s to give up or to ask again.",
            "only whoever asked for an output does either.",
            "a reviewer returns or rejects it instead",
            "whoever asked for it",
        )
    if output.state not in OPEN:
        raise BadInput(
            "OUTPUT-NOT-OPEN",
            f"The request {request} is {output.state.words}: nothing is left to give up or to ask again.",
            do="a table that was released is corrected or recalled by the place's releaser",
        )
    return output
