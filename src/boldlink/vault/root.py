"""The root of a place: the one key that wraps its data keys. A small interface, so that others can be added.

docs/keys.md says how to add a root in an HSM or another cloud: a class with these members, and a line in `KINDS`.
What stands here is `FileRoot`, kept in the key folder under the passphrase; `vault/kms.py` holds the one in AWS KMS.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from boldlink.errors import BadInput, Tampered
from boldlink.vault.identity import KEY_BYTES, derive


class Keep(Protocol):
    """Where a root may keep a secret of its own: the place's part of the key folder, each file sealed."""

    @property
    def place(self) -> str: ...

    def read(self, file: str) -> bytes: ...

    def write(self, file: str, secret: bytes) -> None: ...

    def shred(self, file: str) -> None: ...


class Root(Protocol):
    """What wraps data keys. A data key is 32 bytes; what comes of wrapping it is the root's own affair."""

    @property
    def id(self) -> str:
        """A name that is no secret, different for every root."""

    def wrap(self, compartment: str, key: bytes) -> bytes:
        """A data key, wrapped so that it opens for this compartment alone."""

    def unwrap(self, compartment: str, wrapped: bytes) -> bytes:
        """The data key again. Raises Tampered if it was changed, or wrapped by another root or for another name."""

    def replacement(self) -> Root:
        """A new root of the same kind, which wraps nothing yet."""

    def destroy(self) -> str:
        """Make this root unusable for good, and say what truly happened. Doing it twice is doing it once."""

    def describe(self) -> dict[str, str]:
        """What `root.json` holds and everybody may read: `kind`, `id` and what it takes to find the root again."""


class FileRoot:
    """A root in the key folder, sealed under the passphrase. Data keys: AES-KW (RFC 3394) under HKDF of the root."""

    kind = "file"

    def __init__(self, keep: Keep, described: Mapping[str, str]) -> None:
        self._keep, self._file, self.id = keep, described["file"], described["id"]

    @classmethod
    def make(cls, keep: Keep) -> FileRoot:
        """A new random root, sealed into a file of its own name."""
        key = os.urandom(KEY_BYTES)
        return cls.take_in(keep, key)

    @classmethod
    def take_in(cls, keep: Keep, key: bytes) -> FileRoot:
        """A root whose bytes are known: one that two custodians brought back."""
        identity = root_id(key)
        file = f"root-{identity}.key"
        keep.write(file, key)
        return cls(keep, {"file": file, "id": identity})

    def wrap(self, compartment: str, key: bytes) -> bytes:
        return aes_key_wrap(self._wrapping_key(compartment), key)

    def unwrap(self, compartment: str, wrapped: bytes) -> bytes:
        try:
            return aes_key_unwrap(self._wrapping_key(compartment), wrapped)
        except (ValueError, InvalidUnwrap):
            raise does_not_open(compartment) from None

    def replacement(self) -> FileRoot:
        return self.make(self._keep)

    def destroy(self) -> str:
        self._keep.shred(self._file)
        return "overwritten and removed; no proof where a file system or a disk keeps old blocks"

    def describe(self) -> dict[str, str]:
        return {"kind": self.kind, "id": self.id, "file": self._file}

    def export(self) -> bytes:
        """The root itself, for two custodians to carry away (vault/export.py)."""
        return self._keep.read(self._file)

    def _wrapping_key(self, compartment: str) -> bytes:
        return derive(self._keep.read(self._file), f"wrap/{compartment}")


def root_id(key: bytes) -> str:
    """The name of a root in a file: told from its bytes, and nothing of them can be told from it."""
    return derive(key, "root-id").hex()[:16]


def make_root(keep: Keep, kind: str) -> Root:
    """A new root of a kind. Raises BadInput for a kind that does not exist."""
    return _kind(kind)[0](keep)


def open_root(keep: Keep, described: Mapping[str, str]) -> Root:
    """The root that `root.json` describes."""
    return _kind(described["kind"])[1](keep, described)


def _make_kms(keep: Keep) -> Root:
    from boldlink.vault.kms import KmsRoot

    return KmsRoot.make(keep)


def _open_kms(keep: Keep, described: Mapping[str, str]) -> Root:
    from boldlink.vault.kms import KmsRoot

    return KmsRoot(keep.place, described)


Make: TypeAlias = Callable[[Keep], Root]
Open: TypeAlias = Callable[[Keep, Mapping[str, str]], Root]
KINDS: dict[str, tuple[Make, Open]] = {"file": (FileRoot.make, FileRoot), "aws-kms": (_make_kms, _open_kms)}


def _kind(kind: str) -> tuple[Make, Open]:
    if kind not in KINDS:
        raise BadInput(
            "VAULT-ROOT-KIND",
            "There is no root of the kind that was asked for.",
            do=f"set BOLDLINK_ROOT to one of: {', '.join(KINDS)}",
        )
    return KINDS[kind]


def does_not_open(compartment: str) -> Tampered:
    """A wrapped key that is not what this root made for this compartment."""
    return Tampered(
        "VAULT-KEY-DAMAGED",
        f"The wrapped key of {compartment} does not open.",
        "it was changed, or it was wrapped by another root than the one in use.",
        "run `boldlink audit verify` and check that BOLDLINK_KEYS is this home's key folder",
        "the place's key custodian",
    )
