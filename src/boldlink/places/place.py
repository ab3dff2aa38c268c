"""A secure place: its own root folder, its own ledger, its own vault, its own identity.

HOME/places/PLACE holds the ledger and everything sealed; the root key, the identity, the last known head and the ledger's
index lie in the key folder, outside HOME, under the place's random id, which stands in the ledger's first event.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any

from boldlink.errors import BadInput, BoldError, Tampered
from boldlink.ledger import Event, Head, Ledger, check_head, place_of
from boldlink.ledger.checkpoint import Checkpoint
from boldlink.ledger.segments import lock
from boldlink.places.store import Store, bound_files
from boldlink.vault import KeyFolder, Vault, client
from boldlink.vault.replace import finish, replace_root

LINE_SECONDS = 0.2  # longer than a line of the ledger takes to be written


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
    lock: int

    @classmethod
    def open(
        cls, root: Path, key_root: Path, *, now: Callable[[], datetime] | None = None, database: str | None = None
    ) -> Place:
        """Open a place for work, making it if it is new, and make good what a killed run left undone.

        database: a postgresql:// URL where other processes may write this place's ledger at the same time; its files
        are for one process alone, as ever.
        Raises Busy, Tampered (chain or last known head), KeyUnavailable, BadInput (keys inside the home).
        """
        _require_outside(key_root, root)
        clock = now or (lambda: datetime.now(UTC).replace(microsecond=0))
        root.mkdir(parents=True, exist_ok=True)
        handle = lock(root)
        try:
            index = _index(root / "ledger", key_root)
            ledger = Ledger(root / "ledger", write=True, now=clock, index=index, database=database)
        except BaseException:
            os.close(handle)
            raise
        try:
            keys, vault = _keys_and_vault(ledger, root, key_root, clock)
            keys.require()
            place = cls(root.name, root, keys, ledger, vault, Store(root, ledger), handle)
            place._require_known_history(keys.last_head)
            place._require_same_way(shared=database is not None)
            if repaired := place.store.repair():
                ledger.append("store.repaired", "boldlink", {"files": [], "repaired": repaired})
            finish(keys, ledger)
        except BaseException:
            with suppress(BoldError):  # the first problem is the one to tell
                ledger.close()
            os.close(handle)
            raise
        return place

    @classmethod
    def read(cls, root: Path, key_root: Path) -> Place:
        """Open a place to read its history, though another process may be writing it: no lock, no key, nothing written.

        What is read ends with the last event that was whole then. Raises Tampered, BadInput (keys inside the home).
        """
        _require_outside(key_root, root)
        keys = KeyFolder(key_root / (place_of(root / "ledger") or "-"))
        known = keys.last_head  # taken before the history is: whoever is writing may remember a later one
        ledger = _history(root / "ledger")
        place = cls(root.name, root, keys, ledger, Vault(root, keys, ledger), Store(root, ledger), -1)
        place._require_known_history(known)
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
            last = self.ledger.append_on_head("ledger.checkpoint", "boldlink", self._signed)
        self.ledger.publish()
        self.keys.remember_head(self.ledger.head.as_dict())
        return last

    def _signed(self, head: Head) -> dict[str, Any]:
        return {"head": head.as_dict(), "signature": self._sign(head.signed_bytes).hex(), "note": self.note(head)}

    def note(self, head: Head) -> str:
        """The head as a signed note, for witnesses and for the public."""
        checkpoint = Checkpoint(head.place, head.events, bytes.fromhex(head.root))
        return checkpoint.signed(head.place, bytes.fromhex(self.identity["signing"]), self._sign).note()

    def _sign(self, message: bytes) -> bytes:
        return bytes.fromhex(self.keys.identity.sign(message))

    def close(self) -> None:
        """Let other writers in. Closing twice is closing once."""
        try:
            self.keys.close()
            self.ledger.close()
        finally:
            if self.lock >= 0:
                os.close(self.lock)
            self.lock = -1

    def _require_known_history(self, known: Mapping[str, Any] | None) -> None:
        if known is None:
            return
        head = Head.from_dict(known)
        if problems := check_head(head, self.ledger.head.events, self.ledger.head_at(head.events)):
            raise Tampered(
                problems[0].code,
                f"The history of {self.name} is not the one this machine last saw: {problems[0].what}.",
                "events that were once written are gone, or others stand in their place.",
                "restore the place from a copy made after its last run, or investigate before going on",
                "the place's security lead",
            )

    def _require_same_way(self, *, shared: bool) -> None:
        """A history that is written through a database is written so by everybody: two ways at once would fork it."""
        begun = self.ledger.last("ledger.shared") is not None
        if begun and not shared:
            raise BadInput(
                "LEDGER-SHARED",
                f"The ledger of {self.name} is written through a database, and none was named.",
                "writing its files alone would fork its history.",
                "set BOLDLINK_LEDGER, or give --ledger, with the database's URL",
                "whoever runs the database",
            )
        if shared and not begun:
            self.ledger.append("ledger.shared", "boldlink", {})
        elif shared and (brought := self.ledger.publish()):
            self.ledger.append("ledger.repaired", "boldlink", {"events_brought_into_the_files": brought})


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


def _history(folder: Path) -> Ledger:
    """A ledger that is only read. Whoever writes may be in the middle of a line: what is truly changed stays so."""
    try:
        return Ledger(folder)
    except Tampered:
        sleep(LINE_SECONDS)
        return Ledger(folder)


def _index(folder: Path, key_root: Path) -> Path | None:
    """Where the index of a place's ledger lies: beside its keys, if they are here."""
    keys = key_root / (place_of(folder) or "-")
    return keys / "ledger-index.sqlite" if keys.is_dir() else None


def _require_outside(key_root: Path, root: Path) -> None:
    home = root.parent.parent.resolve()
    if key_root.resolve().is_relative_to(home):
        raise BadInput(
            "KEYS-INSIDE-HOME",
            "The key folder lies inside the home folder.",
            "whoever copies the home would hold the keys to it.",
            "set BOLDLINK_KEYS to a folder outside the home",
        )
