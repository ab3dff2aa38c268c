"""The history of one place as segment files: opened by one process, appended to, never changed.

A segment is a file of canonical lines; a new one begins every SEGMENT_EVENTS events and goes on with the same chain.
A torn last line (a process died while writing it) never took effect: it is dropped when the ledger is next opened for
writing, and that is written down. A last line that is whole but wrong is not a torn line: it is tampering.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from boldlink.errors import Busy, Tampered
from boldlink.ledger.event import GENESIS, Event, Head
from boldlink.ledger.verify import Problem, check_chain, read_lines, segments

SEGMENT_EVENTS = 1000


def _utc_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


class Ledger:
    """An opened history. `place` is the place's id, which the first event carries.

    Raises Busy if another process has it open for writing, Tampered if its chain does not hold.
    """

    def __init__(self, folder: Path, *, write: bool = False, now: Callable[[], datetime] = _utc_now) -> None:
        self.folder, self._now, self._lock = folder, now, None
        if write:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = _exclusive(folder)
        lines, torn = read_lines(folder)
        if torn and write:
            _drop_torn_line(folder, torn)
        problems, self._events = check_chain(lines)
        if problems:
            self.close()
            raise _tampered(folder, problems)
        if torn and write:
            self.append("ledger.repaired", "boldlink", {"torn_bytes": torn})

    def append(self, kind: str, person: str, body: Mapping[str, Any], effective_on: date | None = None) -> Event:
        """Write one event down, on disk before this returns."""
        recorded = self._now()
        draft = Event(
            number=len(self._events) + 1,
            kind=kind,
            person=person,
            effective_on=effective_on or recorded.date(),
            recorded_at=recorded,
            body=body,
            previous=self.hash,
        )
        event = Event(**{**draft.__dict__, "hash": draft.compute_hash()})
        _write_line(self._segment(event.number), event.line())
        # What stands in memory is what a reader of the file would see, never the caller's own dictionary.
        self._events.append(Event.from_line(event.line()))
        return event

    def events(self, *kinds: str, until: date | None = None) -> Iterator[Event]:
        """Events in order, of these kinds (all if none given), recorded and in effect by the end of `until`."""
        for event in self._events:
            if kinds and event.kind not in kinds:
                continue
            if until and (event.recorded_at.date() > until or event.effective_on > until):
                continue
            yield event

    def last(self, kind: str, /, **body: Any) -> Event | None:
        """The latest event of that kind whose body holds these values."""
        for event in reversed(self._events):
            if event.kind == kind and all(event.body.get(key) == value for key, value in body.items()):
                return event
        return None

    def event(self, event_hash: str) -> Event | None:
        """The event of that hash, if this history holds it."""
        return next((event for event in reversed(self._events) if event.hash == event_hash), None)

    @property
    def hash(self) -> str:
        return self._events[-1].hash if self._events else GENESIS

    @property
    def place(self) -> str:
        return str(self._events[0].body.get("place", "")) if self._events else ""

    @property
    def head(self) -> Head:
        """What to export and have witnessed."""
        return Head(self.place, len(self._events), self.hash)

    def close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _segment(self, number: int) -> Path:
        return self.folder / f"{(number - 1) // SEGMENT_EVENTS + 1:06d}.jsonl"


def _exclusive(folder: Path) -> int:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Busy(
            "LEDGER-BUSY",
            "Another process is at work in this place.",
            "two writers of one history would fork it.",
            "wait until it has ended, then run the command again",
        ) from None
    return handle


def _write_line(segment: Path, line: bytes) -> None:
    new = not segment.exists()
    handle = os.open(segment, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line)
        os.fsync(handle)
    finally:
        os.close(handle)
    if new:
        sync_folder(segment.parent)


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _drop_torn_line(folder: Path, torn_bytes: int) -> None:
    last = segments(folder)[-1]
    os.truncate(last, last.stat().st_size - torn_bytes)
    if last.stat().st_size == 0:
        last.unlink()


def _tampered(folder: Path, problems: list[Problem]) -> Tampered:
    return Tampered(
        "LEDGER-TAMPERED",
        f"The history in {folder.parent.name}/{folder.name} does not hold: {problems[0].where}: {problems[0].what}.",
        "every event carries the hash of the one before it, and that chain is broken.",
        "stop work in this place, keep the files as they are, and compare with a copy and an exported head",
        "the place's security lead",
    )
