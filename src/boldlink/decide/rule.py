"""What a rule is: a small function over one case, with the words a lawyer reads beside it.

A rule answers None where it has nothing to say to a request. Every rule that speaks is heard: nothing stops at the
first no.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, cast

from boldlink.decide.actions import ACTIONS, Action, role_for, sees
from boldlink.decide.decision import Finding, Request
from boldlink.decide.facts import Facts, Organisation, Person, UseCase
from boldlink.decide.instruments import Instrument, Share


@dataclass(frozen=True)
class Words:
    """How a rule speaks: what it asks, the promises it keeps, the law or paper it rests on.

    A citation that begins with `@` names a provision of decide.law whose version of the day is cited.
    """

    asks: str
    promises: tuple[str, ...]
    citation: str


class Case:
    """A request with what the facts say of it, looked up once for all rules."""

    __slots__ = ("action", "at", "column", "facts", "kind", "name", "organisation", "person", "request", "role", "sees", "use_case")  # fmt: skip

    def __init__(self, request: Request, facts: Facts, at: date) -> None:
        self.request, self.facts, self.at = request, facts, at
        self.kind, _, rest = request.resource.partition(":")
        self.name, _, column = rest.partition(".")
        self.column: str | None = column or None
        self.action: Action = ACTIONS[request.action]
        self.role: str = role_for(request, self.action)
        self.sees: str = sees(request, self.action)
        self.person: Person | None = facts.people.get(request.person)
        self.organisation: Organisation | None = (
            facts.organisations.get(self.person.organisation) if self.person else None
        )
        self.use_case: UseCase | None = facts.use_cases.get(request.use_case or "")

    @property
    def share(self) -> Share | None:
        """What the use case's agreement shares of the dataset that is asked for."""
        agreement = self.use_case.agreement if self.use_case else None
        return agreement.shares.get(self.name) if agreement else None


class Rule(Protocol):
    """A rule: its name is the code of its findings."""

    __name__: str
    words: Words

    def __call__(self, case: Case, /) -> Finding | None: ...


def rule(asks: str, promises: str, citation: str) -> Callable[[Callable[[Case], Finding | None]], Rule]:
    """Give a rule its words. `promises` are ids of PROMISES, separated by spaces."""

    def dress(function: Callable[[Case], Finding | None]) -> Rule:
        function.words = Words(asks, tuple(promises.split()), citation)  # type: ignore[attr-defined]
        return cast(Rule, function)

    return dress


def standing(name: str, instrument: Instrument | None, at: date, what: str, remedy: str) -> Finding:
    """A finding on whether an instrument is there, signed by every post that must, in its days, and not stopped."""
    if instrument is None:
        return Finding(name, False, (what,), ("none",), remedy)
    required = (instrument.id, instrument.version, *instrument.required_posts)
    if instrument.stands(at):
        return Finding(name, True, required, ("signed and in date",), remedy)
    missing = instrument.missing_posts
    found = [f"not signed by {post}" for post in missing]
    if instrument.stopped:
        found.append(instrument.stopped)
    if not instrument.in_its_days(at):
        found.append(f"runs from {instrument.starts or 'always'} to {instrument.ends or 'always'}")
    return Finding(name, False, required, tuple(found), missing[0] if missing else remedy)
