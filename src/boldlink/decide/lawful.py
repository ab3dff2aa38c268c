"""Rules about the law: a basis under UK GDPR for every kind of data, a power to disclose every dataset (P09).

Each looks into the tables of decide.law for the day that is asked about.
"""

from __future__ import annotations

from boldlink.decide.decision import Finding
from boldlink.decide.facts import Lane
from boldlink.decide.instruments import LegalBasis
from boldlink.decide.law import (
    ARTICLE_6,
    ARTICLE_9,
    ARTICLE_10,
    COMPLAINTS_FROM,
    GATEWAYS,
    NEEDS_SCHEDULE_1,
    SCHEDULE_1,
)
from boldlink.decide.rule import Case, rule
from boldlink.values import DataClass

SPECIAL = frozenset({DataClass.SPECIAL_CATEGORY, DataClass.CONFIDENTIAL_PATIENT})


@rule("the processing has a basis that public authorities may use", "P09", "UK GDPR Article 6(1)")
def processing_has_a_basis(case: Case) -> Finding | None:
    """P09: a basis of Article 6 that was in force on the day, and is open to a public authority's tasks."""
    basis = _basis(case)
    if basis is None:
        return None
    found = ARTICLE_6.get(basis.article_6)
    if found is None:
        return Finding("processing_has_a_basis", False, ("Article 6(1)",), (basis.article_6 or "none",), "lawyer")
    holds = found.in_force(case.at) and found.public_task
    said = (found.citation, "in force" if found.in_force(case.at) else f"in force from {found.from_.isoformat()}")
    return Finding("processing_has_a_basis", holds, ("a basis for a public task",), said, "lawyer")


@rule(
    "special category data has a condition",
    "P09 P12",
    "UK GDPR Article 9(2); Data Protection Act 2018 section 10 and Schedule 1",
)
def special_category_has_a_condition(case: Case) -> Finding | None:
    """P09, P12: Article 9(2), with the condition of Schedule 1 that serves it where one is needed."""
    basis = _basis(case)
    if basis is None or case.use_case is None or not case.facts.data_of(case.use_case).classes & SPECIAL:
        return None
    letter = basis.article_9 or ""
    article = ARTICLE_9.get(letter)
    serving = [n for n in basis.schedule_1 if n in SCHEDULE_1 and letter in SCHEDULE_1[n].serves]
    served = letter not in NEEDS_SCHEDULE_1 or any(SCHEDULE_1[n].in_force(case.at) for n in serving)
    holds = article is not None and article.in_force(case.at) and served
    required = ("Article 9(2)", "a condition of Schedule 1 where it needs one")
    found = (article.citation if article else "none", *(f"paragraph {n}" for n in basis.schedule_1))
    return Finding("special_category_has_a_condition", holds, required, found, "lawyer")


@rule("criminal offence data has a basis", "P09 P12", "UK GDPR Article 10; Data Protection Act 2018 section 10(5)")
def criminal_data_has_a_basis(case: Case) -> Finding | None:
    """P09, P12: official authority, or a condition of Schedule 1, of which research is one."""
    basis = _basis(case)
    if basis is None or case.use_case is None or DataClass.CRIMINAL not in case.facts.data_of(case.use_case).classes:
        return None
    article = ARTICLE_10.get(basis.article_10 or "")
    conditions = [n for n in basis.schedule_1 if n in SCHEDULE_1 and SCHEDULE_1[n].in_force(case.at)]
    holds = article is not None and (basis.article_10 != "schedule_1" or bool(conditions))
    found = (article.citation if article else "none", *(f"paragraph {n}" for n in conditions))
    return Finding("criminal_data_has_a_basis", holds, ("Article 10",), found, "lawyer")


@rule(
    "an appropriate policy document stands where a condition asks for one",
    "P09",
    "Data Protection Act 2018 Schedule 1 Part 4",
)
def policy_document_stands(case: Case) -> Finding | None:
    """P09: many conditions of Schedule 1, and Part 3, need an appropriate policy document."""
    basis = _basis(case)
    if basis is None:
        return None
    needing = [n for n in basis.schedule_1 if n in SCHEDULE_1 and SCHEDULE_1[n].policy_document]
    if not needing and basis.regime != "law_enforcement":
        return None
    required = tuple(f"for paragraph {n}" for n in needing) or ("for Part 3",)
    found = ("stands",) if basis.policy_document else ("none",)
    return Finding("policy_document_stands", basis.policy_document, required, found, "dpo")


@rule("research keeps the safeguards of its day", "P09 P22", "@research_safeguards")
def research_has_safeguards(case: Case) -> Finding | None:
    """P09, P22: minimisation, no distress, no decision about a particular person: Article 89(1), then 84A to 84D."""
    basis = _basis(case)
    if basis is None or case.use_case is None or case.use_case.lane is not Lane.RESEARCH:
        return None
    found = ("written down",) if basis.research_safeguards else ("none",)
    return Finding("research_has_safeguards", basis.research_safeguards, ("safeguards",), found, "dpo")


@rule("data held for law enforcement is used for this only where the law says so", "P09", "@law_enforcement")
def law_enforcement_data_is_authorised(case: Case) -> Finding | None:
    """P09: Part 3 data comes into research only under UK GDPR, by a power of its own."""
    basis = _basis(case)
    if basis is None or case.use_case is None or case.use_case.lane is not Lane.RESEARCH:
        return None
    holds = basis.regime == "uk_gdpr"
    return Finding("law_enforcement_data_is_authorised", holds, ("uk_gdpr",), (basis.regime,), "lawyer")


@rule(
    "there is a power to disclose every dataset, and it covers that kind of data",
    "P09",
    "the gateway that each agreement names",
)
def every_dataset_has_a_power(case: Case) -> Finding | None:
    """P09: a gateway in force, open to the owner's kind of body; health data only through one that carries it."""
    agreement = case.use_case.agreement if case.use_case else None
    if agreement is None or case.use_case is None:
        return None
    lacking = tuple(found for name in case.use_case.datasets if (found := _lacking(name, case)))
    powers = tuple(sorted({power.gateway for power in agreement.powers}))
    return Finding("every_dataset_has_a_power", not lacking, ("a power for each dataset",), lacking or powers, "lawyer")


@rule("people can complain, and know where", "P09", "@complaints")
def complaints_are_heard(case: Case) -> Finding | None:
    """P09: from 19 June 2026 a controller must make it easy to complain to it (section 164A)."""
    agreement = case.use_case.agreement if case.use_case else None
    if agreement is None or case.at < COMPLAINTS_FROM:
        return None
    found = ("a way is named",) if agreement.complaints else ("none",)
    return Finding("complaints_are_heard", agreement.complaints, ("a way to complain",), found, "dpo")


def _basis(case: Case) -> LegalBasis | None:
    agreement = case.use_case.agreement if case.use_case else None
    return agreement.basis if agreement else None


def _lacking(dataset: str, case: Case) -> str:
    """Why no gateway carries a dataset; empty if one does."""
    agreement = case.use_case.agreement if case.use_case else None
    contract = case.facts.contracts.get(dataset)
    if agreement is None or contract is None:
        return f"{dataset}: not on record"
    reasons = []
    for power in (power for power in agreement.powers if dataset in power.datasets):
        gateway, owner = GATEWAYS.get(power.gateway), case.facts.organisations.get(contract.owner)
        if gateway is None or not gateway.in_force(case.at):
            reasons.append(f"{power.gateway} was not in force")
        elif contract.health and not gateway.health:
            reasons.append(f"{power.gateway} does not carry health data")
        elif gateway.holders and (owner is None or owner.kind not in gateway.holders):
            reasons.append(f"{power.gateway} is not open to {contract.owner}")
        else:
            return ""
    return f"{dataset}: {'; '.join(reasons) or 'no power is named'}"


RULES = (
    processing_has_a_basis,
    special_category_has_a_condition,
    criminal_data_has_a_basis,
    policy_document_stands,
    research_has_safeguards,
    law_enforcement_data_is_authorised,
    every_dataset_has_a_power,
    complaints_are_heard,
)
