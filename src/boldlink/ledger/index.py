"""An index over a history: which lines are of which kind, and where they stand. Rebuildable, and never trusted.

It lies outside the home, beside the place's keys, or nowhere (a private temporary file) if no path is given. Whoever can
write the home alone cannot touch it. Whoever can write it can hide an event from a question, but not change one: every
line that is read through it is checked against its own hash and asked for its own kind. `boldlink audit verify` never
looks at it. A `mark` remembers how far the segments had come and the SHA-256 of every byte up to there, so that a long
history is opened at the speed of hashing, and only what follows the mark is followed line by line.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from boldlink.errors import Tampered
from boldlink.ledger.segments import Span, segment_name

FORMAT = 1
_METADATA = sql.MetaData()
_EVENTS = sql.Table(
    "events",
    _METADATA,
    sql.Column("number", sql.Integer, primary_key=True),
    sql.Column("kind", sql.Text, nullable=False, index=True),
    sql.Column("hash", sql.Text, nullable=False, index=True),
    sql.Column("offset", sql.Integer, nullable=False),
    sql.Column("length", sql.Integer, nullable=False),
)
_MARK = sql.Table("mark", _METADATA, sql.Column("content", sql.Text, nullable=False))
BATCH = 500


@dataclass(frozen=True)
class Row:
    """One event as the index has it."""

    number: int
    kind: str
    hash: str
    offset: int
    length: int

    @property
    def span(self) -> Span:
        return Span(segment_name(self.number), self.offset, self.length)


class Index:
    """The index file of one history. `path` None: a private one that goes when it is closed."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._pending: list[dict[str, Any]] = []
        self._opened: sql.Connection | None = None

    @property
    def _connection(self) -> sql.Connection:
        """Connected with the first question: many histories are opened only to be checked."""
        if self._opened is None:
            # An empty name is SQLite's own temporary database: it spills to disk when it grows, nobody else sees it.
            # A vault serves many callers, one thread each and one at a time: whoever asks holds its turn.
            name = str(self.path) if self.path else ""
            engine = sql.create_engine(
                "sqlite://", creator=lambda: sqlite3.connect(name, check_same_thread=False), poolclass=sql.StaticPool
            )
            self._opened = engine.connect()
            # Nothing here needs to survive a power cut: what is behind the last mark is read from the segments again.
            for pragma in ("journal_mode=MEMORY", "synchronous=OFF"):
                self._opened.exec_driver_sql(f"PRAGMA {pragma}")
            _METADATA.create_all(self._opened)
            self._opened.commit()
        return self._opened

    def add(self, number: int, kind: str, event_hash: str, span: Span) -> None:
        """Note an event. Written with the next question or mark, many at once."""
        row = {"number": number, "kind": kind, "hash": event_hash, "offset": span.offset, "length": span.length}
        self._pending.append(row)
        if len(self._pending) >= 10_000:
            self._flush()

    def of_kinds(self, kinds: Sequence[str], after: int = 0) -> Iterator[Row]:
        """Rows of these kinds (all if none given) behind a number, in order. Sees what is added meanwhile."""
        while rows := self._rows(_wanted(kinds).where(_EVENTS.c.number > after).order_by(_EVENTS.c.number)):
            yield from rows
            after = rows[-1].number

    def backwards(self, kind: str) -> Iterator[Row]:
        """Rows of a kind, the latest first."""
        before = 1 << 62
        wanted = _wanted([kind]).order_by(_EVENTS.c.number.desc())
        while rows := self._rows(wanted.where(_EVENTS.c.number < before)):
            yield from rows
            before = rows[-1].number

    def of_hash(self, event_hash: str) -> Row | None:
        rows = self._rows(sql.select(_EVENTS).where(_EVENTS.c.hash == event_hash))
        return rows[0] if rows else None

    def numbered(self, number: int) -> Row | None:
        rows = self._rows(sql.select(_EVENTS).where(_EVENTS.c.number == number))
        return rows[0] if rows else None

    def count(self, kinds: Sequence[str]) -> int:
        """How many events are of these kinds (all if none given)."""
        self._flush()
        wanted = sql.select(sql.func.count()).select_from(_EVENTS)
        return int(self._connection.execute(wanted.where(_EVENTS.c.kind.in_(kinds)) if kinds else wanted).scalar_one())

    @property
    def mark(self) -> dict[str, Any] | None:
        """How far the index goes, as it was last written; None if there is no telling."""
        if self.path is None:
            return None
        try:
            found = self._connection.execute(sql.select(_MARK.c.content)).scalar_one_or_none()
            mark = json.loads(found) if found else None
        except (sql.exc.SQLAlchemyError, ValueError):
            return None
        return mark if isinstance(mark, dict) and mark.get("format") == FORMAT else None

    def set_mark(self, mark: dict[str, Any]) -> None:
        """Remember how far the index goes."""
        self._flush()
        self._connection.execute(sql.delete(_MARK))
        self._connection.execute(sql.insert(_MARK), {"content": json.dumps({"format": FORMAT, **mark})})
        self._connection.commit()

    def keep(self, events: int) -> bool:
        """Forget rows behind a number. False unless the file is sound and has one row for every event up to it."""
        self._connection.execute(sql.delete(_EVENTS).where(_EVENTS.c.number > events))
        self._connection.commit()
        first, last = self._connection.execute(
            sql.select(sql.func.min(_EVENTS.c.number), sql.func.max(_EVENTS.c.number))
        ).one()
        sound = self._connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() == "ok"
        return sound and (first, last, self.count(())) == (1, events, events)

    def clear(self) -> None:
        """Begin anew: whatever stood here is thrown away."""
        self._pending.clear()
        self.close()
        if self.path:
            for name in (self.path, self.path.with_name(self.path.name + "-journal")):
                name.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file. What was added and not marked is read from the segments the next time."""
        if self._opened is not None:
            self._opened.close()
            self._opened.engine.dispose()
            self._opened = None

    def _rows(self, wanted: sql.Select[Any]) -> list[Row]:
        self._flush()
        try:
            return [Row(*row) for row in self._connection.execute(wanted.limit(BATCH))]
        except sql.exc.SQLAlchemyError as problem:
            raise self._spoilt() from problem

    def _spoilt(self) -> Tampered:
        return Tampered(
            "LEDGER-INDEX",
            "The ledger's index cannot be read.",
            "its file was damaged; nothing but the index is lost, and it is made again from the ledger's own files.",
            f"remove {self.path.name if self.path else 'it'} from the key folder and run the command again",
            "the place's key custodian",
        )

    def _flush(self) -> None:
        if self._pending:
            self._connection.execute(sql.insert(_EVENTS), self._pending)
            self._connection.commit()
            self._pending.clear()


def _wanted(kinds: Sequence[str]) -> sql.Select[Any]:
    rows = sql.select(_EVENTS)
    return rows.where(_EVENTS.c.kind.in_(kinds)) if kinds else rows
