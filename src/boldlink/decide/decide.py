"""The decision: every rule that speaks to the request is evaluated, never only the first that fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from boldlink.decide import data, people, purpose
from boldlink.decide.actions import ACTIONS, compartments
from boldlink.decide.decision import Decision, Finding, Request
from boldlink.decide.facts import Facts
from boldlink.errors import BadInput

Rule = Callable[[Request, Facts, date], Finding | None]
RULES: tuple[Rule, ...] = (*people.RULES, *purpose.RULES, *data.RULES)
RULES_VERSION = "2026-11"


def decide(request: Request, facts: Facts, at: date) -> Decision:
    """May this happen, on this day? Pure: the same facts give the same answer.

    Raises BadInput for an action or a kind of resource that does not exist.
    """
    _require_known(request)
    found = (rule(request, facts, at) for rule in RULES)
    findings = tuple(finding for finding in found if finding is not None)
    allowed = all(finding.satisfied for finding in findings)
    opens = compartments(request, facts) if allowed else ()
    return Decision(request, at, allowed, findings, opens, RULES_VERSION)


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
