"""Rules about what was agreed: the data sharing agreement, the impact assessment, the parties, the number of linkers."""

from __future__ import annotations

from boldlink.decide.decision import Finding
from boldlink.decide.rule import Case, rule, standing


@rule("its data sharing agreement is signed by every party and in date", "P15", "ICO Data sharing code of practice")
def agreement_is_live(case: Case) -> Finding | None:
    """P15: sharing is governed by an agreement that every party signed, that was not stopped and has not ended."""
    if case.use_case is None:
        return None
    agreement = case.use_case.agreement
    instrument = agreement.instrument if agreement else None
    return standing("agreement_is_live", instrument, case.at, "a data sharing agreement", "siro")


@rule("the agreement permits this action to this role", "P15", "ICO Data sharing code of practice")
def action_is_permitted(case: Case) -> Finding | None:
    """P15: permitted uses are those the agreement names, and no others."""
    agreement = case.use_case.agreement if case.use_case else None
    if agreement is None or not case.action.needs_use_case:
        return None
    permitted = case.action.name in agreement.actions and case.role in agreement.roles
    found = (
        f"{case.action.name}: {'permitted' if case.action.name in agreement.actions else 'not permitted'}",
        f"{case.role}: {'permitted' if case.role in agreement.roles else 'not permitted'}",
    )
    return Finding("action_is_permitted", permitted, (case.action.name, case.role), found, "siro")


@rule(
    "its DPIA is signed by every department's data protection officer, and each has reviewed it",
    "P11",
    "UK GDPR Articles 35 and 39",
)
def dpia_is_reviewed(case: Case) -> Finding | None:
    """P11: a DPIA, reviewed by data protection specialists in each department whose data it uses."""
    if case.use_case is None:
        return None
    dpia = case.use_case.dpia
    found = standing("dpia_is_reviewed", dpia.instrument if dpia else None, case.at, "a DPIA", "dpo")
    if not found.satisfied or dpia is None:
        return found
    silent = tuple(f"no review by {one}" for one in case.use_case.organisations if one not in dpia.reviewed_by)
    return Finding("dpia_is_reviewed", not silent, case.use_case.organisations, silent or ("reviewed",), "dpo")


@rule("no high risk is left, or the ICO was consulted first", "P11", "UK GDPR Article 36")
def residual_risk_is_accepted(case: Case) -> Finding | None:
    """P11: a residual high risk stops everything until the Commissioner was consulted."""
    dpia = case.use_case.dpia if case.use_case else None
    if dpia is None:
        return None
    high = tuple(sorted(risk for risk, level in dpia.residual.items() if level == "high"))
    consulted = dpia.ico_consulted_on is not None and dpia.ico_consulted_on <= case.at
    found = tuple(f"{risk} is high" for risk in high) or ("no high risk",)
    return Finding("residual_risk_is_accepted", not high or consulted, ("no high risk",), found, "dpo")


@rule("no commercial organisation takes part", "P29", "BOLD programme page, 'What is definitely out of scope'")
def no_commercial_party(case: Case) -> Finding | None:
    """P29: no commercial organisation is party, holder of data or operator of a place, whatever else holds."""
    if case.use_case is None:
        return None
    agreement = case.use_case.agreement
    parties = {*case.use_case.organisations, *(agreement.parties if agreement else ())}
    contracts = case.facts.contracts
    parties |= {contracts[n].held_by for n in case.use_case.datasets if n in contracts and contracts[n].held_by}
    places = agreement.places if agreement else ()
    parties |= {case.facts.places[place].operator for place in places if place in case.facts.places}
    known = case.facts.organisations
    barred = tuple(sorted(one for one in parties if one not in known or known[one].commercial))
    return Finding("no_commercial_party", not barred, ("public organisations only",), barred or ("none",), "nobody")


@rule("the owner of every dataset is a party and takes part", "P05 P15", "UK GDPR Articles 24 and 26")
def every_owner_is_a_party(case: Case) -> Finding | None:
    """P05, P15: nobody's data is used under an agreement that its owner did not sign."""
    if case.use_case is None or case.use_case.agreement is None:
        return None
    contracts = case.facts.contracts
    owners = {contracts[name].owner for name in case.use_case.datasets if name in contracts}
    parties = set(case.use_case.agreement.parties) & set(case.use_case.organisations)
    absent = tuple(f"{owner} is not" for owner in sorted(owners - parties))
    return Finding("every_owner_is_a_party", not absent, tuple(sorted(owners)), absent or ("all are",), "siro")


@rule("the agreement shares every dataset that the use case names", "P05 P15", "UK GDPR Article 5(1)(c)")
def every_dataset_is_shared(case: Case) -> Finding | None:
    """P05, P15: what a use case names and its agreement does not share is used by nobody."""
    if case.use_case is None or case.use_case.agreement is None:
        return None
    shares = case.use_case.agreement.shares
    bare = tuple(f"{name} is not shared" for name in case.use_case.datasets if name not in shares)
    return Finding("every_dataset_is_shared", not bare, case.use_case.datasets, bare or ("all are",), "siro")


@rule("there are no more linkers than the agreement allows", "P17", "SATRE 3.2.03")
def linkers_are_few(case: Case) -> Finding | None:
    """P17: identifiable data reaches only a small number of linkers; the number stands in the agreement."""
    agreement = case.use_case.agreement if case.use_case else None
    if case.sees != "identifiers" or case.use_case is None or agreement is None:
        return None
    count, most = len(set(case.use_case.team.get("linker", ()))), agreement.linkers_at_most
    return Finding("linkers_are_few", 0 < count <= most, (str(most),), (str(count),), "siro")


RULES = (
    agreement_is_live,
    dpia_is_reviewed,
    residual_risk_is_accepted,
    no_commercial_party,
    every_owner_is_a_party,
    every_dataset_is_shared,
)
OF_THE_ACTION = (action_is_permitted, linkers_are_few)
