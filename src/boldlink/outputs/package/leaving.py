"""What is known of an output at the moment it leaves: everything that its package says, gathered once.

No person is named in it: whoever asked, reviewed and released stands there by role, those who signed by post.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from boldlink.outputs.airlock import OutputState
from boldlink.values import StatTable


@dataclass(frozen=True)
class Signed:
    """A signature under an agreement: the title of the post, and the day."""

    post: str
    on: date


@dataclass(frozen=True)
class AgreementPart:
    """The agreement that an output was made under. `sha256` is of its content, as it was signed."""

    id: str
    version: str
    sha256: str
    starts: date
    ends: date
    signed: tuple[Signed, ...]


@dataclass(frozen=True)
class Leaving:
    """An output that leaves. `organisations`: id -> name of all that are spoken of, `members` those of the use case;
    `asked_from`: id of the organisation of whoever asked; `analysed_at`: when the analysis was allowed.

    `decisions`: action -> SHA-256 of the ledger's event that allowed it. `place` and `programme` have id and name;
    `use_case` id and title. `at`: now, with its time zone.
    """

    release: str
    output: OutputState
    table: StatTable
    place: Mapping[str, str]
    operator: str
    programme: Mapping[str, str]
    use_case: Mapping[str, str]
    organisations: Mapping[str, str]
    members: tuple[str, ...]
    asked_from: str
    agreement: AgreementPart
    decisions: Mapping[str, str]
    analysed_at: datetime
    at: datetime
    software: str
    licence: str = ""

    @property
    def measure(self) -> Mapping[str, Any]:
        """The measure as the request's event tells it."""
        found: Mapping[str, Any] = self.output.body["measure"]
        return found

    def urn(self, *parts: str) -> str:
        """A UUID that is the same whenever this release is told of: names do not depend on the run."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join((self.place["id"], self.release, *parts))))
