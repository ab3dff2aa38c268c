"""What a programme stands on, and who may change it: the programme itself, its organisations, places and posts.

The first documents of a history found it: nobody can have signed anything before there was somebody who may. From the
first signature on, a document of the charter that is new or changed is a proposal, and what stood before goes on
standing, until the panel's chair signs it. So nobody gives themself a post, calls a company a public body, or moves the
programme's last day by editing a file. Nobody signs for what makes themself, or their own post, more than it was: then
the next of APPOINTERS does.

A post that is withdrawn is gone at once: that takes power away and gives none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from boldlink.errors import Refused
from boldlink.ledger import Event, Ledger
from boldlink.vault import Identity
from boldlink.vault.keys import signature_holds

CHARTER = ("programme", "organisation", "place", "post")
APPOINTERS = ("panel_chair", "external_member", "siro")  # roles of posts, in the order in which they are asked
KINDS = ("person.enrolled", "document.recorded", "document.withdrawn", "document.signed", "document.moved")
Key = tuple[str, str]


@dataclass(frozen=True)
class Proposal:
    """A document of the charter that was recorded and has not been signed."""

    kind: str
    id: str
    hash: str
    content: Mapping[str, Any]
    over: str  # the event that recorded it: a signature is for this proposal and no other that says the same


FIELDS = {
    "person.enrolled": ("person", "public_key"),
    "document.recorded": ("kind", "id", "hash"),
    "document.withdrawn": ("kind", "id"),
    "document.signed": ("kind", "id", "hash", "post", "signature"),
    "document.moved": ("kind", "id", "hash", "post", "signature", "move", "reasons"),
}


def well_formed(event: Event) -> bool:
    """Does an event say what its kind says? One that does not was written past the commands, and counts for nothing."""
    told = all(isinstance(event.body.get(name), str) for name in FIELDS[event.kind])
    return told and (event.kind != "document.recorded" or isinstance(event.body.get("content"), dict))


class Charter:
    """Folded event by event: what stands of the charter, what is proposed, and the keys people are enrolled with."""

    def __init__(self) -> None:
        self.standing: dict[Key, tuple[str, Mapping[str, Any]]] = {}
        self.proposed: dict[Key, Proposal] = {}
        self.keys: dict[str, str] = {}
        self._founded = False

    def add(self, event: Event) -> None:
        """The first key a person enrols with counts, and nobody enrols for another."""
        body = event.body
        if event.kind == "person.enrolled" and event.person == body["person"]:
            self.keys.setdefault(event.person, body["public_key"])
        elif event.kind == "document.moved":
            self._founded = True
        elif event.kind == "document.signed":
            self._founded = True
            if (body["kind"], body["id"]) in self.proposed:
                self._sign(event)
        elif event.kind.startswith("document.") and body["kind"] in CHARTER:
            self._record(event)

    def holder(self, post: str) -> str | None:
        """Who holds a post, as it stands."""
        known = self.standing.get(("post", post))
        return str(known[1]["holder"]) if known else None

    def appointer(self, proposal: Proposal) -> tuple[str, str] | None:
        """The post that must sign a proposal, and its holder: never the post that it is about, never its new holder."""
        if proposal.kind == "programme" and self._loosens(proposal):
            return None
        posts = {key[1]: content for key, (_, content) in self.standing.items() if key[0] == "post"}
        gains = proposal.content.get("holder") if proposal.kind == "post" else None
        for role in APPOINTERS:
            for post, content in posts.items():
                about = proposal.kind == "post" and post == proposal.id
                if content["role"] == role and not about and content["holder"] != gains:
                    return post, str(content["holder"])
        return None

    def _loosens(self, proposal: Proposal) -> bool:
        """A later last day is the panel's to renew, with its quorum, and a quorum does not shrink by a signature."""
        old = self.standing.get(("programme", proposal.id), ("", {}))[1]
        new, before, after = proposal.content, old.get("panel", {}), proposal.content.get("panel", {})
        smaller = any(after.get(name, 0) < before.get(name, 0) for name in ("members", "external"))
        return bool(old) and (str(new.get("ends")) > str(old.get("ends")) or smaller)

    def _record(self, event: Event) -> None:
        key = (event.body["kind"], event.body["id"])
        self.proposed.pop(key, None)
        if event.kind == "document.withdrawn":
            self.standing.pop(key, None)
        elif not self._founded:
            self.standing[key] = (event.body["hash"], event.body["content"])
        elif key not in self.standing or self.standing[key][0] != event.body["hash"]:
            self.proposed[key] = Proposal(*key, event.body["hash"], event.body["content"], event.hash)

    def _sign(self, event: Event) -> None:
        body, key = event.body, (event.body["kind"], event.body["id"])
        proposal, public = self.proposed[key], self.keys.get(event.person)
        if public is None or body["hash"] != proposal.hash or self.appointer(proposal) != (body["post"], event.person):
            return
        if proposal.over == body.get("over") and signature_holds(
            public, body["signature"], _message(proposal, body["post"])
        ):
            self.standing[key] = (proposal.hash, proposal.content)
            del self.proposed[key]


def charter_at(ledger: Ledger, until: date | None = None) -> Charter:
    """The charter as it stood at the end of a day."""
    charter = Charter()
    for event in ledger.events(*KINDS, until=until):
        if well_formed(event):
            charter.add(event)
    return charter


def appoint(proposal: Proposal, person: str, charter: Charter, ledger: Ledger, key: Identity) -> Event:
    """Sign a proposal. Raises Refused unless this person holds the post that must, with the key they are enrolled with."""
    appointer = charter.appointer(proposal)
    if appointer is None or appointer[1] != person:
        raise _refused(
            proposal, f"{appointer[0] if appointer else 'nobody on record'} signs it, and {person} does not hold that."
        )
    public = key.public["signing"]
    if charter.keys.get(person, public) != public:
        raise _refused(proposal, "the key shown is not the one this person is enrolled with.")
    if person not in charter.keys:
        ledger.append("person.enrolled", person, {"person": person, "public_key": public})
    about = {"kind": proposal.kind, "id": proposal.id, "hash": proposal.hash}
    body = {**about, "post": appointer[0], "over": proposal.over}
    return ledger.append("document.signed", person, {**body, "signature": key.sign(_message(proposal, appointer[0]))})


def _message(proposal: Proposal, post: str) -> bytes:
    return f"boldlink signature\n{proposal.kind}\n{proposal.id}\n{proposal.hash}\n{post}\n{proposal.over}\n".encode()


def _refused(proposal: Proposal, why: str) -> Refused:
    return Refused(
        "SIGN-REFUSED",
        f"The change of {proposal.kind} {proposal.id} cannot be signed like this:",
        why,
        "`boldlink status` lists every signature that is awaited, and whose it is",
        "the programme manager",
    )
