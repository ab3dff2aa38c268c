"""The data sharing agreement: between whom, for which use case, what, why, where, under which law, until when.

Fields: ICO data sharing code and its Annex B decision form; NHS England DARS standards; the Central Digital and Data
Office's data sharing question set. A memorandum of understanding between departments has the same fields.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from boldlink.programme.document import Document, Slug, Text
from boldlink.programme.instruments.instrument import Instrument, Signatory
from boldlink.values import SMALLEST_COUNT, DataClass, Role


class Party(Document):
    """One side: who they are under UK GDPR, and whom to ask."""

    organisation: str
    role: Literal["joint_controller", "separate_controller", "processor"]
    ico_registration: Text
    dpo: Text
    contact: Text


class Benefit(Document):
    """A public benefit, and how it comes about. Kinds: the purposes that official research codes accept."""

    kind: Literal[
        "policy_evidence", "service_delivery", "benefit_decisions", "social_or_economic_trends", "challenging_research",
        "better_statistics", "replication", "other",
    ]  # fmt: skip
    how: Text


class LegalPower(Document):
    """The power by which a dataset may be disclosed: a gateway of decide.law, and who reviewed that it holds (P09)."""

    gateway: Slug
    datasets: list[str] = Field(min_length=1)
    citation: Text
    reviewed_by: str  # the lawyer's post


class LegalBasis(Document):
    """The bases of the processing (P09). Keys are those of the tables in decide.law."""

    regime: Literal["uk_gdpr", "law_enforcement"]
    article_6: str
    article_9: str | None = None
    schedule_1: list[str] = Field(default_factory=list)
    article_10: str | None = None
    policy_document: str | None = None  # where the appropriate policy document stands, if a condition asks for one
    research_safeguards: Text  # how UK GDPR Article 84C (before 5 February 2026: Article 89(1)) is met


class Confidentiality(Document):
    """How confidential patient information of one dataset may be used (P10), and what opt-outs do (P05)."""

    route: Literal["consent", "public_interest", "legal_requirement", "legal_power"]
    authority: Text  # whose consent, which requirement, which power
    medical_purpose: str | None = None  # section 251 of the National Health Service Act 2006 needs one
    opt_out: Literal["applied", "exempt", "not_applicable"]
    opt_out_reason: Text


class SharedColumn(Document):
    """A column that is shared: its role in this use case, why, how coarse it becomes, and its safeguard (P12)."""

    name: str
    role: Role
    justification: Text
    generalise: Literal["year", "month", "band5", "band10"] | None = None
    safeguard: str | None = None


class Cohort(Document):
    """Whose records: those whose date column lies in a period, both ends included."""

    column: str
    starts: date = Field(alias="from")
    ends: date = Field(alias="to")

    @model_validator(mode="after")
    def _not_backwards(self) -> Self:
        if self.ends < self.starts:
            raise ValueError("the cohort ends before it begins")
        return self


class SharedDataset(Document):
    """What an agreement shares of one dataset."""

    dataset: str
    cohort: Cohort | None = None
    confidentiality: Confidentiality | None = None
    columns: list[SharedColumn] = Field(min_length=1)


class Transfer(Document):
    """How data moves, how often, from when, and how it is marked."""

    method: Text
    frequency: Text
    first_on: date
    security_class: Literal["OFFICIAL", "OFFICIAL-SENSITIVE", "SECRET"]


class Identifiability(Document):
    """How identifiable data is on its way in and out, and whose pseudonyms stand in. It is never called anonymous."""

    coming_in: Text = Field(alias="in")
    going_out: Text = Field(alias="out")
    pseudonym_domain: Text


class Rights(Document):
    """People's rights: who answers them, where the privacy notice stands, where a complaint goes."""

    handling: Text
    foi: Text
    privacy_notice: str = Field(pattern=r"^https://")
    complaints: str | None = None  # Data Protection Act 2018 section 164A, from 19 June 2026


class Retention(Document):
    """Until when, how it is disposed of, and within how many days a certificate is given."""

    until: date
    disposal: Text
    certificate_days: int = Field(ge=0, le=90)


class Breach(Document):
    """Whom to tell, within how many hours."""

    contact: Text
    hours: int = Field(ge=1, le=72)


class RiskKeys(Document):
    """Of one dataset: columns that others may know of a person, and columns that must not follow from them."""

    dataset: str
    columns: list[str]
    sensitive: list[str] = Field(default_factory=list)


class DisclosureRisk(Document):
    """How recognisable people may be in the research dataset (P12). Above any of these bounds nothing is built.

    A cohort is never smaller than the smallest count that may show: whatever is said of fewer people is withheld.
    """

    smallest_cohort: int = Field(ge=SMALLEST_COUNT)
    unique_percent_at_most: float = Field(ge=0, le=100)
    special_unique_percent_at_most: float = Field(ge=0, le=100)
    distinct_values_at_least: int = Field(ge=1)
    keys: list[RiskKeys]


class AgreementDocument(Instrument):
    """A data sharing agreement: contents, duration, permitted uses, legal basis, protections (P15)."""

    signatories: ClassVar[tuple[Signatory, ...]] = (Signatory("siro", "parties"),)
    title_of_kind: ClassVar[str] = "Data sharing agreement"
    promises: ClassVar[tuple[str, ...]] = ("P05", "P09", "P10", "P12", "P15", "P17", "P24")

    kind: Literal["agreement"] = "agreement"
    use_case: str
    parties: list[Party] = Field(min_length=1)
    purpose: Text
    aims: Text
    necessity: Text
    less_data_alternative: Text
    public_benefit: list[Benefit] = Field(min_length=1)
    commercial_use: Literal[False]
    data_classes: list[DataClass] = Field(min_length=1)
    legal_powers: list[LegalPower] = Field(min_length=1)
    legal_basis: LegalBasis
    permitted_actions: list[str] = Field(min_length=1)
    prohibited_actions: list[Text] = Field(min_length=1)
    permitted_roles: list[str] = Field(min_length=1)
    linkers_at_most: int = Field(ge=1, le=5)
    places: list[str] = Field(min_length=1)
    territory: Literal["england_and_wales", "united_kingdom"]
    onward_sharing: Literal["none", "named_places_only"]
    compare: list[tuple[str, str]] = Field(default_factory=list)
    transfer: Transfer
    identifiability: Identifiability
    data_quality: Text
    rights: Rights
    retention: Retention
    breach: Breach
    disclosure_control: Text
    review_by_controllers: bool | list[Slug] = False  # true: by each whose data an output is made from; or by these
    starts: date
    ends: date
    review: date
    termination: Text
    variation: Text
    datasets: list[SharedDataset] = Field(min_length=1)
    disclosure_risk: DisclosureRisk | None = None

    @property
    def ends_on(self) -> date | None:
        """The last day of the agreement, or of keeping what it shares, whichever comes first."""
        return min(self.ends, self.retention.until)

    @property
    def organisations(self) -> list[str]:
        """The parties' ids."""
        return [party.organisation for party in self.parties]
