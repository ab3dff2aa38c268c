"""Rules about the person who asks: known, accredited, cleared, trained, sworn, in the right role, and in no other that
clashes."""

from __future__ import annotations

from boldlink.decide.decision import Finding
from boldlink.decide.facts import Post
from boldlink.decide.rule import Case, rule, standing

PERSONAL_SIGHTS = frozenset({"joined", "identifiers", "attributes", "pseudonymised", "own_cases"})
# Nobody holds two of these on one use case: whoever could put the parts together must not exist.
SEPARATED_ROLES = ("custodian", "key_custodian", "linker", "researcher", "checker", "approver")
LEVELS = ("", "BPSS", "CTC", "SC", "DV")
# What must be cleared to see what: identifying data needs a check of the person's background, not only of who they are.
CLEARANCE_FOR = {"joined": "SC", "identifiers": "SC", "attributes": "SC", "pseudonymised": "BPSS", "own_cases": "BPSS"}


@rule("the person is on the programme's record", "P08", "SATRE 1.5.01, 1.5.03")
def person_is_known(case: Case) -> Finding:
    """P08: access is by identified people only."""
    required = ("a named person of the programme",)
    return Finding("person_is_known", case.person is not None, required, (case.request.person,), "programme_manager")


@rule("the person belongs to a public organisation", "P29", "BOLD programme page, 'What is definitely out of scope'")
def person_is_not_commercial(case: Case) -> Finding:
    """P29: nothing is shared with commercial organisations, whatever else holds."""
    organisation = case.organisation
    if organisation is None:
        return Finding("person_is_not_commercial", False, ("a public organisation",), ("none",), "nobody")
    found = (organisation.name, "commercial" if organisation.commercial else "public")
    return Finding("person_is_not_commercial", not organisation.commercial, ("a public organisation",), found, "nobody")


@rule("the person's accreditation is signed and in date, for this role", "P08 P18", "SATRE 1.5.01, 1.6.04")
def person_is_accredited(case: Case) -> Finding | None:
    """P08, P18: somebody answers for the person, and the person has signed their own undertaking."""
    if case.sees not in PERSONAL_SIGHTS:
        return None
    accreditation = case.person.accreditation if case.person else None
    found = standing("person_is_accredited", accreditation, case.at, "an accreditation", "security_lead")
    if found.satisfied and case.person is not None and case.role not in case.person.roles:
        accredited = tuple(sorted(case.person.roles)) or ("no role",)
        return Finding("person_is_accredited", False, (case.role,), accredited, "security_lead")
    return found


@rule("security clearance is in date and high enough", "P17 P18", "BOLD programme page, 'How we protect your privacy'")
def clearance_is_valid(case: Case) -> Finding | None:
    """P17, P18: the right level of security clearance, which lapses."""
    if case.sees not in PERSONAL_SIGHTS:
        return None
    level, until = (case.person.clearance, case.person.clearance_until) if case.person else ("", None)
    needed = CLEARANCE_FOR[case.sees]
    high_enough = level in LEVELS and LEVELS.index(level) >= LEVELS.index(needed)
    found = (level or "none", until.isoformat() if until else "none")
    valid = high_enough and until is not None and case.at <= until
    return Finding("clearance_is_valid", valid, (needed, case.at.isoformat()), found, "security_lead")


@rule("data protection training is in date", "P18", "SATRE 1.6.04")
def training_is_valid(case: Case) -> Finding | None:
    """P18: trained in data protection, which lapses."""
    return _lapses(case, "training_is_valid", "training_until", "programme_manager")


@rule("an undertaking not to identify anybody is in date", "P37", "Data Protection Act 2018 section 171")
def undertaking_is_signed(case: Case) -> Finding | None:
    """P37: an undertaking not to identify anybody, and to bring nothing in to match against, which lapses."""
    return _lapses(case, "undertaking_is_signed", "undertaking_until", "programme_manager")


def _lapses(case: Case, name: str, field: str, remedy: str) -> Finding | None:
    if case.sees not in PERSONAL_SIGHTS:
        return None
    until = getattr(case.person, field) if case.person else None
    found = until.isoformat() if until else "none"
    return Finding(name, until is not None and case.at <= until, (case.at.isoformat(),), (found,), remedy)


@rule("the person holds the role that this action needs", "P08 P18", "SATRE 3.2.03")
def role_is_held(case: Case) -> Finding:
    """P08, P18: only those who need to, by role: on the use case's team, or by post."""
    held = roles_held(case)
    remedy = "nobody" if case.role == "nobody" else "programme_manager"
    return Finding("role_is_held", case.role in held, (case.role,), tuple(sorted(held)) or ("no role",), remedy)


def roles_held(case: Case) -> set[str]:
    """Team roles on the use case, and roles of posts: a supplier's for its own data, a place's post for that place."""
    held = _team_roles(case)
    for post in case.facts.posts_of(case.request.person):
        elsewhere = post.place is not None and case.request.place not in (None, post.place)
        if not elsewhere and (post.role != "data_supplier" or _owns(post, case)):
            held.add(post.role)
    return held


def _team_roles(case: Case) -> set[str]:
    team = case.use_case.team if case.use_case else {}
    return {role for role, people in team.items() if case.request.person in people}


def _owns(post: Post, case: Case) -> bool:
    contract = case.facts.contracts.get(case.name)
    return contract is not None and contract.owner == post.organisation


@rule(
    "custodian, key custodian, linker, researcher, checker and approver are different people",
    "P04",
    "UK GDPR Articles 4(5) and 32; ENISA, Pseudonymisation techniques (2019)",
)
def duties_are_separated(case: Case) -> Finding | None:
    """P04: no person does two of these on one use case, whatever posts and teams say."""
    if case.use_case is None:
        return None
    held = _team_roles(case) & set(SEPARATED_ROLES)
    held |= {post.role for post in case.facts.posts_of(case.request.person) if post.role in SEPARATED_ROLES}
    if case.request.person in case.use_case.approvers:
        held.add("approver")
    found = tuple(sorted(held)) or ("none of them",)
    return Finding("duties_are_separated", len(held) <= 1, SEPARATED_ROLES, found, "programme_manager")


RULES = (
    person_is_known,
    person_is_not_commercial,
    person_is_accredited,
    clearance_is_valid,
    training_is_valid,
    undertaking_is_signed,
    role_is_held,
    duties_are_separated,
)
