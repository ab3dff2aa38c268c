"""Places in other homes: known by the card they show, compared by people, and then held to.

A card holds a place's public keys. Nothing secret is on it, but whoever hands over a false card can have rows sealed for
themself: so the fingerprint is read out between custodians before a card is accepted, and a card is accepted once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boldlink.errors import BadInput, Refused, Tampered
from boldlink.journey.home import Home
from boldlink.ledger import canonical
from boldlink.places import Place
from boldlink.places.transport import addressee, carry, packages_in
from boldlink.vault.keys import signature_holds

FORMAT = "boldlink-place-card/1"


@dataclass(frozen=True)
class Card:
    """A place's name and public keys, signed by itself."""

    place: str
    identity: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """What custodians read out to each other: the first 20 bytes of a SHA-256, in groups of four."""
        digest = hashlib.sha256(canonical({"place": self.place, "identity": dict(self.identity)})).hexdigest()[:40]
        return " ".join(digest[at : at + 4] for at in range(0, 40, 4))


def write_card(place: Place, path: Path) -> Card:
    """Write a place's card to a file."""
    card = Card(place.name, place.identity)
    told = {"format": FORMAT, "place": card.place, "identity": dict(card.identity)}
    path.write_bytes(canonical({**told, "signature": place.keys.identity.sign(canonical(told))}))
    return card


def read_card(path: Path) -> Card:
    """Read a card. Raises BadInput if it is none, or was not signed by the keys on it."""
    try:
        raw: dict[str, Any] = json.loads(path.read_bytes())
        card = Card(str(raw["place"]), dict(raw["identity"]))
        told = {"format": FORMAT, "place": card.place, "identity": dict(card.identity)}
        if raw["format"] == FORMAT and signature_holds(card.identity["signing"], raw["signature"], canonical(told)):
            return card
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise BadInput(
        "CARD-UNREADABLE",
        f"{path.name} is no place's card.",
        "it cannot be read, or its own keys did not sign it.",
        "ask for a new one: `boldlink place card` makes it",
        "the custodian of the place it should be of",
    )


def meet(home: Home, place: Place, card: Card, person: str) -> bool:
    """Have a place know another by its card; False if it did.

    Raises Refused, BadInput if it is no other place of the programme, and Tampered if it shows other keys.
    """
    if person != home.holder(place, "custodian", at=place.name):
        raise Refused(
            "PLACE-MEET",
            f"{person} may not make {card.place} known to {place.name}.",
            "whose keys rows are sealed for is decided by the place's custodian.",
            ask=f"the custodian of {place.name}",
        )
    if card.place == place.name or card.place not in home.facts(place).places:
        raise BadInput(
            "CARD-OF-NO-PLACE",
            f"{place.name} cannot come to know {card.place}.",
            "it is the place itself, or no place of the programme.",
            "use the card of a place that places.yaml names, after `boldlink run` has recorded it",
            "the programme manager",
        )
    known = place.ledger.last("peer.known", peer=card.place)
    if known is not None and known.body["identity"] != dict(card.identity):
        raise Tampered(
            "PLACE-IDENTITY",
            f"{card.place} shows other keys than {place.name} knows it by.",
            "a place's identity does not change; somebody may stand in for it.",
            ask="the place's security lead",
        )
    if known is None:
        body = {"peer": card.place, "identity": dict(card.identity), "elsewhere": True}
        place.ledger.append("peer.known", person, body)
    return known is None


def carry_out(root: Path, to: Path) -> tuple[list[str], list[str]]:
    """Copy packages and receipts that lie ready in a home into another home's inboxes. Needs no key.

    Returns the names of what was carried, and of what cannot be read and is left where it lies: it stops no other.
    """
    carried, unreadable = [], []
    outboxes = [*sorted((root / "places").glob("*/outbox")), *sorted((root / "receipts").glob("*"))]
    places = {folder.name for folder in (to / "places").glob("*/")}
    for package in (package for folder in outboxes for package in packages_in(folder)):
        try:
            target = addressee(package)
        except BadInput:
            unreadable.append(package.name)
            continue
        if target in places and carry(package, to / "inbox" / target):
            carried.append(package.name)
    return carried, unreadable
