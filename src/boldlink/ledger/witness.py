"""A witness: a partner department that keeps the last heads it saw, and signs a new one only if it adds to them.

This is what makes a cut-off or rolled-back history show: the place cannot take back what a witness has signed. Whoever
witnesses for the first time has nothing to compare with, and starts from what it is shown.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from boldlink.errors import BadInput, Tampered
from boldlink.ledger.checkpoint import WITNESS_KEY, Checkpoint, read_checkpoint, verifier_key
from boldlink.ledger.event import Head
from boldlink.ledger.merkle import consistency_holds


@dataclass(frozen=True)
class Exported:
    """What a place hands out about itself: its head now, its last checkpoint, its public key (hex), and, if asked
    for, the proof that the checkpoint adds to an earlier one."""

    head: Head
    note: str = ""
    key: str = ""
    consistency: Mapping[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        shown = {"note": self.note, "key": self.key, "consistency": self.consistency}
        return {**self.head.as_dict(), **{name: value for name, value in shown.items() if value}}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Exported:
        """KeyError, TypeError or ValueError if it is none."""
        return cls(Head.from_dict(raw), str(raw.get("note", "")), str(raw.get("key", "")), raw.get("consistency"))

    @property
    def checkpoint(self) -> Checkpoint:
        """ValueError if there is none, or one that is not as it was written."""
        return read_checkpoint(self.note)


class Witness:
    """An organisation with an Ed25519 key of its own, made when it first witnesses."""

    def __init__(self, name: str, key_file: Path) -> None:
        self.name = name
        if not key_file.exists():
            _write_key(key_file)
        try:
            self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key_file.read_text().strip()))
        except (OSError, ValueError):
            raise BadInput(
                "WITNESS-KEY", f"{key_file.name} holds no witness's key.", do="give the file that --key made"
            ) from None

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    @property
    def verifier_key(self) -> str:
        """The public key as others are told it."""
        return verifier_key(self.name, self.public_key, WITNESS_KEY)

    def cosign(self, place: str, shown: Exported, known: Exported | None, seconds: int) -> Exported:
        """The same with this witness's signature under the checkpoint.

        Raises Tampered unless the place signed it and it adds to the checkpoint that was `known`.
        """
        checkpoint = _require_signed(place, shown)
        if known is not None:
            _require_adds(place, shown, checkpoint, known)
        try:
            return replace(shown, note=checkpoint.cosigned(self.name, self.public_key, self._key.sign, seconds).note())
        except ValueError:
            raise BadInput("WITNESS-NAME", "A witness's name has no spaces and no plus sign.") from None


def _require_signed(place: str, shown: Exported) -> Checkpoint:
    try:
        checkpoint = shown.checkpoint
        signed = checkpoint.is_signed_by(checkpoint.origin, bytes.fromhex(shown.key))
    except ValueError:
        raise _refused(place, "it carries no checkpoint, or one that cannot be read") from None
    if not signed or checkpoint.origin != shown.head.place:
        raise _refused(place, "its checkpoint is not signed by the place")
    return checkpoint


def _require_adds(place: str, shown: Exported, checkpoint: Checkpoint, known: Exported) -> None:
    try:
        old = known.checkpoint
        proof = [bytes.fromhex(step) for step in (shown.consistency or {}).get("proof", ())]
    except (TypeError, ValueError):
        raise _refused(place, "its proof of consistency, or what is known here, cannot be read") from None
    if (known.key, old.origin) != (shown.key, checkpoint.origin):
        raise _refused(place, "its name or key is not the one known here")
    if not consistency_holds(old.size, old.root, checkpoint.size, checkpoint.root, proof):
        raise _refused(place, f"nothing shows that its {checkpoint.size} events add to the {old.size} known here")


def _refused(place: str, what: str) -> Tampered:
    return Tampered(
        "WITNESS-REFUSED",
        f"The checkpoint of {place} is not signed: {what}.",
        "a witness signs only a history that adds to the one it knows.",
        "ask the place for `boldlink audit head --since` with the heads known here; if that fails, keep both files",
        "the place's security lead",
    )


def _write_key(path: Path) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex() + "\n")
