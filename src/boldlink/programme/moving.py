"""The life of a document as it happened: suspended, let go on, withdrawn, each by somebody who may, with reasons.

A move is signed like a document is, and counts for the very content it was made over: a new version begins anew.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from boldlink.errors import Refused
from boldlink.ledger import Event, Ledger
from boldlink.programme.folder import Programme
from boldlink.programme.instruments import Instrument
from boldlink.programme.life import MOVERS, Move, State, after
from boldlink.programme.signatories import required_posts
from boldlink.programme.signing import Signed, missing_on, signed_at
from boldlink.vault import Identity
from boldlink.vault.keys import signature_holds

STOPPED = {State.SUSPENDED: "suspended", State.WITHDRAWN: "withdrawn"}


def state_of(document: Instrument, programme: Programme, signed: Signed, at: date) -> State:
    """Where a document stands on a day, from what was signed and moved by then."""
    begun = State.AWAITING if missing_on(document, programme, signed) else State.IN_FORCE
    state, _ = _moved(document, programme, signed, begun)
    lapsed = document.ends_on is not None and document.ends_on < at
    return (after(document.life, state, Move.LAPSE) or state) if lapsed else state


def stopped(document: Instrument, programme: Programme, signed: Signed) -> str:
    """Empty; or since when, and by which post, a document is suspended or withdrawn."""
    state, last = _moved(document, programme, signed, State.IN_FORCE)
    if last is None or state not in STOPPED:
        return ""
    return f"{STOPPED[state]} on {last.effective_on.isoformat()} by {last.body['post']}"


def move(
    document: Instrument,
    to: Move,
    post: str,
    person: str,
    reasons: str,
    programme: Programme,
    ledger: Ledger,
    key: Identity,
    on: date | None = None,
) -> Event:
    """Suspend, resume or withdraw a document. Raises Refused if its life or the post does not allow it."""
    signed = signed_at(ledger)
    state = state_of(document, programme, signed, on or datetime.now(UTC).date())
    if after(document.life, state, to) is None or to not in MOVERS:
        raise _refused(document, to, f"it is {state.replace('_', ' ')}, and its life knows no such move from there.")
    if not may_move(document, to, post, programme):
        raise _refused(document, to, f"the post {post} may not do that.")
    if programme.posts[post].holder != person:
        raise _refused(document, to, f"{person} does not hold the post {post}.")
    _, last = _moved(document, programme, signed, State.IN_FORCE)
    if to is Move.RESUME and not _may_resume(document, post, programme, last):
        raise _refused(document, to, "only the post that suspended it, or one that signs it, may let it go on.")
    if len(reasons.strip()) < 3:
        raise _refused(document, to, "no reasons are given: say in a few words why.")
    public = key.public["signing"]
    if signed.keys.get(person) is None:
        ledger.append("person.enrolled", person, {"person": person, "public_key": public})
    elif signed.keys[person] != public:
        raise _refused(document, to, "the key shown is not the one this person is enrolled with.")
    body = {"kind": document.kind, "id": document.id, "hash": document.content_hash, "move": str(to), "post": post}
    over = signed.after.get((document.kind, document.id), "")
    signature = key.sign(_message(document, to, post, reasons, over))
    return ledger.append("document.moved", person, {**body, "over": over, "reasons": reasons, "signature": signature})


def may_move(document: Instrument, to: Move, post: str, programme: Programme) -> bool:
    """May this post make this move: as one that signs it, or by its role?"""
    if post not in programme.posts:
        return False
    by_role = (*MOVERS[to], *(MOVERS[Move.SUSPEND] if to is Move.RESUME else ()))
    return post in required_posts(document, programme) or programme.posts[post].role in by_role


def _may_resume(document: Instrument, post: str, programme: Programme, suspended: Event | None) -> bool:
    stopped_it = suspended is not None and suspended.body["post"] == post
    return stopped_it or post in required_posts(document, programme)


def _moved(document: Instrument, programme: Programme, signed: Signed, state: State) -> tuple[State, Event | None]:
    """Where the moves that count lead from a state, and the last of them.

    What the life or the post does not allow moves nothing, whoever wrote it down. What a post stopped that is gone since
    stays stopped.
    """
    last = None
    for event in moves_of(document, signed):
        to, post = Move(event.body["move"]), event.body["post"]
        reached = after(document.life, state, to)
        may = post not in programme.posts or may_move(document, to, post, programme)
        if reached and may and (to is not Move.RESUME or _may_resume(document, post, programme, last)):
            state, last = reached, event
    return state, last


def moves_of(document: Instrument, signed: Signed) -> list[Event]:
    """Moves that were made over this very content, signed by the key their person is enrolled with."""
    return [
        event
        for event in signed.moves.get((document.kind, document.id), ())
        if event.body["move"] in MOVERS
        and event.body["hash"] == document.content_hash
        and _holds(document, event, signed)
    ]


def _holds(document: Instrument, event: Event, signed: Signed) -> bool:
    public, body = signed.keys.get(event.person), event.body
    message = _message(document, Move(body["move"]), body["post"], body["reasons"], body["over"])
    return public is not None and signature_holds(public, body["signature"], message)


def _message(document: Instrument, to: Move, post: str, reasons: str, over: str) -> bytes:
    return f"boldlink move\n{document.kind}\n{document.id}\n{document.content_hash}\n{to}\n{post}\n{reasons}\n{over}\n".encode()


def _refused(document: Instrument, to: Move, why: str) -> Refused:
    return Refused(
        "MOVE-REFUSED",
        f"{document.title_of_kind} {document.id}: {to} is not possible.",
        why,
        "docs/instruments.md shows the legal moves of every kind of document, and who may make them",
        "the programme manager",
    )
