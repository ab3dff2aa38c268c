"""The vault from outside: the same methods, and no key in this process but those that custodians are handed.

BOLDLINK_VAULT=unix:PATH makes a place open like this (places/place.py). The socket says to the vault which account asks;
nothing that this process could say would change that.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from boldlink.errors import BadInput, KeyUnavailable
from boldlink.ledger import Event, Ledger
from boldlink.ledger.segments import segments
from boldlink.vault.identity import Identity
from boldlink.vault.keys import ROOT, KeyFolder
from boldlink.vault.lease import Lease
from boldlink.vault.vault import Vault
from boldlink.vault.wire import from_text, raise_error, read_message, to_text, write_message

VARIABLE, SCHEME = "BOLDLINK_VAULT", "unix:"
ANSWER_SECONDS = 60


class Connection:
    """One socket to the vault, of one process."""

    def __init__(self, path: Path) -> None:
        self._process = os.getpid()
        try:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.settimeout(ANSWER_SECONDS)
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise _no_vault("nothing answers at its socket, or this account may not connect to it.") from None
        self._stream = cast(BinaryIO, self._socket.makefile("rwb"))

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """One request, one answer. Raises what the vault refused, or KeyUnavailable if it is gone."""
        if os.getpid() != self._process:
            raise KeyUnavailable("VAULT-LEASE-PROCESS", "This connection to the vault belongs to another process.")
        try:
            write_message(self._stream, {"do": do, **fields})
            answer = read_message(self._stream)
        except (OSError, BadInput):
            answer = None
        if answer is None:
            raise _no_vault("it went away before it answered.")
        raise_error(answer)
        return answer

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


class RemoteLease(Lease):
    """A lease whose key lies in the vault: files' keys go there and back, the key of the compartment does not."""

    def __init__(self, local: Lease, token: str, connection: Connection) -> None:
        super().__init__(local.compartment, local.decision, local.writable, b"", local.until, local._now)
        self._token, self._connection = token, connection

    def wrap_file_key(self, file_key: bytes) -> bytes:
        return self._asked("wrap", file_key)

    def unwrap_file_key(self, wrapped: bytes) -> bytes:
        return self._asked("unwrap", wrapped)

    def _asked(self, do: str, key: bytes) -> bytes:
        self.require_usable()
        return from_text(self._connection.ask(do, lease=self._token, key=to_text(key))["key"])


class RemoteVault(Vault):
    """The vault of a place, through the socket. Destroying keys and replacing roots is not done through it."""

    def __init__(self, root: Path, keys: RemoteKeys, ledger: Ledger, now: Callable[[], datetime] | None = None) -> None:
        super().__init__(root, keys, ledger, now)
        self._place, self._connection = root.name, keys.connection

    def lease(self, decision: Event, compartment: str, *, write: bool = False) -> Lease:
        let_vault_read(self._ledger.folder)
        return super().lease(decision, compartment, write=write)

    def destroy(self, decision: Event, compartment: str) -> None:
        raise _not_here()

    def _wrapped_new(self, decision: Event, compartment: str) -> bytes:
        asked = self._connection.ask(
            "new_key", place=self._place, decision=decision.hash, compartment=compartment, write=True
        )
        return from_text(asked["content"])

    def _lend(self, decision: Event, compartment: str, write: bool) -> Lease:
        let_vault_read(self._ledger.folder)
        content = to_text(self.path(compartment).read_bytes())
        facts = {"place": self._place, "decision": decision.hash, "compartment": compartment, "write": write}
        given = self._connection.ask("lease", content=content, **facts)
        key, until = from_text(given.get("key", "")), datetime.fromisoformat(given["until"])
        lease = Lease(compartment, decision.hash, write, key, until, self._now)
        return lease if key else RemoteLease(lease, given["lease"], self._connection)


class RemoteKeys(KeyFolder):
    """A key folder that this account cannot open: what is needed of it is asked for."""

    def __init__(self, ledger: Ledger, name: str, connection: Connection) -> None:
        super().__init__(Path(ledger.place))
        # The folder is frozen, as every key folder is; these three are set once, here.
        object.__setattr__(self, "ledger", ledger)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "connection", connection)

    ledger: Ledger
    name: str
    connection: Connection

    def require(self) -> None:
        """Raises unless the vault answers, knows this account, and has this place's keys."""
        let_vault_read(self.ledger.folder)
        self.connection.ask("known_head", place=self.name)

    @property
    def identity(self) -> Identity:
        return _RemoteIdentity(self)

    @property
    def last_head(self) -> dict[str, str | int] | None:
        let_vault_read(self.ledger.folder)
        head = self.connection.ask("known_head", place=self.name)["head"]
        return dict(head) if head else None

    def noted(self, name: str = ROOT) -> dict[str, str] | None:
        """Nothing: what root a place has is the vault's affair."""
        return None

    @property
    def unfinished(self) -> bool:
        """Never here: a replacement that died is ended in the vault's account."""
        return False

    def close(self) -> None:
        self.connection.close()

    def remember_head(self, head: dict[str, str | int]) -> None:
        """The vault remembers what it reads itself, whenever it signs."""

    def read(self, file: str) -> bytes:
        raise _not_here()

    def write(self, file: str, secret: bytes) -> None:
        raise _not_here()

    def shred(self, file: str) -> None:
        raise _not_here()


class _RemoteIdentity(Identity):
    def __init__(self, keys: RemoteKeys) -> None:
        object.__setattr__(self, "_keys", keys)

    _keys: RemoteKeys

    def sign(self, message: bytes) -> str:
        let_vault_read(self._keys.ledger.folder)
        asked = self._keys.connection.ask("sign_head", place=self._keys.name, message=to_text(message))
        return str(asked["signature"])

    def agree(self, other_public: str) -> bytes:
        raise _not_here()

    @property
    def public(self) -> dict[str, str]:
        return dict(next(self._keys.ledger.events("place.created")).body["identity"])


def address() -> Path | None:
    """The socket that BOLDLINK_VAULT names; None if keys lie here. Raises BadInput for another kind of address."""
    given = os.environ.get(VARIABLE)
    if not given:
        return None
    if not given.startswith(SCHEME):
        raise BadInput("VAULT-ADDRESS", f"{VARIABLE} names no vault.", do=f"set it to {SCHEME}PATH of its socket")
    return Path(given.removeprefix(SCHEME))


def connect(path: Path, root: Path, ledger: Ledger, now: Callable[[], datetime]) -> tuple[RemoteKeys, RemoteVault]:
    """A place's keys and vault through the socket. Raises KeyUnavailable for a place that is not made yet."""
    if ledger.head.events == 0:
        raise _not_here()
    keys = RemoteKeys(ledger, root.name, Connection(path))
    return keys, RemoteVault(root, keys, ledger, now)


def let_vault_read(ledger: Path) -> None:
    """Let the group read the history: the vault's account reads it itself, and believes no copy."""
    for path in segments(ledger):
        mode = path.stat().st_mode
        if not mode & stat.S_IRGRP and path.stat().st_uid == os.geteuid():
            path.chmod(stat.S_IMODE(mode) | stat.S_IRGRP)


def _not_here() -> KeyUnavailable:
    return KeyUnavailable(
        "VAULT-NOT-HERE",
        "This process holds no keys and cannot do this.",
        "places are made, packages opened, keys destroyed and roots replaced where the key folder is.",
        "run this step in the account that runs the vault, without BOLDLINK_VAULT",
        "the place's key custodian",
    )


def _no_vault(why: str) -> KeyUnavailable:
    return KeyUnavailable(
        "VAULT-SILENT",
        "The vault does not answer:",
        why,
        f"start `boldlink serve-vault`, and check {VARIABLE} and the groups of this account",
        "whoever runs the vault",
    )
