"""A history that several processes write at once: they meet in PostgreSQL, and the same bytes become segment files.

An append moves the place's row in `boldlink_heads`, which only one writer can do at a time, and adds the event's exact line
behind it, in one transaction: all of it happens or none. The database is believed about nothing but what comes next: every line that is read from it is
followed from the last one in the segment files. Export goes one way, from the database to the files, and only ever adds. A
database that holds only a beginning of what the files hold (a new one, or one brought back from an older copy) is filled
from them; one that holds anything else is refused.

Whoever rules the database can add events in anybody's name, as whoever rules the files can; what was exported and
witnessed they cannot change unseen. A writer here does not lock the folder: only exporting does, for as long as it takes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sql
from sqlalchemy.dialects.postgresql import insert

from boldlink.errors import BadInput, Tampered
from boldlink.ledger.database import ADD, BATCH, EVENTS, HEADS, METADATA, SCHEMA_LOCK, asking, engine_of, lines_of
from boldlink.ledger.event import GENESIS, Event, Head
from boldlink.ledger.files import FileStorage
from boldlink.ledger.segments import drop_torn_line, lock, torn_bytes
from boldlink.ledger.storage import Draft, tampered
from boldlink.ledger.verify import Broken, Chain, Problem, place_of, whole_lines


class Known(NamedTuple):
    """A head as the database has it."""

    events: int
    hash: str


class SharedStorage:
    """One place's history in PostgreSQL and its segment files.

    place: its id; None takes it from the segment files, or else from the first event that is written.
    Raises BadInput if the database cannot be used, Tampered if it and the files do not agree.
    """

    def __init__(self, url: str, folder: Path, index: Path | None, place: str | None) -> None:
        self._folder, self._engine = folder, engine_of(url)
        with self._locked():  # not while another process is in the middle of exporting
            self._place = place_of(folder) or place
            self._files = FileStorage(folder, index)
        self._tail: list[tuple[Event, bytes]] = []  # what the database holds beyond the files, followed
        self._chain = self._files.chain.copy()
        self._alone = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._known: Known | None = None  # the head as this process left it
        self.filled = 0  # events that the files held and the database did not
        try:
            with asking(), self._engine.begin() as connection:
                connection.execute(sql.select(sql.func.pg_advisory_xact_lock(SCHEMA_LOCK)))
                METADATA.create_all(connection)
                if self._place:
                    self._adopt(connection, self._place)
            self._restart()
        except BaseException:
            self._release()
            raise

    @property
    def head(self) -> Head:
        self._catch_up()
        return self._chain.head

    def append(self, drafts: Sequence[Draft]) -> list[Event]:
        """Write events down in one transaction: all of them or none.

        Whoever wrote last tries first behind what it wrote, in one statement; if another came between, it locks the head.
        """
        if self._place and self._known:
            with asking(), self._alone.connect() as connection:
                if events := self._add(connection, self._place, self._known, drafts):
                    return events
        named = drafts[0].body.get("place")
        place = self._place or str(named or "")
        with asking(), self._engine.begin() as connection:
            head = self._locked_head(connection, place)
            if head.events == 0 and (not place or named != place):
                raise BadInput(
                    "LEDGER-NO-PLACE", "The first event of a history names its place, and this one does not."
                )
            events = self._add(connection, place, head, drafts)
        self._place = place
        return events

    def append_on_head(self, make: Callable[[Head], Draft]) -> Event:
        """In one transaction as well: the head cannot move while its row is locked."""
        assert self._place is not None  # a history tells of itself only after its first event
        with asking(), self._engine.begin() as connection:
            head = self._locked_head(connection, self._place)
            self._catch_up()
            return self._add(connection, self._place, head, [make(self._chain.head)])[0]

    def _add(self, connection: sql.Connection, place: str, head: Known, drafts: Sequence[Draft]) -> list[Event]:
        """Add events behind a head; none of them, and an empty list, if the head has moved on."""
        rows, previous = [], head.hash
        for number, draft in enumerate(drafts, start=head.events + 1):
            rows.append(draft.chained(number, previous))
            previous = rows[-1][0].hash
        events = [event for event, _ in rows]
        added = connection.execute(
            ADD,
            {
                "place": place,
                "known_events": head.events,
                "known_hash": head.hash,
                "events": events[-1].number,
                "hash": previous,
                "numbers": [event.number for event in events],
                "hashes": [event.hash for event in events],
                "previous": [event.previous for event in events],
                "lines": [line for _, line in rows],
            },
        )
        self._known = Known(events[-1].number, previous) if added.rowcount == len(events) else None
        return events if self._known else []

    def of_kinds(self, kinds: Sequence[str], after: int) -> Iterator[Event]:
        """What others add while somebody reads is read the next time."""
        self._catch_up()
        yield from self._files.of_kinds(kinds, after)
        yield from [one for one, _ in self._tail if one.number > after and (not kinds or one.kind in kinds)]

    def backwards(self, kind: str) -> Iterator[Event]:
        self._catch_up()
        yield from [event for event, _ in reversed(self._tail) if event.kind == kind]
        yield from self._files.backwards(kind)

    def of_hash(self, event_hash: str) -> Event | None:
        self._catch_up()
        tail = (event for event, _ in reversed(self._tail) if event.hash == event_hash)
        return next(tail, None) or self._files.of_hash(event_hash)

    def numbered(self, number: int) -> Event | None:
        self._catch_up()
        tail = (event for event, _ in self._tail if event.number == number)
        return next(tail, None) or self._files.numbered(number)

    def count(self, kinds: Sequence[str]) -> int:
        self._catch_up()
        return self._files.count(kinds) + sum(1 for event, _ in self._tail if not kinds or event.kind in kinds)

    def publish(self) -> int:
        """Bring what the database holds beyond them into the segment files. Returns how many events that were."""
        with self._locked():
            if torn := torn_bytes(self._folder):
                drop_torn_line(self._folder, torn)  # an export was killed here; the database still has the event
            self._files.refresh()
            self._restart()
            self._catch_up()
            for begin in range(0, len(self._tail), BATCH):
                part = self._tail[begin : begin + BATCH]
                self._files.write([event for event, _ in part], [line for _, line in part])
            brought, self._tail = len(self._tail), []
            return brought

    @contextmanager
    def _locked(self) -> Iterator[None]:
        handle = lock(self._folder, wait=True)
        try:
            yield
        finally:
            os.close(handle)

    def close(self) -> None:
        try:
            self.publish()
        finally:
            self._release()

    def _release(self) -> None:
        self._files.close()
        self._engine.dispose()

    def _adopt(self, connection: sql.Connection, place: str) -> None:
        """Fill the database from the segment files if it holds only their beginning: they are the truth."""
        row = self._locked_head(connection, place)
        files = self._files.chain
        same = row.events == 0 or (row.events < files.number and self._hash_in_files(row.events) == row.hash)
        if same and row.events < files.number:
            events = self._files.of_kinds((), row.events)
            while part := list(islice(events, BATCH)):
                connection.execute(sql.insert(EVENTS), [_row(place, event, event.line()) for event in part])
            self._move_head(connection, place, files.number, files.hash)
            self.filled = files.number - row.events

    def _hash_in_files(self, number: int) -> str | None:
        event = self._files.numbered(number)
        return event.hash if event else None

    def _restart(self) -> None:
        """Follow the database from where the files end. Raises Tampered unless it holds the files' last event."""
        self._tail, self._chain = [], self._files.chain.copy()
        if self._place is None or self._chain.number == 0:
            return
        wanted = sql.select(EVENTS.c.hash).where(EVENTS.c.place == self._place, EVENTS.c.number == self._chain.number)
        with asking(), self._engine.connect() as connection:
            found = connection.execute(wanted).scalar_one_or_none()
        if found != self._chain.hash:
            raise _disagrees(self._chain.number, "is missing from it" if found is None else "is another one there")

    def _catch_up(self) -> None:
        """Follow what was added since, by whomever."""
        if self._place is None:
            return
        for line in lines_of(self._engine, self._place, self._chain.number):
            try:
                self._tail.append((Event.from_raw(self._chain.follow(line)), line))
            except Broken as broken:
                raise tampered("the database", broken.problem) from None

    def _locked_head(self, connection: sql.Connection, place: str) -> Known:
        """The place's head, which no other writer can move before this transaction ends."""
        wanted = sql.select(HEADS.c.events, HEADS.c.hash).where(HEADS.c.place == place).with_for_update()
        if (row := connection.execute(wanted).one_or_none()) is None:
            begin = insert(HEADS).values(place=place, events=0, hash=GENESIS)
            connection.execute(begin.on_conflict_do_nothing())
            row = connection.execute(wanted).one()
        return Known(row.events, row.hash)

    def _move_head(self, connection: sql.Connection, place: str, events: int, event_hash: str) -> None:
        connection.execute(sql.update(HEADS).where(HEADS.c.place == place).values(events=events, hash=event_hash))


def _row(place: str, event: Event, line: bytes) -> dict[str, Any]:
    return {"place": place, "number": event.number, "hash": event.hash, "previous": event.previous, "line": line}


def _disagrees(number: int, what: str) -> Tampered:
    return Tampered(
        "LEDGER-DATABASE-DIFFERS",
        f"The database and the segment files do not hold one history: event {number} of the files {what}.",
        "something was changed in the database, or both were written apart from each other.",
        "keep both; the files can fill the database again once this place's rows are taken out of it",
        "the place's security lead",
    )


def check_database(url: str, folder: Path) -> list[Problem]:
    """Does the database hold, byte for byte, every event of the segment files, and does its history go on from there?"""
    place, engine = place_of(folder), engine_of(url)
    chain, held = Chain(), lines_of(engine, place)
    try:
        for _, line in whole_lines(folder):
            if next(held, None) != line:
                return [
                    Problem(
                        "LEDGER-DATABASE-DIFFERS", f"event {chain.number + 1}", "the database holds another, or none"
                    )
                ]
            chain.follow(line)
        for line in held:
            chain.follow(line)
    except Broken as broken:
        return [broken.problem]
    finally:
        engine.dispose()
    return []
