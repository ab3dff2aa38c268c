"""What tests of a programme's documents share: a plain way to write YAML, the BOLD programme, and people's keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from boldlink.ledger import Ledger
from boldlink.programme.charter import appoint, charter_at
from boldlink.programme.faults import ProgrammeLoader
from boldlink.programme.folder import Programme, read_programme
from boldlink.programme.instruments import INSTRUMENTS, Instrument
from boldlink.programme.record import programme_at, record_document
from boldlink.programme.signatories import holder_of, required_posts
from boldlink.programme.signing import sign
from boldlink.vault import Identity

BOLD = Path(__file__).parents[2] / "programmes" / "bold"
FILES = sorted(path.relative_to(BOLD).as_posix() for path in BOLD.rglob("*.yaml"))
MANAGER = "bram-oxenstone"


class Plain(yaml.SafeDumper):
    """Writes a value that occurs twice out twice: a programme's YAML has no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class Clock:
    """A ledger's clock that stands where a test puts it."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __call__(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)


@cache
def bold() -> Programme:
    """The BOLD programme, read once."""
    return read_programme(BOLD)


def read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=ProgrammeLoader)


def write(path: Path, content: Any) -> None:
    path.write_text(yaml.dump(content, Dumper=Plain, sort_keys=False, allow_unicode=True), "utf-8")


def change(path: Path, edit: Callable[[Any], object]) -> None:
    """Edit a YAML file's value in place."""
    content = read(path)
    edit(content)
    write(path, content)


def identity(person: str) -> Identity:
    """A person's key, the same in every test."""
    return Identity.from_seed(person.encode().ljust(32, b".")[:32])


def places_in(value: Any, where: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a document where a value stands, as the keys and numbers that lead to it."""
    if where:
        yield where
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places_in(one, (*where, key))


def at(value: Any, where: tuple[str | int, ...]) -> Any:
    for key in where:
        value = value[key]
    return value


def dropped(*where: str | int) -> Callable[[Any], object]:
    """An edit that takes away what stands at a place."""
    return lambda content: at(content, where[:-1]).__delitem__(where[-1])


def became(value: Any, *where: str | int) -> Callable[[Any], object]:
    """An edit that puts a value at a place."""
    return lambda content: at(content, where[:-1]).__setitem__(where[-1], value)


def document(ledger: Ledger, kind: str, name: str) -> Instrument:
    """A document as the ledger knows it now."""
    programme = programme_at(ledger)
    assert programme is not None
    return programme.instruments[kind, name]


def sign_by_all(ledger: Ledger, kind: str, name: str) -> None:
    """Every post that must sign a document signs it."""
    programme = programme_at(ledger)
    assert programme is not None
    found = programme.instruments[kind, name]
    for post in required_posts(found, programme):
        person = str(holder_of(post, programme))
        sign(found, post, person, programme, ledger, identity(person))


def put(ledger: Ledger, kind: str, name: str, **changes: Any) -> None:
    """Record a document anew, with changed fields; None takes a field away."""
    programme = programme_at(ledger)
    assert programme is not None
    old = programme.posts[name].content if kind == "post" else programme.instruments[kind, name].content
    content = {key: value for key, value in {**old, **changes}.items() if value is not None}
    if kind in INSTRUMENTS:
        INSTRUMENTS[kind].model_validate(content)
    record_document(ledger, MANAGER, kind, name, content)


def hand_over(ledger, post, holder):
    """A post passes to somebody, and whoever appoints signs it."""
    put(ledger, "post", post, holder=holder)
    charter = charter_at(ledger)
    proposal = charter.proposed["post", post]
    person = charter.appointer(proposal)[1]
    appoint(proposal, person, charter, ledger, identity(person))
