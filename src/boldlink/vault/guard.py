"""What the vault's own process believes, and what it does not: the judgement behind every lease it gives.

It does not believe the process that asks. It believes:

- the kernel, about which account asks (SO_PEERCRED), and `accounts.yaml` in the key folder, about who that is;
- the place's ledger, read by itself, as far as its chain is whole and goes on from the head it saw last;
- what is known and signed in that ledger only as it stood when the account that runs the vault accepted it
  (`standing.json`): a document, post or signature that appears later counts for nothing until it is accepted again;
- its own answer: the decision is made again from those facts, and what the line in the ledger says of itself is not
  enough. A line that claims more than the rules give opens nothing.

So whoever can write the ledger can ask for what they might have asked for anyway, and for nothing more. What they still
can do: ask for everything their own person may see, spoil or delete what lies in the home, and keep rows they have read.
"""

from __future__ import annotations

import json
import pwd
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import yaml

from boldlink.errors import BadInput, KeyUnavailable, Tampered
from boldlink.ledger import Event, Head, Ledger, check_head
from boldlink.ledger.segments import segments
from boldlink.vault.files import replace_file
from boldlink.vault.keys import KeyFolder
from boldlink.vault.lease import of_files
from boldlink.vault.vault import no_key, require_opened

ACCOUNTS, STANDING = "accounts.yaml", "standing.json"
PLACE = re.compile(r"[a-z][a-z0-9-]*")
CUSTODIAN = "custodian"


class Opened(NamedTuple):
    """What a request opens today, by the rules: compartments as NAME:read or NAME:write, and the role it takes."""

    compartments: tuple[str, ...]
    role: str


class Decider(Protocol):
    """The rules, handed in by the journey, so that the vault need not know them."""

    def opened(self, ledger: Ledger, fields: Mapping[str, Any], at: datetime) -> Opened:
        """Decide again what a decision's own fields ask for; nothing opened if the answer is no."""

    def standing(self, ledger: Ledger) -> str:
        """A hash of everything that decisions are made of: documents, posts, people, signatures."""


@dataclass
class Guarded:
    """One place as the vault sees it: its history, its keys, what was accepted."""

    name: str
    ledger: Ledger
    keys: KeyFolder
    size: int


@dataclass
class Guard:
    """Judges requests about the places of one home."""

    home: Path
    key_root: Path
    decider: Decider
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _places: dict[str, Guarded] = field(default_factory=dict)

    def people(self, uid: int) -> tuple[str, ...]:
        """Who acts through an account. Raises KeyUnavailable for an account that nobody named."""
        found = named_accounts(self.key_root).get(uid, ())
        if not found:
            raise KeyUnavailable(
                "VAULT-ACCOUNT",
                "The vault does not know the account that asks.",
                f"it lends keys only to accounts that {ACCOUNTS} in its key folder names.",
                "ask to be entered there",
                "the place's key custodian",
            )
        return found

    def place(self, name: Any) -> Guarded:
        """A place as its ledger stands now. Raises Tampered if its history does not go on from what was last seen."""
        if not isinstance(name, str) or not PLACE.fullmatch(name):
            raise BadInput("VAULT-PLACE", "There is no place of that name in this home.")
        folder = self.home / "places" / name / "ledger"
        known = self._places.get(name)
        size = sum(path.stat().st_size for path in segments(folder))
        if known is None or known.size != size:
            ledger = Ledger(folder)
            keys = KeyFolder(self.key_root / (ledger.place or "nothing"))
            keys.require()
            seen = known.ledger.head if known else _last_head(keys)
            if seen and (problems := check_head(seen, ledger.head.events, ledger.head_at(seen.events))):
                raise Tampered(problems[0].code, f"The history of {name} is not the one the vault last saw.")
            known = self._places[name] = Guarded(name, ledger, keys, size)
        return known

    def accept(self, name: str) -> str:
        """Accept what is known and signed in a place as it stands now; done by whoever runs the vault."""
        at = self.place(name)
        standing = self.decider.standing(at.ledger)
        replace_file(at.keys.folder / STANDING, json.dumps({"standing": standing}).encode())
        return standing

    def accepted(self, name: str) -> bool | None:
        """Is what stands in a place what was accepted? None if nothing ever was."""
        at = self.place(name)
        path = at.keys.folder / STANDING
        return json.loads(path.read_bytes())["standing"] == self.decider.standing(at.ledger) if path.is_file() else None

    def judge(self, people: tuple[str, ...], name: Any, decision: Any, compartment: Any, write: bool) -> Event:
        """The decision's event, if it opens this compartment in this way for one of these people, now.

        Raises KeyUnavailable with the reason that it does not.
        """
        at = self.place(name)
        compartment = str(compartment)
        event = require_opened(at.ledger, str(decision), compartment, write, self.now())
        if event.person not in people or event.body.get("person") != event.person:
            raise no_key(compartment, "the decision shown for it was given to another person than the one who asks.")
        if event.body.get("place") != name:
            raise no_key(compartment, "the decision shown for it counts in another place.")
        if not self.accepted(at.name):
            raise _not_accepted(compartment)
        opened = self.decider.opened(at.ledger, event.body, self.now())
        if f"{compartment}:{'write' if write else 'read'}" not in opened.compartments:
            raise no_key(compartment, "the rules do not give what the decision shown for it says.")
        if not of_files(compartment) and opened.role != CUSTODIAN:
            raise no_key(compartment, "a key that leaves the vault is handed to custodians alone.")
        return event


def named_accounts(key_root: Path) -> dict[int, tuple[str, ...]]:
    """Accounts (uid) and the people who act through each. Raises BadInput for a file that says something else."""
    path = key_root / ACCOUNTS
    if not path.is_file():
        return {}
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {_uid(account): _people(people) for account, people in dict(raw).items()}
    except (yaml.YAMLError, ValueError, TypeError, KeyError):
        raise BadInput(
            "VAULT-ACCOUNTS",
            f"{ACCOUNTS} in the key folder cannot be used.",
            "it maps an account (a name or a number) to a person's id, or to a list of them.",
            "write it as in docs/keys.md",
        ) from None


def held_key(ledger: Ledger, path: str) -> str | None:
    """The SHA-256 that a place's ledger binds to a key file now; None if it never did or the key was destroyed."""
    held: str | None = None
    for event in ledger.events():
        if path in event.body.get("erased", ()):
            held = None
        held = next((file["sha256"] for file in event.body.get("files", ()) if file["path"] == path), held)
    return held


def _uid(account: Any) -> int:
    return account if isinstance(account, int) else pwd.getpwnam(str(account)).pw_uid


def _people(people: Any) -> tuple[str, ...]:
    found = tuple(people) if isinstance(people, list) else (people,)
    if not all(isinstance(person, str) and person for person in found):
        raise ValueError("not people")
    return found


def _last_head(keys: KeyFolder) -> Head | None:
    return Head.from_dict(keys.last_head) if keys.last_head else None


def _not_accepted(compartment: str) -> KeyUnavailable:
    return KeyUnavailable(
        "VAULT-FACTS-CHANGED",
        f"The key of {compartment} is not given out:",
        "documents, posts or signatures changed since the account that runs the vault last accepted them.",
        "read what changed (`boldlink status`), then start `boldlink serve-vault --accept`",
        "the place's key custodian",
    )
