"""Rules about health and social care data: the Guardian, the duty of confidentiality, section 251, advice, opt-outs."""

from __future__ import annotations

from boldlink.decide.decision import Finding
from boldlink.decide.instruments import Confidentiality
from boldlink.decide.law import ROUTES
from boldlink.decide.rule import Case, rule, standing


@rule(
    "a Caldicott Guardian has signed off the eight principles, each met",
    "P13",
    "National Data Guardian, Caldicott Principles (December 2020)",
)
def caldicott_is_signed(case: Case) -> Finding | None:
    """P13: health and social care data only with a Caldicott Guardian's sign-off, before anything is shared."""
    if case.use_case is None or not case.facts.health(case.use_case):
        return None
    attestation = case.use_case.caldicott
    instrument = attestation.instrument if attestation else None
    found = standing("caldicott_is_signed", instrument, case.at, "a Caldicott attestation", "caldicott_guardian")
    if not found.satisfied or attestation is None:
        return found
    unmet = tuple(f"principle {number} is not met" for number in attestation.unmet)
    return Finding("caldicott_is_signed", not unmet, ("eight principles",), unmet or ("met",), "caldicott_guardian")


@rule("confidential patient information has one of the four routes", "P10", "common law duty of confidentiality")
def confidentiality_has_a_route(case: Case) -> Finding | None:
    """P10: consent, overriding public interest, a legal requirement, or a legal power that sets the duty aside."""
    if not (confidential := _confidential(case)):
        return None
    lacking, found = [], []
    for name, route in confidential:
        known = ROUTES.get(route.route) if route else None
        if known is None or not known.in_force(case.at):
            lacking.append(f"{name}: no route")
        elif route is not None:
            found.append(f"{name}: {route.route}")
    required = tuple(ROUTES)
    said = tuple(lacking) or tuple(found)
    return Finding("confidentiality_has_a_route", not lacking, required, said, "caldicott_guardian")


@rule(
    "section 251 support, for a medical purpose, covers what the legal power is used for",
    "P10",
    "National Health Service Act 2006 section 251; SI 2002/1438 regulations 2 and 5",
)
def section_251_supports_it(case: Case) -> Finding | None:
    """P10: a legal power is no route without support that stands, names the dataset, and has a medical purpose."""
    datasets = [name for name, route in _confidential(case) if route and route.route == "legal_power"]
    if not datasets or case.use_case is None:
        return None
    support = case.use_case.section_251
    instrument = support.instrument if support else None
    found = standing("section_251_supports_it", instrument, case.at, "section 251 support", "caldicott_guardian")
    if not found.satisfied or support is None:
        return found
    lacking = tuple(f"{name} is not in it" for name in datasets if name not in support.datasets)
    lacking += () if support.medical_purpose else ("no medical purpose",)
    lacking += (f"{support.open_conditions} conditions are open",) if support.open_conditions else ()
    said = lacking or (support.medical_purpose,)
    return Finding("section_251_supports_it", not lacking, tuple(datasets), said, "caldicott_guardian")


@rule(
    "opt-outs are applied before linking, or support exempts from them",
    "P10",
    "NHS England, national data opt-out operational policy, section 5",
)
def opt_outs_are_applied(case: Case) -> Finding | None:
    """P10: under section 251 opt-outs apply unless the support exempts; under consent they do not arise."""
    if not (confidential := _confidential(case)) or case.use_case is None:
        return None
    support = case.use_case.section_251
    exempt = support is not None and support.opt_out_exempt
    lacking = [f"{name}: not applied" for name, route in confidential if route and not _respected(route, exempt)]
    lacking += [
        f"{name}: no column says who opted out or consented"
        for name, route in confidential
        if route and not _known(name, route, case)
    ]
    return Finding(
        "opt_outs_are_applied",
        not lacking,
        ("applied before linking",),
        tuple(lacking) or ("applied",),
        "caldicott_guardian",
    )


@rule(
    "the advisory body of the day has advised on data that NHS England holds",
    "P14",
    "NHS England, Data Access Request Service",
)
def advisory_body_has_advised(case: Case) -> Finding | None:
    """P14: IGARD until 31 January 2023, then its successors: which body, when, is the programme's configuration."""
    if case.use_case is None:
        return None
    held = case.facts.data_of(case.use_case).nhs_england
    if not held:
        return None
    advice = case.use_case.advice
    instrument = advice.instrument if advice else None
    found = standing("advisory_body_has_advised", instrument, case.at, "advice", "information_asset_owner")
    if not found.satisfied or advice is None:
        return found
    bodies = [
        b
        for b in case.facts.advisory_bodies
        if b.from_ <= advice.given_on and (b.until is None or advice.given_on <= b.until)
    ]
    wanted = bodies[0].name if bodies else "no body is configured for that day"
    lacking = [f"{name} is not in it" for name in held if name not in advice.datasets]
    lacking += [] if advice.body == wanted else [f"{advice.body} was not the body of {advice.given_on.isoformat()}"]
    lacking += ["not supported"] if advice.outcome == "not_supported" else []
    lacking += [f"{advice.open_conditions} conditions are open"] if advice.open_conditions else []
    said = tuple(lacking) or (advice.outcome,)
    return Finding("advisory_body_has_advised", not lacking, (wanted, *held), said, "information_asset_owner")


def _confidential(case: Case) -> tuple[tuple[str, Confidentiality | None], ...]:
    """Datasets of which confidential patient information is shared, each with its route."""
    return case.facts.data_of(case.use_case).confidential if case.use_case else ()


def _respected(route: Confidentiality, exempt: bool) -> bool:
    """Consent makes opt-outs moot; a legal power has them applied unless the support exempts; others say which."""
    if route.route == "consent":
        return route.opt_out in ("applied", "not_applicable")
    return route.opt_out == "applied" or (route.opt_out == "exempt" and (exempt or route.route != "legal_power"))


def _known(dataset: str, route: Confidentiality, case: Case) -> bool:
    """Can it be told who consented, or who opted out? By a column of the extract, or by the owner before delivery."""
    contract = case.facts.contracts[dataset]
    if contract.opt_outs_applied_by_owner:
        return True
    if route.route == "consent" and not contract.consent_column:
        return False
    return route.opt_out != "applied" or bool(contract.opt_out_column)


RULES = (
    caldicott_is_signed,
    confidentiality_has_a_route,
    section_251_supports_it,
    opt_outs_are_applied,
    advisory_body_has_advised,
)
