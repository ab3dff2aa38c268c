"""What health and social care data needs before anything: Caldicott sign-off, advice, support under section 251.

Sources: National Data Guardian, the eight Caldicott Principles (December 2020); NHS England, Data Access Request
Service; Health Service (Control of Patient Information) Regulations 2002, regulations 2 and 5.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from boldlink.programme.document import Document, Text
from boldlink.programme.instruments.instrument import Instrument, Signatory
from boldlink.programme.life import DECIDED, Life

PRINCIPLES = {
    1: "Justify the purpose(s) for using confidential information",
    2: "Use confidential information only when it is necessary",
    3: "Use the minimum necessary confidential information",
    4: "Access to confidential information should be on a strict need-to-know basis",
    5: "Everyone with access to confidential information should be aware of their responsibilities",
    6: "Comply with the law",
    7: "The duty to share information for individual care is as important as the duty to protect confidentiality",
    8: "Inform patients and service users about how their confidential information is used",
}


class CaldicottPrinciple(Document):
    """One of the eight principles: met or not, by what evidence, and where it can be read."""

    principle: int = Field(ge=1, le=8)
    met: bool
    evidence: Text
    reference: Text


class CaldicottDocument(Instrument):
    """A Caldicott attestation: each of the eight principles, met with evidence (P13)."""

    signatories: ClassVar[tuple[Signatory, ...]] = (Signatory("caldicott_guardian", "health_owners"),)
    title_of_kind: ClassVar[str] = "Caldicott attestation"
    promises: ClassVar[tuple[str, ...]] = ("P13",)

    kind: Literal["caldicott"] = "caldicott"
    use_case: str
    principles: list[CaldicottPrinciple]
    ends: date | None = None

    @model_validator(mode="after")
    def _all_eight(self) -> CaldicottDocument:
        if sorted(entry.principle for entry in self.principles) != sorted(PRINCIPLES):
            missing = sorted(set(PRINCIPLES) - {entry.principle for entry in self.principles})
            raise ValueError(f"all eight principles must stand once; missing: {missing}")
        return self

    @property
    def unmet(self) -> tuple[int, ...]:
        """Principles that the Guardian did not find met."""
        return tuple(entry.principle for entry in self.principles if not entry.met)


class Condition(Document):
    """Something that advice or support asks for, and the day it was met."""

    condition: Text
    met_on: date | None = None


class AdviceDocument(Instrument):
    """The independent advisory group's advice on data that NHS England holds (P14).

    Which body advises on which day stands in programme.yaml: IGARD until 31 January 2023, then its successors.
    """

    life: ClassVar[Life] = DECIDED
    signatories: ClassVar[tuple[Signatory, ...]] = (Signatory("information_asset_owner", "health_owners"),)
    title_of_kind: ClassVar[str] = "Advisory group's advice"
    promises: ClassVar[tuple[str, ...]] = ("P14",)

    kind: Literal["advice"] = "advice"
    use_case: str
    body: Text
    reference: Text
    asked_on: date
    given_on: date
    outcome: Literal["supported", "supported_with_conditions", "not_supported"]
    conditions: list[Condition] = Field(default_factory=list)
    precedent: str | None = None
    minutes: str = Field(pattern=r"^https://")
    datasets: list[str] = Field(min_length=1)
    ends: date | None = None

    @property
    def starts_on(self) -> date | None:
        return self.given_on


class Section251Document(Instrument):
    """Support under section 251 of the National Health Service Act 2006: one legal power, for medical purposes (P10)."""

    life: ClassVar[Life] = DECIDED
    signatories: ClassVar[tuple[Signatory, ...]] = (Signatory("caldicott_guardian", "health_owners"),)
    title_of_kind: ClassVar[str] = "Section 251 support"
    promises: ClassVar[tuple[str, ...]] = ("P10",)

    kind: Literal["section_251"] = "section_251"
    use_case: str
    cag_reference: Text
    regulation: Literal[2, 5]
    medical_purpose: Literal[
        "preventative_medicine", "medical_diagnosis", "medical_research", "care_and_treatment",
        "management_of_health_and_social_care", "informing_individuals",
    ]  # fmt: skip
    scope: Text
    datasets: list[str] = Field(min_length=1)
    conditions: list[Condition] = Field(default_factory=list)
    opt_out_exempt: bool
    letter_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    supported_from: date
    next_review: date

    @property
    def starts_on(self) -> date | None:
        return self.supported_from

    @property
    def ends_on(self) -> date | None:
        """Support lapses unless it is reviewed."""
        return self.next_review
