"""A root is replaced: what must no longer open is left behind, and everything else is wrapped again.

Destroying a data key in the home does not reach copies of the home that were made before: in them the wrapped key still
lies, and the root would open it. So a new root is made beside the old one; every surviving data key is wrapped under it
in staging; ONE event, `root.replaced`, binds all these files, erases the keys that go, and names both roots; the files
move in; the old root is destroyed and the new one takes its place; `root.destroyed` says what truly became of the old.

Repair goes in one direction: the event stands, so it is finished; it does not stand, so the new root is dropped.
The certificate claims no more than is true. These survive, and the event lists them: roots that two custodians carried
away, data keys lent out before, and copies of the key folder with the passphrase of their time.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from boldlink.errors import KeyUnavailable
from boldlink.ledger import Event, Ledger
from boldlink.vault.keys import NEXT, KeyFolder
from boldlink.vault.lease import LEASE_LIFE
from boldlink.vault.root import Root, does_not_open
from boldlink.vault.vault import Vault, relative, require_opened, unwrap_content, wrapped_content

COPIES = "copies of the key folder made before, with the passphrase they were locked with"


class Step(Protocol):
    """Files and one event as one step, as a place's store makes them."""

    def write_bytes(self, path: str, content: bytes) -> None: ...

    def commit(self, kind: str, person: str, body: Mapping[str, Any], erased: Sequence[str] = ()) -> Event: ...


class Files(Protocol):
    """A place's store: checked paths and steps."""

    def checked(self, path: str) -> Path: ...

    def step(self) -> AbstractContextManager[Step]: ...


def replace_root(
    keys: KeyFolder,
    vault: Vault,
    ledger: Ledger,
    files: Files,
    held: Collection[str],
    decision: Event,
    reason: str,
    dropped: Collection[str] = (),
) -> Event:
    """Replace a place's root; the keys of `dropped` compartments go with the old one. Returns `root.replaced`.

    `held`: paths of the key files that the ledger binds. `decision` must open every dropped compartment for writing.
    Raises KeyUnavailable, and Tampered if any key file is not what the ledger bound or does not open.
    """
    _require_decided(ledger, decision, dropped)
    gone = [path for path in (relative(vault.path(name)) for name in sorted(dropped)) if path in set(held)]
    kept = {path: files.checked(path).read_bytes() for path in sorted(set(held) - set(gone))}
    keys.discard_staged()
    old = keys.root
    new = old.replacement()
    keys.stage_root(new)
    with files.step() as step:
        for path, content in kept.items():
            step.write_bytes(path, rewrapped(content, old, new))
        event = step.commit("root.replaced", decision.person, _body(ledger, old, new, decision, reason, dropped), gone)
    finish(keys, ledger)
    return event


def _body(
    ledger: Ledger, old: Root, new: Root, decision: Event, reason: str, dropped: Collection[str]
) -> dict[str, Any]:
    return {
        "old": old.id,
        "new": new.id,
        "kind": new.describe()["kind"],
        "reason": reason,
        "decision": decision.hash,
        "dropped": sorted(dropped),
        "survives": survivors(ledger, old.id, dropped),
    }


def finish(keys: KeyFolder, ledger: Ledger) -> bool:
    """Bring a replacement to its end, whichever it is. Returns whether there was anything to do.

    A place calls this when it is opened, after its store's own repair has moved the rewrapped keys in.
    """
    event = ledger.last("root.replaced")
    if event is not None and ledger.last("root.destroyed", root=event.body["old"]) is None:
        told = keys.adopt_staged() if _staged(keys) == event.body["new"] else keys.adopted(event.body["new"])
        ledger.append("root.destroyed", "boldlink", {"root": event.body["old"], "replaced": event.hash, "how": told})
        return True
    if keys.unfinished and keys.discard_staged():
        ledger.append("root.discarded", "boldlink", {"why": "a process died before the replacement was recorded"})
        return True
    return False


def rewrapped(content: bytes, old: Root, new: Root) -> bytes:
    """A key file under another root: the same data key, the same compartment."""
    compartment = compartment_of(content)
    return wrapped_content(new, compartment, unwrap_content(old, compartment, content))


def compartment_of(content: bytes) -> str:
    """The compartment a key file says it belongs to; unwrapping proves it."""
    try:
        return str(json.loads(content)["compartment"])
    except (ValueError, KeyError, TypeError):
        raise does_not_open("a compartment") from None


def survivors(ledger: Ledger, root: str, dropped: Collection[str]) -> dict[str, Any]:
    """What still opens copies made before, as far as the ledger knows: exports, and decisions that lent dropped keys."""
    exports = [
        {"event": event.hash, "custodians": event.body["custodians"], "on": event.effective_on.isoformat()}
        for event in ledger.events("root.exported")
        if event.body["root"] == root
    ]
    lent = {name: _lent(ledger, name) for name in sorted(dropped)}
    return {"exports": exports, "leases": {name: one for name, one in lent.items() if one["given"]}, "copies": COPIES}


def _lent(ledger: Ledger, compartment: str) -> dict[str, int]:
    """How many decisions ever opened a compartment, and how many of them could still be in use."""
    opened = {f"{compartment}:{mode}" for mode in ("read", "write")}
    given = [e for e in ledger.events("decision") if e.body.get("allowed") and opened & set(e.body.get("opens", ()))]
    living = [event for event in given if datetime.now(UTC) - event.recorded_at <= LEASE_LIFE]
    return {"given": len(given), "living": len(living)}


def _staged(keys: KeyFolder) -> str | None:
    return (keys.noted(NEXT) or {}).get("id")


def _require_decided(ledger: Ledger, decision: Event, dropped: Collection[str]) -> None:
    now = datetime.now(UTC)
    for compartment in dropped:
        require_opened(ledger, decision.hash, compartment, True, now)
    recorded = ledger.event(decision.hash)
    if recorded is None or recorded.kind != "decision" or not recorded.body.get("allowed"):
        raise KeyUnavailable(
            "VAULT-NO-REPLACEMENT",
            "The root is not replaced:",
            "no decision that stands in this place's ledger allows it.",
            "ask for a decision to erase what must no longer open",
            "the place's key custodian",
        )
