"""Before anything else: what no agreement needs any more is erased, and its keys are destroyed, in every place.

A use case ends: its scopes, spine, research dataset, pseudonyms' key, sealed outputs, packages not yet delivered, and the
rows that came in for it go. So do all edges of the pairs that it compared: its people are among them, and whoever else
compares the pair scores it again when next it links. A dataset that no use case needs goes whole, and edges that nobody
compares.
Released tables stay: they are public. Then the root is replaced, so that copies of the home made before stay shut, and a
certificate waits for somebody else's signature (boldlink.journey.certificate).

Killed at any point, the next run goes on from what the ledger says: files first, then keys, then the certificate.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from boldlink.decide import Request, compartments, decide
from boldlink.journey.certificate import ERASED, certify
from boldlink.journey.home import Home, today
from boldlink.outputs import NEVER_LEFT, OPEN, requests
from boldlink.places import Place, bound_files

OWN_STAGES = ("scope", "spine", "research", "pseudonyms", "outputs", "package")
DATASET_STAGES = ("deposits", "quarantine", "identifiers", "attributes", "record-key", "source-person", "history")
ACTION = {"use_case": "erase", "dataset": "dispose", "edges": "unlink"}


def erase_ended(home: Home) -> int:
    """Erase what has ended, in every place held here. Returns how many files went."""
    erased = 0
    for place in list(home.places.values()):
        for about in _held(place):
            erased += _erase(home, place, about)
        certify(home, place)
    return erased


def _erase(home: Home, place: Place, about: str) -> int:
    """Erase one thing if it has ended and anything of it is left here."""
    custodian = home.holder(place, "custodian", at=place.name)
    kind = about.partition(":")[0]
    request = Request(custodian, ACTION[kind], about, None, place.name)
    if not decide(request, home.facts(place), today()).allowed:
        return 0
    opened = {one.rpartition(":")[0] for one in compartments(request, home.facts(place))}
    held = bound_files(place.ledger)
    keys = sorted(name for name in opened if f"vault/{name.replace('/', '+')}.key" in held)
    paths = [path for path in held if _below(path, opened)]
    paths += [*_undelivered(place, about, held), *_never_left(place, about, held)]
    if not keys and not paths:
        return 0
    home.say(f"Erasing {about} in {place.name}")
    decision = home.require(place, custodian, ACTION[kind], about)
    _let_requests_go(place, about)
    if paths:
        place.store.erase(ERASED[kind], custodian, {"about": about, "decision": decision.hash}, paths)
    place.replace_root(decision, about, keys)
    return len(paths)


def _held(place: Place) -> Iterator[str]:
    """What a place holds files or keys of, as use_case:NAME, dataset:NAME, edges:A~B, told from their paths."""
    found = set()
    for path in bound_files(place.ledger):
        stage, _, rest = path.partition("/")
        if stage == "vault":
            stage, _, rest = rest.removesuffix(".key").partition("+")
        name = rest.partition("/")[0]
        if stage in OWN_STAGES:
            found.add(f"use_case:{name}")
        elif stage in DATASET_STAGES:
            dataset, _, use_case = name.partition(".")
            found.add(f"use_case:{use_case}" if use_case else f"dataset:{dataset}")
        elif stage == "edges":
            found.add(f"edges:{name}")
    yield from sorted(found, reverse=True)  # use cases before the datasets they needed


def _below(path: str, compartments: set[str]) -> bool:
    return any(path.startswith(f"{compartment}/") for compartment in compartments)


def _undelivered(place: Place, about: str, held: dict[str, str]) -> list[str]:
    """Files of packages that were sealed for a use case and still lie in the outbox."""
    kind, _, name = about.partition(":")
    sent = [event.body["id"] for event in place.ledger.events("package.sent") if event.body["use_case"] == name]
    return [path for path in held for one in sent if kind == "use_case" and path.startswith(f"outbox/{one}/")]


def _never_left(place: Place, about: str, held: dict[str, str]) -> list[str]:
    """Whose numbers they were that a use case asked for and that never left. What left stays in the history (ADR 17)."""
    kind, _, name = about.partition(":")
    asked = [one for one in requests(place.ledger).values() if kind == "use_case" and one.use_case == name]
    stayed = {one.id for one in asked if one.state in (*NEVER_LEFT, *OPEN)}
    return [path for path in held if path.startswith("history/") and Path(path).stem in stayed]


def _let_requests_go(place: Place, about: str) -> None:
    """Requests for outputs that were not released go with the use case they were asked for."""
    kind, _, name = about.partition(":")
    for output in requests(place.ledger).values():
        if kind == "use_case" and output.use_case == name and output.state in OPEN:
            body = {"request": output.id, "why": "the use case it was asked for has ended"}
            place.ledger.append("output.superseded", "boldlink", body)
