"""Before anything moves: the programme's documents are recorded in every place, and it is known whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boldlink.decide import UseCase, everything_stands
from boldlink.deposits import require_keepable
from boldlink.errors import BadInput
from boldlink.journey.home import Home, today
from boldlink.outputs import State, requests
from boldlink.programme.check import check_programme
from boldlink.programme.folder import Programme, read_programme
from boldlink.programme.record import programme_at, record_programme
from boldlink.programme.signing import awaited, person_identity, sign
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
    """Read a programme folder, check it whole, and record it in every place it names. Raises BadProgramme."""
    programme = read_programme(folder)
    check_programme(programme)
    if not programme.programme.synthetic:
        require_no_demo(home.key_root)
    for contract in programme.contracts.values():
        require_keepable(contract)
    for name in programme.places:
        home.open(name)
    manager = next(post.holder for post in programme.posts.values() if post.role == "programme_manager")
    for name in programme.places:
        record_programme(programme, home.open(name).ledger, manager)
    return programme


def live_use_cases(home: Home) -> list[UseCase]:
    """Use cases whose every instrument is signed and in date today."""
    facts = home.facts(home.anywhere)
    return [use_case for use_case in facts.use_cases.values() if everything_stands(use_case, facts, today())]


def sign_document(home: Home, document: str, person: str, post: str | None = None) -> int:
    """Sign a document, in every place, as the holder of a post. Returns how many signatures were written."""
    programme = programme_at(home.anywhere.ledger)
    found = [d for d in programme.instruments.values() if document in (d.id, f"{d.kind}:{d.id}")] if programme else []
    if programme is None or len(found) != 1:
        known = sorted(f"{d.kind}:{d.id}" for d in programme.instruments.values()) if programme else []
        raise BadInput(
            "SIGN-UNKNOWN",
            f"There is no document {document}, or several.",
            do=f"use one of: {', '.join(known)}",
        )
    waiting = [
        one
        for one in awaited(programme, home.anywhere.ledger)
        if (one.kind, one.document) == (found[0].kind, found[0].id)
    ]
    posts = [post] if post else [one.post for one in waiting if one.person == person] or [_any_post(home, person)]
    key = person_identity(home.key_root, person)
    for place in home.places.values():
        for one in posts:
            sign(found[0], one, person, programme, place.ledger, key)
    return len(posts)


def whose_turn(home: Home) -> list[Turn]:
    """Every signature and every review that is awaited, in order."""
    programme = programme_at(home.anywhere.ledger)
    if programme is None:
        return []
    turns = [
        Turn(
            one.person,
            "sign",
            f"{one.kind}:{one.document}",
            one.use_case,
            f"boldlink sign {one.kind}:{one.document} --as {one.person}",
        )
        for one in awaited(programme, home.anywhere.ledger)
    ]
    for place in home.places.values():
        for output in requests(place.ledger).values():
            if output.state is State.AWAITING_REVIEW:
                turns += _reviews(home.facts(place).use_cases[output.use_case], output)
    return turns


def _reviews(use_case: UseCase, output: Any) -> list[Turn]:
    checkers = [p for p in use_case.team.get("checker", ()) if p not in output.votes and p != output.asked_by]
    return [
        Turn(person, "review", output.id, output.use_case, f"boldlink output review {output.id} --as {person}")
        for person in checkers[: 2 - len(output.votes)]
    ]


def _any_post(home: Home, person: str) -> str:
    posts: Mapping[str, Any] = home.facts(home.anywhere).posts
    held = [post.id for post in posts.values() if post.holder == person]
    return held[0] if held else "no post"
