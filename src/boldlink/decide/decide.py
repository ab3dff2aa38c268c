"""The decision: every rule that speaks to the request is evaluated, never only the first that fails."""

from __future__ import annotations

from datetime import date

from boldlink.decide import agreements, data, live, people, purpose
from boldlink.decide.actions import ACTIONS, compartments
from boldlink.decide.decision import Decision, Request
from boldlink.decide.facts import Facts
from boldlink.decide.rule import Case, Rule
from boldlink.errors import BadInput

RULES: tuple[Rule, ...] = tuple(
    dict.fromkeys(
        (
            *people.RULES,
            *purpose.RULES,
            *live.OF_THE_USE_CASE,
            *live.RULES,
            *agreements.OF_THE_ACTION,
            *data.RULES,
        )
    )
)
RULES_VERSION = "2026-11.3"


def decide(request: Request, facts: Facts, at: date) -> Decision:
    """May this happen, on this day? Pure: the same facts give the same answer.

    Raises BadInput for an action or a kind of resource that does not exist.
    """
    _require_known(request)
    case = Case(request, facts, at)
    findings = tuple(finding for rule in RULES if (finding := rule(case)) is not None)
    allowed = all(finding.satisfied for finding in findings)
    opens = compartments(request, facts) if allowed else ()
    return Decision(request, at, allowed, findings, opens, RULES_VERSION)


def who_can(request: Request, facts: Facts, at: date) -> list[Decision]:
    """Everyone on record who may do this, each with the decision that says why. The request's person is left aside."""
    asked = [Request(**{**request.__dict__, "person": person}) for person in facts.people]
    return [decision for one in asked if (decision := decide(one, facts, at)).allowed]


def _require_known(request: Request) -> None:
    if request.action not in ACTIONS:
        raise BadInput(
            "DECIDE-ACTION",
            f"There is no action {request.action!r}.",
            do=f"use one of: {', '.join(sorted(ACTIONS))}",
        )
    kinds = ACTIONS[request.action].kinds
    if request.kind not in kinds or not request.name:
        raise BadInput(
            "DECIDE-RESOURCE",
            f"The action {request.action} is not asked of {request.resource!r}.",
            do=f"name the resource as {' or '.join(f'{kind}:NAME' for kind in kinds)} (a column as KIND:NAME.COLUMN)",
        )
