"""Is a place what its ledger says? Its chain, checkpoints, heads known here or given, and every file; nothing is changed.

The ledger's index is not looked at: everything is told from one reading of the segment files.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from boldlink.ledger import Event, Head, History, Problem, check_head, check_history, check_segments, place_of
from boldlink.ledger.checkpoint import read_checkpoint
from boldlink.ledger.segments import torn_bytes
from boldlink.ledger.witness import Exported
from boldlink.places.store import Holdings, check_files
from boldlink.vault import KeyFolder
from boldlink.vault.keys import signature_holds


class Told:
    """What a place's history tells an audit: its keys, those it knows others by, the register's pages, use cases, its
    last checkpoint."""

    def __init__(self) -> None:
        self.identity: Mapping[str, str] = {}
        self.peers: dict[str, Mapping[str, str]] = {}
        self.pages: Mapping[str, str] | None = None
        self.use_cases: set[str] = set()  # every one that was ever on record
        self.note = ""
        self.root: str | None = None  # the id of the root in use

    def add(self, event: Event) -> None:
        if event.kind == "place.created" and not self.identity:
            self.identity = event.body["identity"]
            self.root = event.body.get("root")
        elif event.kind == "root.replaced":
            self.root = event.body["new"]
        elif event.kind == "peer.known" and {"peer", "identity"} <= set(event.body) and not event.body.get("elsewhere"):
            self.peers[event.body["peer"]] = event.body["identity"]
        elif event.kind == "register.published":
            self.pages = event.body["pages"]
        elif event.kind == "document.recorded" and event.body.get("kind") == "use_case":
            self.use_cases.add(str(event.body.get("id")))
        elif event.kind == "ledger.checkpoint":
            self.note = str(event.body.get("note", ""))

    @property
    def signing_key(self) -> str:
        """The place's public key, in hex."""
        return self.identity.get("signing", "")


class PlaceAudit(NamedTuple):
    """What was told (None if the chain does not hold), what is wrong, and how far the history goes."""

    told: Told | None
    problems: list[Problem]
    head: Head

    @property
    def exported(self) -> Exported:
        """What to hand to a witness."""
        return Exported(self.head, self.told.note, self.told.signing_key) if self.told else Exported(self.head)


def audit_place(root: Path, key_root: Path, head: Head | None = None) -> PlaceAudit:
    """Check a place without changing it: chain, checkpoints, heads known here or given, and every file."""
    keys = KeyFolder(key_root / (place_of(root / "ledger") or "-"))
    known = keys.last_head
    expected = [one for one in (Head.from_dict(known) if known else None, head) if one]
    told, holdings = Told(), Holdings()
    history = check_history(root / "ledger", (one.events for one in expected), (told, holdings))
    if history.problems:
        return PlaceAudit(None, history.problems, history.head)
    problems = []
    if torn_bytes(root / "ledger"):
        problems.append(Problem("LEDGER-TORN", "ledger", "its last line is unfinished; run the programme again"))
    problems += check_segments(root / "ledger")
    if history.head.events == 0:
        return PlaceAudit(
            told, [*problems, Problem("LEDGER-EMPTY", "ledger", "there is no history here")], history.head
        )
    for one in expected:
        problems += check_head(one, history.head.events, history.heads.get(one.events))
    problems += _check_checkpoints(history, told.signing_key) + _check_root(keys, told) + check_files(root, holdings)
    return PlaceAudit(told, problems, history.head)


def _check_root(keys: KeyFolder, told: Told) -> list[Problem]:
    """An older copy of the key folder, put back, is noticed here before it is noticed when something does not open."""
    noted = keys.noted()
    if not noted or not told.root or noted["id"] == told.root:
        return []
    return [Problem("VAULT-ROOT-OTHER", "keys", f"the root here is not {told.root}, which the place uses now")]


def _check_checkpoints(history: History, public: str) -> list[Problem]:
    what = "its signature is not the place's, or not over this history"
    return [
        Problem("LEDGER-CHECKPOINT", f"event {event.number}", what)
        for event, before in history.checkpoints
        if not _is_signed(event, before, public)
    ]


def _is_signed(event: Event, before: Head, public: str) -> bool:
    """Does a checkpoint say, and the place sign, what truly stood before it?"""
    try:
        note = read_checkpoint(event.body["note"])
        said = (Head.from_dict(event.body["head"]), note.origin, note.size, note.root.hex())
        return (
            said == (before, before.place, before.events, before.root)
            and signature_holds(public, event.body["signature"], before.signed_bytes)
            and note.is_signed_by(before.place, bytes.fromhex(public))
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
