"""Where a home stands: what it holds and whose turn it is, from its ledgers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from boldlink.decide import Ending, ending_soon
from boldlink.journey.govern import whose_turn
from boldlink.journey.home import Home, today
from boldlink.journey.make import refused_builds
from boldlink.journey.reviewers import needed
from boldlink.outputs import requests
from boldlink.places import Place


def reminders(home: Home) -> list[Ending]:
    """What ends within 90 days, soonest first."""
    return ending_soon(home.facts(home.anywhere), today()) if home.places else []


def status(home: Home) -> dict[str, Any]:
    """Deposits, refusals, links, research datasets and outputs by place, and every turn that is awaited. Counts only."""
    return {
        "home": str(home.root),
        "places": {name: _place(home, place) for name, place in home.places.items()},
        "ending_soon": [one.as_dict() for one in reminders(home)],
        "turns": [turn.as_dict() for turn in whose_turn(home)],
        "register": _register(home.root),
    }


def _place(home: Home, place: Place) -> dict[str, Any]:
    keep = ("dataset", "version", "kind", "rows_accepted", "rows_quarantined", "quarantine_reasons")
    return {
        "events": place.ledger.head.events,
        "deposits": [{key: e.body[key] for key in keep} for e in place.ledger.events("deposit.received")],
        "refused": [
            {key: e.body[key] for key in ("dataset", "version", "code", "what", "why")}
            for e in place.ledger.events("deposit.refused")
        ],
        "withdrawn_rows": sum(
            e.body["retired_rows"] for e in place.ledger.events("deposit.separated") if e.body["kind"] == "withdrawal"
        ),
        "packages": [
            {key: e.body[key] for key in ("dataset", "use_case", "from")}
            for e in place.ledger.events("package.received")
        ],
        "cohorts": [_cohort(body) for body in latest_cohorts(place).values()],
        "packages_refused": [
            {key: e.body[key] for key in ("package", "code", "what", "why")}
            for e in place.ledger.events("package.refused")
        ],
        "links": _latest(place, "spine.linked", lambda body: body["manifest"]),
        "research": _latest(place, "research.built", lambda body: {"release": body["release"], "risk": body["risk"]}),
        "research_refused": [
            {key: event.body[key] for key in ("use_case", "code", "what", "why", "do", "ask")}
            for event in refused_builds(place)
        ],
        "outputs": [
            {
                "id": output.id,
                "use_case": output.use_case,
                "title": output.title,
                "state": str(output.state),
                "reasons": [c["explanation"] for c in output.body["checks"] if c["outcome"] == "fail"],
                "needs": needed(output, home.facts(place)).as_dict(),
            }
            for output in requests(place.ledger).values()
        ],
    }


def latest_cohorts(place: Place) -> dict[tuple[str, str], Mapping[str, Any]]:
    """What was selected last for each use case and dataset."""
    return {(e.body["use_case"], e.body["dataset"]): e.body for e in place.ledger.events("cohort.selected")}


def _cohort(body: Mapping[str, Any]) -> dict[str, Any]:
    """Who is in scope, and how many rows were left out, by reason, before anything was linked."""
    keep = ("use_case", "dataset", "records", "outside_cohort", "without_consent", "opted_out")
    return {key: body[key] for key in keep}


def _latest(place: Place, kind: str, shown: Any) -> dict[str, Any]:
    """What was made last for each use case, but for those of which everything was erased since."""
    found: dict[str, Any] = {}
    for event in place.ledger.events(kind, "use_case.erased"):
        if event.kind == kind:
            found[event.body["use_case"]] = shown(event.body)
        else:
            found.pop(str(event.body.get("about", "")).removeprefix("use_case:"), None)
    return found


def _register(root: Path) -> str | None:
    index = root / "register" / "index.html"
    return str(index) if index.is_file() else None
