"""declared.yaml: what a researcher says that a table is, and how it can be worked out again.

title: People released, by region and sex recorded
statistic: crosstab
dataset: prison
person: medium                # whose rows are one person's: at high, medium or low confidence, or exact links alone
period: {column: release_date, from: 2022-01-01, to: 2023-12-31}
keys: [release_region, sex_recorded]

A declaration says which rows of a research dataset were counted, what they were grouped by, and which statistic was made.
Where `boldlink.outputs.statistics` makes that statistic, the place makes it again and believes nothing else. Any other
structure is declared as `other`, with the columns that were read, and two people must say why it may leave.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from boldlink.errors import BadInput, BadProgramme
from boldlink.outputs.submitted.parts import ColumnDocument, FilterDocument, PeriodDocument, SideDocument, TimeDocument
from boldlink.programme.document import Document, Slug, Text
from boldlink.programme.faults import Fault, read_yaml

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=60)]
Line = Annotated[Text, Field(pattern=r"^[^\x00-\x1f\x7f]*[A-Za-z0-9][^\x00-\x1f\x7f]*$", max_length=300)]
FILE = "the declaration"

# What each statistic must be told, and what it may be told besides.
FIELDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "crosstab": (("keys",), ("outcome", "categories")),
    "pivot": (("keys", "value", "how"), ("categories", "decimals")),
    "summary": (("value", "statistics"), ("keys", "categories", "structural", "decimals")),
    "survival": (("time",), ("keys", "categories", "step_days", "decimals")),
    "linear": (("outcome", "covariates"), ("decimals",)),
    "logistic": (("outcome", "covariates"), ("decimals",)),
    "ratio": (("exposure", "with_outcome", "how"), ("decimals",)),
    "other": (("keys", "counts", "reads", "method"), ("rates", "estimates", "categories", "overlapping")),
}  # fmt: skip
SPECIFIC = frozenset(name for pair in FIELDS.values() for names in pair for name in names)
MADE = (
    "people",
    "of",
    "percent",
    "sum",
    "mean",
    "statistic",
    "value",
    "until_day",
    "at_risk",
    "events",
    "low",
    "high",
    "p",
)
HOW = {"pivot": ("sum", "mean"), "ratio": ("odds", "risk")}


class TableDocument(Document):
    """A declared table. Columns that are not declared under `columns` are the research dataset's own, by their names."""

    title: Line
    statistic: Literal["crosstab", "pivot", "summary", "survival", "linear", "logistic", "ratio", "other"]
    dataset: Slug
    person: Literal["high", "medium", "low", "exact"] = "medium"
    period: PeriodDocument
    rows: Literal["every", "first", "last"] = "every"
    where: list[FilterDocument] = Field(default_factory=list)
    columns: dict[Name, ColumnDocument] = Field(default_factory=dict)
    sheet: str = ""

    keys: list[Name] = Field(default_factory=list, max_length=6)
    categories: dict[str, list[str]] = Field(default_factory=dict)
    outcome: Name | None = None
    value: Name | None = None
    how: Literal["sum", "mean", "odds", "risk"] | None = None
    statistics: list[str | float] = Field(default_factory=list)
    structural: dict[Literal["minimum", "maximum"], float] = Field(default_factory=dict)
    time: TimeDocument | None = None
    step_days: int = Field(default=30, ge=1)
    covariates: list[Name] = Field(default_factory=list, max_length=30)
    exposure: SideDocument | None = None
    with_outcome: SideDocument | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)

    counts: list[Name] = Field(default_factory=list)
    rates: dict[Name, tuple[str, str]] = Field(default_factory=dict)
    estimates: dict[Name, Annotated[int, Field(ge=0, le=6)]] = Field(default_factory=dict)
    overlapping: list[str] = Field(default_factory=list)
    reads: dict[Slug, list[str]] = Field(default_factory=dict)
    method: Line | None = None

    @property
    def can_be_recomputed(self) -> bool:
        """Whether the place makes this statistic itself."""
        return self.statistic != "other"

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the columns that the statistic takes, each once."""
        sides = [side.column for side in (self.exposure, self.with_outcome) if side]
        single = [name for name in (self.outcome, self.value) if name]
        return tuple(dict.fromkeys((*self.keys, *single, *self.covariates, *sides)))

    def columns_read(self) -> dict[str, tuple[str, ...]]:
        """Dataset -> the columns that are read of it, those of linking left out."""
        found = {name: list(columns) for name, columns in self.reads.items()}
        for dataset, column in self._read_for_statistic():
            found.setdefault(dataset, []).append(column)
        return {name: tuple(dict.fromkeys(columns)) for name, columns in found.items()}

    def _read_for_statistic(self) -> Iterator[tuple[str, str]]:
        yield self.dataset, self.period.column
        for one in self.where:
            yield self.dataset, one.column
        for made in self.columns.values():
            yield from made.reads(self.dataset)
        if self.can_be_recomputed:
            yield from ((self.dataset, name) for name in self.inputs if name not in self.columns)
        if self.time:
            yield from self.time.reads(self.dataset)

    def needed_until(self) -> dict[str, date]:
        """Dataset -> the last day of it that the table needs."""
        found = {self.dataset: self.period.ends}
        for one in self.columns.values():
            if one.found_in:
                found[one.found_in] = max(one.last_day(self.period.ends), found.get(one.found_in, date.min))
        if self.time:
            found[self.time.found_in] = max(self.time.until, found.get(self.time.found_in, date.min))
        return found

    @model_validator(mode="after")
    def _fields_fit_the_statistic(self) -> Self:
        needed, may = FIELDS[self.statistic]
        given = {name for name in SPECIFIC if name in self.model_fields_set}
        if missing := [name for name in needed if not getattr(self, name)]:
            raise ValueError(f"the statistic {self.statistic} needs {', '.join(missing)}")
        if strange := sorted(given - {*needed, *may}):
            raise ValueError(f"the statistic {self.statistic} takes no {', '.join(strange)}")
        if self.how and self.how not in HOW[self.statistic]:
            raise ValueError(f"how, for the statistic {self.statistic}, is one of {', '.join(HOW[self.statistic])}")
        if self.statistic == "survival" and len(self.keys) > 1:
            raise ValueError("survival is by one key at the most")
        return self

    @model_validator(mode="after")
    def _names_fit_together(self) -> Self:
        if self.statistic == "crosstab" and self.outcome and self.outcome not in self.keys:
            raise ValueError("the outcome of a crosstab is one of its keys")
        if self.can_be_recomputed and set(self.keys) & set(MADE):
            raise ValueError("a key has the name of a column that the statistic makes: give it another under columns")
        spoken = [_spoken(one) for one in (*self.keys, *self.counts, *self.rates, *self.estimates)]
        if len(set(spoken)) < len(spoken):
            raise ValueError("two columns have one name, or names that readers take for one")
        if any(one not in self.counts for pair in self.rates.values() for one in pair):
            raise ValueError("a rate is made from two of the counts")
        if {*self.categories, *self.overlapping} - set(self.keys):
            raise ValueError("categories and overlapping are of keys")
        return self


def _spoken(name: str) -> str:
    return re.sub("_percent$", " (%)", name).replace("_", " ").casefold()


def read_declaration(path: Path) -> TableDocument:
    """A declaration from its file. Raises BadInput DECLARED-REFUSED naming lines and fields, never what stands there."""
    try:
        content, source = read_yaml(path, FILE)
    except BadProgramme as problem:
        raise _refused(str(one) for one in problem.faults) from None
    if not isinstance(content, dict):
        raise _refused([str(Fault(FILE, 1, "", "it is no list of fields."))])
    try:
        return TableDocument.model_validate(content)
    except ValidationError as problem:
        raise _refused(str(one) for one in source.faults_of(problem)) from None


def _refused(faults: Iterator[str] | list[str]) -> BadInput:
    found = list(faults)
    return BadInput(
        "DECLARED-REFUSED",
        f"The declaration cannot be used: {len(found)} fault(s).",
        " ".join(found[:8]),
        "correct the lines named; docs/outputs-for-analysts.md shows a declaration for every statistic",
        "an output checker of the use case",
    )
