"""`boldlink serve-vault`: keys in a process and an account of their own, behind a local socket.

This process alone opens the key folder. Keys of compartments of files never leave it: it wraps and unwraps the files' own
keys for whoever holds a lease. What it lends, to which account and person, and what it refuses, it writes into a ledger of
its own in the key folder (`leases/`). Leases end with the connection they were given on.

Who writes what: the process that works in a place writes the place's ledger and its files, and the vault writes neither.
A new compartment's key is made and wrapped here, and travels wrapped to that process, which records it (`key.created`)
and puts it in its place; until the ledger binds it, no lease of it is given, so no row is stored under a lost key.
"""

from __future__ import annotations

import hashlib
import os
import resource
import secrets
import socket
import socketserver
import stat
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from boldlink.errors import BadInput, BoldError, KeyUnavailable
from boldlink.ledger import Ledger
from boldlink.ledger.checkpoint import Checkpoint
from boldlink.vault.guard import Guard, held_key
from boldlink.vault.identity import KEY_BYTES
from boldlink.vault.lease import LEASE_LIFE, Lease, of_files
from boldlink.vault.passphrase import Lock
from boldlink.vault.vault import FOLDER, key_path, relative, unwrap_content, wrapped_content
from boldlink.vault.wire import error_message, from_text, read_message, to_text, write_message

LEASES = "leases"
MOST_LEASES = 10_000  # of one connection
SOCKET_MODE = 0o660
POLL_SECONDS = 0.1

Request = Mapping[str, Any]


class VaultServer:
    """Answers requests of local accounts. One for each key folder."""

    def __init__(self, guard: Guard) -> None:
        Lock.open(guard.key_root)  # ask for the passphrase now, not at the first request
        self.guard, self.turn = guard, threading.RLock()
        self._sockets: _Sockets | None = None
        self.log = Ledger(guard.key_root / LEASES, write=True)
        self.log.append("vault.served", "boldlink", {"place": "vault", "uid": os.geteuid()})

    def serve(self, path: Path, ready: Callable[[], None] = lambda: None) -> None:
        """Serve until the process is told to end. Raises BadInput if others could put another socket there."""
        _require_own_folder(path.parent)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not write keys to disk
        path.unlink(missing_ok=True)
        before = os.umask(0o777 - SOCKET_MODE)
        try:
            server = _Sockets(str(path), _Caller)
        finally:
            os.umask(before)
        server.vault, self._sockets = self, server
        try:
            ready()
            server.serve_forever(poll_interval=POLL_SECONDS)
        finally:
            server.server_close()
            path.unlink(missing_ok=True)
            self.log.close()

    def end(self) -> None:
        """Stop serving, from another thread."""
        if self._sockets is not None:
            self._sockets.shutdown()


class Session:
    """One connection: who is there, and the leases they hold."""

    def __init__(self, vault: VaultServer, uid: int, process: int) -> None:
        self._vault, self._uid, self._process = vault, uid, process
        self._leases: dict[str, Lease] = {}
        self._acts: dict[str, Callable[[Request], dict[str, Any]]] = {
            "known_head": self._known_head,
            "sign_head": self._sign_head,
            "new_key": self._new_key,
            "lease": self._lease,
            "wrap": self._wrap,
            "unwrap": self._unwrap,
        }

    def answer(self, request: Request) -> dict[str, Any]:
        """The answer to one request: what was asked for, or a refusal in four parts, which is written down."""
        with self._vault.turn:
            try:
                act = self._acts.get(str(request.get("do")))
                if act is None:
                    raise BadInput("VAULT-WIRE", "The vault cannot do what it was asked for.")
                return act(request)
            except BoldError as problem:
                return self._refused(request, problem)
            except Exception as problem:  # whatever was sent, and whatever lies in the home: refused, and served on
                return self._refused(request, _failed(type(problem).__name__))

    def _known_head(self, request: Request) -> dict[str, Any]:
        self._vault.guard.people(self._uid)
        return {"head": self._vault.guard.place(request.get("place")).keys.last_head}

    def _sign_head(self, request: Request) -> dict[str, Any]:
        """Sign how far a history goes, as the vault itself reads it, and nothing else that anybody sends."""
        self._vault.guard.people(self._uid)
        at = self._vault.guard.place(request.get("place"))
        head = at.ledger.head
        note = Checkpoint(head.place, head.events, bytes.fromhex(head.root)).text.encode()
        message = from_text(request.get("message"))
        if message not in (head.signed_bytes, note):
            raise KeyUnavailable(
                "VAULT-SIGN",
                "The vault signs nothing but how far a place's history goes, as it reads it itself.",
                "a process that holds no keys could otherwise have anything signed in the place's name.",
                "run this step in an account that may open the key folder",
                "the place's key custodian",
            )
        at.keys.remember_head(head.as_dict())
        return {"signature": at.keys.identity.sign(message)}

    def _new_key(self, request: Request) -> dict[str, Any]:
        people, compartment = self._vault.guard.people(self._uid), str(request.get("compartment"))
        event = self._vault.guard.judge(people, request.get("place"), request.get("decision"), compartment, True)
        at = self._vault.guard.place(request.get("place"))
        if held_key(at.ledger, relative(key_path(Path(FOLDER), compartment))):
            raise KeyUnavailable("VAULT-KEY-THERE", f"{compartment} has a key already.")
        content = wrapped_content(at.keys.root, compartment, os.urandom(KEY_BYTES))
        self._write("key.made", event.person, request)
        return {"content": to_text(content)}

    def _lease(self, request: Request) -> dict[str, Any]:
        guard, write = self._vault.guard, request.get("write") is True
        people, compartment = guard.people(self._uid), str(request.get("compartment"))
        event = guard.judge(people, request.get("place"), request.get("decision"), compartment, write)
        at, content = guard.place(request.get("place")), from_text(request.get("content"))
        held = held_key(at.ledger, relative(key_path(Path(FOLDER), compartment)))
        if held != hashlib.sha256(content).hexdigest():
            raise KeyUnavailable("VAULT-NO-KEY", f"The key shown for {compartment} is not the one the ledger binds.")
        if len(self._leases) >= MOST_LEASES:
            raise KeyUnavailable("VAULT-LEASES", "This process holds too many leases.", do="start it again")
        key = unwrap_content(at.keys.root, compartment, content)
        lease = Lease(compartment, event.hash, write, key, event.recorded_at + LEASE_LIFE, guard.now)
        token = secrets.token_hex(16)
        self._leases[token] = lease
        self._write("lease.given", event.person, request, handed_out=not of_files(compartment))
        told = {"lease": token, "until": lease.until.isoformat()}
        return told if of_files(compartment) else {**told, "key": to_text(key)}

    def _wrap(self, request: Request) -> dict[str, Any]:
        lease = self._held(request)
        if not lease.writable:
            raise KeyUnavailable("VAULT-READ-ONLY", f"The lease of {lease.compartment} was given for reading.")
        return {"key": to_text(lease.wrap_file_key(from_text(request.get("key"))))}

    def _unwrap(self, request: Request) -> dict[str, Any]:
        return {"key": to_text(self._held(request).unwrap_file_key(from_text(request.get("key"))))}

    def _held(self, request: Request) -> Lease:
        lease = self._leases.get(str(request.get("lease")))
        if lease is None or not of_files(lease.compartment):
            raise KeyUnavailable("VAULT-LEASE-PROCESS", "The vault gave no such lease to this process.")
        return lease

    def _refused(self, request: Request, problem: BoldError) -> dict[str, Any]:
        self._write("lease.refused", "unknown", request, code=problem.code)
        return error_message(problem)

    def _write(self, kind: str, person: str, request: Request, **more: Any) -> None:
        asked = {key: str(request.get(key))[:200] for key in ("place", "compartment", "decision") if key in request}
        about = {"uid": self._uid, "process": self._process, "write": request.get("write") is True}
        self._vault.log.append(kind, person, {"at": asked.pop("place", ""), **asked, **about, **more})


def _failed(kind: str) -> KeyUnavailable:
    return KeyUnavailable(
        "VAULT-FAILED",
        f"The vault could not do what it was asked for ({kind}).",
        "it may have no right to read the place's history, or the request was no request.",
        "let the vault's account read HOME/places/PLACE/ledger",
        "whoever runs the vault",
    )


class _Sockets(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    vault: VaultServer


class _Caller(socketserver.StreamRequestHandler):
    """One connection, from its first line to its last."""

    def handle(self) -> None:
        process, uid, _ = struct.unpack(
            "3i", self.connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        )
        session = Session(cast(_Sockets, self.server).vault, uid, process)
        stream = cast(BinaryIO, self.rfile), cast(BinaryIO, self.wfile)
        with suppress(OSError):
            while True:
                try:
                    request = read_message(stream[0])
                except BadInput as problem:
                    write_message(stream[1], error_message(problem))
                    return
                if request is None:
                    return
                write_message(stream[1], session.answer(request))


def _require_own_folder(folder: Path) -> None:
    """Only this account may put a socket where ours is: otherwise another process could stand in for the vault."""
    found = folder.stat() if folder.is_dir() else None
    if found is None or found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise BadInput(
            "VAULT-SOCKET-FOLDER",
            "The folder of the vault's socket is not this account's alone to write to.",
            "another process could put its own socket there and be taken for the vault.",
            "make the folder as this account, mode 750, with the group that may connect",
        )
