"""Signed instruments as the rules see them: who must have signed, who has, in which days, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from boldlink.values import DataClass, RiskBounds, Role


@dataclass(frozen=True)
class Signature:
    """A signature that stands: over the document's present content, by the holder of a post."""

    post: str
    person: str
    on: date


@dataclass(frozen=True)
class Instrument:
    """A document that posts sign. `stopped` is empty, or says since when and by whom it is suspended or withdrawn."""

    kind: str
    id: str
    version: str
    content_hash: str
    required_posts: tuple[str, ...]
    signatures: tuple[Signature, ...] = ()
    starts: date | None = None
    ends: date | None = None
    stopped: str = ""
    missing_posts: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        signed = {signature.post for signature in self.signatures}
        object.__setattr__(self, "missing_posts", tuple(post for post in self.required_posts if post not in signed))

    def in_its_days(self, at: date) -> bool:
        return (self.starts is None or self.starts <= at) and (self.ends is None or at <= self.ends)

    def stands(self, at: date) -> bool:
        """Signed by every post that must, in its days, and not stopped."""
        return not self.missing_posts and not self.stopped and self.in_its_days(at)


@dataclass(frozen=True)
class Confidentiality:
    """How one dataset's confidential patient information may be used, and what opt-outs do."""

    route: str
    medical_purpose: str | None
    opt_out: str  # applied, exempt, not_applicable


@dataclass(frozen=True)
class Share:
    """What an agreement shares of one dataset: columns with roles, cohort, generalisation."""

    dataset: str
    columns: Mapping[str, Role]
    justifications: Mapping[str, str]
    generalise: Mapping[str, str] = field(default_factory=dict)
    safeguards: Mapping[str, str] = field(default_factory=dict)
    cohort_column: str | None = None
    cohort_from: date | None = None
    cohort_to: date | None = None
    confidentiality: Confidentiality | None = None


@dataclass(frozen=True)
class LegalBasis:
    """Keys into the tables of decide.law."""

    regime: str = "uk_gdpr"
    article_6: str = ""
    article_9: str | None = None
    schedule_1: tuple[str, ...] = ()
    article_10: str | None = None
    policy_document: bool = False
    research_safeguards: bool = False


@dataclass(frozen=True)
class Power:
    """The gateway by which datasets may be disclosed."""

    gateway: str
    datasets: tuple[str, ...]


@dataclass(frozen=True)
class Agreement:
    """A data sharing agreement: between whom, for which use case, what, where, until when."""

    instrument: Instrument
    use_case: str
    parties: tuple[str, ...]
    shares: Mapping[str, Share]
    places: tuple[str, ...]
    linkers_at_most: int
    compare: tuple[tuple[str, str], ...] = ()  # the pairs of datasets whose people may be compared
    actions: frozenset[str] = frozenset()  # what may be done under it
    roles: frozenset[str] = frozenset()  # who may do it
    basis: LegalBasis = LegalBasis()
    powers: tuple[Power, ...] = ()
    complaints: bool = False
    risk: RiskBounds | None = None  # of its research dataset
    # Organisations of which one must be among an output's reviewers; True: every owner of data that it is made from.
    review_by_controllers: bool | tuple[str, ...] = False


@dataclass(frozen=True)
class Assessment:
    """A DPIA: what is left of each risk, who reviewed it, and whether the ICO was consulted."""

    instrument: Instrument
    residual: Mapping[str, str] = field(default_factory=dict)
    reviewed_by: tuple[str, ...] = ()  # organisations
    ico_consulted_on: date | None = None


@dataclass(frozen=True)
class Attestation:
    """A Caldicott attestation, with the numbers of principles that are not met."""

    instrument: Instrument
    unmet: tuple[int, ...] = ()


@dataclass(frozen=True)
class Advice:
    """What the advisory body of its day said of which datasets."""

    instrument: Instrument
    body: str
    given_on: date
    outcome: str
    datasets: tuple[str, ...]
    open_conditions: int = 0


@dataclass(frozen=True)
class Support:
    """Section 251 support: for which medical purpose, of which datasets."""

    instrument: Instrument
    medical_purpose: str
    datasets: tuple[str, ...]
    opt_out_exempt: bool = False
    open_conditions: int = 0


@dataclass(frozen=True)
class Engagement:
    """Groups that were asked, or of whom the panel has said publicly why not."""

    instrument: Instrument
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    """What the panel decided, and how many decided it."""

    instrument: Instrument
    decision: str
    members: int
    external: int


@dataclass(frozen=True)
class Ethics:
    """Under which framework, on which day."""

    instrument: Instrument
    framework: str
    reviewed_on: date


SENSITIVE = frozenset(
    {DataClass.SPECIAL_CATEGORY, DataClass.CONFIDENTIAL_PATIENT, DataClass.CRIMINAL, DataClass.VICTIM, DataClass.CHILD}
)
