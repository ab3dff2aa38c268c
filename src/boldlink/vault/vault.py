"""Data keys: one for each compartment, wrapped by the place's root, leased only against a decision in the ledger.

A compartment is place × stage × dataset or use case, such as `identifiers/prison` or `spine/substance-misuse`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from boldlink.errors import KeyUnavailable, Tampered
from boldlink.ledger import Event, Ledger
from boldlink.vault.keys import KeyFolder, derive

LEASE_LIFE = timedelta(hours=4)
COMPARTMENT = re.compile(r"[a-z][a-z0-9-]*(/[A-Za-z0-9._~@-]+)*")


@dataclass(frozen=True)
class Lease:
    """The data key of one compartment, lent to this process against one decision. Never written anywhere."""

    compartment: str
    decision: str  # hash of the decision's event
    writable: bool
    key: bytes = field(repr=False)


class Vault:
    """The keys of one place: wrapped by its root, made and destroyed with an entry in its ledger."""

    def __init__(self, root: Path, keys: KeyFolder, ledger: Ledger, now: Callable[[], datetime] | None = None) -> None:
        self._folder, self._keys, self._ledger = root / "vault", keys, ledger
        self._now = now or (lambda: datetime.now(UTC))

    def lease(self, decision: Event, compartment: str, *, write: bool = False) -> Lease:
        """Lend a compartment's key. Raises KeyUnavailable unless the ledger holds an allowing decision that opens it.

        Writing makes the key if the compartment has none; reading does not.
        """
        self._require_allowed(decision, compartment, write)
        path = self.path(compartment)
        if not path.exists() and not write:
            raise _no_key(compartment, "it has no key here: nothing was ever stored in it, or its key was destroyed.")
        if not path.exists():
            self._create(path, compartment, decision)
        return Lease(compartment, decision.hash, write, self._unwrap(path, compartment))

    def destroy(self, decision: Event, compartment: str) -> None:
        """Destroy a compartment's key: what is still stored under it can no longer be read."""
        self._require_allowed(decision, compartment, True)
        path = self.path(compartment)
        if path.exists():
            body = {"compartment": compartment, "decision": decision.hash, "erased": [self._relative(path)]}
            self._ledger.append("key.destroyed", decision.person, body)
            path.unlink()

    def path(self, compartment: str) -> Path:
        """Where a compartment's wrapped key lies."""
        if not COMPARTMENT.fullmatch(compartment):
            raise _no_key(compartment, "it is no name of a compartment.")
        return self._folder / (compartment.replace("/", "+") + ".key")

    def _require_allowed(self, decision: Event, compartment: str, write: bool) -> None:
        recorded = self._ledger.event(decision.hash)
        if recorded is None or recorded.kind != "decision":
            raise _no_key(compartment, "the decision shown for it does not stand in this place's ledger.")
        if not recorded.body.get("allowed"):
            raise _no_key(compartment, "the decision shown for it was no.")
        wanted = f"{compartment}:{'write' if write else 'read'}"
        if wanted not in recorded.body.get("opens", []):
            raise _no_key(compartment, "the decision shown for it does not open this compartment in this way.")
        if self._now() - recorded.recorded_at > LEASE_LIFE:
            raise _no_key(compartment, "the decision shown for it has run out.")

    def _create(self, path: Path, compartment: str, decision: Event) -> None:
        wrapped = aes_key_wrap(self._wrapping_key(compartment), os.urandom(32)).hex()
        content = json.dumps({"compartment": compartment, "wrapped": wrapped}, sort_keys=True).encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.parent.parent / "staging" / self._relative(path).replace("/", "+")
        temporary.parent.mkdir(exist_ok=True)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        body = {
            "compartment": compartment,
            "decision": decision.hash,
            "files": [bound(self._relative(path), content)],
        }
        self._ledger.append("key.created", decision.person, body)
        temporary.replace(path)

    def _unwrap(self, path: Path, compartment: str) -> bytes:
        try:
            wrapped = bytes.fromhex(json.loads(path.read_bytes())["wrapped"])
            return aes_key_unwrap(self._wrapping_key(compartment), wrapped)
        except (ValueError, KeyError, TypeError, InvalidUnwrap):
            raise Tampered(
                "VAULT-KEY-DAMAGED",
                f"The wrapped key of {compartment} does not open.",
                "it was changed, or it was wrapped by another root key than the one on this machine.",
                "run `boldlink audit verify` and check that BOLDLINK_KEYS is this home's key folder",
                "the place's key custodian",
            ) from None

    def _wrapping_key(self, compartment: str) -> bytes:
        return derive(self._keys.root, f"wrap/{compartment}")

    def _relative(self, path: Path) -> str:
        return f"vault/{path.name}"


def bound(path: str, content: bytes) -> dict[str, str | int]:
    """How the ledger names a small file: path below the place and SHA-256."""
    return {"path": path, "sha256": hashlib.sha256(content).hexdigest()}


def _no_key(compartment: str, why: str) -> KeyUnavailable:
    return KeyUnavailable(
        "VAULT-NO-KEY",
        f"The key of {compartment} is not given out:",
        why,
        "ask for a decision on the action you need (`boldlink why` explains what it would take)",
        "the place's key custodian",
    )
