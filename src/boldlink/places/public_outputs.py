"""Outputs that did not leave, and what became of those that did, as a place tells it to the public.

Reviewers' own words stay in the place: a rejection is told without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boldlink.ledger import Event, Ledger

CHANGES = {"output.corrected": "corrected", "output.withdrawn": "withdrawn"}


def refusals(ledger: Ledger) -> list[dict[str, Any]]:
    """Requests that the machine's checks refused or a reviewer rejected, in the order in which they were asked for."""
    votes: dict[str, list[Event]] = {}
    for event in ledger.events("output.reviewed"):
        votes.setdefault(str(event.body.get("request")), []).append(event)
    asked = ledger.events("output.requested")
    return [one for event in asked if (one := _refused(event, votes.get(event.body["id"], [])))]


def _refused(asked: Event, votes: list[Event]) -> dict[str, Any] | None:
    told = {"use_case": asked.body["use_case"], "title": asked.body["title"]}
    if not asked.body["passed"]:
        reasons = [check["explanation"] for check in asked.body["checks"] if check["outcome"] == "fail"]
        return {**told, "on": asked.effective_on.isoformat(), "reasons": reasons, "kind": "refused"}
    if len(votes) > 1 and any(vote.body["vote"] == "reject" for vote in votes):  # blind until the second vote is in
        return {**told, "on": votes[-1].effective_on.isoformat(), "reasons": [], "kind": "rejected"}
    return None


def corrections(ledger: Ledger, release: str, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """How a release was corrected or withdrawn since it left, oldest first. `titles`: of posts, by id."""
    return [
        {
            "kind": CHANGES[event.kind],
            "on": str(event.body.get("on") or event.effective_on.isoformat()),
            "reasons": event.body["reasons"],
            "by": titles.get(str(event.body.get("by")), ""),
            "replaced_by": event.body.get("replaced_by"),
        }
        for event in ledger.events(*CHANGES)
        if event.body.get("release") == release
    ]
