"""Who may review an output, who must, and who is still waited for: told from the use case's team and its agreement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boldlink.analysis import MEASURES
from boldlink.decide import Facts, UseCase
from boldlink.outputs import Needed, OutputState

MAKERS = ("researcher",)  # team roles that make a use case's outputs: nobody in one of them reviews any


def makers_of(output: OutputState, facts: Facts) -> frozenset[str]:
    """Everybody who makes outputs of the request's use case."""
    use_case = facts.use_cases.get(output.use_case)
    return frozenset(person for role in MAKERS for person in _team(use_case, role))


def organisations_asked(body: Mapping[str, Any], use_case: UseCase | None, facts: Facts) -> frozenset[str]:
    """Organisations of which one must be among the reviewers, as the agreement stands today. `body`: the request's."""
    if use_case is None or use_case.agreement is None:
        return frozenset()
    asked = use_case.agreement.review_by_controllers
    if isinstance(asked, tuple):
        return frozenset(asked)
    known = MEASURES.get(body.get("measure", {}).get("id", ""))
    read = body.get("reads") or (
        known.datasets if known else use_case.datasets
    )  # a table made elsewhere says it itself
    return frozenset(facts.contracts[name].owner for name in read if asked and name in facts.contracts)


def needed(output: OutputState, facts: Facts) -> Needed:
    """What a request still waits for today."""
    return output.needs(organisations_asked(output.body, facts.use_cases.get(output.use_case), facts))


def reviewers_awaited(output: OutputState, facts: Facts) -> list[str]:
    """Checkers whose turn it is: one of each organisation that must still review, and others up to the number needed."""
    waits = needed(output, facts)
    barred = {output.asked_by, *output.votes, *makers_of(output, facts)}
    free = [one for one in _team(facts.use_cases.get(output.use_case), "checker") if one not in barred]
    first = [next((one for one in free if organisation_of(one, facts) == name), None) for name in waits.organisations]
    chosen = dict.fromkeys(one for one in (*first, *free) if one)
    return list(chosen)[: waits.reviews]


def organisation_of(person: str, facts: Facts) -> str:
    """The organisation a person is accredited for; empty for somebody nobody knows."""
    known = facts.people.get(person)
    return known.organisation if known else ""


def _team(use_case: UseCase | None, role: str) -> tuple[str, ...]:
    return tuple(use_case.team.get(role, ())) if use_case else ()
