"""A place's part of the key folder: its root, its identity, its last known head. Never in its home.

    KEYS/lock.json                  the lock of the whole folder (vault/passphrase.py)
    KEYS/PLACE-ID/root.json         which root the place uses: kind and id, no secret
    KEYS/PLACE-ID/root-ID.key       a root of kind `file`, sealed; `root.key` if an earlier version made it
    KEYS/PLACE-ID/identity.key      the place's identity, sealed
    KEYS/PLACE-ID/head.json         how far its history went when this machine last saw it
    KEYS/people/PERSON.key          a person's signing key, sealed

Secrets are unsealed when they are needed: what needs none of them asks for no passphrase.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from boldlink.errors import KeyUnavailable
from boldlink.vault.files import replace_file, sync_folder
from boldlink.vault.identity import KEY_BYTES, Identity, derive, signature_holds
from boldlink.vault.passphrase import Lock
from boldlink.vault.root import FileRoot, Root, make_root, open_root, root_id

__all__ = ["Identity", "KeyFolder", "derive", "person_identity", "signature_holds"]

ROOT, NEXT, IDENTITY, HEAD = "root.json", "root.next.json", "identity.key", "head.json"
FIRST_ROOT = "root.key"


@dataclass(frozen=True)
class KeyFolder:
    """The keys of one place, in a folder named by the place's random id."""

    folder: Path

    @classmethod
    def create(cls, folder: Path, kind: str | None = None) -> KeyFolder:
        """Make a root (of BOLDLINK_ROOT's kind if none is named, else `file`) and an identity; what stands is kept."""
        keys = cls(folder)
        if not (folder / ROOT).exists():
            root = make_root(keys, kind or os.environ.get("BOLDLINK_ROOT") or FileRoot.kind)
            keys.use_root(root)
        if not (folder / IDENTITY).exists():
            keys.write(IDENTITY, os.urandom(KEY_BYTES))
        return keys

    def require(self) -> None:
        """Raises KeyUnavailable unless the root and the identity are here. Opens neither."""
        names = [noted.get("file", ROOT) for noted in (self.noted(ROOT), self.noted(NEXT)) if noted] or [FIRST_ROOT]
        # A process that died between destroying the old root and adopting the new one leaves the new one alone.
        if not any((self.folder / name).is_file() for name in names):
            raise _not_here(names[0])
        if not (self.folder / IDENTITY).is_file():
            raise _not_here(IDENTITY)

    @property
    def place(self) -> str:
        """The place's id."""
        return self.folder.name

    @property
    def root(self) -> Root:
        """The root in use."""
        noted = self.noted(ROOT)
        if noted is None:
            noted = {"kind": FileRoot.kind, "id": root_id(self.read(FIRST_ROOT)), "file": FIRST_ROOT}
            self._write_note(ROOT, noted)
        return open_root(self, noted)

    @property
    def identity(self) -> Identity:
        return Identity.from_seed(self.read(IDENTITY))

    def noted(self, name: str = ROOT) -> dict[str, str] | None:
        """What `root.json` or `root.next.json` says, or None. Nothing secret."""
        path = self.folder / name
        return dict(json.loads(path.read_bytes())) if path.is_file() else None

    def use_root(self, root: Root) -> None:
        """Note a root down as the one in use."""
        self._note(ROOT, root)

    def stage_root(self, root: Root) -> None:
        """Note a root down beside the one in use."""
        self._note(NEXT, root)

    def adopt_staged(self) -> str:
        """Destroy the root in use and put the staged one in its place. Again after a crash: the same.

        Returns what was truly done to the old root.
        """
        told = self.root.destroy()
        (self.folder / NEXT).replace(self.folder / ROOT)
        sync_folder(self.folder)
        return told

    def adopted(self, identity: str) -> str:
        """After a crash: the staged root is in its place already. Raises KeyUnavailable if that root is not here."""
        if self.root.id != identity:
            raise _not_here(f"of the root {identity}")
        return "it was destroyed by a process that died before it could say so"

    @property
    def unfinished(self) -> bool:
        """Does anything of a staged root lie here? Told without unlocking."""
        known = {(self.noted(ROOT) or {}).get("file"), FIRST_ROOT}
        return self.noted(NEXT) is not None or any(p.name not in known for p in self.folder.glob("root-*.key"))

    def discard_staged(self) -> bool:
        """Destroy a staged root that nothing was wrapped with for good, and roots in files that no note names."""
        staged, found = self.noted(NEXT), False
        if staged is not None:
            open_root(self, staged).destroy()
            (self.folder / NEXT).unlink()
            found = True
        known = {(self.noted(ROOT) or {}).get("file"), FIRST_ROOT}
        for path in self.folder.glob("root-*.key"):
            if path.name not in known:
                self.shred(path.name)
                found = True
        return found

    @property
    def last_head(self) -> dict[str, str | int] | None:
        """The head that this machine last saw, so that a cut-off history shows here at once."""
        path = self.folder / HEAD
        return json.loads(path.read_bytes()) if path.exists() else None

    def remember_head(self, head: dict[str, str | int]) -> None:
        replace_file(self.folder / HEAD, json.dumps(head).encode())

    def close(self) -> None:
        """Nothing is held open between two secrets."""

    def read(self, file: str) -> bytes:
        """A secret of this place. Raises KeyUnavailable if it is not here, or the folder stays locked."""
        if not (self.folder / file).is_file():
            raise _not_here(file)
        return Lock.open(self.folder.parent).read(f"{self.place}/{file}")

    def write(self, file: str, secret: bytes) -> None:
        Lock.open(self.folder.parent).write(f"{self.place}/{file}", secret)

    def shred(self, file: str) -> None:
        Lock.open(self.folder.parent).shred(f"{self.place}/{file}")

    def _note(self, name: str, root: Root) -> None:
        self._write_note(name, root.describe())

    def _write_note(self, name: str, described: dict[str, str]) -> None:
        replace_file(self.folder / name, json.dumps(described, sort_keys=True).encode())


def person_identity(key_root: Path, person: str) -> Identity:
    """A person's signing key, made at first use and sealed like every other."""
    lock, name = Lock.open(key_root), f"people/{person}.key"
    if not lock.has(name):
        lock.write(name, os.urandom(KEY_BYTES))
    return Identity.from_seed(lock.read(name))


def _not_here(name: str) -> KeyUnavailable:
    return KeyUnavailable(
        "VAULT-NO-ROOT",
        f"The key {name} of this place is not on this machine.",
        "keys lie outside the home folder, so that a copy of the home alone opens nothing.",
        "set BOLDLINK_KEYS to the folder that holds this home's keys",
        "the place's key custodian",
    )
