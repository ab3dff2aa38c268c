"""The keys of a place that never lie in its home: the root key, the place's identity, its last known head.

Everything stands in one folder outside the home, named by the place's random id, readable by its owner alone.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from boldlink.errors import KeyUnavailable

ROOT_BYTES = 32


def derive(secret: bytes, purpose: str, salt: bytes | None = None) -> bytes:
    """A 32-byte key for one purpose. Source: RFC 5869 (HKDF) with SHA-256."""
    return HKDF(hashes.SHA256(), ROOT_BYTES, salt, f"boldlink/{purpose}".encode()).derive(secret)


@dataclass(frozen=True)
class Identity:
    """Who a place is: an Ed25519 key to sign with, an X25519 key to be written to with."""

    _signing: Ed25519PrivateKey
    _receiving: X25519PrivateKey

    @classmethod
    def from_seed(cls, seed: bytes) -> Identity:
        """Both keys of the 32 secret bytes that stand in the key folder."""
        signing = Ed25519PrivateKey.from_private_bytes(derive(seed, "sign"))
        return cls(signing, X25519PrivateKey.from_private_bytes(derive(seed, "receive")))

    @property
    def public(self) -> dict[str, str]:
        """Both public keys in hex, as they stand in a ledger's first event."""
        return {
            "signing": self._signing.public_key().public_bytes_raw().hex(),
            "receiving": self._receiving.public_key().public_bytes_raw().hex(),
        }

    def sign(self, message: bytes) -> str:
        return self._signing.sign(message).hex()

    def agree(self, other_public: str) -> bytes:
        """The shared secret with the holder of another X25519 public key (hex)."""
        return self._receiving.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(other_public)))


def signature_holds(public: str, signature: str, message: bytes) -> bool:
    """Does an Ed25519 signature (hex) by the holder of a public key (hex) stand under these bytes?"""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


class KeyFolder:
    """The folder of one place's keys, outside its home. Raises KeyUnavailable when a key is missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(cls, folder: Path) -> KeyFolder:
        """Make a root key and an identity; what already stands there is kept."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in ("root.key", "identity.key"):
            if not (folder / name).exists():
                _write_secret(folder / name, os.urandom(ROOT_BYTES))
        return cls(folder)

    def require(self) -> None:
        """Raises KeyUnavailable unless the root key and the identity are here."""
        for name in ("root.key", "identity.key"):
            self._secret(name)

    @property
    def root(self) -> bytes:
        return self._secret("root.key")

    @property
    def identity(self) -> Identity:
        return Identity.from_seed(self._secret("identity.key"))

    @property
    def last_head(self) -> dict[str, str | int] | None:
        """The head that this machine last saw, so that a cut-off history shows here at once."""
        path = self.folder / "head.json"
        return json.loads(path.read_bytes()) if path.exists() else None

    def remember_head(self, head: dict[str, str | int]) -> None:
        _write_secret(self.folder / "head.json", json.dumps(head).encode())

    def _secret(self, name: str) -> bytes:
        path = self.folder / name
        if not path.is_file():
            raise KeyUnavailable(
                "VAULT-NO-ROOT",
                f"The key {name} of this place is not on this machine.",
                "keys lie outside the home folder, so that a copy of the home alone opens nothing.",
                "set BOLDLINK_KEYS to the folder that holds this home's keys",
                "the place's key custodian",
            )
        return path.read_bytes()


def _write_secret(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    temporary.replace(path)
