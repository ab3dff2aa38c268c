"""Signatures: a named person, holding a named post, signs the hash of a document (Ed25519). A change voids it.

A person's key is made when they first sign and lies in the key folder; the ledger enrols its public half once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from boldlink.decide import Signature
from boldlink.errors import Refused
from boldlink.ledger import Event, Ledger
from boldlink.programme.charter import KINDS, Charter, well_formed
from boldlink.programme.folder import Key, Programme
from boldlink.programme.instruments import Instrument
from boldlink.programme.signatories import OWN, holder_of, required_posts
from boldlink.vault import Identity
from boldlink.vault.keys import person_identity as person_identity
from boldlink.vault.keys import signature_holds


@dataclass(frozen=True)
class Awaited:
    """A signature that is missing: on which document, by which post, held by whom."""

    kind: str
    document: str
    use_case: str
    post: str
    person: str


@dataclass(frozen=True)
class Signed:
    """Every signature and move of a ledger up to a day, read once: by document, with the keys people are enrolled with."""

    keys: Mapping[str, str] = field(default_factory=dict)
    signatures: Mapping[Key, tuple[Event, ...]] = field(default_factory=dict)
    moves: Mapping[Key, tuple[Event, ...]] = field(default_factory=dict)
    over: Mapping[Key, str] = field(default_factory=dict)  # the event that a signature on a document now is over
    after: Mapping[Key, str] = field(default_factory=dict)  # the event that a move of it now comes after
    charter: Charter = field(default_factory=Charter)


class Signatures:
    """Folded event by event: what was signed and moved, and the point of the history that the next signature is over.

    A signature counts if its person was enrolled and held the post when it was given. A document that is recorded anew
    begins anew, even if its content is one that was signed before; so does whatever rests on a data contract that is.
    """

    kinds = KINDS

    def __init__(self) -> None:
        self._charter, self._resting = Charter(), Resting()
        self._made: dict[str, dict[Key, tuple[Event, ...]]] = {"document.signed": {}, "document.moved": {}}
        self._over: dict[Key, str] = {}
        self._after: dict[Key, str] = {}

    def add(self, event: Event) -> None:
        """Fold the next event of these kinds in."""
        if not well_formed(event):
            return
        self._charter.add(event)
        if event.kind in self._made:
            self._act(event)
        elif event.kind != "person.enrolled":
            self._begin_anew(event)

    @property
    def signed(self) -> Signed:
        return Signed(
            keys=dict(self._charter.keys),
            signatures=dict(self._made["document.signed"]),
            moves=dict(self._made["document.moved"]),
            over=dict(self._over),
            after=dict(self._after),
            charter=self._charter,
        )

    def _act(self, event: Event) -> None:
        key, post = (event.body["kind"], event.body["id"]), event.body["post"]
        holder = post.removeprefix(OWN) if post.startswith(OWN) else self._charter.holder(post)
        point = self._over if event.kind == "document.signed" else self._after
        # One signature is for one point of the history: written down again later, it counts for nothing.
        if event.person == holder and event.person in self._charter.keys and event.body.get("over") == point.get(key):
            self._made[event.kind][key] = (*self._made[event.kind].get(key, ()), event)
            if event.kind == "document.moved":
                self._after[key] = event.hash

    def _begin_anew(self, event: Event) -> None:
        for key in self._resting.begin_anew(event):
            self._made["document.signed"].pop(key, None)
            self._over[key] = event.hash
            if key == (event.body["kind"], event.body["id"]):  # what only rests on it stays withdrawn or suspended
                self._made["document.moved"].pop(key, None)
                self._after[key] = event.hash


def signed_at(ledger: Ledger, until: date | None = None) -> Signed:
    """What was signed and moved by the end of a day; None: by now, of which each event is read once."""
    if until is None:
        return ledger.fold(Signatures).signed
    folded = Signatures()
    for event in ledger.events(*KINDS, until=until):
        folded.add(event)
    return folded.signed


# What others signed on the strength of: another team, version or day does not make it another study.
NOT_SUBSTANCE = ("version", "supersedes", "team", "outputs", "starts", "ends", "review", "linkers_at_most", "retention")
ON_A_USE_CASE = (
    "agreement", "dpia", "caldicott", "section_251", "advice", "panel_decision", "ethics", "anonymisation",
)  # fmt: skip
ON_AN_AGREEMENT = ("dpia", "caldicott", "section_251")
ON_A_CONTRACT = ("agreement", "caldicott")


class Resting:
    """Which documents rest on which: approvals on their use case, a DPIA and an attestation on the agreement, both on
    the data contracts of the datasets.

    A contract says where data is pinned, which columns name people, and what is health data; an agreement says of whom,
    and for what. Whoever signed on the strength of one signs again on the strength of another.
    """

    def __init__(self) -> None:
        self._known: dict[Key, dict[str, Any]] = {}

    def begin_anew(self, event: Event) -> list[Key]:
        """The documents that a recorded or withdrawn one makes begin anew: itself, and what rests on it."""
        key = (event.body["kind"], event.body["id"])
        before, now = self._known.get(key), dict(event.body.get("content") or {})
        self._known[key] = now
        if key[0] == "contract":
            cases = {
                one[1]
                for one, held in self._known.items()
                if one[0] == "use_case" and key[1] in held.get("datasets", ())
            }
            return [key, *self._of(cases, ON_A_CONTRACT)]
        changed = before is not None and _substance(before) != _substance(now)
        if changed and key[0] == "use_case":
            return [key, *self._of({key[1]}, ON_A_USE_CASE)]
        if changed and key[0] == "agreement":
            return [key, *self._of({str(now.get("use_case"))}, ON_AN_AGREEMENT)]
        return [key]

    def _of(self, cases: set[str], kinds: tuple[str, ...]) -> list[Key]:
        return [one for one, held in self._known.items() if one[0] in kinds and held.get("use_case") in cases]


def _substance(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in NOT_SUBSTANCE}


def awaited(programme: Programme, ledger: Ledger) -> list[Awaited]:
    """Signatures that are missing, in the programme's order."""
    signed = signed_at(ledger)
    charter = signed.charter
    found = []
    for proposal in charter.proposed.values():
        post, holder = charter.appointer(proposal) or ("no post", "nobody")
        found.append(Awaited(proposal.kind, proposal.id, "", post, holder))
    for document in programme.instruments.values():
        for post in missing_on(document, programme, signed):
            holder = holder_of(post, programme) or "nobody"
            found.append(Awaited(document.kind, document.id, document.use_case or "", post, holder))
    return found


def missing_on(document: Instrument, programme: Programme, signed: Signed) -> list[str]:
    """Posts that must sign a document and have not, in order."""
    have = {signature.post for signature in signatures_on(document, signed)}
    return [post for post in required_posts(document, programme) if post not in have]


def sign(document: Instrument, post: str, person: str, programme: Programme, ledger: Ledger, key: Identity) -> Event:
    """Write a signature down. Raises Refused if this person may not sign this document, in this post."""
    signed = signed_at(ledger)
    _require_may_sign(document, post, person, programme, signed)
    enrolled = signed.keys.get(person)
    if enrolled is None:
        ledger.append("person.enrolled", person, {"person": person, "public_key": key.public["signing"]})
    elif enrolled != key.public["signing"]:
        raise refused_to_sign(document, "the key shown is not the one this person is enrolled with.")
    over = signed.over.get((document.kind, document.id), "")
    body = {"kind": document.kind, "id": document.id, "hash": document.content_hash, "post": post, "over": over}
    return ledger.append("document.signed", person, {**body, "signature": key.sign(_message(document, post, over))})


def signatures_on(document: Instrument, signed: Signed) -> Iterator[Signature]:
    """Signatures that stand: over this very content, by the enrolled key of the person who held the post.

    When a post passes to somebody else, what its holder signed before still stands: the post signed.
    """
    people: dict[str, str] = {}
    for event in signed.signatures.get((document.kind, document.id), ()):
        body = event.body
        public = signed.keys.get(event.person)
        if body["hash"] != document.content_hash or public is None:
            continue
        if people.setdefault(event.person, body["post"]) != body["post"]:  # nobody signs for two sides
            continue
        if signature_holds(public, body["signature"], _message(document, body["post"], body["over"])):
            yield Signature(body["post"], event.person, event.effective_on)


def last_signed(document: Instrument, ledger: Ledger) -> tuple[Mapping[str, Any], date] | None:
    """The content of the version that was signed last before this one, and the day; None where there is no such version.

    The signature must hold: words that nobody signed are nothing to compare with.
    """
    keys, contents = signed_at(ledger).keys, {}
    found: tuple[Mapping[str, Any], date] | None = None
    for event in ledger.events("document.recorded", "document.signed"):
        body = event.body
        if not well_formed(event) or (body["kind"], body["id"]) != (document.kind, document.id):
            continue
        if event.kind == "document.recorded":
            contents[body["hash"]] = body["content"]
        elif body["hash"] in contents and body["hash"] != document.content_hash and event.person in keys:
            message = _said(document.kind, document.id, body["hash"], body["post"], body["over"])
            if signature_holds(keys[event.person], body["signature"], message):
                found = contents[body["hash"]], event.effective_on
    return found


def _require_may_sign(document: Instrument, post: str, person: str, programme: Programme, signed: Signed) -> None:
    if post not in required_posts(document, programme):
        raise refused_to_sign(document, f"the post {post} is not one that signs it.")
    if holder_of(post, programme) != person:
        raise refused_to_sign(document, f"{person} does not hold the post {post}.")
    others = (one for one in signatures_on(document, signed) if one.post != post)
    if any(one.person == person for one in others):
        raise refused_to_sign(document, f"{person} has signed it for another side, and nobody signs for both.")


def _message(document: Instrument, post: str, over: str) -> bytes:
    return _said(document.kind, document.id, document.content_hash, post, over)


def _said(kind: str, name: str, hashed: str, post: str, over: str) -> bytes:
    return f"boldlink signature\n{kind}\n{name}\n{hashed}\n{post}\n{over}\n".encode()


def refused_to_sign(document: Instrument, why: str) -> Refused:
    return Refused(
        "SIGN-REFUSED",
        f"The {document.kind.replace('_', ' ')} {document.id} cannot be signed like this:",
        why,
        "`boldlink status` lists every signature that is awaited, and whose it is",
        "the programme manager",
    )
