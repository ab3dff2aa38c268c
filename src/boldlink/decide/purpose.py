"""Rules about the reason: inside the programme's life, for a use case that the panel decided for and people were asked
about."""

from __future__ import annotations

from boldlink.decide.actions import AFTER_THE_END
from boldlink.decide.decision import Finding
from boldlink.decide.facts import Lane
from boldlink.decide.instruments import Instrument
from boldlink.decide.law import version_at
from boldlink.decide.rule import Case, rule, standing

FRAMEWORKS = {
    "data-ethics-framework-2020": "Data Ethics Framework 2020",
    "data-and-ai-ethics-framework-2025": "Data and AI Ethics Framework (December 2025)",
}


@rule("the programme has not ended", "P36", "UK GDPR Article 5(1)(e)")
def programme_has_not_ended(case: Case) -> Finding | None:
    """P36: nothing runs past the programme's end without a recorded renewal; erasing and putting right do."""
    if case.action.name in AFTER_THE_END:
        return None
    ends = case.facts.programme_ends
    found = ends.isoformat() if ends else "no programme on record"
    return Finding(
        "programme_has_not_ended", ends is not None and case.at <= ends, (case.at.isoformat(),), (found,), "panel_chair"
    )


@rule("the request names a use case", "P06", "UK GDPR Article 5(1)(b)")
def use_case_is_named(case: Case) -> Finding | None:
    """P06: data is not used, and records are not linked, outside a use case."""
    if not case.action.needs_use_case:
        return None
    named = case.request.use_case or "none"
    return Finding("use_case_is_named", case.use_case is not None, ("a use case on record",), (named,), "panel_chair")


@rule("what is asked for was made for this use case", "P05 P06", "UK GDPR Article 5(1)(b)")
def resource_is_of_the_use_case(case: Case) -> Finding | None:
    """P05, P06: spines, research datasets, outputs and caseloads are used only for the use case they were made for."""
    if case.kind not in ("spine", "research", "output", "caseload") or not case.action.needs_use_case:
        return None
    owner = case.name.split("~")[0] if case.kind == "output" else case.name
    found = (case.request.use_case or "none",)
    return Finding("resource_is_of_the_use_case", owner == case.request.use_case, (owner,), found, "panel_chair")


@rule("the use case is identified, prioritised, signed and in date", "P07", "SATRE 1.4.01")
def use_case_is_live(case: Case) -> Finding | None:
    """P07: it exists only after identification and prioritisation, with reasons kept, and in its days."""
    return _needs(
        case, "use_case_is_live", case.use_case.instrument if case.use_case else None, "a use case", "panel_chair"
    )


@rule("the panel has decided for it, with external members in the quorum", "P34", "SATRE 1.4.01")
def panel_has_decided(case: Case) -> Finding | None:
    """P34: internal and external experts decided for it, enough of each."""
    panel = case.use_case.panel_decision if case.use_case else None
    found = _needs(case, "panel_has_decided", panel.instrument if panel else None, "a panel decision", "panel_chair")
    if found is None or not found.satisfied or panel is None:
        return found
    members, external = case.facts.quorum
    decided = panel.decision in ("approved", "approved_with_conditions")
    enough = panel.members >= members and panel.external >= external
    said = (panel.decision, f"{panel.members} members", f"{panel.external} external")
    required = ("approved", f"{members} members", f"{external} external")
    return Finding("panel_has_decided", decided and enough, required, said, "panel_chair")


@rule("every affected group was asked, or the panel has said publicly why not", "P32", "SATRE 1.7.02")
def affected_groups_were_asked(case: Case) -> Finding | None:
    """P32: no use case goes live until each affected group was asked."""
    engagement = case.use_case.engagement if case.use_case else None
    instrument = engagement.instrument if engagement else None
    found = _needs(case, "affected_groups_were_asked", instrument, "a public engagement record", "engagement_lead")
    if found is None or not found.satisfied or engagement is None or case.use_case is None:
        return found
    silent = tuple(
        f"{group} was not asked" for group in case.use_case.affected_groups if group not in engagement.groups
    )
    required = case.use_case.affected_groups
    return Finding("affected_groups_were_asked", not silent, required, silent or ("all",), "engagement_lead")


@rule("an ethics review under the framework of its day is in date", "P25", "@ethics_framework")
def ethics_is_reviewed(case: Case) -> Finding | None:
    """P25: assessed regularly, under the framework that was in force on the day of the review."""
    ethics = case.use_case.ethics if case.use_case else None
    found = _needs(case, "ethics_is_reviewed", ethics.instrument if ethics else None, "an ethics review", "ethics_lead")
    if found is None or not found.satisfied or ethics is None:
        return found
    wanted = version_at("ethics_framework", ethics.reviewed_on)
    held = FRAMEWORKS.get(ethics.framework, ethics.framework)
    right = wanted is not None and held == wanted.citation
    return Finding("ethics_is_reviewed", right, (wanted.citation if wanted else "none",), (held,), "ethics_lead")


@rule(
    "the anonymisation decision is recorded in the framework's ten components",
    "P16 P38",
    "UKAN Anonymisation Decision-Making Framework, 2nd edition; ICO guidance on pseudonymisation (28 March 2025)",
)
def anonymisation_is_recorded(case: Case) -> Finding | None:
    """P16, P38: the framework is followed and the following is recorded; pseudonymised data stays personal data."""
    record = case.use_case.anonymisation if case.use_case else None
    return _needs(case, "anonymisation_is_recorded", record, "an anonymisation record", "information_asset_owner")


@rule("what the findings led to is on record and kept up to date", "P35", "BOLD programme page, 'How we work'")
def findings_are_followed(case: Case) -> Finding | None:
    """P35: nothing more is released while nobody follows what the findings changed."""
    if case.action.name != "release" or case.use_case is None:
        return None
    return standing("findings_are_followed", case.use_case.findings, case.at, "a findings record", "programme_manager")


@rule(
    "research and operational use are kept apart, and health data is research only", "P22 P30", "@research_safeguards"
)
def lanes_never_meet(case: Case) -> Finding | None:
    """P22, P30: research never serves decisions about a person; health data never enters the operational lane."""
    use_case = case.use_case
    if use_case is None:
        return None
    for_research = case.kind in ("research", "output")
    fits = use_case.lane in case.action.lanes and (use_case.lane is Lane.RESEARCH or not for_research)
    agreed = use_case.lane in case.facts.data_of(use_case).lanes
    safe = use_case.lane is Lane.RESEARCH or not case.facts.health(use_case)
    found = (
        use_case.lane.value,
        "an action of this lane" if fits else f"{case.action.name} is not of this lane",
        "datasets agreed for it" if agreed else "datasets that are not agreed for it",
        "no health data" if safe else "health data",
    )
    return Finding("lanes_never_meet", fits and agreed and safe, case.action.lanes, found, "nobody")


@rule(
    "a probation officer sees only people whom they manage",
    "P21",
    "BOLD programme page, the one exception; Offender Management Act 2007 section 14",
)
def caseload_is_own(case: Case) -> Finding | None:
    """P21: the one exception: one's own caseload, and nobody else's."""
    if case.kind != "caseload":
        return None
    manager = case.request.manager or "nobody is named"
    return Finding("caseload_is_own", manager == case.request.person, (case.request.person,), (manager,), "nobody")


def _needs(case: Case, name: str, instrument: Instrument | None, what: str, remedy: str) -> Finding | None:
    """An instrument that whoever names a use case needs to stand."""
    if case.use_case is None or not case.action.needs_use_case:
        return None
    return standing(name, instrument, case.at, what, remedy)


OF_THE_USE_CASE = (
    use_case_is_live,
    panel_has_decided,
    affected_groups_were_asked,
    ethics_is_reviewed,
    anonymisation_is_recorded,
    lanes_never_meet,
)
RULES = (
    programme_has_not_ended,
    use_case_is_named,
    resource_is_of_the_use_case,
    *OF_THE_USE_CASE,
    findings_are_followed,
    caseload_is_own,
)
