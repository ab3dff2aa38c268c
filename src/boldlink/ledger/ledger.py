"""The history of one place: opened, asked, appended to, never changed.

Its truth are segment files (boldlink.ledger.segments). One process writes them at a time; where several must write at
once, they meet in PostgreSQL, and the same bytes are brought into the segment files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from boldlink.ledger.event import Event, Head
from boldlink.ledger.files import FileStorage
from boldlink.ledger.section62 import require_section_62
from boldlink.ledger.segments import drop_torn_line, lock, segments, torn_bytes
from boldlink.ledger.storage import Draft, Storage
from boldlink.ledger.verify import Fold


def _utc_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


F = TypeVar("F", bound=Fold)


class Ledger:
    """An opened history. `place` is the place's id, which the first event carries.

    write: without it nothing is locked and nothing can be appended; what another process writes meanwhile is not seen.
    index: a file outside the home to keep the index in; None for one that goes when this is closed.
    database: a postgresql:// URL where several writers meet; the folder is then locked only while events are exported
    into it. place: the id there, if the folder does not hold its first event yet.
    Raises Busy if another process has it open for writing, Tampered if its chain does not hold.
    """

    def __init__(
        self,
        folder: Path,
        *,
        write: bool = False,
        now: Callable[[], datetime] = _utc_now,
        index: Path | str | None = None,
        database: str | None = None,
        place: str | None = None,
    ) -> None:
        self.folder, self._now, self._write = folder, now, write
        self._lock: int | None = None
        self._closed = False
        self._folds: dict[type[Any], tuple[Any, int]] = {}
        repaired = self._begin_writing() if write and database is None else None
        try:
            self._storage = _storage(folder, Path(index) if index else None, database, place)
        except BaseException:
            self._unlock()
            raise
        self._latest: datetime | None = None
        if repaired is not None:
            self.append("ledger.repaired", "boldlink", {"torn_bytes": repaired})
        if filled := getattr(self._storage, "filled", 0):
            self.append("ledger.repaired", "boldlink", {"events_brought_into_the_database": filled})

    def append(self, kind: str, person: str, body: Mapping[str, Any], effective_on: date | None = None) -> Event:
        """Write one event down, on disk before this returns.

        Raises BadInput for a consultation or disclosure without what section 62 asks for, ValueError for a body that
        JSON would not give back as it is.
        """
        return self._storage.append([self._draft(kind, person, body, effective_on)])[0]

    def append_on_head(self, kind: str, person: str, body_of: Callable[[Head], Mapping[str, Any]]) -> Event:
        """Write down an event whose body tells of the very head it stands on, whoever else is writing."""
        return self._storage.append_on_head(lambda head: self._draft(kind, person, body_of(head)))

    def append_many(self, drafts: Sequence[tuple[str, str, Mapping[str, Any]]]) -> list[Event]:
        """Write several events (kind, person, body) down, on disk before this returns, with one sync.

        In segment files each is whole or not there, but a power cut may keep only the first of them; in PostgreSQL all
        are there or none.
        """
        return self._storage.append([self._draft(*one) for one in drafts]) if drafts else []

    def events(self, *kinds: str, until: date | None = None, after: int = 0) -> Iterator[Event]:
        """Events in order, of these kinds (all if none given), behind number `after`.

        `until`: only those recorded and in effect by the end of that day.
        """
        for event in self._storage.of_kinds(kinds, after):
            if until and (event.recorded_at.date() > until or event.effective_on > until):
                continue
            yield event

    def last(self, kind: str, /, **body: Any) -> Event | None:
        """The latest event of that kind whose body holds these values."""
        for event in self._storage.backwards(kind):
            if all(event.body.get(key) == value for key, value in body.items()):
                return event
        return None

    def event(self, event_hash: str) -> Event | None:
        """The event of that hash, if this history holds it."""
        return self._storage.of_hash(event_hash)

    def count(self, *kinds: str) -> int:
        """How many events are of these kinds (all if none given)."""
        return self._storage.count(kinds)

    def fold(self, kind: type[F]) -> F:
        """What a fold tells of this history. Kept: the next time only what was added since is folded.

        A fold that is told of some kinds of events only names them as its `kinds`.
        """
        folded, seen = self._folds.get(kind) or (kind(), 0)
        try:
            for event in self.events(*getattr(kind, "kinds", ()), after=seen):
                folded.add(event)
                seen = event.number
        finally:
            self._folds[kind] = (folded, seen)
        return folded

    @property
    def hash(self) -> str:
        return self._storage.head.hash

    @property
    def place(self) -> str:
        return self._storage.head.place

    @property
    def head(self) -> Head:
        """What to export and have witnessed."""
        return self._storage.head

    def head_at(self, events: int) -> Head | None:
        """The head when the history had that many events, without its root; None if it does not go so far."""
        event = self._storage.numbered(events)
        return Head(self.place, events, event.hash) if event else None

    def publish(self) -> int:
        """See that the segment files hold every event, wherever it was written. Returns how many they did not hold."""
        return self._storage.publish()

    def close(self) -> None:
        """Let other writers in. Closing twice is closing once."""
        if self._closed:
            return
        self._closed = True
        try:
            self._storage.close()
        finally:
            self._unlock()

    def _draft(self, kind: str, person: str, body: Mapping[str, Any], effective_on: date | None = None) -> Draft:
        if not self._write:
            raise ValueError("the history was opened for reading: another process may be writing it")
        require_section_62(kind, body)
        # A clock that was put back writes no history before the history: time stands still until it has caught up.
        if self._latest is None and (last := self._storage.numbered(self._storage.head.events)):
            self._latest = last.recorded_at
        recorded = max(self._now(), self._latest) if self._latest else self._now()
        self._latest = recorded
        return Draft(kind, person, dict(body), effective_on or recorded.date(), recorded)

    def _begin_writing(self) -> int | None:
        """Lock the folder; drop an unfinished last line. Returns its bytes if there was one, or an empty segment."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = lock(self.folder)
        torn, found = torn_bytes(self.folder), segments(self.folder)
        if not torn and not (found and found[-1].stat().st_size == 0):
            return None
        drop_torn_line(self.folder, torn)
        return torn

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _storage(folder: Path, index: Path | None, database: str | None, place: str | None) -> Storage:
    if database is None:
        return FileStorage(folder, index)
    from boldlink.ledger.postgresql import SharedStorage

    folder.mkdir(parents=True, exist_ok=True)
    return SharedStorage(database, folder, index, place)
