"""Certificates of destruction: made from a place's own ledger, claiming what holds and listing what survives.

One is due for every erasure whose keys are gone and which no certificate names yet. It waits, as any document, for a post
to sign it, whose holder did not operate the destruction. SATRE 3.1.10; National Cyber Security Centre and NIST SP 800-88
Rev. 1 (cryptographic erase) as the standard cited.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from boldlink.decide import Facts
from boldlink.decide.actions import ENDING
from boldlink.journey.home import Home
from boldlink.ledger import Event
from boldlink.places import Place
from boldlink.programme.instruments import DestructionDocument
from boldlink.programme.record import record_document

ERASED = {"use_case": "use_case.erased", "dataset": "dataset.disposed", "edges": "edges.erased"}
ERASURES = tuple(ERASED.values())
STANDARD = "NIST SP 800-88 Rev. 1, cryptographic erase, and the files unlinked"


def certify(home: Home, place: Place) -> int:
    """Record every certificate that is due, in every place held here, so that it can be signed. Returns how many."""
    made = 0
    for about, events in _due(place):
        document = _certificate(home, place, about, events)
        for one in home.places.values():
            record_document(one.ledger, document.operator, document.kind, document.id, document.content)
        made += 1
    return made


def _due(place: Place) -> Iterator[tuple[str, list[Event]]]:
    """What was erased and is not certified: its erasures, and the replacements of the root that ended its keys."""
    told = {one for event in _certificates(place) for one in event.body["content"]["evidence"]}
    found: dict[str, list[Event]] = {}
    for event in place.ledger.events(*ERASURES, "root.replaced"):
        about = event.body.get("about") or event.body.get("reason", "")
        if event.hash not in told and _was_decided(place, event, about):
            found.setdefault(about, []).append(event)
    for about, events in found.items():
        if any(event.kind == "root.replaced" for event in events):  # until then the keys still open copies
            yield about, events


def _was_decided(place: Place, event: Event, about: str) -> bool:
    """Does an allowed decision to end this very thing stand before it? Nothing else is certified."""
    decision = place.ledger.event(str(event.body.get("decision")))
    return (
        decision is not None
        and decision.kind == "decision"
        and decision.number < event.number
        and bool(decision.body.get("allowed"))
        and decision.body.get("resource") == about
        and decision.body.get("action") in ENDING
    )


def _certificates(place: Place) -> Iterator[Event]:
    for event in place.ledger.events("document.recorded"):
        if event.body["kind"] == "destruction" and event.body["content"]["place"] == place.name:
            yield event


def _certificate(home: Home, place: Place, about: str, events: list[Event]) -> DestructionDocument:
    replaced = [event for event in events if event.kind == "root.replaced"]
    files = [path for event in events if event.kind in ERASURES for path in event.body["erased"]]
    ended = [place.ledger.last("root.destroyed", replaced=event.hash) for event in replaced]
    number = 1 + sum(1 for _ in _certificates(place))
    return DestructionDocument.model_validate(
        {
            "kind": "destruction",
            "id": f"destruction-{place.name}-{number}",
            "version": "1.0.0",
            "about": about,
            "agreements": _agreements(home.facts(place), about),
            "place": place.name,
            "operator": events[0].person,
            "standard": STANDARD,
            "root_destroyed": replaced[-1].body["old"],
            "how_root_ended": "; ".join(str(one.body["how"]) for one in ended if one) or "not yet",
            "keys": [{"compartment": key, "place": place.name} for event in replaced for key in event.body["dropped"]],
            "files_removed": len(files),
            "copies": _copies(files, place.name),
            "surviving": _surviving(place, events),
            "started": events[0].recorded_at,
            "finished": events[-1].recorded_at,
            "evidence": [event.hash for event in events],
        }
    )


def _agreements(facts: Facts, about: str) -> list[str]:
    """Agreements under which it was held, as far as they are on record."""
    kind, _, name = about.partition(":")
    if kind == "use_case":
        cases = [facts.use_cases[name]] if name in facts.use_cases else []
    else:
        cases = list(facts.naming(name) if kind == "dataset" else facts.comparing(name))
    return sorted(one.agreement.instrument.id for one in cases if one.agreement)


def _copies(files: list[str], place: str) -> list[str]:
    """Where what was removed lay, and how many files."""
    folders = Counter("/".join(path.split("/")[:2]) for path in files)
    return [f"{folder} in {place}: {count} file(s) removed" for folder, count in sorted(folders.items())]


def _surviving(place: Place, events: list[Event]) -> list[str]:
    """What this destruction does not reach, as far as the ledger knows."""
    found: list[str] = []
    for event in (event for event in events if event.kind == "root.replaced"):
        survives: dict[str, Any] = event.body["survives"]
        found += [
            f"the root that {' and '.join(one['custodians'])} carried away on {one['on']}"
            for one in survives["exports"]
        ]
        found += [
            f"the key of {name}, lent out under {lease['given']} decision(s), {lease['living']} of them not yet run out"
            for name, lease in sorted(survives["leases"].items())
        ]
        found.append(str(survives["copies"]))
    carried = _carried(place, events[0].body.get("about", ""))
    if carried:
        found.append(
            f"whatever carriers kept of {carried} sealed package(s): they open with the identity of the place they were for"
        )
    released = place.ledger.count("output.released")
    found.append(f"{released} released table(s) of this place, which are public")
    found.append("this ledger: hashes, counts and documents, no rows")
    return list(dict.fromkeys(found))


def _carried(place: Place, about: str) -> int:
    """How many packages were sealed here, or taken in here, of what was erased."""
    kind, _, name = about.partition(":")
    field = {"use_case": "use_case", "dataset": "dataset"}.get(kind)
    packages = place.ledger.events("package.sent", "package.received") if field else ()
    return sum(event.body[field] == name for event in packages if field)
