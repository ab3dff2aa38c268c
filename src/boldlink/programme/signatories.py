"""Who must sign a document: the table SIGNATORIES applied to a programme's posts."""

from __future__ import annotations

from boldlink.programme.documents import SIGNATORIES, AgreementDocument, Instrument, UseCaseDocument
from boldlink.programme.folder import Programme


def required_posts(document: Instrument, programme: Programme) -> tuple[str, ...]:
    """Ids of the posts whose holders must sign, in order. A post that is missing stands as `ROLE of ORGANISATION`."""
    role, how = SIGNATORIES[document.kind]
    if how == "one":
        return (_post(programme, role, None),)
    return tuple(_post(programme, role, organisation) for organisation in _signing(document, programme, how))


def _signing(document: Instrument, programme: Programme, how: str) -> list[str]:
    if isinstance(document, AgreementDocument):
        return list(document.parties)
    use_case = programme.instruments.get(("use_case", document.use_case))
    if not isinstance(use_case, UseCaseDocument):
        return []
    if how == "health":
        contracts = [programme.contracts[name] for name in use_case.datasets if name in programme.contracts]
        return sorted({contract.owner for contract in contracts if contract.health})
    return list(use_case.organisations)


def _post(programme: Programme, role: str, organisation: str | None) -> str:
    for post in programme.posts.values():
        if post.role == role and organisation in (None, post.organisation):
            return post.id
    return f"{role} of {organisation or programme.programme.id}"
