"""Findings in plain English: made when somebody reads, from the values a finding holds and the words of its rule."""

from __future__ import annotations

from datetime import date

from boldlink.decide.decide import RULES
from boldlink.decide.decision import Finding
from boldlink.decide.facts import Facts
from boldlink.decide.law import cite
from boldlink.decide.rule import Words

WORDS: dict[str, Words] = {rule.__name__: rule.words for rule in RULES}
UNKNOWN = Words("a rule of another version of the software", (), "see the ledger's rules_version")


def explain(finding: Finding, facts: Facts | None = None, at: date | None = None) -> dict[str, str]:
    """One finding in words: what was asked, required, found, its source, and who could change it.

    The law is cited as it stood on the day `at`; without a day, as it stands now.
    """
    words = WORDS.get(finding.rule, UNKNOWN)
    return {
        "rule": finding.rule,
        "met": "yes" if finding.satisfied else "no",
        "asks": words.asks,
        "required": "; ".join(finding.required),
        "found": "; ".join(finding.found),
        "promises": ", ".join(words.promises),
        "citation": cite(words.citation, at or date.max),
        "remedy": "" if finding.satisfied else who(finding.remedy, facts),
    }


def who(remedy: str, facts: Facts | None) -> str:
    """Who could change what was found, by post and name; `nobody` where no person can."""
    if remedy == "nobody":
        return "nobody: this is not open to anyone"
    if remedy.startswith("undertaking:"):
        return f"the person themself ({remedy.removeprefix('undertaking:')})"
    if facts is None:
        return remedy.replace("_", " ")
    posts = [post for post in facts.posts.values() if remedy in (post.id, post.role)]
    holders = [f"{post.title} ({facts.people[post.holder].name})" for post in posts if post.holder in facts.people]
    return "; ".join(holders) or remedy.replace("_", " ")
