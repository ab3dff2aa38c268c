"""Requests, two blind reviews, release: the life of an output, told from a place's ledger.

Reviewers do not see each other's vote until both are in; whoever asked cannot review; nothing moves but along MOVES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from boldlink.errors import BadInput, Refused
from boldlink.ledger import Event, Ledger

REVIEWS_NEEDED = 2


class State(StrEnum):
    """Where a request stands."""

    REFUSED = "refused"  # by the machine's checks
    AWAITING_REVIEW = "awaiting_review"
    APPROVED = "approved"  # by two reviewers
    REJECTED = "rejected"  # by a reviewer
    SUPERSEDED = "superseded"  # the data it was made from changed before it left
    RELEASED = "released"


MOVES: Mapping[State, tuple[State, ...]] = {
    State.AWAITING_REVIEW: (State.APPROVED, State.REJECTED, State.SUPERSEDED),
    State.APPROVED: (State.RELEASED, State.SUPERSEDED),
    State.REFUSED: (),
    State.REJECTED: (),
    State.SUPERSEDED: (),
    State.RELEASED: (),
}

# A request in one of these tells nobody anything: what it would have shown never left.
NEVER_LEFT = (State.REFUSED, State.REJECTED, State.SUPERSEDED)


@dataclass
class OutputState:
    """One request as the ledger tells it."""

    id: str
    use_case: str
    title: str
    asked_by: str
    body: Mapping[str, Any]
    event: Event
    state: State
    votes: dict[str, tuple[str, str]] = field(default_factory=dict)  # person -> vote, reasons

    def move(self, to: State) -> None:
        """Raises BadInput for a move that is not legal."""
        if to not in MOVES[self.state]:
            raise BadInput(
                "OUTPUT-MOVE",
                f"The request {self.id} is {self.state.value.replace('_', ' ')} and cannot become {to.value.replace('_', ' ')}.",
            )
        self.state = to

    def visible_votes(self) -> dict[str, tuple[str, str]]:
        """Votes that may be shown: none until every needed review is in."""
        return dict(self.votes) if len(self.votes) >= REVIEWS_NEEDED else {}


Private = Callable[[Event], Mapping[str, str]]  # what a reviewer wrote with a vote, as long as it is kept


def requests(ledger: Ledger, private: Private = lambda event: event.body) -> dict[str, OutputState]:
    """Every request of a place, in order, with its state. `private` gives the reviewers' reasons; empty without it."""
    found: dict[str, OutputState] = {}
    for event in ledger.events("output.requested", "output.reviewed", "output.superseded", "output.released"):
        _fold(found, event, private)
    return found


def _fold(found: dict[str, OutputState], event: Event, private: Private) -> None:
    body = event.body
    if event.kind == "output.requested":
        state = State.AWAITING_REVIEW if body["passed"] else State.REFUSED
        found[body["id"]] = OutputState(body["id"], body["use_case"], body["title"], event.person, body, event, state)
        return
    output = found.get(str(body.get("request")))
    if output is None:  # written past the commands, about a request that nobody made
        return
    if event.kind == "output.reviewed":
        output.votes[event.person] = (body["vote"], private(event).get("reasons", ""))
        if outcome := _outcome(vote for vote, _ in output.votes.values()):
            output.move(outcome)
    else:
        output.move(State.RELEASED if event.kind == "output.released" else State.SUPERSEDED)


def _outcome(votes: Iterable[str]) -> State | None:
    cast = list(votes)
    if len(cast) < REVIEWS_NEEDED:
        return None
    return State.APPROVED if all(vote == "approve" for vote in cast) else State.REJECTED


def find(ledger: Ledger, request: str, private: Private = lambda event: event.body) -> OutputState:
    """The request of that id. Raises BadInput if the place has none."""
    found = requests(ledger, private)
    if request not in found:
        raise BadInput("OUTPUT-UNKNOWN", f"There is no request {request} here.", do="`boldlink output list` shows all")
    return found[request]


def require_may_review(output: OutputState, person: str) -> None:
    """Raises Refused for whoever asked, and for whoever has voted; BadInput if it is not open for review."""
    if output.state is not State.AWAITING_REVIEW:
        raise BadInput(
            "OUTPUT-NOT-OPEN",
            f"The request {output.id} is {output.state.value.replace('_', ' ')}: it is not open for review.",
        )
    if person == output.asked_by:
        raise _refused(output, "whoever asked for an output does not review it.")
    if person in output.votes:
        raise _refused(output, "this person has reviewed it already, and two different people must.")


def _refused(output: OutputState, why: str) -> Refused:
    return Refused(
        "OUTPUT-REVIEW",
        f"This review of {output.id} is not taken:",
        why,
        "ask another checker of the use case",
    )
