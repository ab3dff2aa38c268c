"""A secure place: its own root folder, its own ledger, its own vault, its own identity.

HOME/places/PLACE holds the ledger and everything sealed; the root key and the identity lie in the key folder, outside
HOME, under the place's random id, which stands in the ledger's first event.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from boldlink.errors import BadInput, Tampered
from boldlink.ledger import SEGMENT_EVENTS, Event, Head, Ledger, Problem, check_head, check_segments
from boldlink.ledger.verify import read_lines
from boldlink.places.store import Store, bound_files, check_files
from boldlink.vault import KeyFolder, Vault, client
from boldlink.vault.export import current_root
from boldlink.vault.keys import signature_holds
from boldlink.vault.replace import finish, replace_root


def default_key_folder() -> Path:
    """Where root keys lie: BOLDLINK_KEYS, else the user's data folder. Never inside a home."""
    if chosen := os.environ.get("BOLDLINK_KEYS"):
        return Path(chosen).expanduser().resolve()
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path("~/.local/share").expanduser()).resolve() / "boldlink" / "keys"


@dataclass
class Place:
    """One opened place. Close it when done: an open place is locked against other writers."""

    name: str
    root: Path
    keys: KeyFolder
    ledger: Ledger
    vault: Vault
    store: Store

    @classmethod
    def open(cls, root: Path, key_root: Path, *, now: Callable[[], datetime] | None = None) -> Place:
        """Open a place for work, making it if it is new, and make good what a killed run left undone.

        Raises Busy, Tampered (chain or last known head), KeyUnavailable, BadInput (keys inside the home).
        """
        _require_outside(key_root, root)
        clock = now or (lambda: datetime.now(UTC).replace(microsecond=0))
        ledger = Ledger(root / "ledger", write=True, now=clock)
        try:
            keys, vault = _keys_and_vault(ledger, root, key_root, clock)
            keys.require()
            place = cls(root.name, root, keys, ledger, vault, Store(root, ledger))
            place._require_known_history()
            if repaired := place.store.repair():
                ledger.append("store.repaired", "boldlink", {"files": [], "repaired": repaired})
            finish(keys, ledger)
        except BaseException:
            ledger.close()
            raise
        return place

    @property
    def identity(self) -> dict[str, str]:
        """The place's public keys, as its first event gives them."""
        return dict(next(self.ledger.events("place.created")).body["identity"])

    def replace_root(self, decision: Event, reason: str, dropped: Collection[str] = ()) -> Event:
        """Replace the root, so that copies of this place made before stay shut; the keys of `dropped` go with it."""
        held = [path for path in bound_files(self.ledger) if path.startswith("vault/")]
        return replace_root(self.keys, self.vault, self.ledger, self.store, held, decision, reason, dropped)

    def checkpoint(self) -> Event:
        """Sign how far the history goes, and remember it outside the home."""
        last = self.ledger.last("ledger.checkpoint")
        if last is None or last.number != self.ledger.head.events:
            head = self.ledger.head.as_dict()
            body = {"head": head, "signature": self.keys.identity.sign(_head_bytes(self.ledger.head))}
            last = self.ledger.append("ledger.checkpoint", "boldlink", body)
        self.keys.remember_head(self.ledger.head.as_dict())
        return last

    def close(self) -> None:
        self.keys.close()
        self.ledger.close()

    def _require_known_history(self) -> None:
        known = self.keys.last_head
        problems = check_head(list(self.ledger.events()), _head(known)) if known else []
        if problems:
            raise Tampered(
                problems[0].code,
                f"The history of {self.name} is not the one this machine last saw: {problems[0].what}.",
                "events that were once written are gone, or others stand in their place.",
                "restore the place from a copy made after its last run, or investigate before going on",
                "the place's security lead",
            )


@contextmanager
def restoring(root: Path, key_root: Path) -> Iterator[tuple[KeyFolder, Ledger]]:
    """A place whose root is missing here: its key folder and its ledger, and nothing else of it, opened for writing."""
    _require_outside(key_root, root)
    ledger = Ledger(root / "ledger", write=True)
    try:
        yield KeyFolder(key_root / ledger.place), ledger
    finally:
        ledger.close()


def _keys_and_vault(
    ledger: Ledger, root: Path, key_root: Path, clock: Callable[[], datetime]
) -> tuple[KeyFolder, Vault]:
    """The place's keys, here or, if BOLDLINK_VAULT names one, in a vault of its own account."""
    if path := client.address():
        return client.connect(path, root, ledger, clock)
    keys = _begin(ledger, root.name, key_root) if ledger.head.events == 0 else KeyFolder(key_root / ledger.place)
    return keys, Vault(root, keys, ledger, clock)


def _begin(ledger: Ledger, name: str, key_root: Path) -> KeyFolder:
    place_id = f"{name}-{secrets.token_hex(8)}"
    keys = KeyFolder.create(key_root / place_id)
    body = {"place": place_id, "name": name, "identity": keys.identity.public, "root": keys.root.id}
    ledger.append("place.created", "boldlink", body)
    return keys


def audit_place(root: Path, key_root: Path, head: Head | None = None) -> tuple[Ledger | None, list[Problem]]:
    """Check a place without changing it: chain, checkpoints, heads known here or given, and every file."""
    try:
        ledger = Ledger(root / "ledger")
    except Tampered as problem:
        return None, [Problem(problem.code, "ledger", problem.what)]
    problems = []
    if read_lines(root / "ledger")[1]:
        problems.append(Problem("LEDGER-TORN", "ledger", "its last line is unfinished; run the programme again"))
    problems += check_segments(root / "ledger", SEGMENT_EVENTS)
    if ledger.head.events == 0:
        return ledger, [*problems, Problem("LEDGER-EMPTY", "ledger", "there is no history here")]
    keys = KeyFolder(key_root / ledger.place)
    known, noted, in_use = keys.last_head, keys.noted(), current_root(ledger)
    if noted and in_use and noted["id"] != in_use:
        problems.append(Problem("VAULT-ROOT-OTHER", "keys", f"the root here is not {in_use}, which the place uses now"))
    for expected in filter(None, [_head(known) if known else None, head]):
        problems += check_head(list(ledger.events()), expected)
    return ledger, problems + _check_checkpoints(ledger) + check_files(root, ledger)


def _check_checkpoints(ledger: Ledger) -> list[Problem]:
    public = next(ledger.events("place.created")).body["identity"]["signing"]
    problems = []
    for event in ledger.events("ledger.checkpoint"):
        head = _head(event.body["head"])
        signed = signature_holds(public, event.body["signature"], _head_bytes(head))
        if not signed or (head.events, head.hash) != (event.number - 1, event.previous):
            where = f"event {event.number}"
            problems.append(
                Problem("LEDGER-CHECKPOINT", where, "its signature is not the place's, or not over this history")
            )
    return problems


def _head(raw: object) -> Head:
    assert isinstance(raw, dict)
    return Head(str(raw["place"]), int(raw["events"]), str(raw["hash"]))


def _head_bytes(head: Head) -> bytes:
    return f"boldlink head\n{head.place}\n{head.events}\n{head.hash}\n".encode()


def _require_outside(key_root: Path, root: Path) -> None:
    home = root.parent.parent.resolve()
    if key_root.resolve().is_relative_to(home):
        raise BadInput(
            "KEYS-INSIDE-HOME",
            "The key folder lies inside the home folder.",
            "whoever copies the home would hold the keys to it.",
            "set BOLDLINK_KEYS to a folder outside the home",
        )
