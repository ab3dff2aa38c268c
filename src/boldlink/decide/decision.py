"""One question, one answer: a request in, a decision with every finding out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Request:
    """May this person do this, to this, for this use case, in this place?

    `resource` is KIND:NAME or KIND:NAME.COLUMN, such as `dataset:prison`, `identifiers:prison.surname`,
    `edges:ndtms~prison`, `spine:substance-misuse`, `research:substance-misuse`.
    """

    person: str
    action: str
    resource: str
    use_case: str | None = None
    place: str | None = None
    destination: str | None = None  # another place that rows would go to
    manager: str | None = None  # of a case: the probation officer who manages the person (P21)

    @property
    def kind(self) -> str:
        return self.resource.partition(":")[0]

    @property
    def name(self) -> str:
        return self.resource.partition(":")[2].partition(".")[0]

    @property
    def column(self) -> str | None:
        return self.resource.partition(":")[2].partition(".")[2] or None

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Request:
        """A request as it stands in a ledger's decision."""
        names = ("person", "action", "resource", "use_case", "place", "destination", "manager")
        return cls(**{name: raw.get(name) for name in names})  # type: ignore[arg-type]


class Finding(NamedTuple):
    """What one rule required and what it found. Values only: words are made when somebody reads (decide.words)."""

    rule: str
    satisfied: bool
    required: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    remedy: str = ""  # the post or role that could change it

    def as_dict(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "satisfied": self.satisfied,
            "required": list(self.required),
            "found": list(self.found),
            "remedy": self.remedy,
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Finding:
        return cls(raw["rule"], raw["satisfied"], tuple(raw["required"]), tuple(raw["found"]), raw["remedy"])


@dataclass(frozen=True)
class Decision:
    """Allowed only if every finding is satisfied; `opens` names the compartments whose keys it unlocks."""

    request: Request
    at: date
    allowed: bool
    findings: tuple[Finding, ...]
    opens: tuple[str, ...] = ()
    rules_version: str = ""

    @property
    def unmet(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.satisfied)

    def as_dict(self) -> dict[str, Any]:
        """As it is written into a ledger."""
        request = self.request
        return {
            "person": request.person,
            "action": request.action,
            "resource": request.resource,
            "use_case": request.use_case,
            "place": request.place,
            "destination": request.destination,
            **({"manager": request.manager} if request.manager else {}),
            "at": self.at.isoformat(),
            "allowed": self.allowed,
            "findings": [finding.as_dict() for finding in self.findings],
            "opens": list(self.opens),
            "rules_version": self.rules_version,
        }
