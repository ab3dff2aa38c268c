"""The rules as the vault's own process asks them: what a decision's fields open today, and what decisions rest on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from boldlink.decide import Facts, Request, decide
from boldlink.decide.actions import role_for
from boldlink.errors import BadInput
from boldlink.ledger import Ledger
from boldlink.programme.facts import facts_at
from boldlink.vault.guard import Guard, Opened

FIELDS = ("person", "action", "resource", "use_case", "place", "destination")


class Rules:
    """Decides again from a place's ledger. What stands in it is read once for every event that it gains."""

    def __init__(self) -> None:
        self._known: tuple[str, Facts] | None = None

    def opened(self, ledger: Ledger, fields: Mapping[str, Any], at: datetime) -> Opened:
        """What the request in a decision's line opens today, whatever the line says of itself."""
        request = Request(*(fields.get(name) for name in FIELDS))  # type: ignore[arg-type]
        try:
            decision = decide(request, self._facts(ledger), at.date())
            return Opened(decision.opens, role_for(request)) if decision.allowed else Opened((), "")
        except (BadInput, KeyError, AttributeError, TypeError):  # a line that nobody's request would have made
            return Opened((), "")

    def standing(self, ledger: Ledger) -> str:
        """A hash of documents, posts, people and signatures as decisions see them."""
        facts = json.dumps(asdict(self._facts(ledger)), sort_keys=True, default=_plain)
        return hashlib.sha256(facts.encode()).hexdigest()

    def _facts(self, ledger: Ledger) -> Facts:
        if self._known is None or self._known[0] != ledger.hash:
            self._known = (ledger.hash, facts_at(ledger))
        return self._known[1]


def guard_of(home: Path, key_root: Path) -> Guard:
    """What the vault's process judges by, for one home."""
    return Guard(home.resolve(), key_root, Rules())


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)
