"""Signed checkpoints: how far a history goes, in a form that anybody's witness can check and sign beside.

A checkpoint is three lines (origin, size, base64 of the Merkle root), an empty line, and signature lines. The place signs
as the log; witnesses add cosignatures with the time at which they saw it. Source: C2SP signed-note, tlog-checkpoint,
tlog-cosignature (c2sp.org); Ed25519 as in RFC 8032.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG_KEY, WITNESS_KEY = b"\x01", b"\x04"  # signature types of signed-note: Ed25519, and timestamped Ed25519 cosignature
_NAME = re.compile(r"[^\s+]+")
_ROOT_BYTES, _TIME_BYTES = 32, 8

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class SignatureLine:
    """One line under a checkpoint: who, which key (first four bytes of its hash), and the signature's bytes."""

    name: str
    key_id: bytes
    content: bytes

    def line(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.content).decode()}\n"


@dataclass(frozen=True)
class Checkpoint:
    """Origin (which log), number of events, Merkle root (32 bytes), and the signatures under them."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[SignatureLine, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def note(self) -> str:
        """The whole note: text, empty line, signature lines."""
        return self.text + "\n" + "".join(one.line() for one in self.signatures)

    def signed(self, name: str, public_key: bytes, sign: Sign) -> Checkpoint:
        """With the log's own signature added."""
        line = SignatureLine(name, key_id(name, public_key, LOG_KEY), sign(self.text.encode()))
        return self._with(line)

    def cosigned(self, name: str, public_key: bytes, sign: Sign, seconds: int) -> Checkpoint:
        """With a witness's cosignature added, made at `seconds` since 1970."""
        signature = sign(_cosigned_text(self, seconds))
        content = seconds.to_bytes(_TIME_BYTES, "big") + signature
        return self._with(SignatureLine(name, key_id(name, public_key, WITNESS_KEY), content))

    def is_signed_by(self, name: str, public_key: bytes) -> bool:
        """Does the log's signature by the holder of this key stand under the text?"""
        lines = self._by(name, key_id(name, public_key, LOG_KEY))
        return any(_holds(public_key, line.content, self.text.encode()) for line in lines)

    def cosigned_at(self, name: str, public_key: bytes) -> int | None:
        """When the witness of this key signed, in seconds since 1970; None if it did not."""
        for line in self._by(name, key_id(name, public_key, WITNESS_KEY)):
            seconds = int.from_bytes(line.content[:_TIME_BYTES], "big")
            if _holds(public_key, line.content[_TIME_BYTES:], _cosigned_text(self, seconds)):
                return seconds
        return None

    def _by(self, name: str, key: bytes) -> list[SignatureLine]:
        return [line for line in self.signatures if (line.name, line.key_id) == (name, key)]

    def _with(self, line: SignatureLine) -> Checkpoint:
        if not _NAME.fullmatch(line.name):
            raise ValueError("a signer's name has no spaces and no plus sign")
        others = tuple(one for one in self.signatures if (one.name, one.key_id) != (line.name, line.key_id))
        return replace(self, signatures=(*others, line))


def key_id(name: str, public_key: bytes, kind: bytes) -> bytes:
    """The four bytes by which a signature line names its key."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public_key).digest()[:4]


def verifier_key(name: str, public_key: bytes, kind: bytes) -> str:
    """A public key as others are told it: NAME+HASH+KEY."""
    return f"{name}+{key_id(name, public_key, kind).hex()}+{base64.b64encode(kind + public_key).decode()}"


def read_checkpoint(note: str) -> Checkpoint:
    """A note as it was written. ValueError unless it is, byte for byte, one that `Checkpoint.note` would write."""
    text, _, signatures = note.partition("\n\n")
    lines = text.split("\n")
    if len(lines) != 3:
        raise ValueError("not a checkpoint")
    root = base64.b64decode(lines[2], validate=True)
    found = Checkpoint(lines[0], int(lines[1]), root, tuple(map(_read_line, signatures.splitlines())))
    if found.note() != note or len(root) != _ROOT_BYTES or found.size < 0:
        raise ValueError("not as a checkpoint is written")
    return found


def _read_line(line: str) -> SignatureLine:
    dash, name, content = line.split(" ")
    raw = base64.b64decode(content, validate=True)
    if dash != "—" or len(raw) <= 4:
        raise ValueError("not a signature line")
    return SignatureLine(name, raw[:4], raw[4:])


def _cosigned_text(checkpoint: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()


def _holds(public_key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
