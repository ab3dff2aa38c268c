"""Certificates of destruction as a place tells them to the public: redacted of persons, paths and keys."""

from __future__ import annotations

import re
from typing import Any

from boldlink.ledger import Ledger
from boldlink.places.public_assessments import titles_of_signatories
from boldlink.programme.folder import Programme
from boldlink.programme.instruments import DestructionDocument
from boldlink.programme.signing import signatures_on, signed_at

SOMEBODY = "somebody who is not named here"


def certificates(programme: Programme, ledger: Ledger, place: str) -> list[dict[str, Any]]:
    """The certificates of this place, in the order in which the destructions ended."""
    found = [one for one in programme.instruments.values() if isinstance(one, DestructionDocument)]
    own = sorted((one for one in found if one.place == place), key=lambda one: (one.finished, one.id))
    return [_certificate(one, programme, ledger) for one in own]


def _certificate(document: DestructionDocument, programme: Programme, ledger: Ledger) -> dict[str, Any]:
    kind, _, about = document.about.partition(":")
    return {
        "id": document.id,
        "kind": kind,
        "about": about.replace("~", " and "),
        "agreements": document.agreements,
        "started": document.started.date().isoformat(),
        "finished": document.finished.date().isoformat(),
        "method": document.method,
        "standard": document.standard,
        "keys_destroyed": len(document.keys),
        "files_removed": document.files_removed,
        "surviving": [redacted(line, programme) for line in document.surviving],
        "evidence": document.evidence,
        "signed_by": titles_of_signatories(programme, tuple(signatures_on(document, signed_at(ledger)))),
    }


def redacted(text: str, programme: Programme) -> str:
    """A text without the people whom the programme knows, by id or by name."""
    known = {name for person in programme.people.values() for name in (person.id, person.name)}
    for name in sorted(known, key=len, reverse=True):
        text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", SOMEBODY, text)
    return text
