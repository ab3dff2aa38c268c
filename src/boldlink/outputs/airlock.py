"""Requests and their reviews, told from a place's ledger: votes stay blind, and count for the very files they were for.

Reviewers do not see each other's vote until every one that is needed is in; whoever asked cannot review; a vote for
files that are not the request's any more does not count; nothing moves but along MOVES.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from boldlink.errors import BadInput, Refused
from boldlink.ledger import Event, Ledger
from boldlink.outputs.states import MAKERS, MOVES, Move, State

REVIEWS_NEEDED = 2
VOTES = {"approve": Move.APPROVE, "return": Move.RETURN, "reject": Move.REJECT}
# Events that are one move of the request they name. Releases are named by what happens to them after they left.
SINGLE = {MAKERS[move].event: move for move in (Move.SUPERSEDE, Move.WITHDRAW, Move.RELEASE)}
AFTER = {MAKERS[move].event: move for move in (Move.CORRECT, Move.RECALL)}
KINDS = ("output.requested", "output.reviewed", *SINGLE, *AFTER)


@dataclass(frozen=True)
class Vote:
    """One review. `frozen`: path and SHA-256 of each file it was for; `asked_of`: organisations that had to review;
    `cells`: row, from 1, and column of those that the reasons are about.
    """

    person: str
    vote: str
    reasons: str
    organisation: str
    frozen: Mapping[str, str]
    asked_of: frozenset[str]
    cells: tuple[tuple[int, str], ...]
    event: Event


@dataclass(frozen=True)
class Needed:
    """What a request still waits for: so many more reviews, among them one from each of these organisations."""

    reviews: int
    organisations: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {"reviews": self.reviews, "organisations": list(self.organisations)}


@dataclass
class OutputState:
    """One request as the ledger tells it. `void`: votes that do not count, for other files or by whoever asked."""

    id: str
    use_case: str
    title: str
    asked_by: str
    body: Mapping[str, Any]
    event: Event
    state: State
    votes: dict[str, Vote] = field(default_factory=dict)
    void: list[Vote] = field(default_factory=list)

    @property
    def frozen(self) -> dict[str, str]:
        """Path and SHA-256 of every file that was frozen for it."""
        return frozen_files(self.body)

    def make(self, move: Move) -> None:
        """Raises BadInput for a move that is not legal."""
        if move not in MOVES[self.state]:
            raise BadInput(
                "OUTPUT-MOVE",
                f"The request {self.id} is {self.state.words}: there is no move {move} from there.",
                "a request moves only along its life.",
                "docs/airlock.md shows every legal move",
            )
        self.state = MOVES[self.state][move]

    def needs(self, asked_of: Collection[str]) -> Needed:
        """What it still waits for where these organisations must review."""
        if self.state is not State.AWAITING_REVIEW:
            return Needed(0, ())
        missing = sorted(set(asked_of) - {vote.organisation for vote in self.votes.values()})
        return Needed(max(REVIEWS_NEEDED - len(self.votes), len(missing)), tuple(missing))

    def visible_votes(self) -> dict[str, Vote]:
        """Votes that may be shown: none until every needed review is in."""
        return {} if self.state is State.AWAITING_REVIEW else dict(self.votes)


Private = Callable[[Event], Mapping[str, str]]  # what a reviewer wrote with a vote, as long as it is kept


def frozen_files(body: Mapping[str, Any]) -> dict[str, str]:
    """Path and SHA-256 of the files that a request's event froze."""
    return {file["path"]: file["sha256"] for file in body.get("files", ())}


def requests(ledger: Ledger, private: Private = lambda event: event.body) -> dict[str, OutputState]:
    """Every request of a place, in order, with its state. `private` gives the reviewers' reasons; empty without it."""
    found: dict[str, OutputState] = {}
    released: dict[str, str] = {}  # release -> request
    for event in ledger.events(*KINDS):
        if event.kind == "output.requested":
            _ask(found, event)
            continue
        named = released.get(str(event.body.get("release"))) if event.kind in AFTER else event.body.get("request")
        output = found.get(str(named))
        if output is None:  # written past the commands, about a request that nobody made
            continue
        if event.kind == "output.reviewed":
            _review(output, event, private)
        else:
            output.make(SINGLE.get(event.kind) or AFTER[event.kind])
        if event.kind == "output.released":
            released[str(event.body.get("release"))] = output.id
    return found


def _ask(found: dict[str, OutputState], event: Event) -> None:
    """A new request; or other content under the id of one that has not left, whose votes are void from then on."""
    body, known = event.body, found.get(event.body["id"])
    if known is None:
        state = State.AWAITING_REVIEW if body["passed"] else State.REFUSED
        found[body["id"]] = OutputState(body["id"], body["use_case"], body["title"], event.person, body, event, state)
    elif body["passed"] and Move.CHANGE in MOVES[known.state]:
        known.make(Move.CHANGE)
        known.void += known.votes.values()
        known.body, known.event, known.votes = body, event, {}


def _review(output: OutputState, event: Event, private: Private) -> None:
    body = event.body
    vote = Vote(
        event.person,
        body["vote"],
        private(event).get("reasons", ""),
        str(body.get("organisation", "")),
        dict(body.get("frozen", {})),
        frozenset(body.get("asked_of", ())),
        tuple((row, column) for row, column in body.get("cells", ())),
        event,
    )
    if output.state is not State.AWAITING_REVIEW or not _counts(output, vote):
        output.void.append(vote)
        return
    output.votes[vote.person] = vote
    if not output.needs(vote.asked_of).reviews:
        output.make(_outcome({one.vote for one in output.votes.values()}))


def _counts(output: OutputState, vote: Vote) -> bool:
    """A vote for the files as they are, known to be a vote, by somebody else than whoever asked."""
    return vote.frozen == output.frozen and vote.vote in VOTES and vote.person != output.asked_by


def _outcome(votes: Collection[str]) -> Move:
    """One rejection rejects; else one return sends back; only approvals approve."""
    return next(VOTES[vote] for vote in ("reject", "return", "approve") if vote in votes)


def find(ledger: Ledger, request: str, private: Private = lambda event: event.body) -> OutputState:
    """The request of that id. Raises BadInput if the place has none."""
    found = requests(ledger, private)
    if request not in found:
        raise BadInput(
            "OUTPUT-UNKNOWN",
            f"There is no request {request} here.",
            do="`boldlink output list` shows all",
            ask="whoever asked for it",
        )
    return found[request]


def require_may_review(output: OutputState, person: str, team: Collection[str] = ()) -> None:
    """Raises Refused for whoever asked, for their team, and for whoever has voted; BadInput if it is not open."""
    if output.state is not State.AWAITING_REVIEW:
        raise BadInput(
            "OUTPUT-NOT-OPEN",
            f"The request {output.id} is {output.state.words}: it is not open for review.",
            do="`boldlink status` lists what waits for review",
        )
    if person == output.asked_by:
        raise _refused(output, "whoever asked for an output does not review it.")
    if person in team:
        raise _refused(output, "nobody of the team that makes a use case's outputs reviews them.")
    if person in output.votes:
        raise _refused(output, "this person has reviewed it already, and every review must be another person's.")


def _refused(output: OutputState, why: str) -> Refused:
    return Refused(
        "OUTPUT-REVIEW",
        f"This review of {output.id} is not taken:",
        why,
        "ask another checker of the use case",
        "the programme manager",
    )
