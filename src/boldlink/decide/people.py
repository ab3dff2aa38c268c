"""Rules about the person who asks: known, cleared, trained, sworn, in the right role, and in no other that clashes."""

from __future__ import annotations

from datetime import date

from boldlink.decide.actions import role_for, sees
from boldlink.decide.decision import Finding, Request
from boldlink.decide.facts import Facts

PERSONAL_SIGHTS = ("joined", "identifiers", "attributes", "pseudonymised")
# Nobody holds two of these on one use case: whoever could put the parts together must not exist.
SEPARATED_ROLES = ("custodian", "linker", "researcher", "checker")


def person_is_known(request: Request, facts: Facts, at: date) -> Finding:
    """P08: access is by identified people only."""
    known = request.person in facts.people
    return Finding(
        "person_is_known", known, ("a named person of the programme",), (request.person,), "programme_manager"
    )


def person_is_not_commercial(request: Request, facts: Facts, at: date) -> Finding:
    """P29: nothing is shared with commercial organisations, whatever else holds."""
    person = facts.people.get(request.person)
    organisation = facts.organisations.get(person.organisation) if person else None
    allowed = organisation is not None and not organisation.commercial
    found = (organisation.name, "commercial" if organisation.commercial else "public") if organisation else ("none",)
    return Finding("person_is_not_commercial", allowed, ("a public organisation",), found, "nobody")


def clearance_is_valid(request: Request, facts: Facts, at: date) -> Finding | None:
    """P17, P18: the right level of security clearance, which lapses."""
    return _lapses("clearance_is_valid", request, facts, at, "clearance_until", "security_lead")


def training_is_valid(request: Request, facts: Facts, at: date) -> Finding | None:
    """P18: trained in data protection, which lapses."""
    return _lapses("training_is_valid", request, facts, at, "training_until", "programme_manager")


def undertaking_is_signed(request: Request, facts: Facts, at: date) -> Finding | None:
    """P37: an undertaking not to identify anybody, which lapses."""
    return _lapses("undertaking_is_signed", request, facts, at, "undertaking_until", "programme_manager")


def _lapses(rule: str, request: Request, facts: Facts, at: date, field: str, remedy: str) -> Finding | None:
    if sees(request) not in PERSONAL_SIGHTS:
        return None
    person = facts.people.get(request.person)
    until: date | None = getattr(person, field) if person else None
    found = until.isoformat() if until else "none"
    return Finding(rule, until is not None and at <= until, (at.isoformat(),), (found,), remedy)


def role_is_held(request: Request, facts: Facts, at: date) -> Finding:
    """P08, P18: only those who need to, by role: on the use case's team, or by post."""
    role = role_for(request)
    held = roles_held(request, facts)
    remedy = "nobody" if role == "nobody" else "programme_manager"
    return Finding("role_is_held", role in held, (role,), tuple(sorted(held)) or ("no role",), remedy)


def roles_held(request: Request, facts: Facts) -> frozenset[str]:
    """Team roles on the use case, and roles of posts: a supplier's for its own data, a place's post for that place."""
    use_case = facts.use_cases.get(request.use_case or "")
    team = use_case.team if use_case else {}
    held = {role for role, people in team.items() if request.person in people}
    for post in facts.posts_of(request.person):
        elsewhere = post.place is not None and request.place not in (None, post.place)
        if not elsewhere and (post.role != "data_supplier" or _owns(post.organisation, request, facts)):
            held.add(post.role)
    return frozenset(held)


def _owns(organisation: str, request: Request, facts: Facts) -> bool:
    contract = facts.contracts.get(request.name)
    return contract is not None and contract.owner == organisation


def duties_are_separated(request: Request, facts: Facts, at: date) -> Finding | None:
    """P04: custodian, linker, researcher and checker are never one person on one use case."""
    use_case = facts.use_cases.get(request.use_case or "")
    if use_case is None:
        return None
    held = {role for role in SEPARATED_ROLES if request.person in use_case.team.get(role, ())}
    held |= {post.role for post in facts.posts_of(request.person) if post.role in SEPARATED_ROLES}
    return Finding(
        "duties_are_separated",
        len(held) <= 1,
        SEPARATED_ROLES,
        tuple(sorted(held)) or ("none of them",),
        "programme_manager",
    )


RULES = (
    person_is_known,
    person_is_not_commercial,
    clearance_is_valid,
    training_is_valid,
    undertaking_is_signed,
    role_is_held,
    duties_are_separated,
)
