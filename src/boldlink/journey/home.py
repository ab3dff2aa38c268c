"""An opened home: its places, what is known in each, and the only door to decisions.

Every decision is written into the ledger of the place where it counts, yes or no, before anything follows from it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from boldlink.decide import Decision, Facts, Request, decide, explain
from boldlink.errors import BadInput, Refused, Tampered, Waiting
from boldlink.ledger import Event
from boldlink.places import Holdings, Place, default_key_folder
from boldlink.programme.charter import KINDS
from boldlink.programme.facts import facts_at
from boldlink.programme.folder import Programme
from boldlink.programme.record import programme_at
from boldlink.values import Contract, StoredFile
from boldlink.vault import Lease, Sealed

Say = Callable[[str], None]


def silent(text: str) -> None:
    """Progress that nobody listens to."""


@dataclass
class Home:
    """The places of one home, opened for work by one process.

    `only` names the places that this home holds, where others of the programme are held elsewhere; None: all of them.
    """

    root: Path
    key_root: Path
    places: dict[str, Place] = field(default_factory=dict)
    say: Say = silent
    only: frozenset[str] | None = None
    database: str | None = field(
        default=None, repr=False
    )  # where ledgers with several writers meet; may hold a password
    _facts: dict[str, tuple[int, Facts]] = field(default_factory=dict)
    _programmes: dict[str, tuple[int, Programme | None]] = field(default_factory=dict)

    def open(self, name: str) -> Place:
        """A place of this home, made if it is new. It learns the other places' public keys once, and holds to them."""
        if name not in self.places:
            self.places[name] = Place.open(self.root / "places" / name, self.key_root, database=self.database)
            for one in self.places.values():
                for other in self.places.values():
                    _know(one, other)
        return self.places[name]

    def held(self, name: str) -> Place | None:
        """A place, if this home holds it."""
        return self.open(name) if self.only is None or name in self.only else None

    def inbox(self, place: str) -> Path:
        """Where packages for a place are laid down, by whoever carries them. Nothing in it is believed unchecked."""
        return self.root / "inbox" / place

    def receipts(self, place: str) -> Path:
        """Where a place lays down receipts for packages that it took in, to be carried back."""
        return self.root / "receipts" / place

    def facts(self, place: Place) -> Facts:
        """What is known and signed in a place today."""
        governed = self._governed(place)
        known, facts = self._facts.get(place.name, (-1, None))
        if facts is None or known != governed:
            facts = facts_at(place.ledger, today())
            self._facts[place.name] = (governed, facts)
        return facts

    def programme(self, place: Place) -> Programme | None:
        """The programme as it stands in a place; None before the first run."""
        governed = self._governed(place)
        known, programme = self._programmes.get(place.name, (-1, None))
        if programme is None or known != governed:
            programme = programme_at(place.ledger)
            self._programmes[place.name] = (governed, programme)
        return programme

    def _governed(self, place: Place) -> int:
        """How many events there are that documents, signatures and moves are read from."""
        return place.ledger.count(*KINDS)

    @property
    def anywhere(self) -> Place:
        """Any open place: every ledger holds the whole programme's documents."""
        return next(iter(self.places.values()))

    def contract(self, dataset: str) -> Contract:
        """A dataset's data contract as it is on record."""
        return self.facts(self.anywhere).contracts[dataset]

    def require(
        self,
        place: Place,
        person: str,
        action: str,
        resource: str,
        use_case: str | None = None,
        to: str | None = None,
    ) -> Event:
        """Ask, write the decision down, and return its event. Raises Refused, with every unmet rule in words.

        `to` names another place that rows would go to.
        """
        request = Request(person, action, resource, use_case, place.name, to)
        facts = self.facts(place)
        decision = decide(request, facts, datetime.now(UTC).date())
        event = place.ledger.append("decision", person, decision.as_dict())
        if not decision.allowed:
            raise refusal(decision, facts)
        return event

    def holder(self, place: Place, role: str, *, organisation: str | None = None, at: str | None = None) -> str:
        """The person who holds a post of that role. Raises Waiting if nobody does."""
        for post in self.facts(place).posts.values():
            if post.role == role and organisation in (None, post.organisation) and at in (None, post.place):
                return post.holder
        raise Waiting(
            "JOURNEY-NO-HOLDER",
            f"Nobody holds the post of {role.replace('_', ' ')}{f' for {organisation or at}' if organisation or at else ''}.",
            do="name somebody in posts.yaml",
            ask="the programme manager",
        )

    def member(self, place: Place, use_case: str, role: str) -> str:
        """The first person of a use case's team in that role. Raises Waiting if there is none."""
        people = self.facts(place).use_cases[use_case].team.get(role, ())
        if not people:
            raise Waiting("JOURNEY-NO-MEMBER", f"The use case {use_case} has no {role}.", ask="the programme manager")
        return people[0]

    def files(self, place: Place, compartment: str) -> list[StoredFile]:
        """Files that a place holds in a compartment, in the order they came."""
        held = place.ledger.fold(Holdings).files.values()
        return [
            StoredFile(file["path"], file["sha256"], compartment, file["rows"])
            for file in held
            if file.get("compartment") == compartment
        ]

    def opened(self, place: Place, decision: Event, compartment: str) -> list[Sealed]:
        """Handles on every file of a compartment, under a lease for reading; none if it holds no files."""
        files = self.files(place, compartment)
        if not files:
            return []
        lease = place.vault.lease(decision, compartment)
        return [place.store.open(file, lease) for file in files]

    def writing(self, place: Place, decision: Event, compartment: str) -> Lease:
        """A lease for writing."""
        return place.vault.lease(decision, compartment, write=True)


@contextmanager
def open_home(
    root: Path,
    key_root: Path | None = None,
    say: Say = silent,
    only: frozenset[str] | None = None,
    database: str | None = None,
) -> Iterator[Home]:
    """Open a home's existing places; checkpoint and close them when done, whatever happened.

    database: where its ledgers are written by several processes (postgresql://…); else BOLDLINK_LEDGER, else nowhere.
    """
    shared = database or os.environ.get("BOLDLINK_LEDGER") or None
    home = Home(root.resolve(), key_root or default_key_folder(), say=say, only=only, database=shared)
    try:
        for folder in sorted((root / "places").glob("*/")):
            home.open(folder.name)
        yield home
    finally:
        for place in home.places.values():
            try:
                place.checkpoint()
            finally:
                place.close()


@contextmanager
def reading_home(root: Path, key_root: Path | None = None) -> Iterator[Home]:
    """Open a home's existing places for reading, though another process may be at work in them.

    Nothing is locked, written or unlocked, and no place is made. What is told is how far each history went just now.
    """
    home = Home(root.resolve(), key_root or default_key_folder(), only=frozenset())  # it opens none by its name
    try:
        for folder in sorted((home.root / "places").glob("*/")):
            home.places[folder.name] = Place.read(folder, home.key_root)
        yield home
    finally:
        for place in home.places.values():
            place.close()


def require_home(root: Path) -> None:
    """Raises BadInput if there is no home at this path."""
    if not (root / "places").is_dir():
        raise BadInput(
            "HOME-UNKNOWN",
            f"There is no boldlink home at {root}.",
            do="give the folder that `boldlink run --home` made",
            ask="whoever carries the programme on this machine",
        )


def require_place(home: Home, name: str) -> Place:
    """A place that this home holds. Raises BadInput if it holds none of that name."""
    if name not in home.places:
        raise BadInput(
            "PLACE-NOT-HERE",
            f"This home holds no place {name}.",
            do=f"use one of: {', '.join(home.places) or 'none yet; `boldlink run` makes them'}",
        )
    return home.places[name]


def made_from(*parts: Any) -> str:
    """One hash over everything a stage works from: the same inputs, the same result, nothing done twice."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def refusal(decision: Decision, facts: Facts) -> Refused:
    """A decision that was no, as an error: every unmet rule, and who could change it."""
    request = decision.request
    unmet = [explain(finding, facts, decision.at) for finding in decision.unmet]
    return Refused(
        f"DECIDE-{decision.unmet[0].rule.upper().replace('_', '-')}",
        f"{request.person} may not {request.action} {request.resource}{f' for {request.use_case}' if request.use_case else ''}.",
        " ".join(f"Needed: {one['asks']}; found: {one['found']} ({one['citation']})." for one in unmet),
        "`boldlink why` shows every rule",
        "; ".join(dict.fromkeys(one["remedy"] for one in unmet)),
    )


def _know(one: Place, other: Place) -> None:
    if one is other:
        return
    known = one.ledger.last("peer.known", peer=other.name)
    if known is None:
        one.ledger.append("peer.known", "boldlink", {"peer": other.name, "identity": other.identity})
    elif known.body["identity"] != other.identity:
        raise Tampered(
            "PLACE-IDENTITY",
            f"{other.name} shows other keys than {one.name} knows it by.",
            "a place's identity does not change; somebody may stand in for it.",
            ask="the place's security lead",
        )


def peer_identity(place: Place, name: str) -> Mapping[str, str]:
    """Another place's public keys, as this place knows them."""
    known = place.ledger.last("peer.known", peer=name)
    if known is None:
        raise Waiting(
            "PLACE-UNKNOWN",
            f"{place.name} does not know the place {name}.",
            "it has never been shown that place's public keys, so that nothing can be sealed for it or believed of it.",
            f"`boldlink place card` in the home of {name}, then `boldlink place meet` here",
            f"the custodian of {name}",
        )
    return dict(known.body["identity"])


def today() -> date:
    return datetime.now(UTC).date()
