"""One event: a canonical line of JSON whose hash covers every byte of it and of all lines before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

GENESIS = "0" * 64
FIELDS = {"body", "effective_on", "hash", "kind", "number", "person", "previous", "recorded_at"}
_WORDS = ("effective_on", "hash", "kind", "person", "previous", "recorded_at")
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_HASH_BEGINS, _HASH_BYTES = b',"hash":"', len(b',"hash":"') + 64 + 1


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one way to write a value down: sorted keys, no spaces, UTF-8."""
    return _ENCODER.encode(value).encode()


@dataclass(frozen=True)
class Head:
    """How far a history goes: number of events, hash of the last, root of the Merkle tree over all (hex).

    Kept elsewhere, and only there, it shows that the end of a history was cut off or rolled back. `root` is empty in a
    head that was exported before there were trees.
    """

    place: str
    events: int
    hash: str
    root: str = ""

    @property
    def signed_bytes(self) -> bytes:
        """What a place signs about it, besides the note."""
        return f"boldlink head\n{self.place}\n{self.events}\n{self.hash}\n".encode()

    def as_dict(self) -> dict[str, Any]:
        return {"place": self.place, "events": self.events, "hash": self.hash, "root": self.root}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Head:
        """KeyError, TypeError or ValueError if it is no head."""
        return cls(str(raw["place"]), int(raw["events"]), str(raw["hash"]), str(raw.get("root", "")))


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
        return cls.from_raw(check_line(line))

    @classmethod
    def from_raw(cls, raw: Mapping[str, Any]) -> Event:
        """The event of a line's content, as `check_line` gave it."""
        return cls(
            number=raw["number"],
            kind=raw["kind"],
            person=raw["person"],
            effective_on=date.fromisoformat(raw["effective_on"]),
            recorded_at=datetime.fromisoformat(raw["recorded_at"]),
            body=raw["body"],
            previous=raw["previous"],
            hash=raw["hash"],
        )


def check_line(line: bytes) -> dict[str, Any]:
    """The content of a whole line, newline included; ValueError unless it is canonical and gives its own hash.

    The hash is taken over the line itself with `,"hash":"…"` cut out. That is what the event without its hash would be
    written as: the line is canonical, so the name stands once at the top, after the body, and what follows it are
    strings and a number, in which the nine bytes looked for cannot occur (a quote inside a string is escaped).
    """
    raw = json.loads(line.decode())
    if not isinstance(raw, dict) or raw.keys() != FIELDS or canonical(raw) + b"\n" != line:
        raise ValueError("not an event, or not as an event is written")
    if type(raw["number"]) is not int or type(raw["body"]) is not dict or not _are_words(raw):
        raise ValueError("its fields are not of an event's types")
    if date.fromisoformat(raw["effective_on"]).isoformat() != raw["effective_on"]:
        raise ValueError("its day is not as a day is written")
    if datetime.fromisoformat(raw["recorded_at"]).isoformat() != raw["recorded_at"]:
        raise ValueError("its time is not as a time is written")
    cut = line.rfind(_HASH_BEGINS)
    if hashlib.sha256(line[:cut] + line[cut + _HASH_BYTES : -1]).hexdigest() != raw["hash"]:
        raise ValueError("its bytes do not give its hash")
    return raw


def _are_words(raw: Mapping[str, Any]) -> bool:
    return all(type(raw[name]) is str for name in _WORDS)
