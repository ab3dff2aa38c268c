"""Does a programme hold together? What one document says of another is checked before anything is taken from it."""

from __future__ import annotations

from collections.abc import Iterator

from boldlink.programme.check_instruments import instrument_faults
from boldlink.programme.faults import Fault, bad_programme
from boldlink.programme.folder import Programme
from boldlink.programme.instruments import AccreditationDocument, UseCaseDocument
from boldlink.programme.signatories import OWN, required_posts


def check_programme(programme: Programme) -> None:
    """Raise BadProgramme with everything that does not hold together: file, line, field, and what it is."""
    if faults := programme_faults(programme):
        raise bad_programme(faults)


def programme_faults(programme: Programme) -> list[Fault]:
    """Everything that does not hold together; empty when a programme is sound."""
    return [
        *_people(programme),
        *_posts(programme),
        *_missing_posts(programme),
        *_contracts(programme),
        *_rules(programme),
        *_use_cases(programme),
        *(fault for document in programme.instruments.values() for fault in instrument_faults(document, programme)),
        *_signatories(programme),
    ]


def _people(programme: Programme) -> Iterator[Fault]:
    for person in programme.people.values():
        if person.organisation not in programme.organisations:
            yield programme.source("person", person.id).fault(
                f"{person.organisation} is no organisation.", "organisation"
            )
    for document in programme.instruments.values():
        if isinstance(document, AccreditationDocument):
            source = programme.source("accreditation", document.id)
            person_of = programme.people.get(document.person)
            if person_of is None:
                yield source.fault(f"{document.person} is not in people.yaml.", "person")
            elif person_of.organisation != document.organisation:
                yield source.fault(f"{document.person} belongs to {person_of.organisation}.", "organisation")


def _posts(programme: Programme) -> Iterator[Fault]:
    for post in programme.posts.values():
        source = programme.source("post", post.id)
        if post.holder not in programme.people:
            yield source.fault(f"{post.holder} is not in people.yaml.", "holder")
        if post.organisation not in programme.organisations:
            yield source.fault(f"{post.organisation} is no organisation.", "organisation")
        if post.place is not None and post.place not in programme.places:
            yield source.fault(f"{post.place} is no place.", "place")


def _missing_posts(programme: Programme) -> Iterator[Fault]:
    """Posts without which a journey cannot go on: a manager, a supplier of each owner, two posts in each place."""
    held = [(post.role, post.organisation, post.place) for post in programme.posts.values()]
    if "programme_manager" not in {role for role, _, _ in held}:
        yield Fault("posts.yaml", None, "", "nobody is programme_manager.")
    for owner in sorted({contract.owner for contract in programme.contracts.values()}):
        if ("data_supplier", owner) not in {(role, organisation) for role, organisation, _ in held}:
            yield Fault("posts.yaml", None, "", f"nobody is data_supplier of {owner}.")
    for place in programme.places:
        for role in ("custodian", "releaser"):
            if (role, place) not in {(one, where) for one, _, where in held}:
                yield Fault("posts.yaml", None, "", f"nobody is {role} of the place {place}.")


def _contracts(programme: Programme) -> Iterator[Fault]:
    for contract in programme.contracts.values():
        source = programme.source("contract", contract.dataset)
        if contract.owner not in programme.organisations or contract.place not in programme.places:
            yield source.fault("its owner or its place is not on record.", "customProperties")
        if contract.held_by and contract.held_by not in programme.organisations:
            yield source.fault(f"it is held by {contract.held_by}, which is no organisation.", "customProperties")


def _rules(programme: Programme) -> Iterator[Fault]:
    for rules in programme.rules.values():
        if rules.organisation not in programme.organisations:
            yield programme.source("rules", rules.id).fault(f"{rules.organisation} is no organisation.", "organisation")


def _use_cases(programme: Programme) -> Iterator[Fault]:
    for document in programme.instruments.values():
        if isinstance(document, UseCaseDocument):
            yield from _use_case(programme, document)
        elif document.use_case is not None and ("use_case", document.use_case) not in programme.instruments:
            yield programme.source(document.kind, document.id).fault(
                f"there is no use case {document.use_case}.", "use_case"
            )


def _use_case(programme: Programme, document: UseCaseDocument) -> Iterator[Fault]:
    source = programme.source("use_case", document.id)
    if document.id != document.use_case:
        yield source.fault("its id must be the name of its folder.", "id")
    for number, name in enumerate(document.datasets):
        if name not in programme.contracts:
            yield source.fault(f"there is no data contract for {name}.", "datasets", number)
    for number, name in enumerate(document.organisations):
        if name not in programme.organisations:
            yield source.fault(f"{name} is no organisation.", "organisations", number)
    for role, people in document.team.items():
        for number, person in enumerate(people):
            if person not in programme.people:
                yield source.fault(f"{person} is not in people.yaml.", "team", role, number)
    kinds = [one.kind for one in programme.of_use_case(document.id)]
    for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        yield source.fault(f"it has several documents of the kind {kind}.")


def _signatories(programme: Programme) -> Iterator[Fault]:
    for document in programme.instruments.values():
        for post in required_posts(document, programme):
            if post not in programme.posts and not post.startswith(OWN):
                yield programme.source(document.kind, document.id).fault(
                    f"nobody holds the post that must sign it ({post})."
                )
