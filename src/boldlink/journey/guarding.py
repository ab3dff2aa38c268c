"""The rules as the vault's own process asks them: what a decision's fields open today, and what decisions rest on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from boldlink.decide import Facts, Request, decide
from boldlink.decide.actions import ACTIONS
from boldlink.errors import BadInput
from boldlink.ledger import Ledger
from boldlink.programme.charter import KINDS
from boldlink.programme.facts import facts_at
from boldlink.vault.guard import Guard, Opened

NOTHING = Opened((), "")
MOST_KNOWN = 16  # sets of facts kept at once, more than any home has places


class Rules:
    """Decides again from a place's ledger. What is known and signed is read anew only when it changed."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, date], Facts] = {}

    def opened(self, ledger: Ledger, asked: Mapping[str, Any], at: datetime) -> Opened:
        """What the request in a decision's line opens today, whatever the line says of itself."""
        try:
            request = Request(**{one.name: cast(str, asked.get(one.name)) for one in fields(Request)})
            decision = decide(request, self._facts(ledger, at.date()), at.date())
            return Opened(decision.opens, ACTIONS[request.action].role) if decision.allowed else NOTHING
        except (BadInput, KeyError, AttributeError, TypeError):  # a line that nobody's request would have made
            return NOTHING

    def standing(self, ledger: Ledger) -> str:
        """A hash of all that decisions rest on: of the events that tell it, so no day that passes changes it."""
        told = (event.hash for event in ledger.events(*KINDS))
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def _facts(self, ledger: Ledger, today: date) -> Facts:
        key = self.standing(ledger), today
        if key not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[key] = facts_at(ledger, today)
        return self._known[key]


def key_custodians(ledger: Ledger, place: str) -> list[str]:
    """The people who hold the posts of a place's key custodians, as its ledger has them."""
    posts = facts_at(ledger).posts.values()
    return sorted({post.holder for post in posts if (post.role, post.place) == ("key_custodian", place)})


def guard_of(home: Path, key_root: Path) -> Guard:
    """What the vault's process judges by, for one home."""
    return Guard(home.resolve(), key_root, Rules())
