"""Is a use case live: does every rule about its reason, its agreement, its law and its data's confidentiality hold?

A live use case is what lets a dataset be taken in at all; a person's own conditions come on top when they ask.
"""

from __future__ import annotations

from datetime import date

from boldlink.decide import agreements, data, health, lawful, purpose
from boldlink.decide.actions import ENDING
from boldlink.decide.decision import Finding, Request
from boldlink.decide.ending import has_ended
from boldlink.decide.facts import Facts, UseCase
from boldlink.decide.rule import Case, Rule, rule
from boldlink.decide.whereabouts import runs_in

OF_THE_USE_CASE: tuple[Rule, ...] = (
    *purpose.OF_THE_USE_CASE,
    *agreements.RULES,
    *lawful.RULES,
    *health.RULES,
    data.sensitive_columns_are_safeguarded,
)


def everything_stands(use_case: UseCase, facts: Facts, at: date) -> bool:
    """Does everything that a use case needs, whoever asks, hold on a day?"""
    key = (use_case.id, at)
    if facts.use_cases.get(use_case.id) is not use_case:
        return not unmet_of(use_case, facts, at)
    if key not in facts.standing:
        facts.standing[key] = not unmet_of(use_case, facts, at)
    return facts.standing[key]


def unmet_of(use_case: UseCase, facts: Facts, at: date) -> tuple[Finding, ...]:
    """What a use case lacks on a day, whoever asks."""
    case = Case(Request("", "link", f"spine:{use_case.id}", use_case.id), facts, at)
    case.use_case = use_case
    found = (one(case) for one in (purpose.programme_has_not_ended, *OF_THE_USE_CASE))
    return tuple(finding for finding in found if finding is not None and not finding.satisfied)


@rule("a live use case, with everything signed, needs this dataset", "P05 P06 P13", "UK GDPR Article 5(1)(c)")
def some_use_case_needs_it(case: Case) -> Finding | None:
    """P05, P06, P13: a dataset is taken in only while a live use case, with everything signed, names it."""
    if case.action.name not in ("deposit", "separate", "report"):
        return None
    naming = case.facts.naming(case.name)
    live = next((one.id for one in naming if everything_stands(one, case.facts, case.at)), None)
    found = (live,) if live else tuple(f"{one.id} is not live" for one in naming) or ("no use case names it",)
    return Finding("some_use_case_needs_it", live is not None, (case.name,), found, "panel_chair")


@rule("every use case that needed it has ended", "P15 P36", "UK GDPR Article 5(1)(e)")
def use_case_has_ended(case: Case) -> Finding | None:
    """P15, P36: what was made for a use case, or kept for several, is erased when they end, and never before."""
    if case.action.name not in ENDING:
        return None
    lasting = _lasting(case)
    found = (f"{lasting} has not ended",) if lasting else ("ended",)
    return Finding("use_case_has_ended", lasting is None, ("ended",), found, "panel_chair")


def _lasting(case: Case) -> str | None:
    """A use case that still needs it, or may when its documents are signed again; None if there is none."""
    facts, at = case.facts, case.at
    if not facts.use_cases:
        return "nothing on record"
    if case.kind == "use_case":
        return None if has_ended(case.name, facts, at) else case.name
    if case.kind == "dataset":
        needing = facts.naming(case.name)
    else:  # edges are a place's own: a use case that compares the same pair elsewhere does not need them here
        needing = tuple(one for one in facts.comparing(case.name) if case.request.place in runs_in(one, facts))
    if needing:
        return next((one.id for one in needing if not has_ended(one.id, facts, at)), None)
    # Nobody names it today; somebody whose documents wait to be signed again may have named it yesterday.
    waiting = (u for u in facts.use_cases.values() if u.is_waiting and not has_ended(u.id, facts, at))
    return next((one.id for one in waiting), None)


RULES = (some_use_case_needs_it, use_case_has_ended)
