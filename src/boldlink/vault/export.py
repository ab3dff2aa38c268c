"""A root leaves the key folder only with two people: each carries a share that says nothing without the other.

The root is split in two (one share random, the other root XOR that), and each share is sealed to its custodian as
packages are: X25519 with a fresh key pair, HKDF-SHA-256, AES-256-GCM with the facts as associated data. Both sign the
same request with their own keys. Who is a custodian is told by the programme's posts, which the journey hands in.
The place's identity travels with the root, because a place without it could sign nothing. A root in KMS does not leave.

What two people protect is the shares, once they are out. Whoever can unlock the key folder can read its root without
asking anybody: two people at export are then a procedure, unless the passphrase itself is held by two.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from boldlink.errors import Refused, Tampered
from boldlink.ledger import Event, Ledger, canonical
from boldlink.vault.identity import KEY_BYTES, Identity, derive, signature_holds
from boldlink.vault.keys import IDENTITY, KeyFolder
from boldlink.vault.root import FileRoot, root_id

FORMAT = "boldlink-share/1"


@dataclass(frozen=True)
class Custodian:
    """One of the two: their id, and their own key."""

    person: str
    identity: Identity


def export_root(
    keys: KeyFolder, ledger: Ledger, custodians: Sequence[Custodian], named: Collection[str], reason: str
) -> tuple[Event, dict[str, bytes]]:
    """Record that a root leaves, and make both shares: person → content of their file.

    `named`: the place's key custodians, of whom `custodians` are two. Raises Refused.
    """
    _require_two(custodians, named)
    root = keys.root
    if not isinstance(root, FileRoot):
        raise _refused(
            "it lies in AWS KMS, and a root there does not leave.", "replace the root by one of another kind"
        )
    people = {one.person: one.identity.public for one in custodians}
    facts = {"format": FORMAT, "place": keys.place, "root": root.id, "reason": reason, "custodians": people}
    signed = {one.person: one.identity.sign(_message(facts)) for one in custodians}
    body = {"root": root.id, "reason": reason, "custodians": sorted(people), "keys": people, "signatures": signed}
    event = ledger.append("root.exported", custodians[0].person, body)
    halves = zip(custodians, split(root.export() + keys.read(IDENTITY)), strict=True)
    return event, {one.person: _share(facts, signed, one, half) for one, half in halves}


def import_root(
    keys: KeyFolder, ledger: Ledger, custodians: Sequence[Custodian], named: Collection[str], shares: Sequence[bytes]
) -> Event:
    """Put a root and its place's identity back, from both shares, in the order of `custodians`.

    Raises Refused or Tampered; the root must be the one that the place's ledger says is in use.
    """
    _require_two(custodians, named)
    opened = [_open_share(one, share, keys.place) for one, share in zip(custodians, shares, strict=True)]
    facts = opened[0][0]
    if facts != opened[1][0]:
        raise _refused("the two shares are not of one export.", "bring both shares of the same day")
    secret = joined(opened[0][1], opened[1][1])
    key, identity = secret[:KEY_BYTES], secret[KEY_BYTES:]
    in_use = current_root(ledger)
    if root_id(key) != facts["root"] or facts["root"] != in_use:
        raise _refused("it is not the root this place uses now.", "it was replaced since; what it opened stays shut")
    root = FileRoot.take_in(keys, key)
    keys.write(IDENTITY, identity)
    keys.use_root(root)
    body = {"root": root.id, "custodians": sorted(one.person for one in custodians)}
    return ledger.append("root.imported", custodians[0].person, body)


def current_root(ledger: Ledger) -> str | None:
    """The id of the root a place uses, as its ledger tells it; None in a history of an earlier version."""
    replaced = ledger.last("root.replaced")
    if replaced is not None:
        return str(replaced.body["new"])
    created = next(ledger.events("place.created"), None)
    return created.body.get("root") if created else None


def split(secret: bytes) -> tuple[bytes, bytes]:
    """Two shares of the same length; either alone is random."""
    one = os.urandom(len(secret))
    return one, joined(one, secret)


def joined(one: bytes, other: bytes) -> bytes:
    """What two shares are shares of (XOR)."""
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _share(facts: Mapping[str, Any], signed: Mapping[str, str], one: Custodian, half: bytes) -> bytes:
    fresh, nonce = X25519PrivateKey.generate(), os.urandom(12)
    receiving = X25519PublicKey.from_public_bytes(bytes.fromhex(one.identity.public["receiving"]))
    named = {**facts, "for": one.person}
    box = AESGCM(derive(fresh.exchange(receiving), "root-share")).encrypt(nonce, half, canonical(named))
    sealed = {"one_time": fresh.public_key().public_bytes_raw().hex(), "nonce": nonce.hex(), "share": box.hex()}
    return json.dumps({"facts": facts, "for": one.person, "sealed": sealed, "signatures": signed}, indent=1).encode()


def _open_share(one: Custodian, content: bytes, place: str) -> tuple[dict[str, Any], bytes]:
    try:
        share = json.loads(content)
        facts, sealed = dict(share["facts"]), share["sealed"]
        for person, public in facts["custodians"].items():
            if not signature_holds(public["signing"], share["signatures"][person], _message(facts)):
                raise ValueError("a signature does not hold")
        secret = derive(one.identity.agree(sealed["one_time"]), "root-share")
        named = canonical({**facts, "for": one.person})
        half = AESGCM(secret).decrypt(bytes.fromhex(sealed["nonce"]), bytes.fromhex(sealed["share"]), named)
        if (facts["format"], facts["place"], len(half)) == (FORMAT, place, 2 * KEY_BYTES):
            return facts, half
    except (ValueError, KeyError, TypeError, AttributeError, InvalidTag):
        pass
    raise Tampered(
        "VAULT-SHARE-DAMAGED",
        f"The share of {one.person} does not open.",
        "it was changed, it is somebody else's, or it is of another place's root.",
        "bring the share that was made for this custodian and this place",
        "the other custodian",
    )


def _message(facts: Mapping[str, Any]) -> bytes:
    return b"boldlink root export\n" + canonical(facts)


def _require_two(custodians: Sequence[Custodian], named: Collection[str]) -> None:
    people = [one.person for one in custodians]
    same_key = len({one.identity.public["signing"] for one in custodians}) < len(custodians)
    if len(people) != 2 or len(set(people)) != 2 or same_key:
        raise _refused("it takes two different people.", "name two key custodians (--as twice)")
    if missing := sorted(set(people) - set(named)):
        raise _refused(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} no key custodian.",
            "name the holders of the place's posts with the role key_custodian in posts.yaml, and record the programme",
        )


def _refused(why: str, do: str) -> Refused:
    return Refused(
        "VAULT-EXPORT", "The root does not leave or return like this:", why, do, "the place's key custodians"
    )
