"""Decisions as a place tells them to the public: taken, suspended, let go on, withdrawn; and what the programme gave up.

A decision counts from the last signature that it needs. It is told by body and post: nobody who sat on a panel is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from boldlink.decide import Facts
from boldlink.ledger import Ledger
from boldlink.programme.folder import Programme
from boldlink.programme.instruments import (
    AccreditationDocument,
    AdviceDocument,
    DestructionDocument,
    Instrument,
    PanelDecisionDocument,
    ProgrammeEndDocument,
    RenewalDocument,
    Section251Document,
)
from boldlink.programme.instruments.health import Condition
from boldlink.programme.instruments.use_case import Member
from boldlink.programme.moving import moves_of
from boldlink.programme.signing import Signed, missing_on, signed_at

OUTCOMES = {"suspend": "suspended", "resume": "resumed", "withdraw": "withdrawn"}
ABOUT_PEOPLE = (
    AccreditationDocument,
    DestructionDocument,
)  # staff are not public; certificates have a page of their own


def decisions(programme: Programme, ledger: Ledger) -> list[dict[str, Any]]:
    """Every decision that is signed, and every move of a document since, oldest first."""
    signed = signed_at(ledger)
    public = [one for one in programme.instruments.values() if not isinstance(one, ABOUT_PEOPLE)]
    told = [one for document in public for one in _of(document, programme, signed)]
    return sorted(told, key=lambda one: (one["on"], one["kind"], one["document"]))


def _of(document: Instrument, programme: Programme, signed: Signed) -> Iterator[dict[str, Any]]:
    base = {
        "kind": document.kind,
        "document": document.id,
        "version": document.version,
        "use_case": document.use_case or "",
    }
    taken = _taken(document, programme)
    if taken and not missing_on(document, programme, signed):
        yield {**base, **taken}
    for event in moves_of(document, signed):
        post = programme.posts.get(event.body["post"])
        yield {
            **base,
            "outcome": OUTCOMES[event.body["move"]],
            "on": event.effective_on.isoformat(),
            "by": post.title if post else event.body["post"],
            "reasons": event.body["reasons"],
        }


def _taken(document: Instrument, programme: Programme) -> dict[str, Any] | None:
    """What a document decides; None for one that decides nothing."""
    panel = f"Panel of {programme.programme.title}"
    match document:
        case PanelDecisionDocument():
            told = {"outcome": document.decision, "on": document.met_on, "by": panel, "reasons": document.reasons}
            return _plain(told, document.conditions, document.members)
        case AdviceDocument():
            told = {"outcome": document.outcome, "on": document.given_on, "by": document.body}
            return _plain(told, _conditions(document.conditions))
        case Section251Document():
            told = {"outcome": "supported", "on": document.supported_from, "by": "Confidentiality Advisory Group"}
            return _plain({**told, "reasons": document.scope}, _conditions(document.conditions))
        case RenewalDocument():
            told = {"outcome": "renewed", "on": document.decided_on, "by": panel, "reasons": document.reasons}
            return _plain(told, [], document.members)
        case ProgrammeEndDocument():
            return _plain({"outcome": "ended", "on": document.last_day, "by": panel, "reasons": document.reasons}, [])
    return None


def _plain(told: dict[str, Any], conditions: list[str], members: list[Member] | None = None) -> dict[str, Any]:
    seated = members or []
    counted = {"members": len(seated), "external": sum(one.external for one in seated)} if seated else {}
    return {**told, "on": told["on"].isoformat(), "conditions": conditions, **counted}


def _conditions(conditions: list[Condition]) -> list[str]:
    return [f"{one.condition} ({f'met on {one.met_on}' if one.met_on else 'not met yet'})" for one in conditions]


def retired(programme: Programme, ledger: Ledger, facts: Facts) -> list[dict[str, Any]]:
    """Use cases and datasets that were on record and are no longer: what is known of each, and since when."""
    titles: dict[tuple[str, str], str] = {}
    gone: dict[tuple[str, str], str] = {}
    for event in ledger.events("document.recorded", "document.withdrawn"):
        key = (str(event.body.get("kind")), str(event.body.get("id")))
        if event.kind == "document.recorded" and key[0] in ("use_case", "contract"):
            content = event.body["content"]
            titles[key] = str(content.get("title") or content.get("name") or key[1])
        elif event.kind == "document.withdrawn" and key in titles:
            gone[key] = event.effective_on.isoformat()
    there = {("use_case", name) for name in facts.use_cases} | {("contract", name) for name in programme.contracts}
    return [
        {"kind": "dataset" if key[0] == "contract" else "use_case", "id": key[1], "title": titles[key], "on": on}
        for key, on in sorted(gone.items())
        if key not in there
    ]
