"""The life of an instrument: its states, the legal moves between them, and who may make them, as data.

A move is an event in the ledger. Two moves nobody makes: `complete` happens when the last signature is in, `lapse` when
the last day is over. Every diagram of an instrument's life is drawn from these dicts (docs/instruments.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where an instrument stands on a day."""

    AWAITING = "awaiting"  # recorded; signatures are missing
    IN_FORCE = "in_force"  # signed by every post that must, and in its days
    SUSPENDED = "suspended"  # stopped by somebody who may, until they let it go on
    WITHDRAWN = "withdrawn"  # given up for good; only another version can be signed
    LAPSED = "lapsed"  # its last day is over


class Move(StrEnum):
    """What takes an instrument from one state to another."""

    SIGN = "sign"
    COMPLETE = "complete"
    AMEND = "amend"
    SUSPEND = "suspend"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


Life = Mapping[State, Mapping[Move, State]]

# An instrument that something rests on day by day: it can be stopped at once, and go on again.
STANDING: Life = {
    State.AWAITING: {
        Move.SIGN: State.AWAITING,
        Move.COMPLETE: State.IN_FORCE,
        Move.AMEND: State.AWAITING,
        Move.WITHDRAW: State.WITHDRAWN,
        Move.LAPSE: State.LAPSED,
    },
    State.IN_FORCE: {
        Move.AMEND: State.AWAITING,
        Move.SUSPEND: State.SUSPENDED,
        Move.WITHDRAW: State.WITHDRAWN,
        Move.LAPSE: State.LAPSED,
    },
    State.SUSPENDED: {
        Move.RESUME: State.IN_FORCE,
        Move.AMEND: State.AWAITING,
        Move.WITHDRAW: State.WITHDRAWN,
        Move.LAPSE: State.LAPSED,
    },
    State.WITHDRAWN: {Move.AMEND: State.AWAITING},
    State.LAPSED: {Move.AMEND: State.AWAITING},
}
# A decision that was taken: it can be revoked, not paused.
DECIDED: Life = {
    State.AWAITING: {
        Move.SIGN: State.AWAITING,
        Move.COMPLETE: State.IN_FORCE,
        Move.AMEND: State.AWAITING,
        Move.WITHDRAW: State.WITHDRAWN,
    },
    State.IN_FORCE: {Move.AMEND: State.AWAITING, Move.WITHDRAW: State.WITHDRAWN, Move.LAPSE: State.LAPSED},
    State.WITHDRAWN: {Move.AMEND: State.AWAITING},
    State.LAPSED: {Move.AMEND: State.AWAITING},
}
# A record of what happened: once signed it stands; what was wrong is put right by another version.
RECORDED: Life = {
    State.AWAITING: {Move.SIGN: State.AWAITING, Move.COMPLETE: State.IN_FORCE, Move.AMEND: State.AWAITING},
    State.IN_FORCE: {Move.AMEND: State.AWAITING, Move.LAPSE: State.LAPSED},
    State.LAPSED: {Move.AMEND: State.AWAITING},
}
# Proof that something was destroyed: signed once by somebody else than the operator, and never changed.
CERTIFIED: Life = {
    State.AWAITING: {Move.SIGN: State.AWAITING, Move.COMPLETE: State.IN_FORCE},
    State.IN_FORCE: {},
}

# Who may stop, let go on, or give up an instrument: any post that signs it, and posts of these roles.
MOVERS: Mapping[Move, tuple[str, ...]] = {
    Move.SUSPEND: ("siro", "dpo", "caldicott_guardian", "security_lead"),
    Move.RESUME: (),
    Move.WITHDRAW: (),
}


def after(life: Life, state: State, move: Move) -> State | None:
    """The state that a move leads to; None where it is not legal."""
    return life.get(state, {}).get(move)
