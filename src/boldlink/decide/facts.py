"""What a decision is made from: the programme's people, posts, datasets and signed instruments, on one day.

Frozen values only. They are built from the ledger (boldlink.programme.facts), so that any day past can be asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from boldlink.decide.instruments import (
    SENSITIVE,
    Advice,
    Agreement,
    Assessment,
    Attestation,
    Confidentiality,
    Engagement,
    Ethics,
    Instrument,
    Panel,
    Support,
)
from boldlink.values import Contract, DataClass

NHS_ENGLAND = "nhs-england"  # the id of the organisation whose data needs advice first


class Lane(StrEnum):
    """Two lanes that never meet."""

    RESEARCH = "research"
    OPERATIONAL = "operational"


@dataclass(frozen=True)
class Organisation:
    id: str
    name: str
    commercial: bool = False
    kind: str = "department"


@dataclass(frozen=True)
class Person:
    """A named person with what lapses. None means they never had it, or nobody signed that they have."""

    id: str
    name: str
    organisation: str
    clearance: str = ""
    clearance_until: date | None = None
    training_until: date | None = None
    undertaking_until: date | None = None
    accreditation: Instrument | None = None
    roles: frozenset[str] = frozenset()  # that they are accredited for


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
class AdvisoryBody:
    """Who advised on data that NHS England holds, over which days."""

    name: str
    from_: date
    until: date | None = None


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
    affected_groups: tuple[str, ...] = ()
    agreement: Agreement | None = None
    dpia: Assessment | None = None
    caldicott: Attestation | None = None
    advice: Advice | None = None
    section_251: Support | None = None
    engagement: Engagement | None = None
    panel_decision: Panel | None = None
    ethics: Ethics | None = None
    anonymisation: Instrument | None = None
    findings: Instrument | None = None
    approvers: frozenset[str] = frozenset()  # people whose signature something of it rests on

    @cached_property
    def instruments(self) -> tuple[Instrument, ...]:
        """Every instrument of it that is on record."""
        held = (
            self.engagement, self.panel_decision, self.dpia, self.agreement, self.caldicott, self.advice,
            self.section_251, self.ethics,
        )  # fmt: skip
        bare = (self.anonymisation, self.findings)
        return (self.instrument, *(one.instrument for one in held if one), *(one for one in bare if one))

    @cached_property
    def is_waiting(self) -> bool:
        """Does a post still have to sign something of it?"""
        return any(one.missing_posts for one in self.instruments)


@dataclass(frozen=True)
class DataOf:
    """What is in the data of a use case, whatever the day."""

    health: bool  # health and social care data of any dataset that it names
    lanes: frozenset[str]  # that every dataset it names is agreed for
    nhs_england: tuple[str, ...]  # datasets that NHS England holds
    classes: frozenset[DataClass]  # the law's kinds of data among the columns that are shared
    unsafeguarded: tuple[str, ...]  # sensitive columns, as DATASET.COLUMN, that are shared without a safeguard
    confidential: tuple[tuple[str, Confidentiality | None], ...]  # datasets with patient information, and its route

    @classmethod
    def of(cls, use_case: UseCase, contracts: Mapping[str, Contract]) -> DataOf:
        named = [contracts[name] for name in use_case.datasets if name in contracts]
        shares = [
            s for s in (use_case.agreement.shares.values() if use_case.agreement else ()) if s.dataset in contracts
        ]
        shared = [(share, c) for share in shares for c in contracts[share.dataset].columns if c.name in share.columns]
        patients = {share.dataset for share, column in shared if DataClass.CONFIDENTIAL_PATIENT in column.classes}
        return cls(
            health=any(contract.health for contract in named),
            lanes=frozenset.intersection(*(frozenset(contract.lanes) for contract in named)) if named else frozenset(),
            nhs_england=tuple(contract.dataset for contract in named if contract.held_by == NHS_ENGLAND),
            classes=frozenset(one for _, column in shared for one in column.classes),
            unsafeguarded=tuple(
                f"{share.dataset}.{column.name}"
                for share, column in shared
                if column.classes & SENSITIVE and not share.safeguards.get(column.name)
            ),
            confidential=tuple((share.dataset, share.confidentiality) for share in shares if share.dataset in patients),
        )


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
    quorum: tuple[int, int] = (1, 1)  # members, of them external
    advisory_bodies: tuple[AdvisoryBody, ...] = ()
    # Use cases found live or not on a day, so that many questions of one day are answered once.
    standing: dict[tuple[str, date], bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    def posts_of(self, person: str) -> tuple[Post, ...]:
        return self._posts_by_holder.get(person, ())

    def health(self, use_case: UseCase) -> bool:
        """Does the use case touch health and social care data?"""
        return self.data_of(use_case).health

    def naming(self, dataset: str) -> tuple[UseCase, ...]:
        """Use cases that name a dataset."""
        return self._use_cases_by_dataset.get(dataset, ())

    def comparing(self, pair: str) -> tuple[UseCase, ...]:
        """Use cases whose agreement lets a pair of datasets, as A~B, be compared."""
        wanted = tuple(pair.split("~"))
        return tuple(one for one in self.use_cases.values() if one.agreement and wanted in one.agreement.compare)

    def data_of(self, use_case: UseCase) -> DataOf:
        """What the rules need to know of the data that a use case's agreement shares; looked up once."""
        if self.use_cases.get(use_case.id) is not use_case:
            return DataOf.of(use_case, self.contracts)
        if use_case.id not in self._data:
            self._data[use_case.id] = DataOf.of(use_case, self.contracts)
        return self._data[use_case.id]

    @cached_property
    def _data(self) -> dict[str, DataOf]:
        return {}

    @cached_property
    def _posts_by_holder(self) -> Mapping[str, tuple[Post, ...]]:
        found: dict[str, tuple[Post, ...]] = {}
        for post in self.posts.values():
            found[post.holder] = (*found.get(post.holder, ()), post)
        return found

    @cached_property
    def _use_cases_by_dataset(self) -> Mapping[str, tuple[UseCase, ...]]:
        found: dict[str, tuple[UseCase, ...]] = {}
        for use_case in self.use_cases.values():
            for name in set(use_case.datasets):
                found[name] = (*found.get(name, ()), use_case)
        return found
