"""One event: a canonical line of JSON whose hash covers every byte of it and of all lines before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

GENESIS = "0" * 64


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one way to write a value down: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True)
class Head:
    """How far a history goes: number of events and hash of the last. Kept elsewhere, it shows truncation."""

    place: str
    events: int
    hash: str

    def as_dict(self) -> dict[str, Any]:
        return {"place": self.place, "events": self.events, "hash": self.hash}


@dataclass(frozen=True)
class Event:
    """What happened (`kind`, `body`), who did it, when it took effect and when it was written down."""

    number: int  # 1-based
    kind: str
    person: str
    effective_on: date
    recorded_at: datetime
    body: Mapping[str, Any]
    previous: str
    hash: str = ""

    def _chained(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "kind": self.kind,
            "person": self.person,
            "effective_on": self.effective_on.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
            "body": self.body,
            "previous": self.previous,
        }

    def compute_hash(self) -> str:
        """SHA-256 over the canonical event, which holds the hash of the event before it."""
        return hashlib.sha256(canonical(self._chained())).hexdigest()

    def line(self) -> bytes:
        """The event as it stands in a segment, newline included."""
        return canonical({**self._chained(), "hash": self.hash}) + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Event:
        """Read a segment's line; ValueError unless it is, byte for byte, the line its content would be written as."""
        raw = json.loads(line)
        if not isinstance(raw, dict):
            raise ValueError("not an event")
        try:
            event = cls(
                number=raw["number"],
                kind=raw["kind"],
                person=raw["person"],
                effective_on=date.fromisoformat(raw["effective_on"]),
                recorded_at=datetime.fromisoformat(raw["recorded_at"]),
                body=raw["body"],
                previous=raw["previous"],
                hash=raw["hash"],
            )
        except (KeyError, TypeError) as problem:
            raise ValueError("not an event") from problem
        if event.line() != line or event.compute_hash() != event.hash:
            raise ValueError("its bytes do not give its hash")
        return event
