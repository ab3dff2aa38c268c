"""Before anything else: what was made for a use case that has ended is erased, and its keys are destroyed.

Its scopes, spine, research dataset and the rows that came in for it go, in every place; so do edges between datasets that
no live use case compares any more. Released tables stay: they are public.
"""

from __future__ import annotations

from boldlink.decide import datasets_at, everything_stands, has_ended
from boldlink.journey.home import Home, today
from boldlink.journey.link import permitted
from boldlink.places import Place, bound_files

OWN_STAGES = ("scope", "spine", "research")
HALVES = ("identifiers", "attributes")


def erase_ended(home: Home) -> int:
    """Erase for every ended use case, in every place. Returns how many files went."""
    erased = 0
    for place in list(home.places.values()):
        for use_case in sorted(_use_cases_of(place)):
            if has_ended(use_case, home.facts(place), today()):
                erased += _erase(home, place, use_case)
        erased += _erase_edges(home, place)
    return erased


def _use_cases_of(place: Place) -> set[str]:
    """Use cases that a place holds files for, told from the files' paths."""
    found = set()
    for path in bound_files(place.ledger):
        stage, _, rest = path.partition("/")
        name = rest.partition("/")[0]
        if stage in OWN_STAGES:
            found.add(name)
        elif stage in HALVES and "." in name:
            found.add(name.partition(".")[2])
    return found


def _erase(home: Home, place: Place, use_case: str) -> int:
    custodian = home.holder(place, "custodian", at=place.name)
    decision = home.require(place, custodian, "erase", f"use_case:{use_case}")
    compartments = {one.rpartition(":")[0] for one in decision.body["opens"]}
    paths = [path for path in bound_files(place.ledger) if _below(path, compartments)]
    body = {"use_case": use_case, "decision": decision.hash}
    place.store.erase("use_case.erased", custodian, body, paths)
    for compartment in sorted(compartments):
        place.vault.destroy(decision, compartment)
    return len(paths)


def _below(path: str, compartments: set[str]) -> bool:
    return any(path.startswith(f"{compartment}/") for compartment in compartments)


def _erase_edges(home: Home, place: Place) -> int:
    """Edges that no live use case needs in this place."""
    facts = home.facts(place)
    live = [use_case for use_case in facts.use_cases.values() if everything_stands(use_case, facts, today())]
    needed = {
        "~".join(pair) for use_case in live for pair in permitted(use_case, datasets_at(use_case, place.name, facts))
    }
    ended = [name for name in facts.use_cases if has_ended(name, facts, today())]
    paths = [
        path for path in bound_files(place.ledger) if path.startswith("edges/") and path.split("/")[1] not in needed
    ]
    if paths and (ended or not _waiting(home, place)):
        place.store.erase("edges.erased", home.holder(place, "custodian", at=place.name), {"pairs": len(paths)}, paths)
        return len(paths)
    return 0


def _waiting(home: Home, place: Place) -> bool:
    """Does a use case wait for signatures? Then its edges may be needed again."""
    facts = home.facts(place)
    return any(not everything_stands(one, facts, today()) for one in facts.use_cases.values())
