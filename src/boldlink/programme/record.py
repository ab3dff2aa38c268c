"""A programme's documents in a ledger, and out of it again: as they stood at the end of any day.

Bodies are kept whole under their content hash, so that a decision can be explained from the ledger alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from boldlink.errors import Tampered
from boldlink.ledger import Ledger
from boldlink.programme.charter import CHARTER, charter_at, well_formed
from boldlink.programme.contract import ContractDocument
from boldlink.programme.disclosure import RulesDocument
from boldlink.programme.document import Document, content_hash
from boldlink.programme.folder import Key, Programme
from boldlink.programme.instruments import INSTRUMENTS, MADE_HERE, Instrument
from boldlink.programme.parties import (
    OrganisationDocument,
    PersonDocument,
    PlaceDocument,
    PostDocument,
    ProgrammeDocument,
)

PARTIES: Mapping[str, type[Document]] = {
    "organisation": OrganisationDocument,
    "place": PlaceDocument,
    "person": PersonDocument,
    "post": PostDocument,
}


def contents(programme: Programme) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    """Every document of a programme as (kind, id) and content."""
    yield ("programme", programme.programme.id), programme.programme.content
    groups: dict[str, Mapping[str, Document]] = {
        "organisation": programme.organisations,
        "place": programme.places,
        "person": programme.people,
        "post": programme.posts,
        "rules": programme.rules,
    }
    for kind, documents in groups.items():
        for name, document in documents.items():
            yield (kind, name), document.content
    for name, content in programme.contract_content.items():
        yield ("contract", name), content
    for key, instrument in programme.instruments.items():
        yield key, instrument.content


def record_programme(programme: Programme, ledger: Ledger, person: str) -> int:
    """Write down every document that is new or changed, and every one that is gone. Returns how many.

    What the software itself made (certificates) stands in no folder and is not withdrawn for that.
    """
    known = {key: hashed for key, (hashed, _) in standing(ledger, None).items()}
    now = dict(contents(programme))
    changes = 0
    for (kind, name), content in now.items():
        hashed = content_hash(dict(content))
        if known.get((kind, name)) != hashed:
            record_document(ledger, person, kind, name, content)
            changes += 1
    for kind, name in sorted(known.keys() - now.keys()):
        if kind not in MADE_HERE:
            ledger.append("document.withdrawn", person, {"kind": kind, "id": name})
            changes += 1
    return changes


def record_document(ledger: Ledger, person: str, kind: str, name: str, content: Mapping[str, Any]) -> None:
    """Write one document down, whole, under the hash of its content."""
    body = {"kind": kind, "id": name, "hash": content_hash(dict(content)), "content": content}
    ledger.append("document.recorded", person, body)


def programme_at(ledger: Ledger, until: date | None = None) -> Programme | None:
    """The programme as it stood at the end of a day; None if there was none. What is only proposed does not stand."""
    charter = charter_at(ledger, until)
    rest = {key: one for key, one in standing(ledger, until).items() if key[0] not in CHARTER}
    try:
        return programme_of({**charter.standing, **rest})
    except ValueError as problem:
        raise Tampered(
            "PROGRAMME-RECORD",
            "A document that the ledger holds is not one that this software recorded.",
            f"it does not read into its type ({type(problem).__name__}); it was written past the commands.",
            "keep the ledger as it is, and look at its last events with `boldlink audit log` and a text editor",
            "the place's security lead",
        ) from None


def programme_of(documents: Mapping[Key, tuple[str, Mapping[str, Any]]]) -> Programme | None:
    """Typed documents from (kind, id) → (hash, content)."""
    programmes = [content for (kind, _), (_, content) in documents.items() if kind == "programme"]
    if not programmes:
        return None
    contracts = _of(documents, "contract")
    parties: dict[str, Any] = {
        kind: {name: model.model_validate(content) for name, content in _of(documents, kind).items()}
        for kind, model in PARTIES.items()
    }
    return Programme(
        programme=ProgrammeDocument.model_validate(programmes[-1]),
        organisations=parties["organisation"],
        places=parties["place"],
        people=parties["person"],
        posts=parties["post"],
        contracts={n: ContractDocument.model_validate(c).contract(content_hash(dict(c))) for n, c in contracts.items()},
        contract_content=contracts,
        instruments=_instruments(documents),
        rules={name: RulesDocument.model_validate(content) for name, content in _of(documents, "rules").items()},
    )


def _instruments(documents: Mapping[Key, tuple[str, Mapping[str, Any]]]) -> dict[Key, Instrument]:
    return {
        (kind, name): INSTRUMENTS[kind].model_validate(content)
        for (kind, name), (_, content) in documents.items()
        if kind in INSTRUMENTS
    }


def standing(ledger: Ledger, until: date | None) -> dict[Key, tuple[str, Mapping[str, Any]]]:
    """(kind, id) → (hash, content) of every document as it was last recorded by the end of a day."""
    found: dict[Key, tuple[str, Mapping[str, Any]]] = {}
    for event in ledger.events("document.recorded", "document.withdrawn", until=until):
        if not well_formed(event):
            continue
        key = (event.body["kind"], event.body["id"])
        if event.kind == "document.recorded":
            found[key] = (event.body["hash"], event.body["content"])
        else:
            found.pop(key, None)
    return found


def _of(documents: Mapping[Key, tuple[str, Mapping[str, Any]]], wanted: str) -> dict[str, Mapping[str, Any]]:
    return {name: content for (kind, name), (_, content) in documents.items() if kind == wanted}
