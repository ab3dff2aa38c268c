"""What a ledger asks of the place where its lines stand: segment files with one writer, or PostgreSQL with many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from boldlink.errors import Tampered
from boldlink.ledger.event import Event, Head
from boldlink.ledger.verify import Problem


@dataclass(frozen=True)
class Draft:
    """An event that is to be written: everything but its number and its place in the chain."""

    kind: str
    person: str
    body: dict[str, Any]
    effective_on: date
    recorded_at: datetime

    def chained(self, number: int, previous: str) -> tuple[Event, bytes]:
        """The event of that number and its line, as a reader will see it. ValueError if it could not be read back.

        What comes back never holds the caller's own dictionary.
        """
        event = Event(number, self.kind, self.person, self.effective_on, self.recorded_at, self.body, previous)
        line = replace(event, hash=event.compute_hash()).line()
        return Event.from_line(line), line


class Storage(Protocol):
    """Where the lines of one history stand."""

    @property
    def head(self) -> Head: ...

    def append(self, drafts: Sequence[Draft]) -> list[Event]:
        """Write events down, on disk before this returns."""

    def append_on_head(self, make: Callable[[Head], Draft]) -> Event:
        """Write down an event that tells of the head it stands on: nothing comes between."""

    def of_kinds(self, kinds: Sequence[str], after: int) -> Iterator[Event]:
        """Events of these kinds (all if none given) behind a number, in order."""

    def backwards(self, kind: str) -> Iterator[Event]:
        """Events of a kind, the latest first."""

    def of_hash(self, event_hash: str) -> Event | None: ...

    def numbered(self, number: int) -> Event | None: ...

    def count(self, kinds: Sequence[str]) -> int: ...

    def publish(self) -> int:
        """See that the segment files hold every event. Returns how many were brought into them."""

    def close(self) -> None: ...


def tampered(where: str, problem: Problem) -> Tampered:
    """The error for a history that does not hold."""
    return Tampered(
        "LEDGER-TAMPERED",
        f"The history in {where} does not hold: {problem.where}: {problem.what}.",
        "every event carries the hash of the one before it, and that chain is broken.",
        "stop work in this place, keep the files as they are, and compare with a copy and an exported head",
        "the place's security lead",
    )
