"""What a decision is made from: the programme's people, posts, datasets and signed instruments, on one day.

Frozen values only. They are built from the ledger (boldlink.programme.facts), so that any day past can be asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from boldlink.values import Contract, Role


class Lane(StrEnum):
    """Two lanes that never meet."""

    RESEARCH = "research"
    OPERATIONAL = "operational"


@dataclass(frozen=True)
class Organisation:
    id: str
    name: str
    commercial: bool = False


@dataclass(frozen=True)
class Person:
    """A named person with what lapses: training, clearance, undertaking. None means they never had it."""

    id: str
    name: str
    organisation: str
    clearance: str = ""
    clearance_until: date | None = None
    training_until: date | None = None
    undertaking_until: date | None = None


@dataclass(frozen=True)
class Post:
    """A named post, the person who holds it, its role (siro, dpo, custodian ...), and its place if it has just one."""

    id: str
    title: str
    organisation: str
    role: str
    holder: str
    place: str | None = None


@dataclass(frozen=True)
class PlaceFacts:
    id: str
    name: str
    operator: str


@dataclass(frozen=True)
class Signature:
    """A signature that stands: over the document's present content, by the holder of a post."""

    post: str
    person: str
    on: date


@dataclass(frozen=True)
class Instrument:
    """A DPIA, an attestation or the use case itself: who must have signed it, who has."""

    kind: str
    id: str
    version: str
    content_hash: str
    required_posts: tuple[str, ...]
    signatures: tuple[Signature, ...] = ()
    starts: date | None = None
    ends: date | None = None

    @property
    def missing_posts(self) -> tuple[str, ...]:
        """Posts that must sign and have not."""
        signed = {signature.post for signature in self.signatures}
        return tuple(post for post in self.required_posts if post not in signed)


@dataclass(frozen=True)
class Share:
    """What an agreement shares of one dataset: columns with roles, cohort, generalisation."""

    dataset: str
    columns: Mapping[str, Role]
    justifications: Mapping[str, str]
    generalise: Mapping[str, str] = field(default_factory=dict)
    cohort_column: str | None = None
    cohort_from: date | None = None
    cohort_to: date | None = None


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


@dataclass(frozen=True)
class UseCase:
    """A piece of research or evidence: the only reason for which data is used."""

    id: str
    title: str
    lane: Lane
    datasets: tuple[str, ...]
    organisations: tuple[str, ...]
    team: Mapping[str, tuple[str, ...]]  # role -> person ids
    instrument: Instrument
    dpia: Instrument | None = None
    agreement: Agreement | None = None
    caldicott: Instrument | None = None


@dataclass(frozen=True)
class Facts:
    """Everything the rules may look at."""

    programme_ends: date | None
    organisations: Mapping[str, Organisation]
    people: Mapping[str, Person]
    posts: Mapping[str, Post]
    places: Mapping[str, PlaceFacts]
    contracts: Mapping[str, Contract]
    use_cases: Mapping[str, UseCase]

    def posts_of(self, person: str) -> tuple[Post, ...]:
        return tuple(post for post in self.posts.values() if post.holder == person)

    def health(self, use_case: UseCase) -> bool:
        """Does the use case touch health and social care data?"""
        return any(self.contracts[name].health for name in use_case.datasets if name in self.contracts)
