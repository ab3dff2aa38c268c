"""Is a history whole? Every byte of every segment is checked, and nothing is trusted but the chain itself.

A chain cannot show that its end was cut off: only a head that was exported before, and kept elsewhere, shows that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from boldlink.ledger.event import GENESIS, Event, Head


@dataclass(frozen=True)
class Problem:
    """Something that is not as the ledger says: a stable code, where, and what, in words."""

    code: str
    where: str
    what: str

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "where": self.where, "what": self.what}


def segments(folder: Path) -> list[Path]:
    """The segment files in order."""
    return sorted(folder.glob("*.jsonl"))


def check_segments(folder: Path, events_per_segment: int) -> list[Problem]:
    """Are the segments just those that the writer would have made: numbered from one, full but for the last?"""
    found = segments(folder)
    counts = [path.read_bytes().count(b"\n") for path in found]
    names = [f"{number:06d}.jsonl" for number in range(1, len(found) + 1)]
    full = all(count == events_per_segment for count in counts[:-1])
    if [path.name for path in found] == names and full and all(counts):
        return []
    return [Problem("LEDGER-SEGMENTS", "ledger", "its segment files are not those that were written")]


def read_lines(folder: Path) -> tuple[list[bytes], int]:
    """All whole lines of all segments, and how many bytes of a torn last line stand behind them.

    Only an unfinished line at the very end counts as torn: a prefix that is not an event by itself. A whole event
    whose newline was changed is left among the lines, where the chain check finds it.
    """
    data = b"".join(path.read_bytes() for path in segments(folder))
    whole, _, rest = data.rpartition(b"\n")
    lines = [line + b"\n" for line in whole.split(b"\n")] if whole else []
    if rest and _holds_an_event(rest):
        return [*lines, rest], 0
    return lines, len(rest)


def _holds_an_event(rest: bytes) -> bool:
    try:
        value, _ = json.JSONDecoder().raw_decode(rest.decode(errors="replace"))
    except ValueError:
        return False
    return isinstance(value, dict)


def check_chain(lines: list[bytes]) -> tuple[list[Problem], list[Event]]:
    """Check every line against the one before it. Returns problems and the events before the first problem."""
    events: list[Event] = []
    previous = GENESIS
    for number, line in enumerate(lines, start=1):
        try:
            event = Event.from_line(line)
        except (ValueError, RecursionError):
            return [Problem("LEDGER-EVENT", f"event {number}", "its bytes do not give its hash")], events
        if event.previous != previous or event.number != number:
            return [Problem("LEDGER-CHAIN", f"event {number}", "it does not follow the event before it")], events
        events.append(event)
        previous = event.hash
    return [], events


def check_head(events: list[Event], head: Head) -> list[Problem]:
    """Does this history contain the one that a head, exported before, was the end of?"""
    where = f"event {head.events}"
    if len(events) < head.events:
        missing = head.events - len(events)
        return [Problem("LEDGER-TRUNCATED", where, f"the history ends {missing} events before the exported head")]
    if head.events and events[head.events - 1].hash != head.hash:
        return [Problem("LEDGER-ROLLED-BACK", where, "another history stands where the exported head was taken")]
    return []
