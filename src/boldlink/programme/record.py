"""A programme's documents in a ledger, and out of it again: as they stood at the end of any day.

Bodies are kept whole under their content hash, so that a decision can be explained from the ledger alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from boldlink.ledger import Ledger
from boldlink.programme.contract import ContractDocument
from boldlink.programme.documents import (
    INSTRUMENTS,
    OrganisationDocument,
    PersonDocument,
    PlaceDocument,
    PostDocument,
    ProgrammeDocument,
    content_hash,
)
from boldlink.programme.folder import Programme

Key = tuple[str, str]


def contents(programme: Programme) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    """Every document of a programme as (kind, id) and content."""
    yield ("programme", programme.programme.id), programme.programme.content
    groups = {
        "organisation": programme.organisations,
        "place": programme.places,
        "person": programme.people,
        "post": programme.posts,
    }
    for kind, documents in groups.items():
        for name, document in documents.items():
            yield (kind, name), document.content
    for name, content in programme.contract_content.items():
        yield ("contract", name), content
    for key, instrument in programme.instruments.items():
        yield key, instrument.content


def record_programme(programme: Programme, ledger: Ledger, person: str) -> int:
    """Write down every document that is new or changed, and every one that is gone. Returns how many."""
    known = {key: event_hash for key, (event_hash, _) in _standing(ledger, None).items()}
    now = dict(contents(programme))
    changes = 0
    for (kind, name), content in now.items():
        hashed = content_hash(dict(content))
        if known.get((kind, name)) != hashed:
            ledger.append("document.recorded", person, {"kind": kind, "id": name, "hash": hashed, "content": content})
            changes += 1
    for kind, name in known.keys() - now.keys():
        ledger.append("document.withdrawn", person, {"kind": kind, "id": name})
        changes += 1
    return changes


def programme_at(ledger: Ledger, until: date | None = None) -> Programme | None:
    """The programme as the ledger knew it at the end of a day; None if it knew none."""
    standing = _standing(ledger, until)
    programmes = [content for (kind, _), (_, content) in standing.items() if kind == "programme"]
    if not programmes:
        return None
    contracts = _of(standing, "contract")
    return Programme(
        programme=ProgrammeDocument.model_validate(programmes[-1]),
        organisations={n: OrganisationDocument.model_validate(c) for n, c in _of(standing, "organisation").items()},
        places={n: PlaceDocument.model_validate(c) for n, c in _of(standing, "place").items()},
        people={n: PersonDocument.model_validate(c) for n, c in _of(standing, "person").items()},
        posts={n: PostDocument.model_validate(c) for n, c in _of(standing, "post").items()},
        contracts={n: ContractDocument.model_validate(c).contract(content_hash(dict(c))) for n, c in contracts.items()},
        contract_content=contracts,
        instruments={
            (kind, n): INSTRUMENTS[kind].model_validate(c)
            for (kind, n), (_, c) in standing.items()
            if kind in INSTRUMENTS
        },
    )


def _standing(ledger: Ledger, until: date | None) -> dict[Key, tuple[str, Mapping[str, Any]]]:
    found: dict[Key, tuple[str, Mapping[str, Any]]] = {}
    for event in ledger.events("document.recorded", "document.withdrawn", until=until):
        key = (event.body["kind"], event.body["id"])
        if event.kind == "document.recorded":
            found[key] = (event.body["hash"], event.body["content"])
        else:
            found.pop(key, None)
    return found


def _of(standing: Mapping[Key, tuple[str, Mapping[str, Any]]], wanted: str) -> dict[str, Mapping[str, Any]]:
    return {name: content for (kind, name), (_, content) in standing.items() if kind == wanted}
