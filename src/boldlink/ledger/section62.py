"""The log that section 62 of the Data Protection Act 2018 asks of law-enforcement processing, told from a ledger.

Subsection (1) names six operations; (2) and (3) ask that logs of consultation and disclosure establish the justification
for, and the date and time of, the operation, and so far as possible who did it and who received the data. Read as in
force in March 2026, which keeps "justification"; Parliament has debated removing it (Lords Hansard, 27 March 2024), so
the field stays and is null where the law asks for none. Source: legislation.gov.uk/ukpga/2018/12/section/62.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from boldlink.errors import BadInput
from boldlink.ledger.event import Event


class Operation(StrEnum):
    """The six operations of section 62(1)."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"


OPERATIONS: Mapping[str, Operation] = {
    "deposit.received": Operation.COLLECTION,
    "package.received": Operation.COLLECTION,
    "deposit.separated": Operation.ALTERATION,
    "decision": Operation.CONSULTATION,  # those of CONSULTING that were allowed
    "cohort.selected": Operation.CONSULTATION,
    "package.sent": Operation.DISCLOSURE,
    "output.released": Operation.DISCLOSURE,
    "edges.scored": Operation.COMBINATION,
    "spine.linked": Operation.COMBINATION,
    "research.built": Operation.COMBINATION,
    "package.delivered": Operation.ERASURE,
    "output.superseded": Operation.ERASURE,
    "output.request_withdrawn": Operation.ERASURE,
    "edges.erased": Operation.ERASURE,
    "use_case.erased": Operation.ERASURE,
    "dataset.disposed": Operation.ERASURE,
    "root.replaced": Operation.ERASURE,
    "key.created": Operation.ERASURE,  # those that say what they erased: a release's key replaces the one before
    "key.destroyed": Operation.ERASURE,
    "private.erased": Operation.ERASURE,
}
CONSULTING = ("read", "analyse", "review")  # actions by which a person comes to see data


@dataclass(frozen=True)
class LogEntry:
    """One operation: on what ground, when, by whom, to whom. `event` is its number in the ledger."""

    event: int
    operation: Operation
    justification: str | None
    at: datetime
    person: str
    recipient: str | None

    def as_dict(self) -> dict[str, Any]:
        return {**self.__dict__, "operation": str(self.operation), "at": self.at.isoformat()}


def section_62_log(events: Iterable[Event]) -> Iterator[LogEntry]:
    """The operations among these events, in order."""
    for event in events:
        if operation := operation_of(event.kind, event.body):
            yield LogEntry(
                event.number,
                operation,
                _justification(event.body),
                event.recorded_at,
                event.person,
                event.body.get("recipient"),
            )


def operation_of(kind: str, body: Mapping[str, Any]) -> Operation | None:
    """Which operation an event is, if it is one. A decision that was no consulted nothing."""
    if kind == "decision" and not (body.get("allowed") and body.get("action") in CONSULTING):
        return None
    if kind == "key.created" and not body.get("erased"):
        return None
    return OPERATIONS.get(kind)


def require_section_62(kind: str, body: Mapping[str, Any]) -> None:
    """Raises BadInput for a consultation or disclosure without justification, or a disclosure without recipient."""
    operation = operation_of(kind, body)
    missing = []
    if operation in (Operation.CONSULTATION, Operation.DISCLOSURE) and not _justification(body):
        missing.append("justification")
    if operation is Operation.DISCLOSURE and not body.get("recipient"):
        missing.append("recipient")
    if missing:
        raise BadInput(
            "LEDGER-SECTION-62",
            f"A {operation} ({kind}) was to be recorded without its {' and '.join(missing)}.",
            "the Data Protection Act 2018, section 62, asks for both in a log that can be shown.",
            "say what it is for, and who receives the data",
            "the data protection officer",
        )


def _justification(body: Mapping[str, Any]) -> str | None:
    """What an event says it was for, else the use case that it names."""
    use_case = body.get("use_case")
    return body.get("justification") or (f"use case {use_case}" if use_case else None)
