"""Signatures: a named person, holding a named post, signs the hash of a document (Ed25519). A change voids it.

A person's key is made when they first sign and lies in the key folder; the ledger enrols its public half once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from boldlink.decide import Signature
from boldlink.errors import Refused
from boldlink.ledger import Event, Ledger
from boldlink.programme.documents import Instrument
from boldlink.programme.folder import Programme
from boldlink.programme.signatories import required_posts
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


def awaited(programme: Programme, ledger: Ledger) -> list[Awaited]:
    """Signatures that are missing, in the programme's order."""
    found = []
    for document in programme.instruments.values():
        signed = {signature.post for signature in signatures_on(document, ledger)}
        for post in required_posts(document, programme):
            if post not in signed:
                holder = programme.posts[post].holder
                found.append(Awaited(document.kind, document.id, document.use_case, post, holder))
    return found


def sign(document: Instrument, post: str, person: str, programme: Programme, ledger: Ledger, key: Identity) -> Event:
    """Write a signature down. Raises Refused if this person may not sign this document, in this post."""
    _require_may_sign(document, post, person, programme, ledger)
    enrolled = _enrolled(ledger, person)
    if enrolled is None:
        ledger.append("person.enrolled", person, {"person": person, "public_key": key.public["signing"]})
    elif enrolled != key.public["signing"]:
        raise _refused(document, "the key shown is not the one this person is enrolled with.")
    body = {"kind": document.kind, "id": document.id, "hash": document.content_hash, "post": post}
    return ledger.append("document.signed", person, {**body, "signature": key.sign(_message(document, post))})


def signatures_on(document: Instrument, ledger: Ledger, until: date | None = None) -> Iterator[Signature]:
    """Signatures that stand: over this very content, by the person's enrolled key."""
    for event in ledger.events("document.signed", until=until):
        body = event.body
        if (body["kind"], body["id"], body["hash"]) != (document.kind, document.id, document.content_hash):
            continue
        public = _enrolled(ledger, event.person)
        if public and signature_holds(public, body["signature"], _message(document, body["post"])):
            yield Signature(body["post"], event.person, event.effective_on)


def _require_may_sign(document: Instrument, post: str, person: str, programme: Programme, ledger: Ledger) -> None:
    if post not in required_posts(document, programme):
        raise _refused(document, f"the post {post} is not one that signs it.")
    if programme.posts[post].holder != person:
        raise _refused(document, f"{person} does not hold the post {post}.")
    if any(signature.person == person and signature.post != post for signature in signatures_on(document, ledger)):
        raise _refused(document, f"{person} has signed it for another side, and nobody signs for both.")


def _enrolled(ledger: Ledger, person: str) -> str | None:
    event = ledger.last("person.enrolled", person=person)
    return str(event.body["public_key"]) if event else None


def _message(document: Instrument, post: str) -> bytes:
    return f"boldlink signature\n{document.kind}\n{document.id}\n{document.content_hash}\n{post}\n".encode()


def _refused(document: Instrument, why: str) -> Refused:
    return Refused(
        "SIGN-REFUSED",
        f"The {document.kind.replace('_', ' ')} {document.id} cannot be signed like this:",
        why,
        "`boldlink status` lists every signature that is awaited, and whose it is",
        "the programme manager",
    )
