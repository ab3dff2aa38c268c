"""Where several writers meet: the tables of a shared ledger, and connections that never show their URL.

An event's exact line is kept. The primary key (place, number) and the uniqueness of (place, previous) make a gap or a fork
impossible, whatever a writer does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sql

from boldlink.errors import BadInput, BoldError, MissingPart

METADATA = sql.MetaData()
EVENTS = sql.Table(
    "boldlink_events",
    METADATA,
    sql.Column("place", sql.Text, primary_key=True),
    sql.Column("number", sql.BigInteger, primary_key=True),
    sql.Column("hash", sql.Text, nullable=False),
    sql.Column("previous", sql.Text, nullable=False),
    sql.Column("line", sql.LargeBinary, nullable=False),
    sql.UniqueConstraint("place", "previous"),
)
HEADS = sql.Table(
    "boldlink_heads",
    METADATA,
    sql.Column("place", sql.Text, primary_key=True),
    sql.Column("events", sql.BigInteger, nullable=False),
    sql.Column("hash", sql.Text, nullable=False),
)
# Moves the head and adds the lines, if the head is the one they were chained to; otherwise neither.
ADD = sql.text(
    """
    WITH moved AS (
        UPDATE boldlink_heads SET events = :events, hash = :hash
        WHERE place = :place AND events = :known_events AND hash = :known_hash RETURNING place
    )
    INSERT INTO boldlink_events (place, number, hash, previous, line)
    SELECT moved.place, added.number, added.hash, added.previous, added.line
    FROM moved, unnest(
        CAST(:numbers AS bigint[]), CAST(:hashes AS text[]), CAST(:previous AS text[]), CAST(:lines AS bytea[])
    ) AS added (number, hash, previous, line)
    """
)
SCHEMA_LOCK = 0x626F6C64  # an advisory lock, so that processes that begin together make the tables once
BATCH = 1000  # lines in memory at a time


def engine_of(url: str) -> sql.Engine:
    """Connections to the database of a URL, whose password never stands in an error."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise MissingPart(
            "INSTALL-POSTGRESQL",
            "A ledger in PostgreSQL needs psycopg, which is not installed.",
            "it is an extra: a ledger with one writer needs no database.",
            "pip install 'boldlink[postgresql]'",
        ) from None
    try:
        parsed = sql.make_url(url)
    except sql.exc.ArgumentError:
        raise _bad_url() from None
    if parsed.drivername not in ("postgresql", "postgresql+psycopg"):
        raise _bad_url()
    driver = parsed.set(drivername="postgresql+psycopg")
    # An acknowledged event is on disk, whatever the server's default.
    durable = {"options": "-c synchronous_commit=on"}
    return sql.create_engine(driver, pool_size=1, hide_parameters=True, connect_args=durable)


@contextmanager
def asking() -> Iterator[None]:
    """What the database refuses, said without anything of the URL or of an event in it."""
    try:
        yield
    except sql.exc.SQLAlchemyError as problem:
        kind = type(getattr(problem, "orig", None) or problem).__name__
        raise BoldError(
            "LEDGER-DATABASE",
            f"The ledger's database did not do what was asked ({kind}).",
            "what was acknowledged before stands; whether this was recorded, the ledger shows when it is opened again.",
            "see that the database runs and that the URL, its account and its rights are right, then run again",
            "whoever runs the database",
        ) from None


def _bad_url() -> BadInput:
    return BadInput(
        "LEDGER-URL", "The ledger's URL is not one of PostgreSQL.", do="give postgresql://USER@HOST/DATABASE, or none"
    )


def lines_of(engine: sql.Engine, place: str, after: int = 0) -> Iterator[bytes]:
    """Every line of a place behind a number, in order."""
    number = after
    columns = sql.select(EVENTS.c.number, EVENTS.c.line).where(EVENTS.c.place == place)
    while True:
        with asking(), engine.connect() as connection:
            rows = connection.execute(
                columns.where(EVENTS.c.number > number).order_by(EVENTS.c.number).limit(BATCH)
            ).all()
        yield from (bytes(row.line) for row in rows)
        if len(rows) < BATCH:
            return
        number = rows[-1].number
