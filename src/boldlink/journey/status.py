"""Where a home stands: what it holds and whose turn it is, from its ledgers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from boldlink.decide import ending_soon
from boldlink.journey.govern import whose_turn
from boldlink.journey.home import Home, today
from boldlink.outputs import requests
from boldlink.places import Place


def status(home: Home) -> dict[str, Any]:
    """Deposits, refusals, links, research datasets and outputs by place, and every turn that is awaited. Counts only."""
    return {
        "home": str(home.root),
        "places": {name: _place(place) for name, place in home.places.items()},
        "ending_soon": [
            {"what": one.what, "of": one.of, "last_day": one.last_day.isoformat(), "days_left": one.days_left}
            for one in (ending_soon(home.facts(home.anywhere), today()) if home.places else [])
        ],
        "turns": [turn.as_dict() for turn in whose_turn(home)],
        "register": _register(home.root),
    }


def _place(place: Place) -> dict[str, Any]:
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
        "packages_refused": [
            {key: e.body[key] for key in ("package", "code", "what", "why")}
            for e in place.ledger.events("package.refused")
        ],
        "links": _latest(place, "spine.linked", lambda body: body["manifest"]),
        "research": _latest(place, "research.built", lambda body: {"release": body["release"], "risk": body["risk"]}),
        "outputs": [
            {
                "id": output.id,
                "use_case": output.use_case,
                "title": output.title,
                "state": str(output.state),
                "reasons": [c["explanation"] for c in output.body["checks"] if c["outcome"] == "fail"],
            }
            for output in requests(place.ledger).values()
        ],
    }


def _latest(place: Place, kind: str, shown: Any) -> dict[str, Any]:
    return {event.body["use_case"]: shown(event.body) for event in place.ledger.events(kind)}


def _register(root: Path) -> str | None:
    index = root / "register" / "index.html"
    return str(index) if index.is_file() else None
