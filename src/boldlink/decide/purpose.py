"""Rules about the reason: a live use case, in its lane, inside the programme's life, with its instruments signed."""

from __future__ import annotations

from datetime import date

from boldlink.decide.actions import ACTIONS
from boldlink.decide.decision import Finding, Request
from boldlink.decide.facts import Facts, Instrument, Lane, UseCase


def programme_has_not_ended(request: Request, facts: Facts, at: date) -> Finding | None:
    """P36: nothing runs past the programme's end without a recorded renewal; erasing does."""
    if request.action == "erase":
        return None
    ends = facts.programme_ends
    found = ends.isoformat() if ends else "no programme on record"
    return Finding(
        "programme_has_not_ended", ends is not None and at <= ends, (at.isoformat(),), (found,), "panel_chair"
    )


def use_case_is_named(request: Request, facts: Facts, at: date) -> Finding | None:
    """P06: data is not used, and records are not linked, outside a use case."""
    if not ACTIONS[request.action].needs_use_case:
        return None
    known = request.use_case in facts.use_cases
    return Finding("use_case_is_named", known, ("a use case on record",), (request.use_case or "none",), "panel_chair")


def resource_is_of_the_use_case(request: Request, facts: Facts, at: date) -> Finding | None:
    """P05, P06: spines, research datasets and outputs are used only for the use case they were made for."""
    if request.kind not in ("spine", "research", "output"):
        return None
    owner = request.name.split("~")[0] if request.kind == "output" else request.name
    same = owner == request.use_case
    return Finding("resource_is_of_the_use_case", same, (owner,), (request.use_case or "none",), "panel_chair")


def use_case_is_live(request: Request, facts: Facts, at: date) -> Finding | None:
    """P07, P32, P34: the panel decided for it, every affected group was asked, and its days have not run out."""
    use_case = facts.use_cases.get(request.use_case or "")
    if use_case is None or not ACTIONS[request.action].needs_use_case:
        return None
    return stands("use_case_is_live", use_case.instrument, at)


def agreement_is_live(request: Request, facts: Facts, at: date) -> Finding | None:
    """P15: sharing is governed by an agreement that every party signed and that has not ended."""
    use_case = facts.use_cases.get(request.use_case or "")
    if use_case is None:
        return None
    if use_case.agreement is None:
        return Finding("agreement_is_live", False, ("a data sharing agreement",), ("none",), "siro")
    return stands("agreement_is_live", use_case.agreement.instrument, at)


def dpia_is_reviewed(request: Request, facts: Facts, at: date) -> Finding | None:
    """P11: a DPIA, reviewed by the data protection specialist of each department whose data is used."""
    use_case = facts.use_cases.get(request.use_case or "")
    if use_case is None:
        return None
    if use_case.dpia is None:
        return Finding("dpia_is_reviewed", False, ("a DPIA",), ("none",), "dpo")
    return stands("dpia_is_reviewed", use_case.dpia, at)


def caldicott_is_signed(request: Request, facts: Facts, at: date) -> Finding | None:
    """P13: health and social care data only with a Caldicott Guardian's sign-off, before anything is shared."""
    use_case = facts.use_cases.get(request.use_case or "")
    if use_case is None or not facts.health(use_case):
        return None
    if use_case.caldicott is None:
        return Finding("caldicott_is_signed", False, ("a Caldicott attestation",), ("none",), "caldicott_guardian")
    return stands("caldicott_is_signed", use_case.caldicott, at)


def some_use_case_needs_it(request: Request, facts: Facts, at: date) -> Finding | None:
    """P05, P06, P13: a dataset is taken in only while a live use case, with everything signed, names it."""
    if ACTIONS[request.action].needs_use_case or request.kind != "dataset":
        return None
    live = [u.id for u in facts.use_cases.values() if request.name in u.datasets and everything_stands(u, facts, at)]
    waiting = [
        f"{u.id} is not live" for u in facts.use_cases.values() if request.name in u.datasets and u.id not in live
    ]
    found = tuple(live or waiting or ["no use case names it"])
    return Finding("some_use_case_needs_it", bool(live), (request.name,), found, "panel_chair")


def lanes_never_meet(request: Request, facts: Facts, at: date) -> Finding | None:
    """P22, P30: research never serves decisions about a person; health data never enters the operational lane."""
    use_case = facts.use_cases.get(request.use_case or "")
    if use_case is None:
        return None
    allowed = use_case.lane is Lane.RESEARCH or not facts.health(use_case)
    found = (use_case.lane.value, "health data" if facts.health(use_case) else "no health data")
    return Finding("lanes_never_meet", allowed, ("research", "or no health data"), found, "nobody")


def use_case_has_ended(request: Request, facts: Facts, at: date) -> Finding | None:
    """P15, P36: what was made for a use case is erased when it ends, and never before."""
    if request.action != "erase":
        return None
    found = "ended" if has_ended(request.name, facts, at) else "not ended"
    return Finding("use_case_has_ended", found == "ended", ("the use case has ended",), (found,), "panel_chair")


def has_ended(use_case: str, facts: Facts, at: date) -> bool:
    """Is the use case gone from the record, or has it, its agreement or the programme run out?

    A document that waits to be signed again has not ended: nothing is erased because somebody edited a file.
    """
    known = facts.use_cases.get(use_case)
    if known is None:
        return bool(facts.use_cases)
    signed = [known.instrument, *([known.agreement.instrument] if known.agreement else [])]
    lapsed = any(one.ends is not None and one.ends < at and not one.missing_posts for one in signed)
    return lapsed or (facts.programme_ends is not None and facts.programme_ends < at)


def everything_stands(use_case: UseCase, facts: Facts, at: date) -> bool:
    """Is the use case live, with its agreement, DPIA and (for health data) attestation signed and in date?"""
    needed = [
        use_case.instrument,
        use_case.dpia,
        use_case.agreement.instrument if use_case.agreement else None,
    ]
    if facts.health(use_case):
        needed.append(use_case.caldicott)
    return all(instrument is not None and stands("", instrument, at).satisfied for instrument in needed)


def stands(rule: str, instrument: Instrument, at: date) -> Finding:
    """Signed by every post that must sign, and in date."""
    in_date = (instrument.starts is None or instrument.starts <= at) and (
        instrument.ends is None or at <= instrument.ends
    )
    missing = instrument.missing_posts
    required = (instrument.id, instrument.version, *instrument.required_posts)
    found = tuple(f"not signed by {post}" for post in missing)
    if not in_date:
        found += (f"runs from {instrument.starts or 'always'} to {instrument.ends or 'always'}",)
    remedy = missing[0] if missing else "siro"
    return Finding(rule, in_date and not missing, required, found or ("signed and in date",), remedy)


RULES = (
    programme_has_not_ended,
    use_case_is_named,
    resource_is_of_the_use_case,
    use_case_is_live,
    agreement_is_live,
    dpia_is_reviewed,
    caldicott_is_signed,
    some_use_case_needs_it,
    lanes_never_meet,
    use_case_has_ended,
)
