"""Who must sign a document: the signatories of its kind applied to a programme's posts.

A post that nobody has made stands as `ROLE of ORGANISATION`, so that the fault can be named. A signature that a person
gives for themself, without a post, stands as `undertaking:PERSON`.
"""

from __future__ import annotations

from boldlink.programme.folder import Programme
from boldlink.programme.instruments import (
    AccreditationDocument,
    AgreementDocument,
    DestructionDocument,
    Instrument,
    Signatory,
    UseCaseDocument,
)

OWN = "undertaking:"


def required_posts(document: Instrument, programme: Programme) -> tuple[str, ...]:
    """Ids of the posts whose holders must sign, in order."""
    found = [post for signatory in document.signatories for post in _posts(signatory, document, programme)]
    return tuple(dict.fromkeys(found))


def holder_of(post: str, programme: Programme) -> str | None:
    """The person who holds a post; the person themself where they sign without one."""
    if post.startswith(OWN):
        return post.removeprefix(OWN)
    known = programme.posts.get(post)
    return known.holder if known else None


def _posts(signatory: Signatory, document: Instrument, programme: Programme) -> list[str]:
    if signatory.scope == "person":
        return [f"{OWN}{document.person}"] if isinstance(document, AccreditationDocument) else []
    if isinstance(document, DestructionDocument):
        return [_countersigner(signatory.role, document, programme)]
    if signatory.scope == "one":
        return [_post(programme, signatory.role, None)]
    return [_post(programme, signatory.role, name) for name in _organisations(signatory, document, programme)]


def _organisations(signatory: Signatory, document: Instrument, programme: Programme) -> list[str]:
    if isinstance(document, AccreditationDocument):
        return [document.organisation]
    if isinstance(document, AgreementDocument):
        return document.organisations
    use_case = programme.instruments.get(("use_case", document.use_case or ""))
    if not isinstance(use_case, UseCaseDocument):
        return []
    if signatory.scope == "health_owners":
        contracts = [programme.contracts[name] for name in use_case.datasets if name in programme.contracts]
        return sorted({contract.owner for contract in contracts if contract.health})
    return list(use_case.organisations)


def _countersigner(role: str, document: DestructionDocument, programme: Programme) -> str:
    """A post of the place's operator, else of anybody: never one whose holder operated the destruction."""
    place = programme.places.get(document.place)
    able = [post for post in programme.posts.values() if post.role == role and post.holder != document.operator]
    own = [post for post in able if place is not None and post.organisation == place.operator]
    return next((post.id for post in [*own, *able]), f"{role} of {document.place}")


def _post(programme: Programme, role: str, organisation: str | None) -> str:
    for post in programme.posts.values():
        if post.role == role and organisation in (None, post.organisation):
            return post.id
    return f"{role} of {organisation or programme.programme.id}"
