"""The frozen values that pass between rooms. Nothing here reads, writes or decides.

A record's way, said aloud:

    receive:   Extract, Contract            -> Deposit
    separate:  Deposit                      -> Identifiers, Attributes
    link:      [Identifiers], UseCase       -> Spine
    build:     [Attributes], Spine, UseCase -> ResearchDataset
    analyse:   ResearchDataset, Measure     -> OutputRequest
    review:    OutputRequest, history       -> Release
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa


class Role(StrEnum):
    """What a column may be used for; every column of an extract has exactly one."""

    SOURCE_KEY = "source_key"  # the owner's reference to a person: withdrawals name it, nobody else sees it
    PERSON_KEY = "person_key"  # data that arrives linked and nameless, as SAIL's ALF
    LINKAGE = "linkage"  # what linking needs, and linkers see
    ATTRIBUTE = "attribute"  # what research needs, and linkers never see
    IDENTIFIER = "identifier"  # case and reference numbers: a substitute stands in
    EXCLUDED = "excluded"  # checked on arrival, then dropped


# The column types of the Open Data Contract Standard as tables hold them.
ARROW_TYPES: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "date": pa.date32(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}


class DataClass(StrEnum):
    """The law's kinds of data that need more care than others."""

    PERSONAL = "personal"
    SPECIAL_CATEGORY = "special_category"  # UK GDPR Article 9
    CONFIDENTIAL_PATIENT = "confidential_patient"  # NHS Act 2006 section 251
    CRIMINAL = "criminal"  # UK GDPR Article 10
    VICTIM = "victim"
    CHILD = "child"


class Confidence(StrEnum):
    """Three confidences of a link: expected precisions of about 0.99, 0.95 and 0.85."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


EXPECTED_PRECISION: Mapping[Confidence, float] = {
    Confidence.HIGH: 0.99,
    Confidence.MEDIUM: 0.95,
    Confidence.LOW: 0.85,
}


class Rounding(StrEnum):
    """Three ways in which counts of people show; each leaves the count an interval (outputs/ways.py)."""

    NEAREST = "nearest"  # to the nearest multiple; totals are sums of what shows
    MIDPOINT = "midpoint"  # the middle of a group of whole numbers, OpenSAFELY's midpoint 6
    CONTROLLED = "controlled"  # to a neighbouring multiple, so that rows add up to totals over everybody


class DeliveryKind(StrEnum):
    """What a delivery does to what was delivered before."""

    FULL = "full"  # replaces everything
    DELTA = "delta"  # rows replace the rows of the same record key, others stay
    WITHDRAWAL = "withdrawal"  # the people named are gone everywhere


@dataclass(frozen=True)
class Column:
    """One column of a data contract, delivered or derived."""

    name: str
    logical_type: str  # ODCS: string, date, integer, number, boolean
    role: Role
    description: str = ""
    classes: frozenset[DataClass] = frozenset()
    required: bool = False
    primary_key: bool = False
    meaning: str | None = None  # linkage columns: forename, surname, date_of_birth ... (boldlink.standardise)
    identifier_type: str | None = None  # identifier columns and person keys: equal ids of one type are one thing
    valid_values: tuple[str, ...] = ()
    date_format: str | None = None  # strptime layout, dates only; None means YYYY-MM-DD
    derived_from: tuple[str, ...] = ()
    derivation: str | None = None  # year, initial, outcode, no_fixed_abode, attributor ...


@dataclass(frozen=True)
class Contract:
    """A data contract: every column of an extract, its role, its classes, where it may be."""

    dataset: str
    name: str
    version: str
    owner: str  # organisation id
    place: str  # where it is deposited
    pinned: bool  # True: its rows never leave that place
    columns: tuple[Column, ...]
    description: str = ""
    distinct_people: bool = False  # True: the owner says nobody is in it under two source keys
    health: bool = False  # health and social care data: Caldicott sign-off before anything
    grade_column: str | None = None  # data that arrives linked: the column that holds each record's match grade
    held_by: str = ""  # organisation that holds it for the owner: NHS England's data needs advice first (P14)
    lanes: tuple[str, ...] = ("research",)  # what it is agreed for: research, and seldom operational
    consent_column: str | None = None  # attribute that says whether a person consented to sharing
    opt_out_column: str | None = None  # attribute that says whether a person opted out of it
    opt_outs_applied_by_owner: bool = False  # True: who opted out or did not consent was left out before delivery
    content_hash: str = ""

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if the contract has none."""
        return self._by_name[name]

    @property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def delivered(self) -> tuple[Column, ...]:
        """Columns that stand in the extract, in the contract's order."""
        return tuple(column for column in self.columns if column.derivation is None)

    @property
    def derived(self) -> tuple[Column, ...]:
        """Columns made on arrival from delivered ones."""
        return tuple(column for column in self.columns if column.derivation is not None)

    def with_role(self, *roles: Role) -> tuple[Column, ...]:
        """Columns of the given roles, in the contract's order."""
        return tuple(column for column in self.columns if column.role in roles)

    def classes_of(self, names: Collection[str]) -> frozenset[DataClass]:
        """The law's kinds of data among these columns."""
        return frozenset(one for column in self.columns if column.name in names for one in column.classes)

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Names of the columns that together name a record."""
        return tuple(column.name for column in self.columns if column.primary_key)

    @property
    def source_key(self) -> Column | None:
        """The column by which the owner names a person (source_key, else person_key), if there is one."""
        found = self.with_role(Role.SOURCE_KEY) or self.with_role(Role.PERSON_KEY)
        return found[0] if found else None

    @property
    def numbering(self) -> str | None:
        """The numbering of people that this dataset shares with others, such as alf; None where the owner has its own."""
        found = self.with_role(Role.PERSON_KEY)
        return found[0].identifier_type if found else None


# People. Of fewer nothing may show (the minimum of boldlink.outputs.rules), so of fewer nothing is built.
SMALLEST_COUNT = 10


@dataclass(frozen=True)
class RiskBounds:
    """How recognisable people may be in a research dataset, as its agreement says.

    smallest_cohort: people. keys: dataset -> columns that others may know of a person. sensitive: dataset -> columns that
    must not be known of a whole group.
    """

    smallest_cohort: int
    unique_percent_at_most: float
    special_unique_percent_at_most: float
    distinct_values_at_least: int
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sensitive: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Extract:
    """A department's file as it lies there: dataset, version and delivery kind are in its path."""

    dataset: str
    version: str
    kind: DeliveryKind
    path: Path
    sha256: str


@dataclass(frozen=True)
class StoredFile:
    """A sealed file in a place: its path below the place's root, its bytes' SHA-256, and the compartment of its key."""

    path: str
    sha256: str
    compartment: str
    rows: int

    def as_dict(self) -> dict[str, Any]:
        return {"path": self.path, "sha256": self.sha256, "compartment": self.compartment, "rows": self.rows}


@dataclass(frozen=True)
class Deposit:
    """A delivery that was received: counts per reason, never a value."""

    dataset: str
    version: str
    kind: DeliveryKind
    place: str
    content_hash: str
    contract_hash: str
    rows_accepted: int
    rows_quarantined: int
    quarantine_reasons: Mapping[str, int]
    accepted: StoredFile | None  # None once separated: the joined rows are erased
    quarantined: StoredFile | None

    @property
    def id(self) -> str:
        return f"{self.dataset}@{self.version}"


@dataclass(frozen=True)
class Identifiers:
    """What linkers see of one deposit: record key, source person, linkage columns."""

    dataset: str
    deposit: str
    file: StoredFile


@dataclass(frozen=True)
class Attributes:
    """What research may come to see of one deposit: record key, attributes, substitutes."""

    dataset: str
    deposit: str
    file: StoredFile


@dataclass(frozen=True)
class Spine:
    """Who is who, for one use case in one place, with the run's manifest."""

    use_case: str
    place: str
    file: StoredFile
    manifest: Mapping[str, Any]


@dataclass(frozen=True)
class ResearchDataset:
    """Declared columns under one use case's pseudonyms; one file per contributing dataset."""

    use_case: str
    place: str
    release: int
    files: Mapping[str, StoredFile]
    columns: Mapping[str, tuple[str, ...]]
    risk: Mapping[str, Any]
    linkage_quality: Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """A measure with its official definition, or one plainly named as not official.

    `follow_up_days`: dataset -> days after the end of the period until which that dataset must be complete before the
    measure is mature.
    """

    id: str
    title: str
    definition: str
    source: str
    official: bool
    linked: bool = False  # who is counted depends on links between datasets
    formula: str = ""
    exclusions: tuple[str, ...] = ()
    follow_up_days: Mapping[str, int] = field(default_factory=dict)
    breaks: tuple[str, ...] = ()  # days on which the series breaks, and why: never read across them


@dataclass(frozen=True)
class StatTable:
    """A table of counts as an analyst makes it: key columns, then count columns, and what adds up to what.

    `rows` are dictionaries; `rates` maps a rate's name to (numerator, denominator), which are count columns.
    `total_label` marks the value of a key column whose rows are totals over the others. `estimates` maps columns that a
    model gave (ratios, days, shares, bounds of intervals) to the decimals they show; a row's counts are the people
    behind its estimates; an estimate that does not exist is None.
    """

    title: str
    keys: tuple[str, ...]
    counts: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    rates: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    total_label: str = "All"
    notes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    overlapping: tuple[str, ...] = ()  # keys whose groups share people (link confidences): they are never added up
    estimates: Mapping[str, int] = field(default_factory=dict)


def intervals(names: Collection[str]) -> tuple[tuple[str, str, str], ...]:
    """(value, low, high) of every interval among the names of estimates.

    `low` and `high` bound `value`; `odds_low` and `odds_high` bound `odds_value`, or `odds`.
    """
    found = []
    for low in (name for name in names if name == "low" or name.endswith("_low")):
        stem = low.removesuffix("low")
        value = next((name for name in (f"{stem}value", stem.rstrip("_")) if name in names), "")
        if value and f"{stem}high" in names:
            found.append((value, low, f"{stem}high"))
    return tuple(found)


@dataclass(frozen=True)
class OutputRequest:
    """A request to let a table out, frozen by hash: context, checks and where the bytes lie."""

    id: str
    use_case: str
    place: str
    title: str
    context: str
    requested_by: str
    data_hash: str
    file: StoredFile
    checks: tuple[Mapping[str, Any], ...]
    passed: bool


@dataclass(frozen=True)
class Release:
    """What left a place: the released table, the request it came from, who reviewed it."""

    id: str
    request: str
    use_case: str
    place: str
    released_on: date
    sha256: str
    path: str
