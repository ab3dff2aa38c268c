"""A history in segment files: one writer, and an index that is made again from the files whenever it does not agree.

What stands against whom. Whoever can write the home can cut the end off, or write a whole new chain: that shows against a
head kept elsewhere (the key folder remembers one). Whoever can write the index can hide events from questions, or spoil
the root of the next checkpoint; whoever can write home and index can, besides, change events behind the mark's back. The
next full verification (`boldlink audit verify`, which never looks at the index) finds all of that. A byte changed anywhere
by anybody else is found when the place is opened: up to the mark by the SHA-256 of all bytes, behind it by the chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sql

from boldlink.errors import Tampered
from boldlink.ledger.event import Event, Head
from boldlink.ledger.index import Index, Row
from boldlink.ledger.merkle import Tree
from boldlink.ledger.segments import SegmentWriter, Span, segments
from boldlink.ledger.storage import Draft, tampered
from boldlink.ledger.verify import Broken, Chain, Problem, whole_lines

TRUSTED_FROM = 5000  # events; a shorter history is followed whole, in less than a tenth of a second
CACHED = 4096  # events kept as they were read
MARK_EVERY = 1000  # events; what a killed process did after its last mark is followed again


class FileStorage:
    """The segment files of one folder. Raises Tampered if their chain does not hold."""

    def __init__(self, folder: Path, index: Path | None) -> None:
        self._folder = folder
        self._writer = SegmentWriter(folder)
        self._cache: dict[int, Event] = {}
        self._index = Index(index)
        self.chain, self._bytes = Chain(), _Bytes()
        self._end: Span | None = None
        try:
            self._open()
        except Broken as broken:
            self._index.close()
            raise tampered(self._where, broken.problem) from None

    @property
    def head(self) -> Head:
        return self.chain.head

    def append(self, drafts: Sequence[Draft]) -> list[Event]:
        """Write events down with one sync. Each is whole or not there; a power cut may keep only the first of them."""
        events: list[Event] = []
        lines, previous = [], self.chain.hash
        for draft in drafts:
            event, line = draft.chained(self.chain.number + len(events) + 1, previous)
            events.append(event)
            lines.append(line)
            previous = event.hash
        self.write(events, lines)
        return events

    def append_on_head(self, make: Callable[[Head], Draft]) -> Event:
        return self.append([make(self.head)])[0]

    def write(self, events: Sequence[Event], lines: Sequence[bytes]) -> None:
        """Write events that are chained already, segment by segment."""
        first, done = self.chain.number + 1, 0
        while done < len(lines):
            for span in self._writer.write(first + done, lines[done:]):
                event, line = events[done], lines[done]
                self.chain.step(event.__dict__, line)
                self._take(event.number, event.kind, event.hash, line, span)
                self._remember(event)
                done += 1
        if self.chain.number // MARK_EVERY != (first - 1) // MARK_EVERY:
            self._set_mark()

    def refresh(self) -> None:
        """Follow what another process has written since. Raises Tampered."""
        try:
            self._follow(self._end)
        except Broken as broken:
            raise tampered(self._where, broken.problem) from None

    def of_kinds(self, kinds: Sequence[str], after: int) -> Iterator[Event]:
        return (self._read(row) for row in self._index.of_kinds(kinds, after))

    def backwards(self, kind: str) -> Iterator[Event]:
        return (self._read(row) for row in self._index.backwards(kind))

    def of_hash(self, event_hash: str) -> Event | None:
        row = self._index.of_hash(event_hash)
        return self._read(row) if row else None

    def numbered(self, number: int) -> Event | None:
        row = self._index.numbered(number)
        return self._read(row) if row else None

    def count(self, kinds: Sequence[str]) -> int:
        return self._index.count(kinds)

    def publish(self) -> int:
        """Nothing to do: the segment files are where the events are."""
        return 0

    def close(self) -> None:
        self._set_mark()
        self._writer.close()
        self._index.close()

    @property
    def _where(self) -> str:
        return f"{self._folder.parent.name}/{self._folder.name}"

    def _open(self) -> None:
        since = self._resume()
        if since is None:
            self._index.clear()
            self._cache.clear()
            self.chain, self._bytes = Chain(), _Bytes()
        self._end = since
        self._follow(since)

    def _follow(self, since: Span | None) -> None:
        for span, line in whole_lines(self._folder, since):
            raw = self.chain.follow(line)
            self._take(raw["number"], raw["kind"], raw["hash"], line, span)

    def _take(self, number: int, kind: str, event_hash: str, line: bytes, span: Span) -> None:
        self._end = span
        self._bytes.add(span.segment, line)
        self._index.add(number, kind, event_hash, span)

    def _resume(self) -> Span | None:
        """Go to the mark, if everything up to it agrees. None if the history must be followed from its first byte."""
        mark = self._index.mark
        try:
            if mark is None or mark["events"] < TRUSTED_FROM or not self._index.keep(mark["events"]):
                return None
            tree = Tree(mark["events"], [bytes.fromhex(peak) for peak in mark["peaks"]])
            last = self._index.numbered(mark["events"])
            if last is None or not self._bytes.add_up_to(self._folder, last.span):
                return None
            first = self.numbered(1)
            self.chain = Chain(mark["events"], last.hash, tree, str(first.body.get("place", "")) if first else "")
            self._read(last)
        except (KeyError, TypeError, ValueError, OSError, Tampered, sql.exc.SQLAlchemyError):
            return None
        return last.span if self._bytes.digest() == mark["sha256"] else None

    def _set_mark(self) -> None:
        if self._index.path is None:
            return
        peaks = [peak.hex() for peak in self.chain.tree.peaks]
        with suppress(sql.exc.SQLAlchemyError):  # what was written is written, whatever becomes of the index
            self._index.set_mark({"events": self.chain.number, "peaks": peaks, "sha256": self._bytes.digest()})

    def _read(self, row: Row) -> Event:
        if event := self._cache.get(row.number):
            return event
        span = row.span
        try:
            with (self._folder / span.segment).open("rb") as file:
                file.seek(span.offset)
                event = Event.from_line(file.read(span.length))
        except (OSError, ValueError, RecursionError):
            raise tampered(self._where, _changed(row)) from None
        if (event.number, event.kind, event.hash) != (row.number, row.kind, row.hash):
            raise tampered(self._where, _changed(row))
        self._remember(event)
        return event

    def _remember(self, event: Event) -> None:
        self._cache[event.number] = event
        if len(self._cache) > CACHED:
            del self._cache[next(iter(self._cache))]


class _Bytes:
    """The SHA-256 of every byte so far, and of where each segment begins."""

    def __init__(self) -> None:
        self._hash, self._segment = hashlib.sha256(), ""

    def add(self, segment: str, content: bytes) -> None:
        if segment != self._segment:
            self._hash.update(f"{segment}\n".encode())
            self._segment = segment
        self._hash.update(content)

    def add_up_to(self, folder: Path, last: Span) -> bool:
        """Take in every segment up to the end of a line. False if they do not reach so far."""
        for path in segments(folder):
            if path.name > last.segment:
                return True
            content = path.read_bytes()
            end = last.offset + last.length if path.name == last.segment else len(content)
            self.add(path.name, content[:end])
            if path.name == last.segment:
                return len(content) >= end
        return False

    def digest(self) -> str:
        return self._hash.copy().hexdigest()


def _changed(row: Row) -> Problem:
    return Problem("LEDGER-EVENT", f"event {row.number}", "what stands in the files is not what was followed before")
