"""Data keys: one for each compartment, wrapped by the place's root, leased only against a decision in the ledger.

A compartment is place × stage × dataset or use case, such as `identifiers/prison` or `spine/substance-misuse`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from boldlink.errors import KeyUnavailable
from boldlink.ledger import Event, Ledger
from boldlink.vault.identity import KEY_BYTES
from boldlink.vault.keys import KeyFolder
from boldlink.vault.lease import LEASE_LIFE, Lease
from boldlink.vault.root import Root, does_not_open

COMPARTMENT = re.compile(r"[a-z][a-z0-9-]*(/[A-Za-z0-9._~@-]+)*")
FOLDER, STAGING = "vault", "staging"


class Vault:
    """The keys of one place: wrapped by its root, made and destroyed with an entry in its ledger."""

    def __init__(self, root: Path, keys: KeyFolder, ledger: Ledger, now: Callable[[], datetime] | None = None) -> None:
        self._folder, self._keys, self._ledger = root / FOLDER, keys, ledger
        self._now = now or (lambda: datetime.now(UTC))

    def lease(self, decision: Event, compartment: str, *, write: bool = False) -> Lease:
        """Lend a compartment's key. Raises KeyUnavailable unless the ledger holds an allowing decision that opens it.

        Writing makes the key if the compartment has none; reading does not.
        """
        recorded = require_opened(self._ledger, decision.hash, compartment, write, self._now())
        path = self.path(compartment)
        if not path.exists() and not write:
            raise no_key(compartment, "it has no key here: nothing was ever stored in it, or its key was destroyed.")
        if not path.exists():
            self._record(path, compartment, recorded, self._wrapped_new(recorded, compartment))
        return self._lend(recorded, compartment, write)

    def reissue(self, decision: Event, compartment: str, erased: Sequence[str] = ()) -> Lease:
        """A new key for a compartment that is written anew; what lay under the old one (`erased`) is no longer read.

        Keys are rotated so, with every release, and never in place: nothing is ever encrypted again under another key.
        """
        recorded = require_opened(self._ledger, decision.hash, compartment, True, self._now())
        content = self._wrapped_new(recorded, compartment)
        self._record(self.path(compartment), compartment, recorded, content, erased)
        return self._lend(recorded, compartment, True)

    def destroy(self, decision: Event, compartment: str) -> None:
        """Destroy a compartment's key: what is still stored under it can no longer be read here.

        A copy of the home made before, with this root, still can: `replace.replace_root` is what ends that.
        """
        require_opened(self._ledger, decision.hash, compartment, True, self._now())
        path = self.path(compartment)
        if path.exists():
            body = {"compartment": compartment, "decision": decision.hash, "erased": [relative(path)]}
            self._ledger.append("key.destroyed", decision.person, body)
            path.unlink()

    def path(self, compartment: str) -> Path:
        """Where a compartment's wrapped key lies."""
        return key_path(self._folder, compartment)

    def _wrapped_new(self, decision: Event, compartment: str) -> bytes:
        """A new data key, wrapped: the content of its key file."""
        return wrapped_content(self._keys.root, compartment, os.urandom(KEY_BYTES))

    def _lend(self, decision: Event, compartment: str, write: bool) -> Lease:
        key = unwrap_content(self._keys.root, compartment, self.path(compartment).read_bytes())
        return Lease(compartment, decision.hash, write, key, decision.recorded_at + LEASE_LIFE, self._now)

    def _record(
        self, path: Path, compartment: str, decision: Event, content: bytes, erased: Sequence[str] = ()
    ) -> None:
        """Stage the wrapped key, record it, then put it in its place: nothing is stored under a key nobody recorded."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.parent.parent / STAGING / relative(path).replace("/", "+")
        temporary.parent.mkdir(exist_ok=True)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        body = {"compartment": compartment, "decision": decision.hash, "files": [bound(relative(path), content)]}
        if erased:
            body["erased"] = list(erased)
        self._ledger.append("key.created", decision.person, body)
        temporary.replace(path)


def require_opened(ledger: Ledger, decision: str, compartment: str, write: bool, now: datetime) -> Event:
    """The decision of that hash as the ledger holds it. Raises KeyUnavailable unless it is a yes that opens this, now."""
    recorded = ledger.event(decision)
    if recorded is None or recorded.kind != "decision":
        raise no_key(compartment, "the decision shown for it does not stand in this place's ledger.")
    if not recorded.body.get("allowed"):
        raise no_key(compartment, "the decision shown for it was no.")
    if f"{compartment}:{'write' if write else 'read'}" not in recorded.body.get("opens", []):
        raise no_key(compartment, "the decision shown for it does not open this compartment in this way.")
    if now - recorded.recorded_at > LEASE_LIFE:
        raise no_key(compartment, "the decision shown for it has run out.")
    return recorded


def key_path(folder: Path, compartment: str) -> Path:
    """Where a compartment's wrapped key lies in a place's vault folder."""
    if not COMPARTMENT.fullmatch(compartment):
        raise no_key(compartment, "it is no name of a compartment.")
    return folder / (compartment.replace("/", "+") + ".key")


def wrapped_content(root: Root, compartment: str, key: bytes) -> bytes:
    """The content of a compartment's key file: its name, its root's id, the key as the root wrapped it."""
    content = {"compartment": compartment, "root": root.id, "wrapped": root.wrap(compartment, key).hex()}
    return json.dumps(content, sort_keys=True).encode()


def unwrap_content(root: Root, compartment: str, content: bytes) -> bytes:
    """The data key of a key file. Raises Tampered unless it is this compartment's, wrapped by this root."""
    try:
        raw = json.loads(content)
        wrapped = bytes.fromhex(raw["wrapped"])
        if raw["compartment"] != compartment or raw.get("root", root.id) != root.id:
            raise ValueError("another compartment's or another root's")
    except (ValueError, KeyError, TypeError):
        raise does_not_open(compartment) from None
    return root.unwrap(compartment, wrapped)


def relative(path: Path) -> str:
    """A key file's path below its place."""
    return f"{FOLDER}/{path.name}"


def bound(path: str, content: bytes) -> dict[str, str | int]:
    """How the ledger names a small file: path below the place and SHA-256."""
    return {"path": path, "sha256": hashlib.sha256(content).hexdigest()}


def no_key(compartment: str, why: str) -> KeyUnavailable:
    """A key that is not given out."""
    return KeyUnavailable(
        "VAULT-NO-KEY",
        f"The key of {compartment} is not given out:",
        why,
        "ask for a decision on the action you need (`boldlink why` explains what it would take)",
        "the place's key custodian",
    )
