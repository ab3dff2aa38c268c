"""Is a history whole? Every byte of every segment is read in a stream and checked; nothing is trusted but the chain itself.

A chain cannot show that its end was cut off, nor that all of it was replaced by another chain: hashes need no key. Only a
head that was exported before, and kept elsewhere, shows that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from boldlink.ledger.event import GENESIS, Event, Head, check_line
from boldlink.ledger.merkle import Tree, leaf_hash
from boldlink.ledger.segments import Span, read_lines, segment_name, segments, torn_bytes

CLOCKS_DIFFER = timedelta(hours=1)  # between machines that write one history


@dataclass(frozen=True)
class Problem:
    """Something that is not as the ledger says: a stable code, where, and what, in words."""

    code: str
    where: str
    what: str

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "where": self.where, "what": self.what}


class Broken(ValueError):
    """A line does not follow. Carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


class Chain:
    """How far a history has been followed: number and hash of the last event, and the tree over all."""

    def __init__(self, number: int = 0, previous: str = GENESIS, tree: Tree | None = None, place: str = "") -> None:
        self.number, self.hash, self.tree, self.place = number, previous, tree or Tree(), place
        self._latest: datetime | None = None

    @property
    def head(self) -> Head:
        return Head(self.place, self.number, self.hash, self.tree.root().hex())

    def copy(self) -> Chain:
        """Another that goes on from here."""
        other = Chain(self.number, self.hash, Tree(self.tree.size, self.tree.peaks), self.place)
        other._latest = self._latest
        return other

    def follow(self, line: bytes) -> dict[str, Any]:
        """Check the next line against its own hash and the line before it. Raises Broken."""
        number = self.number + 1
        try:
            raw = check_line(line)
        except (ValueError, RecursionError):
            raise Broken(Problem("LEDGER-EVENT", f"event {number}", "its bytes do not give its hash")) from None
        if raw["previous"] != self.hash or raw["number"] != number:
            raise Broken(Problem("LEDGER-CHAIN", f"event {number}", "it does not follow the event before it"))
        if not self._in_time(str(raw["recorded_at"])):
            what = "it says that it was written down before the event before it"
            raise Broken(Problem("LEDGER-TIME", f"event {number}", what))
        self.step(raw, line)
        return raw

    def _in_time(self, recorded_at: str) -> bool:
        """Does time go on? Clocks of several writers differ by a little; history that is written later by much more."""
        try:
            at = datetime.fromisoformat(recorded_at)
            late = self._latest is not None and at < self._latest - CLOCKS_DIFFER
            self._latest = at if self._latest is None else max(at, self._latest)
        except (ValueError, TypeError):  # no time, or one without a zone
            return False
        return at.tzinfo is not None and not late

    def step(self, raw: Mapping[str, Any], line: bytes) -> None:
        """Go past a line that is known to follow."""
        if self.number == 0:
            self.place = str(raw["body"].get("place", ""))
        self.number, self.hash = raw["number"], raw["hash"]
        self.tree.append(leaf_hash(line[:-1]))


def whole_lines(folder: Path, since: Span | None = None) -> Iterator[tuple[Span, bytes]]:
    """Lines in order, without an unfinished one at the very end (which never took effect)."""
    found = segments(folder)
    for span, line in read_lines(folder, since):
        if not line.endswith(b"\n") and span.segment == found[-1].name and torn_bytes(folder):
            return
        yield span, line


@dataclass
class History:
    """What reading a history whole found: how far it holds, problems, its checkpoints, heads at sizes asked for."""

    head: Head
    problems: list[Problem] = field(default_factory=list)
    checkpoints: list[tuple[Event, Head]] = field(default_factory=list)  # and the true head before each
    heads: dict[int, Head] = field(default_factory=dict)


class Fold(Protocol):
    """What is told from events, one after another."""

    def add(self, event: Event) -> None: ...


def check_history(folder: Path, sizes: Iterable[int] = (), folds: Sequence[Fold] = ()) -> History:
    """Follow a history from its first byte to its last, one line in memory at a time. Each event is told to the folds.

    Where the history breaks, what was folded so far is not to be used.
    """
    chain, wanted = Chain(), set(sizes)
    history = History(chain.head)
    try:
        for span, line in whole_lines(folder):
            before = chain.head if b'"kind":"ledger.checkpoint"' in line else None
            raw = chain.follow(line)
            if before and raw["kind"] == "ledger.checkpoint":
                history.checkpoints.append((Event.from_raw(raw), before))
            if span.segment != segment_name(chain.number):
                raise Broken(Problem("LEDGER-SEGMENTS", f"event {chain.number}", "it stands in another segment"))
            if chain.number in wanted:
                history.heads[chain.number] = chain.head
            if folds:
                event = Event.from_raw(raw)
                for fold in folds:
                    fold.add(event)
    except Broken as broken:
        history.problems.append(broken.problem)
    history.head = chain.head
    return history


def place_of(folder: Path) -> str:
    """The id that a history's first event gives its place; empty if there is none, or it is no name of a folder.

    Only good for finding where the place's keys lie: nothing has been checked.
    """
    for _, line in read_lines(folder):
        with suppress(ValueError, KeyError, TypeError, RecursionError):
            place = json.loads(line)["body"]["place"]
            return place if re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", place) else ""
        return ""
    return ""


def check_segments(folder: Path) -> list[Problem]:
    """Are there just the segments that the writer would have made: numbered from one, none of them empty?"""
    found = segments(folder)
    names = [f"{number:06d}.jsonl" for number in range(1, len(found) + 1)]
    if [path.name for path in found] == names and all(path.stat().st_size for path in found):
        return []
    return [Problem("LEDGER-SEGMENTS", "ledger", "its segment files are not those that were written")]


def check_head(head: Head, events: int, there: Head | None) -> list[Problem]:
    """Does a history contain the one that a head, exported before, was the end of?

    events: how many the history has. there: its own head where the exported one was taken; None if it does not go so far.
    """
    where = f"event {head.events}"
    if events < head.events:
        missing = head.events - events
        return [Problem("LEDGER-TRUNCATED", where, f"the history ends {missing} events before the exported head")]
    if head.events and there and (there.hash != head.hash or _differ(there.root, head.root)):
        return [Problem("LEDGER-ROLLED-BACK", where, "another history stands where the exported head was taken")]
    return []


def _differ(one: str, other: str) -> bool:
    """Two roots that are both known, and not the same."""
    return bool(one and other and one != other)
