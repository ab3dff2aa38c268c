"""`why`: a question about any day past, answered from a ledger alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from boldlink.decide import (
    Decision,
    Facts,
    Request,
    Whereabouts,
    decide,
    explain,
    runs_in,
    unmet_of,
    whereabouts,
)
from boldlink.decide import who_can as everyone_who_can
from boldlink.errors import BadInput
from boldlink.journey.home import require_home
from boldlink.ledger import Ledger
from boldlink.programme.facts import facts_at


@dataclass(frozen=True)
class Answer:
    """A decision with the facts it was made from, for words."""

    decision: Decision
    facts: Facts
    place: str

    def as_dict(self) -> dict[str, Any]:
        request = self.decision.request
        return {
            "allowed": self.decision.allowed,
            "person": request.person,
            "action": request.action,
            "resource": request.resource,
            "use_case": request.use_case,
            "place": self.place,
            "at": self.decision.at.isoformat(),
            "rules_version": self.decision.rules_version,
            "findings": [explain(finding, self.facts, self.decision.at) for finding in self.decision.findings],
        }


def why(
    root: Path,
    person: str,
    action: str,
    resource: str,
    use_case: str | None,
    at: date,
    place: str | None = None,
) -> Answer:
    """May (or might) this have happened, on that day? Reads a ledger and writes nothing."""
    request, facts, where = _question(root, person, action, resource, use_case, at, place)
    return Answer(decide(request, facts, at), facts, where)


def who_can(
    root: Path, action: str, resource: str, use_case: str | None, at: date, place: str | None = None
) -> list[Answer]:
    """Everyone on record who may do this on that day, each with the decision that says why."""
    request, facts, where = _question(root, "", action, resource, use_case, at, place)
    return [Answer(decision, facts, where) for decision in everyone_who_can(request, facts, at)]


def where(root: Path, use_case: str, at: date) -> tuple[Whereabouts, tuple[dict[str, str], ...]]:
    """Where may a use case run, and what does it still lack, whoever asks? From any ledger of the home."""
    ledgers = _ledgers(root, None)
    facts = facts_at(next(iter(ledgers.values())), at)
    if use_case not in facts.use_cases:
        raise BadInput(
            "USE-CASE-UNKNOWN",
            f"There was no use case {use_case} on {at.isoformat()}.",
            do=f"use one of: {', '.join(facts.use_cases) or 'none: nothing was recorded by then'}",
        )
    known = facts.use_cases[use_case]
    lacks = tuple(explain(finding, facts, at) for finding in unmet_of(known, facts, at))
    return whereabouts(known, facts), lacks


def _question(
    root: Path, person: str, action: str, resource: str, use_case: str | None, at: date, place: str | None
) -> tuple[Request, Facts, str]:
    ledgers = _ledgers(root, place)
    request = Request(person, action, _resource(resource, action), use_case)
    facts = facts_at(ledgers[place or next(iter(ledgers))], at)
    there = place or _where(request, facts) or next(iter(ledgers))
    there = there if there in ledgers else next(iter(ledgers))
    return replace(request, place=there), facts_at(ledgers[there], at), there


def _ledgers(root: Path, place: str | None) -> dict[str, Ledger]:
    require_home(root)
    ledgers = {folder.name: Ledger(folder / "ledger") for folder in sorted((root / "places").glob("*/"))}
    if not ledgers or (place is not None and place not in ledgers):
        raise BadInput("WHY-PLACE", f"There is no place {place} in this home.", do=f"use one of: {', '.join(ledgers)}")
    return ledgers


def _resource(resource: str, action: str) -> str:
    """A bare name is a dataset, except where an action is asked of something else."""
    if ":" in resource:
        return resource
    kinds = {
        "link": "spine",
        "build": "research",
        "analyse": "research",
        "review": "output",
        "release": "output",
        "see_caseload": "caseload",
        "erase": "use_case",
    }
    return f"{kinds.get(action, 'dataset')}:{resource}"


def _where(request: Request, facts: Facts) -> str | None:
    """Where it would happen: the dataset's own place, or where the use case runs."""
    if request.name in facts.contracts:
        return facts.contracts[request.name].place
    use_case = facts.use_cases.get(request.use_case or request.name)
    places = runs_in(use_case, facts) if use_case else ()
    return places[0] if places else None
