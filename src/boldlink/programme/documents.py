"""The programme's documents as they stand in its folder: typed, strict, versioned, kept by content hash.

Every model refuses fields it does not know: a misspelt safeguard is an error, not a silence.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from boldlink.values import Role

Slug = Field(pattern="^[a-z][a-z0-9-]*$")


class Document(BaseModel):
    """What every document of a programme is: strict, and named by the hash of its content."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @property
    def content(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    @property
    def content_hash(self) -> str:
        return content_hash(self.content)


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 over the canonical content: what a signature is over."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class ProgrammeDocument(Document):
    """The programme: what it is for and not for, and when it ends unless it is renewed on record (P36)."""

    id: str = Slug
    title: str
    summary: str
    contact: str
    starts: date
    ends: date
    renewal: str = ""
    synthetic: bool = False
    not_for: list[str] = Field(default_factory=list)


class OrganisationDocument(Document):
    """A department or body; a commercial one is refused everything (P29)."""

    id: str = Slug
    name: str
    kind: Literal["department", "devolved", "public_body", "police", "third_sector", "commercial"]


class PlaceDocument(Document):
    """A secure place."""

    id: str = Slug
    name: str
    operator: str
    description: str = ""


class PersonDocument(Document):
    """A named person, with what lapses."""

    id: str = Slug
    name: str
    organisation: str
    clearance: str = ""
    clearance_until: date | None = None
    training_until: date | None = None
    undertaking_until: date | None = None


class PostDocument(Document):
    """A named post and who holds it."""

    id: str = Slug
    title: str
    organisation: str
    role: Literal[
        "panel_chair", "siro", "dpo", "caldicott_guardian", "information_asset_owner", "data_supplier", "custodian",
        "releaser", "key_custodian", "programme_manager", "security_lead",
    ]  # fmt: skip
    holder: str
    place: str | None = None


class Scoring(Document):
    """Identification and prioritisation, with reasons kept (P07)."""

    identified_by: str
    identified_on: date
    reasons: str
    score: int = Field(ge=0, le=100)


class Engagement(Document):
    """One affected group that was asked: by whom, when, what was heard, what changed (P32)."""

    group: str
    with_: str = Field(alias="with")
    asked_on: date
    heard: str
    changed: str

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)


class LegalBasis(Document):
    """One legal basis and what it is the basis for (P09)."""

    law: str
    for_: str = Field(alias="for")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)


class Instrument(Document):
    """A document that posts must sign."""

    kind: str
    id: str = Slug
    version: str
    use_case: str

    @property
    def starts_on(self) -> date | None:
        return None

    @property
    def ends_on(self) -> date | None:
        return None


class OutputDocument(Document):
    """An output that a use case asks for: a measure, over a period, broken down by declared columns."""

    measure: str = Slug
    starts: date = Field(alias="from")
    ends: date = Field(alias="to")
    by: list[str] = Field(default_factory=list)
    context: str

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)


class UseCaseDocument(Instrument):
    """A piece of research or evidence that could help public services (P05 to P07)."""

    kind: Literal["use_case"] = "use_case"
    title: str
    summary: str
    question: str
    public_benefit: str
    lane: Literal["research", "operational"]
    starts: date
    ends: date
    organisations: list[str] = Field(min_length=1)
    datasets: list[str] = Field(min_length=1)
    outputs: list[OutputDocument] = Field(default_factory=list)
    team: dict[Literal["linker", "researcher", "checker"], list[str]]
    prioritisation: Scoring
    engagement: list[Engagement] = Field(min_length=1)
    affected_groups: list[str] = Field(min_length=1)

    @model_validator(mode="after")
    def _everybody_was_asked(self) -> UseCaseDocument:
        missing = sorted(set(self.affected_groups) - {entry.group for entry in self.engagement})
        if missing:
            raise ValueError(f"affected groups that nobody asked: {', '.join(missing)}")
        return self

    @property
    def starts_on(self) -> date | None:
        return self.starts

    @property
    def ends_on(self) -> date | None:
        return self.ends


class Risk(Document):
    """One risk of a DPIA, the control of the software or the operator that lowers it, and what is left of it."""

    risk: str
    likelihood: Literal["remote", "possible", "probable"]
    severity: Literal["minimal", "significant", "severe"]
    control: str
    residual: Literal["low", "medium", "high"]


class DpiaDocument(Instrument):
    """A data protection impact assessment in the ICO's steps. Residual high risk stops it (P11)."""

    kind: Literal["dpia"] = "dpia"
    need: str
    nature: str
    scope: str
    context: str
    purposes: str
    consultation: str
    necessity: str
    risks: list[Risk] = Field(min_length=1)
    keep_under_review_by: str

    @model_validator(mode="after")
    def _no_high_residual(self) -> DpiaDocument:
        high = [risk.risk for risk in self.risks if risk.residual == "high"]
        if high:
            raise ValueError(f"{len(high)} risk(s) stay high: the ICO must be consulted first")
        return self


class SharedColumn(Document):
    """A column that is shared: its role in this use case, why, and how coarse it becomes."""

    name: str
    role: Role
    justification: str = Field(min_length=3)
    generalise: Literal["year", "month", "band5", "band10"] | None = None


class Cohort(Document):
    """Whose records: those whose date column lies in a period, both ends included."""

    column: str
    starts: date = Field(alias="from")
    ends: date = Field(alias="to")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)


class SharedDataset(Document):
    """What an agreement shares of one dataset."""

    dataset: str
    cohort: Cohort | None = None
    columns: list[SharedColumn] = Field(min_length=1)


class AgreementDocument(Instrument):
    """A data sharing agreement: contents, duration, permitted uses, legal basis, protections (P15)."""

    kind: Literal["agreement"] = "agreement"
    parties: list[str] = Field(min_length=1)
    purpose: str
    starts: date
    ends: date
    review: date
    places: list[str] = Field(min_length=1)
    linkers_at_most: int = Field(ge=1, le=5)
    compare: list[tuple[str, str]] = Field(default_factory=list)
    commercial_use: Literal[False] = False
    legal_basis: list[LegalBasis] = Field(min_length=1)
    retention: str
    breach_contact: str
    datasets: list[SharedDataset] = Field(min_length=1)

    @property
    def starts_on(self) -> date | None:
        return self.starts

    @property
    def ends_on(self) -> date | None:
        return self.ends


class CaldicottPrinciple(Document):
    """One of the eight principles: met, and by what evidence."""

    principle: int = Field(ge=1, le=8)
    met: Literal[True]
    evidence: str = Field(min_length=3)


class CaldicottDocument(Instrument):
    """A Caldicott attestation: each of the eight principles met, with evidence (P13)."""

    kind: Literal["caldicott"] = "caldicott"
    principles: list[CaldicottPrinciple]

    @model_validator(mode="after")
    def _all_eight(self) -> CaldicottDocument:
        missing = sorted(set(range(1, 9)) - {entry.principle for entry in self.principles})
        if missing or len(self.principles) != 8:
            raise ValueError(f"all eight principles must stand once; missing: {missing}")
        return self


INSTRUMENTS: dict[str, type[Instrument]] = {
    "use_case": UseCaseDocument,
    "dpia": DpiaDocument,
    "agreement": AgreementDocument,
    "caldicott": CaldicottDocument,
}

# Who signs what: the role of the post, and whether one signs for all or one for each organisation that takes part.
SIGNATORIES: dict[str, tuple[str, str]] = {
    "use_case": ("panel_chair", "one"),
    "dpia": ("dpo", "each"),
    "agreement": ("siro", "each"),
    "caldicott": ("caldicott_guardian", "health"),
}
