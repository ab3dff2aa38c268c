"""What changed between two versions of a document, field by field: what somebody who signed the one reads before the other.

Items of a list are named by what they are of (a dataset, a column, an organisation), or counted from 1; so a column that is
put in first does not make every other look changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from boldlink.ledger import Ledger
from boldlink.programme.instruments import Instrument
from boldlink.programme.signing import last_signed

NAMED_BY = ("id", "name", "dataset", "organisation", "gateway", "group", "control", "principle", "criterion")
LONGEST = 100  # characters of a value in a line; the whole stands in the document
ABSENT = "(not there)"


@dataclass(frozen=True)
class Change:
    """A field that differs, and its value before and now in a few words; ABSENT where it was not, or is no more."""

    field: str
    before: str
    now: str

    def __str__(self) -> str:
        return f"{self.field}: {self.before} → {self.now}"

    def as_dict(self) -> dict[str, str]:
        return {"field": self.field, "before": self.before, "now": self.now}


@dataclass(frozen=True)
class Since:
    """The version that was signed before, the day it was signed last, and what changed since."""

    version: str
    signed_on: date
    changes: tuple[Change, ...]

    def as_dict(self) -> dict[str, Any]:
        changes = [one.as_dict() for one in self.changes]
        return {"version": self.version, "signed_on": self.signed_on.isoformat(), "changes": changes}


def changed_since_signed(document: Instrument, ledger: Ledger) -> Since | None:
    """What changed since the version that somebody signed before; None where no other version ever was."""
    found = last_signed(document, ledger)
    if found is None:
        return None
    before, on = found
    return Since(str(before.get("version", "")), on, tuple(changes(before, document.content)))


def changes(before: Any, now: Any, field: str = "") -> Iterator[Change]:
    """Every field that differs, in the order of the later version; what is no more comes last."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for name in dict.fromkeys((*now, *before)):
            inner = f"{field}.{name}" if field else str(name)
            yield from changes(before.get(name, ABSENT), now.get(name, ABSENT), inner)
    elif _is_list(before) and _is_list(now):
        yield from _of_lists(before, now, field)
    elif before != now:
        yield Change(field, _short(before), _short(now))


def _of_lists(before: Sequence[Any], now: Sequence[Any], field: str) -> Iterator[Change]:
    if all(isinstance(item, Mapping) for item in (*before, *now)):
        yield from changes(_items(before, now), _items(now, before), field)
        return
    gone, new = ([item for item in one if item not in other] for one, other in ((before, now), (now, before)))
    for item in new:
        yield Change(field, ABSENT, _short(item))
    for item in gone:
        yield Change(field, _short(item), ABSENT)
    if before != now and not gone and not new:
        yield Change(field, _short(before), _short(now))


def _items(items: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Items by what names them all in both versions, or by their number."""
    for name in NAMED_BY:
        if all(len({str(item.get(name)) for item in one if name in item}) == len(one) for one in (items, others)):
            return {str(item[name]): item for item in items}
    return {str(number): item for number, item in enumerate(items, start=1)}


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _short(value: Any) -> str:
    """A value in a line: its words, or of a mapping and a list all of theirs."""
    if isinstance(value, Mapping):
        value = "; ".join(f"{name}: {_short(one)}" for name, one in value.items())
    elif _is_list(value):
        value = ", ".join(_short(one) for one in value)
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
