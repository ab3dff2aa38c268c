"""The life of a request for an output: its states and the legal moves between them, as one dict.

The drawing in docs/airlock.md is made from MOVES. A move is an event in the ledger; nothing else changes a state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a request stands."""

    REFUSED = "refused"
    AWAITING_REVIEW = "awaiting_review"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    RELEASED = "released"
    CORRECTED = "corrected"
    WITHDRAWN_AFTER_RELEASE = "withdrawn_after_release"  # the register calls it withdrawn

    @property
    def words(self) -> str:
        """As it is said in a sentence."""
        return self.value.replace("_", " ")


class Move(StrEnum):
    """What takes a request from one state to another."""

    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    CHANGE = "change"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    RELEASE = "release"
    CORRECT = "correct"
    RECALL = "recall"


Moves = Mapping[Move, State]

# A request that has not left can be given up by whoever asked, or overtaken when its data or its agreement changes.
_GIVEN_UP: Moves = {Move.WITHDRAW: State.WITHDRAWN, Move.SUPERSEDE: State.SUPERSEDED}

MOVES: Mapping[State, Moves] = {
    State.AWAITING_REVIEW: {
        Move.APPROVE: State.APPROVED,
        Move.REJECT: State.REJECTED,
        Move.RETURN: State.RETURNED,
        Move.CHANGE: State.AWAITING_REVIEW,
        **_GIVEN_UP,
    },
    State.RETURNED: {Move.CHANGE: State.AWAITING_REVIEW, **_GIVEN_UP},
    State.APPROVED: {Move.RELEASE: State.RELEASED, Move.CHANGE: State.AWAITING_REVIEW, **_GIVEN_UP},
    State.RELEASED: {Move.CORRECT: State.CORRECTED, Move.RECALL: State.WITHDRAWN_AFTER_RELEASE},
    State.CORRECTED: {Move.CORRECT: State.CORRECTED, Move.RECALL: State.WITHDRAWN_AFTER_RELEASE},
    State.REFUSED: {},
    State.REJECTED: {},
    State.WITHDRAWN: {},
    State.SUPERSEDED: {},
    State.WITHDRAWN_AFTER_RELEASE: {},
}

# Requests that still hold a frozen file and may be overtaken; and those whose table is, or was, public.
OPEN = frozenset(state for state, moves in MOVES.items() if Move.SUPERSEDE in moves)
PUBLIC = (State.RELEASED, State.CORRECTED)
# A request in one of these tells nobody anything: what it would have shown has not left, and does not unless asked again.
NEVER_LEFT = (State.REFUSED, State.RETURNED, State.WITHDRAWN, State.REJECTED, State.SUPERSEDED)

MEANING: Mapping[State, str] = {
    State.REFUSED: "The machine's checks refused it. Nobody is shown the table.",
    State.AWAITING_REVIEW: "It passed the machine's checks, and the reviews that it needs are not all in.",
    State.RETURNED: "A reviewer sent it back with reasons. Whoever asked may ask again, or withdraw it.",
    State.WITHDRAWN: "Whoever asked gave it up before it left. Its frozen file is erased.",
    State.REJECTED: "A reviewer rejected it. It does not leave.",
    State.APPROVED: "Every reviewer that it needs approved it. It has not left yet.",
    State.SUPERSEDED: "The data, the agreement or the request changed before it left. Its frozen file is erased.",
    State.RELEASED: "It left the place, and stands in the register.",
    State.CORRECTED: "It left, and was corrected in public since. It stays in the history that is checked.",
    State.WITHDRAWN_AFTER_RELEASE: (
        "It left, and was withdrawn in public since: the register shows it as withdrawn, with the reasons. It stays in "
        "the history that is checked, because what was once public remains known."
    ),
}


@dataclass(frozen=True)
class Maker:
    """Who makes a move, by which command, and the event that it is."""

    who: str
    command: str
    event: str


MAKERS: Mapping[Move, Maker] = {
    Move.APPROVE: Maker("the last of the reviewers needed", "output review", "output.reviewed"),
    Move.REJECT: Maker("the last of the reviewers needed", "output review --vote reject", "output.reviewed"),
    Move.RETURN: Maker("the last of the reviewers needed", "output review --vote return", "output.reviewed"),
    Move.CHANGE: Maker("whoever freezes other files under the request; every vote is void", "", "output.requested"),
    Move.WITHDRAW: Maker("whoever asked", "output withdraw", "output.request_withdrawn"),
    Move.SUPERSEDE: Maker("the software, when what it was made from changed", "run, output again", "output.superseded"),
    Move.RELEASE: Maker("the place's releaser", "output release, run", "output.released"),
    Move.CORRECT: Maker("the place's releaser", "output correct", "output.corrected"),
    Move.RECALL: Maker("the place's releaser", "output recall", "output.withdrawn"),
}
