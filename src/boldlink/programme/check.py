"""Does a programme hold together? What one document says of another is checked before anything is taken from it."""

from __future__ import annotations

from collections.abc import Iterator

from boldlink.errors import BadProgramme
from boldlink.programme.documents import AgreementDocument, SharedDataset, UseCaseDocument
from boldlink.programme.folder import Programme
from boldlink.programme.signatories import required_posts
from boldlink.values import Contract, Role


def check_programme(programme: Programme) -> None:
    """Raise BadProgramme with everything that does not hold together, in words."""
    found = [*_references(programme), *_posts(programme), *_shares(programme), *_signatories(programme)]
    if found:
        raise BadProgramme(
            "PROGRAMME-INCONSISTENT",
            f"The programme {programme.programme.id} does not hold together in {len(found)} place(s).",
            " ".join(found[:8]),
            "correct the files named",
            "the programme manager",
        )


def _references(programme: Programme) -> Iterator[str]:
    known = programme.organisations
    for person in programme.people.values():
        if person.organisation not in known:
            yield f"people.yaml: {person.id} belongs to {person.organisation}, which is no organisation."
    for post in programme.posts.values():
        if post.holder not in programme.people:
            yield f"posts.yaml: {post.id} is held by {post.holder}, who is not in people.yaml."
    for contract in programme.contracts.values():
        if contract.owner not in known or contract.place not in programme.places:
            yield f"contracts/{contract.dataset}.yaml: its owner or its place is not on record."
    for document in programme.instruments.values():
        if isinstance(document, UseCaseDocument):
            yield from _use_case(programme, document)
        elif ("use_case", document.use_case) not in programme.instruments:
            yield f"{document.kind} {document.id}: there is no use case {document.use_case}."


def _posts(programme: Programme) -> Iterator[str]:
    """Posts without which a journey cannot go on: a manager, a supplier of each owner, two posts in each place."""
    held = {(post.role, post.organisation, post.place) for post in programme.posts.values()}
    if "programme_manager" not in {role for role, _, _ in held}:
        yield "posts.yaml: nobody is programme_manager."
    for owner in sorted({contract.owner for contract in programme.contracts.values()}):
        if ("data_supplier", owner) not in {(role, organisation) for role, organisation, _ in held}:
            yield f"posts.yaml: nobody is data_supplier of {owner}."
    for place in programme.places:
        for role in ("custodian", "releaser"):
            if (role, place) not in {(one, where) for one, _, where in held}:
                yield f"posts.yaml: nobody is {role} of the place {place}."


def _use_case(programme: Programme, document: UseCaseDocument) -> Iterator[str]:
    if document.id != document.use_case:
        yield f"use case {document.id}: its id must be the name of its folder."
    for name in set(document.datasets) - set(programme.contracts):
        yield f"use case {document.id}: there is no data contract for {name}."
    for name in set(document.organisations) - set(programme.organisations):
        yield f"use case {document.id}: {name} is no organisation."
    for person in {p for people in document.team.values() for p in people} - set(programme.people):
        yield f"use case {document.id}: {person} is not in people.yaml."


def _shares(programme: Programme) -> Iterator[str]:
    for document in programme.instruments.values():
        if not isinstance(document, AgreementDocument):
            continue
        for place in set(document.places) - set(programme.places):
            yield f"agreement {document.id}: {place} is no place."
        for party in set(document.parties) - set(programme.organisations):
            yield f"agreement {document.id}: {party} is no organisation."
        shared = {share.dataset for share in document.datasets}
        for name in {name for pair in document.compare for name in pair} - shared:
            yield f"agreement {document.id}: it compares {name}, which it does not share."
        for share in document.datasets:
            contract = programme.contracts.get(share.dataset)
            if contract is None:
                yield f"agreement {document.id}: there is no data contract for {share.dataset}."
            else:
                yield from _share(document.id, share, contract)


def _share(agreement: str, share: SharedDataset, contract: Contract) -> Iterator[str]:
    roles = {column.name: column.role for column in contract.columns}
    where = f"agreement {agreement}, {share.dataset}:"
    for column in share.columns:
        if column.name not in roles:
            yield f"{where} the contract has no column {column.name}."
        elif column.role not in (roles[column.name], Role.EXCLUDED):
            # An agreement may narrow a role, never widen it.
            yield f"{where} {column.name} is {roles[column.name].value} in the contract and cannot become {column.role.value}."
    if share.cohort and roles.get(share.cohort.column) is not Role.ATTRIBUTE:
        yield f"{where} the cohort's column {share.cohort.column} is no attribute of the contract."


def _signatories(programme: Programme) -> Iterator[str]:
    for document in programme.instruments.values():
        for post in required_posts(document, programme):
            if post not in programme.posts:
                yield f"{document.kind} {document.id}: nobody holds the post that must sign it ({post})."
