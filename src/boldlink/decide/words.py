"""Findings in plain English: made when somebody reads, from the values a finding holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from boldlink.decide.decision import Finding
from boldlink.decide.facts import Facts


@dataclass(frozen=True)
class Words:
    """How one rule speaks: what it asks, the promises it keeps, the law or paper it rests on."""

    asks: str
    promises: tuple[str, ...]
    citation: str


WORDS: Mapping[str, Words] = {
    "person_is_known": Words("the person is on the programme's record", ("P08",), "SATRE 1.5.01, 1.5.03"),
    "person_is_not_commercial": Words(
        "the person belongs to a public organisation",
        ("P29",),
        "BOLD programme page, 'What is definitely out of scope'",
    ),
    "clearance_is_valid": Words(
        "security clearance is in date", ("P17", "P18"), "BOLD programme page, 'How we protect your privacy'"
    ),
    "training_is_valid": Words("data protection training is in date", ("P18",), "SATRE 1.6.04"),
    "undertaking_is_signed": Words(
        "an undertaking not to identify anybody is in date", ("P37",), "Data Protection Act 2018 section 171"
    ),
    "role_is_held": Words("the person holds the role that this action needs", ("P08", "P18"), "SATRE 3.2.03"),
    "duties_are_separated": Words(
        "custodian, linker, researcher and checker are different people", ("P04",), "UK GDPR Article 4(5)"
    ),
    "programme_has_not_ended": Words("the programme has not ended", ("P36",), "UK GDPR Article 5(1)(e)"),
    "use_case_is_named": Words("the request names a use case", ("P06",), "UK GDPR Article 5(1)(b)"),
    "resource_is_of_the_use_case": Words(
        "what is asked for was made for this use case", ("P05", "P06"), "UK GDPR Article 5(1)(b)"
    ),
    "use_case_is_live": Words(
        "the panel has decided for the use case and it is in date", ("P07", "P32", "P34"), "SATRE 1.4.01"
    ),
    "agreement_is_live": Words(
        "its data sharing agreement is signed by every party and in date",
        ("P15",),
        "ICO Data sharing code of practice",
    ),
    "dpia_is_reviewed": Words(
        "its DPIA is reviewed by every department's data protection officer",
        ("P11",),
        "UK GDPR Articles 35 and 39",
    ),
    "caldicott_is_signed": Words(
        "a Caldicott Guardian has signed off the eight principles",
        ("P13",),
        "National Data Guardian, Caldicott Principles",
    ),
    "some_use_case_needs_it": Words(
        "a live use case, with everything signed, needs this dataset",
        ("P05", "P06", "P13"),
        "UK GDPR Article 5(1)(c)",
    ),
    "lanes_never_meet": Words(
        "research and operational use are kept apart, and health data is research only",
        ("P22", "P30"),
        "UK GDPR Articles 84A to 84D (from 5 February 2026)",
    ),
    "use_case_has_ended": Words("the use case has ended", ("P15", "P36"), "UK GDPR Article 5(1)(e)"),
    "dataset_is_shared": Words("the agreement shares this dataset", ("P05", "P06"), "UK GDPR Article 5(1)(b) and (c)"),
    "column_is_named": Words("the agreement names and justifies this column", ("P05",), "UK GDPR Article 5(1)(c)"),
    "column_role_is_visible": Words(
        "the column's role may be seen by this role",
        ("P19", "P20", "P27"),
        "BOLD programme page, 'How we protect your privacy'",
    ),
    "place_is_allowed": Words(
        "the data may be in this place",
        ("P23", "P24"),
        "BOLD programme page, 'How we store and protect personal data'",
    ),
    "linkers_are_few": Words("there are no more linkers than the agreement allows", ("P17",), "SATRE 3.2.03"),
    "no_commercial_party": Words(
        "no commercial organisation takes part",
        ("P29",),
        "BOLD programme page, 'What is definitely out of scope'",
    ),
}


def explain(finding: Finding, facts: Facts | None = None) -> dict[str, str]:
    """One finding in words: what was asked, required, found, its source, and who could change it."""
    words = WORDS[finding.rule]
    return {
        "rule": finding.rule,
        "met": "yes" if finding.satisfied else "no",
        "asks": words.asks,
        "required": "; ".join(finding.required),
        "found": "; ".join(finding.found),
        "promises": ", ".join(words.promises),
        "citation": words.citation,
        "remedy": "" if finding.satisfied else who(finding.remedy, facts),
    }


def who(remedy: str, facts: Facts | None) -> str:
    """Who could change what was found, by post and name; `nobody` where no person can."""
    if remedy == "nobody":
        return "nobody: this is not open to anyone"
    if facts is None:
        return remedy.replace("_", " ")
    posts = [post for post in facts.posts.values() if remedy in (post.id, post.role)]
    holders = [f"{post.title} ({facts.people[post.holder].name})" for post in posts if post.holder in facts.people]
    return "; ".join(holders) or remedy.replace("_", " ")
