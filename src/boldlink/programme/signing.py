"""Signatures: a named person, holding a named post, signs the hash of a document (Ed25519). A change voids it.

A person's key is made when they first sign and lies in the key folder; the ledger enrols its public half once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from boldlink.decide import Signature
from boldlink.errors import Refused
from boldlink.ledger import Event, Ledger
from boldlink.programme.charter import KINDS, Charter, charter_at
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


def signed_at(ledger: Ledger, until: date | None = None) -> Signed:
    """What was signed and moved by the end of a day.

    A signature counts if its person was enrolled and held the post when it was given. A document that is recorded anew
    begins anew, even if its content is one that was signed before; so does whatever rests on a data contract that is.
    """
    charter = Charter()
    resting = Resting()
    made: dict[str, dict[Key, tuple[Event, ...]]] = {"document.signed": {}, "document.moved": {}}
    for event in ledger.events(*KINDS, until=until):
        charter.add(event)
        if event.kind in made:
            key, post = (event.body["kind"], event.body["id"]), event.body["post"]
            holder = post.removeprefix(OWN) if post.startswith(OWN) else charter.holder(post)
            if event.person == holder and event.person in charter.keys:
                made[event.kind][key] = (*made[event.kind].get(key, ()), event)
        elif event.kind != "person.enrolled":
            for key in resting.begin_anew(event):
                for into in made.values():
                    into.pop(key, None)
    return Signed(charter.keys, made["document.signed"], made["document.moved"])


class Resting:
    """Which documents rest on which data contract: an agreement on those it shares, an attestation on its use case's.

    A contract says where data is pinned, which columns name people, and what is health data. Whoever signed for sharing
    it signed for that, so another contract needs another signature.
    """

    def __init__(self) -> None:
        self._datasets: dict[Key, frozenset[str]] = {}
        self._use_case: dict[Key, str] = {}

    def begin_anew(self, event: Event) -> list[Key]:
        """The documents that a recorded or withdrawn one makes begin anew: itself, and what rests on it."""
        key = (event.body["kind"], event.body["id"])
        content = event.body.get("content", {})
        if key[0] == "agreement":
            self._datasets[key] = frozenset(share["dataset"] for share in content.get("datasets", ()))
        elif key[0] == "use_case":
            self._datasets[key] = frozenset(content.get("datasets", ()))
        elif key[0] == "caldicott":
            self._use_case[key] = content.get("use_case", "")
        if key[0] != "contract":
            return [key]
        agreements = [one for one, names in self._datasets.items() if one[0] == "agreement" and key[1] in names]
        cases = {one[1] for one, names in self._datasets.items() if one[0] == "use_case" and key[1] in names}
        return [key, *agreements, *(one for one, case in self._use_case.items() if case in cases)]


def awaited(programme: Programme, ledger: Ledger) -> list[Awaited]:
    """Signatures that are missing, in the programme's order."""
    signed, charter = signed_at(ledger), charter_at(ledger)
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
    body = {"kind": document.kind, "id": document.id, "hash": document.content_hash, "post": post}
    return ledger.append("document.signed", person, {**body, "signature": key.sign(_message(document, post))})


def signatures_on(document: Instrument, signed: Signed) -> Iterator[Signature]:
    """Signatures that stand: over this very content, by the enrolled key of the person who held the post.

    When a post passes to somebody else, what its holder signed before still stands: the post signed.
    """
    for event in signed.signatures.get((document.kind, document.id), ()):
        body = event.body
        public = signed.keys.get(event.person)
        if body["hash"] != document.content_hash or public is None:
            continue
        if signature_holds(public, body["signature"], _message(document, body["post"])):
            yield Signature(body["post"], event.person, event.effective_on)


def _require_may_sign(document: Instrument, post: str, person: str, programme: Programme, signed: Signed) -> None:
    if post not in required_posts(document, programme):
        raise refused_to_sign(document, f"the post {post} is not one that signs it.")
    if holder_of(post, programme) != person:
        raise refused_to_sign(document, f"{person} does not hold the post {post}.")
    others = (one for one in signatures_on(document, signed) if one.post != post)
    if any(one.person == person for one in others):
        raise refused_to_sign(document, f"{person} has signed it for another side, and nobody signs for both.")


def _message(document: Instrument, post: str) -> bytes:
    return f"boldlink signature\n{document.kind}\n{document.id}\n{document.content_hash}\n{post}\n".encode()


def refused_to_sign(document: Instrument, why: str) -> Refused:
    return Refused(
        "SIGN-REFUSED",
        f"The {document.kind.replace('_', ' ')} {document.id} cannot be signed like this:",
        why,
        "`boldlink status` lists every signature that is awaited, and whose it is",
        "the programme manager",
    )
