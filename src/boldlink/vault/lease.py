"""A lease: the data key of one compartment, lent to one process, for the life of the decision it was lent against.

A lease does two things: it wraps and unwraps the keys of files (`wrap_file_key`, `unwrap_file_key`), or it gives the key
itself, for compartments whose key is used as a key (record keys, pseudonyms, substitutes, packages). Never both: the key
of a compartment of files stays where it is, in the vault's own process if there is one (vault/server.py).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from boldlink.errors import KeyUnavailable, Tampered
from boldlink.vault.identity import derive

LEASE_LIFE = timedelta(hours=4)
NONCE_BYTES = 12
FILE_STAGES = (
    "attributes",
    "deposits",
    "edges",
    "identifiers",
    "outputs",
    "quarantine",
    "research",
    "scope",
    "spine",
)


def _now() -> datetime:
    return datetime.now(UTC)


def of_files(compartment: str) -> bool:
    """Is this a compartment of files, whose key wraps the keys of files and does nothing else?"""
    return compartment.partition("/")[0] in FILE_STAGES


class Lease:
    """One compartment's key, for one process. Never written anywhere, never shown, never sent to another process."""

    def __init__(
        self,
        compartment: str,
        decision: str,  # hash of the decision's event
        writable: bool,
        key: bytes,
        until: datetime | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self.compartment, self.decision, self.writable = compartment, decision, writable
        self.until, self._now = until or now() + LEASE_LIFE, now
        self._key, self._process = key, os.getpid()

    @property
    def key(self) -> bytes:
        """The key itself. Raises KeyUnavailable for a compartment of files, in another process, or too late."""
        if of_files(self.compartment):
            raise key_stays(self.compartment)
        return self._secret()

    def wrap_file_key(self, file_key: bytes) -> bytes:
        """A file's own key under the compartment's: nonce and AES-256-GCM, with the compartment's name authenticated."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._secret()).encrypt(nonce, file_key, self.compartment.encode())

    def unwrap_file_key(self, wrapped: bytes) -> bytes:
        """The file's own key again. Raises Tampered if it was changed or belongs to another compartment."""
        key, (nonce, box) = self._secret(), (wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:])
        try:
            return AESGCM(key).decrypt(nonce, box, self.compartment.encode())
        except (InvalidTag, ValueError):
            raise file_damaged(self.compartment) from None

    def derived(self, purpose: str, compartment: str | None = None) -> Lease:
        """A lease of a key made from this one for a narrower purpose: one deposit's, one package's."""
        name = compartment or self.compartment
        return Lease(name, self.decision, self.writable, derive(self.key, purpose), self.until, self._now)

    def require_usable(self) -> None:
        """Raises KeyUnavailable unless this is the process it was lent to, and within its life."""
        if os.getpid() != self._process:
            raise _over(self.compartment, "VAULT-LEASE-PROCESS", "it was lent to another process.")
        if self._now() > self.until:
            raise _over(self.compartment, "VAULT-LEASE-OVER", "the decision it was lent against has run out.")

    def _secret(self) -> bytes:
        self.require_usable()
        return self._key

    def __repr__(self) -> str:
        return f"Lease({self.compartment!r}, writable={self.writable}, until={self.until.isoformat()})"

    def __reduce__(self) -> NoReturn:
        raise _over(self.compartment, "VAULT-LEASE-PROCESS", "a lease is not written down nor sent to another process.")


def key_stays(compartment: str) -> KeyUnavailable:
    """A key that is used where it lies."""
    return KeyUnavailable(
        "VAULT-KEY-STAYS",
        f"The key of {compartment} is not handed out.",
        "it wraps the keys of files and is needed for nothing else, so it stays in the vault.",
        "open files through boldlink.vault (read_table, read_batches, SealedWriter)",
        "the place's key custodian",
    )


def file_damaged(compartment: str) -> Tampered:
    """A stored file that is not what was written under this key."""
    return Tampered(
        "VAULT-FILE-DAMAGED",
        f"A stored file of {compartment} does not open under its key.",
        "it was changed, cut short, or written under another key.",
        "run `boldlink audit verify`, keep the file as it is, and compare with a copy",
        "the place's security lead",
    )


def _over(compartment: str, code: str, why: str) -> KeyUnavailable:
    return KeyUnavailable(
        code,
        f"The lease of {compartment} cannot be used:",
        why,
        "ask for a decision again and lease the key from it",
        "the place's key custodian",
    )
