"""Is the whole history intact? Every place's chain, heads, signatures and files, the register, and nothing else there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boldlink.errors import BadInput
from boldlink.journey.home import require_home
from boldlink.journey.register import check_register
from boldlink.ledger import Head, Ledger, Problem
from boldlink.places import audit_place

# Where a record may stand in clear: the owner's own files, and the demo's truth.
CLEAR_FOLDERS = ("extracts", "truth")
# What others carry here and what is carried away: sealed and signed, believed only when it is taken in.
CARRIED_FOLDERS = ("inbox", "receipts")


@dataclass(frozen=True)
class Audit:
    """What was checked and what was found, by place."""

    heads: Mapping[str, Head]
    problems: tuple[tuple[str, Problem], ...]

    @property
    def intact(self) -> bool:
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        return {
            "intact": self.intact,
            "heads": {name: head.as_dict() for name, head in self.heads.items()},
            "problems": [{"place": place, **problem.as_dict()} for place, problem in self.problems],
        }


def audit(root: Path, key_root: Path, heads: Mapping[str, Head] | None = None) -> Audit:
    """Check a home without changing anything in it. `heads` are heads exported before, by place."""
    require_home(root)
    heads = heads or {}
    found: list[tuple[str, Problem]] = []
    now: dict[str, Head] = {}
    pages: list[dict[str, str] | None] = []
    names = sorted({path.name for path in (root / "places").iterdir()} | set(heads))
    for name in names:
        ledger, problems = audit_place(root / "places" / name, key_root, heads.get(name))
        found += [(name, problem) for problem in problems]
        if ledger is not None:
            now[name] = ledger.head
            pages.append(_pages(ledger))
            found += [(name, problem) for problem in _missing_peers(ledger, names)]
    found += [("register", problem) for problem in check_register(root, pages[0] if pages else None)]
    found += [("home", problem) for problem in _strangers(root)]
    if any(one != pages[0] for one in pages):
        found.append(
            (
                "register",
                Problem("REGISTER-DISPUTED", "register", "the places do not agree on its pages; run again"),
            )
        )
    return Audit(now, tuple(found))


def write_heads(heads: Mapping[str, Head], path: Path) -> None:
    """Export heads, to be kept elsewhere: only they show that the end of a history was cut off."""
    path.write_text(json.dumps({name: head.as_dict() for name, head in heads.items()}, indent=2) + "\n")


def read_heads(path: Path) -> dict[str, Head]:
    """Heads that were exported before. Raises BadInput if the file holds none."""
    try:
        raw = json.loads(path.read_text())
        return {name: Head(one["place"], int(one["events"]), one["hash"]) for name, one in raw.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BadInput(
            "AUDIT-HEADS",
            f"{path.name} holds no exported heads.",
            do="give a file that `boldlink audit head` wrote",
        ) from None


def _pages(ledger: Ledger) -> dict[str, str] | None:
    published = ledger.last("register.published")
    return dict(published.body["pages"]) if published else None


def _missing_peers(ledger: Ledger, names: Iterable[str]) -> list[Problem]:
    known = {event.body["peer"] for event in ledger.events("peer.known") if not event.body.get("elsewhere")}
    return [
        Problem("PLACE-MISSING", f"places/{name}", "this place is gone from the home")
        for name in sorted(known - set(names))
    ]


def _strangers(root: Path) -> list[Problem]:
    allowed = {"places", "register", *CLEAR_FOLDERS, *CARRIED_FOLDERS}
    there = sorted(path.name for path in root.iterdir() if path.name not in allowed)
    return [Problem("HOME-ADDED", name, "nothing of boldlink's put this into the home") for name in there]
