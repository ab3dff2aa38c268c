"""Who a place or a person is: one seed of 32 secret bytes, a key to sign with, a key to be written to with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


def derive(secret: bytes, purpose: str, salt: bytes | None = None) -> bytes:
    """A 32-byte key for one purpose. Source: RFC 5869 (HKDF) with SHA-256."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt, f"boldlink/{purpose}".encode()).derive(secret)


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


@lru_cache(maxsize=65_536)  # the same bytes hold today as they did yesterday
def signature_holds(public: str, signature: str, message: bytes) -> bool:
    """Does an Ed25519 signature (hex) by the holder of a public key (hex) stand under these bytes?"""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
