"""A person's accreditation: what lets them see data, each part with the day it lapses (P08, P17, P18, P37)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from boldlink.programme.document import Document, Text
from boldlink.programme.instruments.instrument import Instrument, Signatory


class Clearance(Document):
    """National security vetting or the baseline standard, and its last day."""

    level: Literal["BPSS", "CTC", "SC", "DV"]
    until: date


class Training(Document):
    """Training in data protection: which, when passed, until when it counts."""

    course: Text
    passed_on: date
    until: date


class Undertaking(Document):
    """The promise to identify nobody and to bring nothing in to match against, signed by the person themself."""

    text: Text
    until: date


class AccreditationDocument(Instrument):
    """Who a person is to the programme: role, organisation, clearance, training, undertaking."""

    signatories: ClassVar[tuple[Signatory, ...]] = (
        Signatory("security_lead", "own_organisation"),
        Signatory("undertaking", "person"),
    )
    title_of_kind: ClassVar[str] = "Person accreditation"
    promises: ClassVar[tuple[str, ...]] = ("P08", "P17", "P18", "P37")

    kind: Literal["accreditation"] = "accreditation"
    person: str
    organisation: str
    roles: list[str] = Field(min_length=1)
    role_until: date
    clearance: Clearance
    training: Training
    undertaking: Undertaking

    @property
    def ends_on(self) -> date | None:
        return self.role_until
