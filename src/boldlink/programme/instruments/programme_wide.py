"""Instruments of the whole programme: its renewal and its end, what its findings changed, proof of destruction."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from boldlink.programme.document import Document, Text
from boldlink.programme.instruments.instrument import Instrument, Signatory
from boldlink.programme.instruments.use_case import Member
from boldlink.programme.life import CERTIFIED, DECIDED, RECORDED, Life


class RenewalDocument(Instrument):
    """The panel's decision that the programme goes on until another day (P36)."""

    life: ClassVar[Life] = DECIDED
    signatories: ClassVar[tuple[Signatory, ...]] = (
        Signatory("panel_chair", "one"),
        Signatory("external_member", "one"),
    )
    title_of_kind: ClassVar[str] = "Programme renewal"
    promises: ClassVar[tuple[str, ...]] = ("P36",)

    kind: Literal["renewal"] = "renewal"
    decided_on: date
    until: date
    members: list[Member] = Field(min_length=1)
    reasons: Text
    findings_considered: Text

    @property
    def starts_on(self) -> date | None:
        return self.decided_on


class ProgrammeEndDocument(Instrument):
    """The panel's decision that the programme ends, on a day before the one it was renewed to (P36)."""

    life: ClassVar[Life] = DECIDED
    signatories: ClassVar[tuple[Signatory, ...]] = (Signatory("panel_chair", "one"),)
    title_of_kind: ClassVar[str] = "Programme end"
    promises: ClassVar[tuple[str, ...]] = ("P36",)

    kind: Literal["programme_end"] = "programme_end"
    last_day: date
    reasons: Text


class Finding(Document):
    """What was found, and what became of it: the policy or service it changed, or none (P35)."""

    finding: Text
    published_as: list[str] = Field(default_factory=list)
    led_to: Literal["policy", "service", "further_research", "none"]
    what_changed: Text
    owner: Text
    on: date


class FindingsDocument(Instrument):
    """The record of what a use case's findings led to, kept up to date (P35)."""

    life: ClassVar[Life] = RECORDED
    signatories: ClassVar[tuple[Signatory, ...]] = (Signatory("programme_manager", "one"),)
    title_of_kind: ClassVar[str] = "Findings record"
    promises: ClassVar[tuple[str, ...]] = ("P35",)

    kind: Literal["findings"] = "findings"
    use_case: str
    findings: list[Finding] = Field(default_factory=list)
    next_review: date

    @property
    def ends_on(self) -> date | None:
        return self.next_review


class DestroyedKey(Document):
    """A data key that no root can open any more."""

    compartment: str
    place: str


class DestructionDocument(Instrument):
    """What was destroyed when an agreement ended, how, and what survives: it claims no more than holds (P15).

    Made by the software from its ledger; countersigned by somebody who did not operate the destruction. SATRE 3.1.10.
    """

    life: ClassVar[Life] = CERTIFIED
    signatories: ClassVar[tuple[Signatory, ...]] = (Signatory("siro", "place_operator"),)
    title_of_kind: ClassVar[str] = "Destruction certificate"
    promises: ClassVar[tuple[str, ...]] = ("P15",)

    kind: Literal["destruction"] = "destruction"
    about: Text  # use_case:NAME, dataset:NAME or edges:A~B
    agreements: list[str]  # under which it was held
    place: str
    operator: str  # who ran it: never the one who countersigns
    method: Literal["crypto_erase_and_unlink"] = "crypto_erase_and_unlink"
    standard: Text
    root_destroyed: str | None
    how_root_ended: Text
    keys: list[DestroyedKey]
    files_removed: int = Field(ge=0)
    copies: list[Text]  # where copies lay that were removed
    surviving: list[Text]  # copies of a root, keys handed out, released outputs: what this does not reach
    started: datetime
    finished: datetime
    evidence: list[str] = Field(min_length=1)  # hashes of the ledger's events
