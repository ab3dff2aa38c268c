"""Sealed packages: the only way rows go from one place to another.

A package is a folder: a signed manifest and Parquet files under a key of the package's own. That key is sealed to the
recipient (X25519 with a fresh key pair, HKDF-SHA-256, AES-256-GCM with the manifest's facts as associated data); the
sender signs the manifest (Ed25519). A package's id is a hash of what it was made from, so sending or receiving it twice
changes nothing; its sequence says which of two is the later. The recipient answers with a signed receipt. There is no
function that makes a package of a pinned dataset's rows.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from boldlink.errors import Refused, Tampered
from boldlink.ledger import Event, canonical
from boldlink.places.place import Place
from boldlink.places.store import sha256_of
from boldlink.programme.instruments import AgreementDocument
from boldlink.programme.record import programme_at
from boldlink.values import Contract
from boldlink.vault import Lease, Sealed
from boldlink.vault.keys import derive, signature_holds

FORMAT = "boldlink-package/2"
RECEIPT = "boldlink-receipt/1"
HALVES = ("identifiers", "attributes")


@dataclass(frozen=True)
class Contents:
    """What goes into a package: the two halves of a dataset, only in-scope rows and agreed columns."""

    contract: Contract
    use_case: str
    recipient: str
    made_from: str  # hash of the inputs: the same inputs make the same package
    sequence: int  # how many packages of this dataset were made for this use case, this one included
    halves: Mapping[str, tuple[pa.Schema, Iterable[pa.RecordBatch]]]

    @property
    def id(self) -> str:
        facts = [FORMAT, self.contract.dataset, self.use_case, self.recipient, self.made_from]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:24]


def send(place: Place, contents: Contents, recipient_identity: Mapping[str, str], decision: Event) -> Path:
    """Seal a package into the sender's outbox and write it down. Returns its folder.

    Raises Refused for a pinned dataset: its rows never leave its place, whatever a decision says.
    """
    _require_free(contents.contract)
    folder = f"outbox/{contents.id}"
    lease = _package_lease(place.vault.lease(decision, f"package/{contents.use_case}", write=True), contents.id)
    with place.store.step() as step:
        for half, (schema, batches) in contents.halves.items():
            writer = step.writer(lease, f"{folder}/{half}.parquet", schema)
            for batch in batches:
                writer.write(batch)
        stored = step.stored()
        files = {Path(path).name: {"sha256": file.sha256, "rows": file.rows} for path, file in stored.items()}
        facts = {
            "format": FORMAT,
            "id": contents.id,
            "dataset": contents.contract.dataset,
            "use_case": contents.use_case,
            "from": place.name,
            "to": contents.recipient,
            "made_from": contents.made_from,
            "sequence": contents.sequence,
            "decision": decision.hash,
            "files": files,
        }
        step.write_bytes(f"{folder}/manifest.json", _manifest(place, facts, lease.key, recipient_identity))
        told = {key: facts[key] for key in facts if key != "files"}
        step.commit("package.sent", decision.person, {**told, **_disclosure(place, contents)})
    return place.root / folder


def open_package(place: Place, folder: Path, sender_identity: Mapping[str, str], decision: Event) -> dict[str, Sealed]:
    """Check a package that arrived and hand out its halves as opened handles. Raises Tampered or Refused.

    Nothing of it is believed before the sender's signature holds over all of it.
    """
    facts, sealed = checked_manifest(place, folder, sender_identity)
    for name, file in facts["files"].items():
        if not (folder / name).is_file() or sha256_of(folder / name) != file["sha256"]:
            raise _damaged(folder, f"its file {name} is not what the manifest says.")
    lease = Lease(f"package/{facts['id']}", decision.hash, False, _unseal(place, facts, sealed, folder))
    return {half: Sealed(folder / f"{half}.parquet", lease) for half in HALVES}


def checked_manifest(
    place: Place, folder: Path, sender_identity: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """A package's facts and sealed key, signed by the sender and for this place. Raises Tampered or Refused."""
    facts, sealed = _signed(folder, folder / "manifest.json", sender_identity)
    if facts.get("to") != place.name or facts.get("format") != FORMAT:
        raise Refused(
            "PACKAGE-NOT-OURS",
            f"The package {folder.name} is not for {place.name}.",
            "it is addressed to another place, or of another format.",
            "give it to the place it is addressed to",
            "the sending place's custodian",
        )
    if facts["id"] != folder.name or not all(name in facts["files"] for name in (f"{half}.parquet" for half in HALVES)):
        raise _damaged(folder, "it is not the package that its name says.")
    return facts, sealed


def write_receipt(place: Place, facts: Mapping[str, Any], into: Path) -> Path:
    """A signed receipt for the sender, as a folder that can be carried like a package."""
    told = {"format": RECEIPT, "id": facts["id"], "from": place.name, "to": facts["from"]}
    folder = into / f"{facts['id']}.receipt"
    folder.mkdir(parents=True, exist_ok=True)
    signature = place.keys.identity.sign(canonical({"facts": told, "sealed": {}}))
    (folder / "receipt.json").write_bytes(canonical({"facts": told, "sealed": {}, "signature": signature}))
    return folder


def checked_receipt(place: Place, folder: Path, recipient_identity: Mapping[str, str]) -> str:
    """The id of the package that a receipt is for. Raises Tampered unless its recipient signed it for this place."""
    facts, _ = _signed(folder, folder / "receipt.json", recipient_identity)
    if facts.get("to") != place.name or facts.get("format") != RECEIPT:
        raise _damaged(folder, "it is no receipt for this place.")
    return str(facts["id"])


def _signed(folder: Path, path: Path, identity: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        raw = json.loads(path.read_bytes())
        facts, sealed, signature = dict(raw["facts"]), dict(raw["sealed"]), str(raw["signature"])
        signed = canonical({"facts": facts, "sealed": sealed})
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise _damaged(folder, "its manifest cannot be read.") from None
    if not signature_holds(identity["signing"], signature, signed):
        raise _damaged(folder, "its signature is not that of the place it says it comes from.")
    if not _complete(facts):
        raise _damaged(folder, "its manifest does not say what a manifest says.")
    return facts, sealed


def _complete(facts: Mapping[str, Any]) -> bool:
    """Does a manifest say all that a package needs, or a receipt? Its sender may be wrong, or mean harm."""
    if facts.get("format") == RECEIPT:
        return all(isinstance(facts.get(name), str) for name in ("id", "from", "to"))
    words = ("id", "dataset", "use_case", "from", "to", "made_from")
    files = facts.get("files")
    return (
        all(isinstance(facts.get(name), str) for name in words)
        and isinstance(facts.get("sequence"), int)
        and isinstance(files, dict)
        and all(isinstance(file, dict) and isinstance(file.get("sha256"), str) for file in files.values())
        and all("/" not in name and name not in (".", "..") for name in files)
    )


def _disclosure(place: Place, contents: Contents) -> dict[str, str]:
    """Who receives the rows, and on what ground: what section 62 asks of a disclosure."""
    programme = programme_at(place.ledger)
    if programme is None:
        return {"recipient": contents.recipient, "justification": f"use case {contents.use_case}"}
    operator = programme.organisations[programme.places[contents.recipient].operator]
    agreements = [one.id for one in programme.of_use_case(contents.use_case) if isinstance(one, AgreementDocument)]
    ground = f"use case {contents.use_case}, agreement {', '.join(agreements)}"
    return {"recipient": operator.name, "justification": ground}


def _manifest(place: Place, facts: Mapping[str, Any], key: bytes, recipient: Mapping[str, str]) -> bytes:
    one_time = X25519PrivateKey.generate()
    shared = one_time.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(recipient["receiving"])))
    nonce = os.urandom(12)
    box = AESGCM(derive(shared, "package-key")).encrypt(nonce, key, canonical(facts))
    sealed = {
        "one_time": one_time.public_key().public_bytes_raw().hex(),
        "nonce": nonce.hex(),
        "key": box.hex(),
    }
    signature = place.keys.identity.sign(canonical({"facts": facts, "sealed": sealed}))
    return canonical({"facts": facts, "sealed": sealed, "signature": signature})


def _unseal(place: Place, facts: Mapping[str, Any], sealed: Mapping[str, str], folder: Path) -> bytes:
    try:
        shared = place.keys.identity.agree(sealed["one_time"])
        box = AESGCM(derive(shared, "package-key"))
        return box.decrypt(bytes.fromhex(sealed["nonce"]), bytes.fromhex(sealed["key"]), canonical(facts))
    except (InvalidTag, KeyError, TypeError, ValueError):
        raise _damaged(folder, "its key does not open with this place's identity.") from None


def _package_lease(lease: Lease, package: str) -> Lease:
    return lease.derived(f"package/{package}", f"package/{package}")


def _require_free(contract: Contract) -> None:
    if contract.pinned:
        raise Refused(
            "PACKAGE-PINNED",
            f"Rows of {contract.dataset} cannot be sent anywhere.",
            f"the dataset is pinned to {contract.place}: no row, no encoding and no list of who matched leaves it (P23).",
            "bring the other departments' data to that place instead, under an agreement that names it",
            "nobody: this is not open to anyone",
        )


def _damaged(folder: Path, why: str) -> Tampered:
    return Tampered(
        "PACKAGE-DAMAGED",
        f"The package {folder.name} is not taken in:",
        why,
        "ask the sending place to send it again",
        "the sending place's custodian",
    )
