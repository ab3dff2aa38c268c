"""What is asked of a research dataset, and what can answer it: the one shape that measures and effects share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import duckdb

from boldlink.analysis.people import People
from boldlink.errors import BadInput
from boldlink.values import Measure, StatTable

QUALITY = "_quality"  # the linkage-quality report that stands beside a research dataset: one cell of JSON


class Section(StrEnum):
    """Where an answer stands in a pilot's report, in the order of its reading."""

    LINKAGE = "linkage"  # how much depends on the linking: method and threshold, who was linked and who was not
    OUTCOMES = "outcomes"
    JOURNEYS = "journeys"
    EFFECTS = "effects"
    SENSITIVITY = "sensitivity"  # the same answer under other links


@dataclass(frozen=True)
class Ask:
    """A period, both ends included, and the columns of the index dataset to break down by.

    people: what is to be told whose each count is; None where nobody asks.
    """

    starts: date
    ends: date
    by: tuple[str, ...] = ()
    people: People | None = None

    @property
    def period(self) -> dict[str, date]:
        """The parameters of SQL that asks of it: $starts and $ends."""
        return {"starts": self.starts, "ends": self.ends}


Compute = Callable[[duckdb.DuckDBPyConnection, Ask], StatTable]


@dataclass(frozen=True)
class Computable:
    """A measure, how it is computed, and what it needs.

    compute: reads research tables by the names of their datasets from a connection; gives raw counts and estimates that
    may go to `outputs` alone. needs: dataset -> columns; QUALITY is what linking knows of itself. index: the dataset whose
    columns may break it down and whose dates the period is about. beside: other datasets that a breakdown reads too, where
    they have the column. where_shared: columns that it reads of whoever shares them, and does without otherwise.
    """

    measure: Measure
    compute: Compute
    needs: Mapping[str, tuple[str, ...]]
    index: str
    section: Section = Section.OUTCOMES
    method: str = "count"
    beside: tuple[str, ...] = ()
    where_shared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets it reads."""
        return tuple(name for name in self.needs if name != QUALITY)


def bad(code: str, what: str, do: str = "") -> BadInput:
    """A refusal of what was asked."""
    return BadInput(code, what, do=do, ask="the use case's lead researcher")
