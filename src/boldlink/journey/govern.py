"""Before anything moves: the programme's documents are recorded in every place, and it is known whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boldlink.decide import Facts, UseCase, everything_stands
from boldlink.deposits import require_keepable
from boldlink.errors import BadInput
from boldlink.journey.answerable import require_answerable
from boldlink.journey.home import Home, today
from boldlink.journey.make import refused_builds
from boldlink.journey.reviewers import reviewers_awaited
from boldlink.ledger import Event
from boldlink.outputs import OutputState, State, requests
from boldlink.places import Place
from boldlink.programme.charter import CHARTER, appoint, charter_at
from boldlink.programme.check import check_programme
from boldlink.programme.difference import Since, changed_since_signed
from boldlink.programme.folder import Programme, read_programme
from boldlink.programme.instruments import Instrument
from boldlink.programme.life import Move
from boldlink.programme.moving import may_move, move, stopped
from boldlink.programme.record import record_programme
from boldlink.programme.signatories import holder_of
from boldlink.programme.signing import Awaited, awaited, missing_on, person_identity, sign, signatures_on, signed_at
from boldlink.vault.asking import require_no_demo


@dataclass(frozen=True)
class Turn:
    """Something that a person must do before the journey goes on: who, what, and the command for it."""

    person: str
    act: str
    what: str
    use_case: str
    command: str

    def as_dict(self) -> dict[str, str]:
        return self.__dict__.copy()


def record(home: Home, folder: Path) -> Programme:
    """Read a programme folder, check it whole, and record it in every place that this home holds. Raises BadProgramme."""
    programme = read_programme(folder)
    check_programme(programme)
    require_answerable(programme)
    if not programme.programme.synthetic:
        require_no_demo(home.key_root)
    for contract in programme.contracts.values():
        require_keepable(contract)
    manager = next(post.holder for post in programme.posts.values() if post.role == "programme_manager")
    held = [place for name in programme.places if (place := home.held(name)) is not None]
    for place in held:
        record_programme(programme, place.ledger, manager)
    return programme


def live_use_cases(home: Home) -> list[UseCase]:
    """Use cases whose every instrument is signed and in date today; of one that somebody stopped it is said."""
    facts = home.facts(home.anywhere)
    for use_case in facts.use_cases.values():
        for one in use_case.instruments:
            if one.stopped:
                home.say(f"Nothing is done for {use_case.id}: its {one.kind.replace('_', ' ')} is {one.stopped}")
    return [use_case for use_case in facts.use_cases.values() if everything_stands(use_case, facts, today())]


def sign_document(home: Home, document: str, person: str, post: str | None = None) -> int:
    """Sign a document, in every place held here, as the holder of a post. Returns how many signatures were written.

    A changed post, organisation, place or programme is signed like this too: until then what stood before stands.
    """
    if document.partition(":")[0] in CHARTER:
        return _appoint(home, document, person)
    programme, found = _document(home, document)
    waiting = [one for place in home.places.values() for one in missing_on(found, programme, signed_at(place.ledger))]
    own = [one for one in dict.fromkeys(waiting) if holder_of(one, programme) == person]
    posts = [post] if post else own or [_any_post(home, person)]
    key = person_identity(home.key_root, person)
    for place in home.places.values():
        for one in posts:
            sign(found, one, person, programme, place.ledger, key)
    return len(posts)


def _appoint(home: Home, document: str, person: str) -> int:
    kind, _, name = document.partition(":")
    key, signed = person_identity(home.key_root, person), 0
    for place in home.places.values():
        charter = charter_at(place.ledger)
        proposal = charter.proposed.get((kind, name))
        if proposal is not None:
            appoint(proposal, person, charter, place.ledger, key)
            signed += 1
    if not signed:
        raise BadInput(
            "DOCUMENT-UNKNOWN",
            f"No change of {document} waits to be signed.",
            do="`boldlink status` lists every signature that is awaited",
        )
    return signed


def changed_since(home: Home, document: str) -> Since | None:
    """What changed in a document since the version that was signed before it; None for a first one, and for parties."""
    if document.partition(":")[0] in CHARTER:
        return None
    return changed_since_signed(_document(home, document)[1], home.anywhere.ledger)


def read_document(home: Home, document: str) -> dict[str, Any]:
    """A document's content and hash, who has signed it and who must, what changed since another version was signed, and
    whether it is stopped. Raises BadInput.
    """
    programme, found = _document(home, document)
    since = changed_since_signed(found, home.anywhere.ledger)
    signed = signed_at(home.anywhere.ledger)
    return {
        "document": f"{found.kind}:{found.id}",
        "sha256": found.content_hash,
        "content": found.content,
        "signed": [
            {"post": one.post, "person": one.person, "on": one.on.isoformat()} for one in signatures_on(found, signed)
        ],
        "awaited": missing_on(found, programme, signed),
        "changed_since": since.as_dict() if since else None,
        "stopped": stopped(found, programme, signed),
    }


def awaited_of(home: Home, person: str) -> list[str]:
    """Every document that waits for a person's signature, as KIND:ID."""
    return list(dict.fromkeys(f"{one.kind}:{one.document}" for one in _awaited(home) if one.person == person))


def _awaited(home: Home) -> list[Awaited]:
    """Signatures that are missing in any place held here: a place that came later has none of what was signed before.

    What was withdrawn waits for nobody: only another version of it can be signed.
    """
    found: dict[Awaited, None] = {}
    for place in home.places.values():
        if (programme := home.programme(place)) is None:
            continue
        signed = signed_at(place.ledger)
        for one in awaited(programme, place.ledger):
            document = programme.instruments.get((one.kind, one.document))  # None: a change of the charter
            if document is None or not stopped(document, programme, signed).startswith("withdrawn"):
                found[one] = None
    return list(found)


def move_document(home: Home, document: str, to: str, person: str, reasons: str, post: str | None = None) -> str:
    """Suspend, resume or withdraw a document, in every place held here. Returns the post it was done by."""
    programme, found = _document(home, document)
    held = [one.id for one in programme.posts.values() if one.holder == person]
    able = [one for one in held if may_move(found, Move(to), one, programme)]
    by = post or next(iter(able or held), "no post")
    key = person_identity(home.key_root, person)
    for place in home.places.values():
        move(found, Move(to), by, person, reasons, programme, place.ledger, key)
    return by


def _document(home: Home, document: str) -> tuple[Programme, Instrument]:
    programme = home.programme(home.anywhere) if home.places else None
    instruments = list(programme.instruments.values()) if programme else []
    found = [one for one in instruments if document in (one.id, f"{one.kind}:{one.id}")]
    if programme is None or len(found) != 1:
        raise BadInput(
            "DOCUMENT-UNKNOWN",
            f"There is no document {document}, or several.",
            do=f"use one of: {', '.join(sorted(f'{one.kind}:{one.id}' for one in instruments))}",
        )
    return programme, found[0]


def whose_turn(home: Home) -> list[Turn]:
    """Every signature, every review, every returned request and every change of an agreement that is awaited, in order."""
    turns = [
        Turn(
            one.person,
            "sign",
            f"{one.kind}:{one.document}",
            one.use_case,
            f"boldlink sign {one.kind}:{one.document} --as {one.person}",
        )
        for one in _awaited(home)
    ]
    for place in home.places.values():
        for output in requests(place.ledger).values():
            turns += _on_output(output, home.facts(place))
        turns += _changes(home, place)
    return turns


def not_built(home: Home) -> list[dict[str, str]]:
    """Research datasets that were refused, of use cases that would otherwise go on: where, and the refusal's four parts."""
    return [
        {"place": place.name, **{key: event.body[key] for key in ("use_case", "code", "what", "why", "do", "ask")}}
        for place in home.places.values()
        for event in _refused(home, place)
    ]


def _refused(home: Home, place: Place) -> list[Event]:
    facts = home.facts(place)
    return [
        event
        for event in refused_builds(place)
        if (use_case := facts.use_cases.get(event.body["use_case"])) and everything_stands(use_case, facts, today())
    ]


def _changes(home: Home, place: Place) -> list[Turn]:
    """Agreements whose bounds kept a research dataset from being built: they change, or the data does."""
    return [
        Turn(
            home.holder(place, "programme_manager"),
            "change",
            f"agreement of {event.body['use_case']} in {place.name}: {event.body['why']} ({event.body['code']})",
            event.body["use_case"],
            "boldlink status",
        )
        for event in _refused(home, place)
    ]


def _on_output(output: OutputState, facts: Facts) -> list[Turn]:
    """Who must act on a request: the reviewers it needs, or whoever asked, if it was returned to them."""
    if output.state is State.RETURNED:
        again = f'boldlink output again {output.id} --as {output.asked_by} --context "..."'
        return [Turn(output.asked_by, "ask again", output.id, output.use_case, again)]
    return [
        Turn(person, "review", output.id, output.use_case, f"boldlink output review {output.id} --as {person}")
        for person in reviewers_awaited(output, facts)
    ]


def _any_post(home: Home, person: str) -> str:
    posts: Mapping[str, Any] = home.facts(home.anywhere).posts
    held = [post.id for post in posts.values() if post.holder == person]
    return held[0] if held else "no post"
