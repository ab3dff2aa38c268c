"""The lock of a key folder: one passphrase, one scrypt, and every secret sealed under a key of its own.

scrypt turns the passphrase into a key-encryption key; HKDF turns that into one key for each secret's name; AES-256-GCM
seals the secret with its name as associated data, so that two sealed files cannot be exchanged. `lock.json` holds the
salt and the cost, and a MAC over itself under the key-encryption key, which is how a wrong passphrase is noticed.
Source: RFC 7914 (scrypt), RFC 5869 (HKDF); n = 2^17, r = 8, p = 1 as OWASP's Password Storage Cheat Sheet advises.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from boldlink.errors import KeyUnavailable, Tampered
from boldlink.vault.asking import passphrase_for, require_long, tell
from boldlink.vault.files import replace_file, shred, sync_folder
from boldlink.vault.identity import derive

COST, BLOCK_SIZE, PARALLEL = 2**17, 8, 1  # 128 MiB and some 0.3 s for each guess
MOST = 2**23  # n * r * p: a lock that asks for more would take all memory before it could be refused
SECRET_BYTES, NONCE_BYTES = 32, 12
VERSION = b"\x01"
LOCK, CHANGE = "lock.json", "lock.change.json"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*")

_known: dict[tuple[str, int, int, int, bytes], bytes] = {}  # one scrypt per process, salt and passphrase


def seal(kek: bytes, name: str, secret: bytes) -> bytes:
    """A secret under its own key: version byte, 12-byte nonce, ciphertext with a 16-byte tag."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(derive(kek, f"secret/{name}")).encrypt(nonce, secret, VERSION + name.encode())


def unseal(kek: bytes, name: str, sealed: bytes) -> bytes:
    """The secret that `seal` sealed. Raises Tampered for any other byte, name or key."""
    nonce, box = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        if sealed[:1] != VERSION:
            raise ValueError("unknown version")
        return AESGCM(derive(kek, f"secret/{name}")).decrypt(nonce, box, VERSION + name.encode())
    except (ValueError, InvalidTag):
        raise Tampered(
            "VAULT-SECRET-DAMAGED",
            f"The key file {name} does not open.",
            "it was changed, exchanged for another, or sealed under another passphrase.",
            "bring the key folder back from its own backup; the home needs no change",
            "the place's key custodian",
        ) from None


@dataclass(frozen=True)
class Lock:
    """An opened key folder: reads and writes the secrets in it, each named FOLDER/FILE."""

    folder: Path
    _kek: bytes = field(repr=False)
    _content: bytes = field(repr=False)

    @classmethod
    def open(cls, folder: Path, passphrase: str | None = None) -> Lock:
        """Unlock a key folder, locking it first if it is new. Raises KeyUnavailable or Tampered.

        Raw key files of an earlier version are sealed now, once, and that is said.
        """
        finish_change(folder)
        if not (folder / LOCK).is_file():
            _make(folder, passphrase or passphrase_for(folder, new=True))
        content = (folder / LOCK).read_bytes()
        lock = _read_lock(content)
        kek = _kek_of(lock, passphrase or passphrase_for(folder))
        _require_mac(lock, kek)
        opened = cls(folder, kek, content)
        return opened._seal_raw(lock) if lock["raw"] else opened

    def read(self, name: str) -> bytes:
        """A secret. Raises Tampered unless its file is as it was sealed; FileNotFoundError if there is none."""
        return unseal(self._kek, name, self._path(name).read_bytes())

    def has(self, name: str) -> bool:
        return self._path(name).is_file()

    def write(self, name: str, secret: bytes) -> None:
        """Seal a secret into its file. Raises KeyUnavailable if the passphrase was changed meanwhile."""
        with held(self.folder):
            if (self.folder / LOCK).read_bytes() != self._content:
                raise KeyUnavailable(
                    "VAULT-LOCK-CHANGED",
                    "The passphrase of the key folder was changed while this command ran.",
                    "what it sealed now could not be opened again.",
                    "run the command again",
                )
            replace_file(self._path(name), seal(self._kek, name, secret))

    def shred(self, name: str) -> None:
        """Overwrite and remove a secret's file (see `files.shred` for what that proves)."""
        shred(self._path(name))

    def secrets(self) -> list[str]:
        """The names of all secrets in this folder."""
        return _names(self.folder)

    def change_passphrase(self, new: str) -> int:
        """Seal every secret again under another passphrase. Returns how many.

        Everything stands in one file before anything is replaced: a process killed on the way leaves the old state or,
        once that file is there, the new one, made good at the next opening.
        """
        require_long(new)
        with held(self.folder):
            lock, kek = _new_lock(new, [])
            sealed = {name: seal(kek, name, self.read(name)).hex() for name in self.secrets()}
            replace_file(self.folder / CHANGE, json.dumps({"lock": lock, "secrets": sealed}).encode())
        finish_change(self.folder)
        return len(sealed)

    def _seal_raw(self, lock: Mapping[str, Any]) -> Lock:
        with held(self.folder):
            for name in lock["raw"]:
                raw = self._path(name).read_bytes()
                if len(raw) == SECRET_BYTES:
                    replace_file(self._path(name), seal(self._kek, name, raw), shred_old=True)
            content = _written({**lock, "raw": []}, self._kek)
            replace_file(self.folder / LOCK, content)
        tell(f"{len(lock['raw'])} key file(s) of an earlier version were sealed under the passphrase.")
        return Lock(self.folder, self._kek, content)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise KeyUnavailable("VAULT-NAME", "There is no key of that name.", "it is no name that a key can have.")
        return self.folder / name


def finish_change(folder: Path) -> None:
    """Make good a change of passphrase that was recorded and not finished; nothing to do otherwise."""
    path = folder / CHANGE
    if not path.is_file():
        return
    with held(folder):
        if not path.is_file():
            return
        change = json.loads(path.read_bytes())
        for name, sealed in change["secrets"].items():
            if NAME.fullmatch(name):
                replace_file(folder / name, bytes.fromhex(sealed), shred_old=True)
        replace_file(folder / LOCK, json.dumps(change["lock"], sort_keys=True).encode(), shred_old=True)
        path.unlink()
        sync_folder(folder)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """One process at a time changes a key folder; the others wait."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make(folder: Path, passphrase: str) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    require_long(passphrase)
    with held(folder):
        if not (folder / LOCK).is_file():
            raw = [name for name in _names(folder) if (folder / name).stat().st_size == SECRET_BYTES]
            lock, _ = _new_lock(passphrase, raw)
            replace_file(folder / LOCK, json.dumps(lock, sort_keys=True).encode())


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/*.key"))


def _new_lock(passphrase: str, raw: list[str]) -> tuple[dict[str, Any], bytes]:
    facts = {"version": 1, "n": COST, "r": BLOCK_SIZE, "p": PARALLEL, "salt": os.urandom(16).hex(), "raw": raw}
    kek = _kek_of(facts, passphrase)
    return {**facts, "mac": _mac(facts, kek)}, kek


def _written(lock: Mapping[str, Any], kek: bytes) -> bytes:
    facts = {key: value for key, value in lock.items() if key != "mac"}
    return json.dumps({**facts, "mac": _mac(facts, kek)}, sort_keys=True).encode()


def _mac(facts: Mapping[str, Any], kek: bytes) -> str:
    message = json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(derive(kek, "lock"), message, hashlib.sha256).hexdigest()


def _kek_of(lock: Mapping[str, Any], passphrase: str) -> bytes:
    digest = hashlib.sha256(passphrase.encode()).digest()
    key = (lock["salt"], lock["n"], lock["r"], lock["p"], digest)
    if key not in _known:
        scrypt = Scrypt(bytes.fromhex(lock["salt"]), SECRET_BYTES, lock["n"], lock["r"], lock["p"])
        _known[key] = scrypt.derive(passphrase.encode())
    return _known[key]


def _read_lock(content: bytes) -> dict[str, Any]:
    try:
        lock = json.loads(content)
        cost, block, parallel = (lock[name] for name in ("n", "r", "p"))
        whole = all(type(number) is int and number > 0 for number in (cost, block, parallel))
        affordable = whole and cost > 1 and cost * block * parallel <= MOST and cost.bit_count() == 1
        names = all(NAME.fullmatch(name) for name in lock["raw"])
        if lock["version"] == 1 and affordable and names and bytes.fromhex(lock["salt"]) and lock["mac"].isascii():
            return dict(lock)
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise Tampered(
        "VAULT-LOCK-DAMAGED",
        f"The file {LOCK} of the key folder is not a lock.",
        "it was changed or cut short.",
        "bring the key folder back from its own backup",
        "the place's key custodian",
    )


def _require_mac(lock: Mapping[str, Any], kek: bytes) -> None:
    facts = {key: value for key, value in lock.items() if key != "mac"}
    if not hmac.compare_digest(lock["mac"], _mac(facts, kek)):
        raise KeyUnavailable(
            "VAULT-PASSPHRASE",
            "The passphrase does not open the key folder.",
            f"it is not the one the folder was locked with, or {LOCK} was changed.",
            "try again; `boldlink keys show` says which folder is meant",
            "the place's key custodian",
        )
