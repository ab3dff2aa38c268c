"""Outputs that did not leave, and what became of those that did, as a place tells it to the public.

Reviewers' own words stay in the place: a rejection is told without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boldlink.ledger import Event, Ledger
from boldlink.outputs import OutputState, State, requests

CHANGES = {"output.corrected": "corrected", "output.withdrawn": "withdrawn"}


def refusals(ledger: Ledger) -> list[dict[str, Any]]:
    """Requests that the machine's checks refused or a reviewer rejected, in the order in which they were asked for."""
    return [one for output in requests(ledger, _unheard).values() if (one := _refused(output))]


def _refused(output: OutputState) -> dict[str, Any] | None:
    told = {"use_case": output.use_case, "title": output.title, "kind": str(output.state)}
    if output.state is State.REFUSED:
        reasons = [check["explanation"] for check in output.body["checks"] if check["outcome"] == "fail"]
        return {**told, "on": output.event.effective_on.isoformat(), "reasons": reasons}
    if output.state is State.REJECTED:
        last = max(vote.event.effective_on for vote in output.votes.values())
        return {**told, "on": last.isoformat(), "reasons": []}
    return None


def _unheard(event: Event) -> Mapping[str, str]:
    """No reviewer's words."""
    return {}


def told_check(check: Mapping[str, Any]) -> dict[str, Any]:
    """A check as the public may know it: which cells it found is for reviewers alone."""
    return {name: check[name] for name in ("name", "outcome", "explanation")}


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
