"""The truth on disk: numbered files of lines, read in a stream, added to at the end, never changed.

A new segment begins every SEGMENT_EVENTS events. A line that a killed process left unfinished can stand only at the very
end; it never took effect. A last line that is whole but lost its newline is no torn line: it is tampering.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from boldlink.errors import Busy

SEGMENT_EVENTS = 1000


@dataclass(frozen=True)
class Span:
    """Where a line stands: its segment's name, first byte and length in bytes, newline included."""

    segment: str
    offset: int
    length: int


def segment_name(number: int) -> str:
    """The segment that holds the event of that number (from 1)."""
    return f"{(number - 1) // SEGMENT_EVENTS + 1:06d}.jsonl"


def segments(folder: Path) -> list[Path]:
    """The segment files in order."""
    return sorted(folder.glob("*.jsonl"))


def read_lines(folder: Path, since: Span | None = None) -> Iterator[tuple[Span, bytes]]:
    """Every line, whole or not, in order; only those after the line at `since` if that is given."""
    for path in segments(folder):
        if since and path.name < since.segment:
            continue
        offset = since.offset + since.length if since and path.name == since.segment else 0
        with path.open("rb") as file:
            file.seek(offset)
            for line in file:
                yield Span(path.name, offset, len(line)), line
                offset += len(line)


def torn_bytes(folder: Path) -> int:
    """How many bytes of an unfinished line stand at the very end: a beginning that is not an event by itself."""
    found = segments(folder)
    last = found[-1].read_bytes() if found else b""
    rest = last.rpartition(b"\n")[2]
    return 0 if _holds_an_event(rest) else len(rest)


def _holds_an_event(rest: bytes) -> bool:
    try:
        value, _ = json.JSONDecoder().raw_decode(rest.decode(errors="replace"))
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict)


def drop_torn_line(folder: Path, torn: int) -> None:
    """Cut an unfinished line off, and take a segment away that then holds nothing."""
    last = segments(folder)[-1]
    os.truncate(last, last.stat().st_size - torn)
    if last.stat().st_size == 0:
        last.unlink()


class SegmentWriter:
    """Adds lines at the end, on disk before it returns. Keeps the last segment open between lines."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._open, self._handle = folder, "", -1

    def write(self, first: int, lines: Sequence[bytes]) -> list[Span]:
        """Write the lines of events `first`, `first` + 1, … with one sync, as many as go into one segment.

        Returns where they stand. OSError: none of them was written.
        """
        part = lines[: SEGMENT_EVENTS - (first - 1) % SEGMENT_EVENTS]
        new = self._turn_to(segment_name(first))
        offset = os.fstat(self._handle).st_size
        try:
            _write_all(self._handle, b"".join(part))
            os.fsync(self._handle)
        except OSError:
            os.ftruncate(self._handle, offset)  # a full disk must not leave half a line in the middle of a history
            raise
        if new:
            sync_folder(self._folder)
        ends = list(accumulate(map(len, part), initial=offset))
        return [Span(self._open, begin, len(line)) for begin, line in zip(ends[:-1], part, strict=True)]

    def _turn_to(self, name: str) -> bool:
        if name == self._open:
            return False
        self.close()
        path = self._folder / name
        new = not path.exists()
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._open = name
        return new

    def close(self) -> None:
        if self._open:
            os.close(self._handle)
            self._open = ""


def _write_all(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


def lock(folder: Path, *, wait: bool = False) -> int:
    """Keep other writers out of a folder until the handle is closed. Raises Busy if one is there, or waits for it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(handle)
        raise Busy(
            "LEDGER-BUSY",
            "Another process is at work in this place.",
            "two writers of one history would fork it.",
            "wait until it has ended, then run the command again",
        ) from None
    return handle


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
