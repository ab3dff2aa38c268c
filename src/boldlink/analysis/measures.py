"""The measures that a use case can ask for, by id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from boldlink.analysis import continuity
from boldlink.errors import BadInput
from boldlink.values import Measure, StatTable

Compute = Callable[[Mapping[str, pa.Table], date, date, tuple[str, ...]], StatTable]


@dataclass(frozen=True)
class Computable:
    """A measure, how it is computed, and what it needs: datasets, with the one whose columns may break it down."""

    measure: Measure
    compute: Compute
    datasets: tuple[str, ...]
    broken_down_by: str
    follow_up_days: int


MEASURES: Mapping[str, Computable] = {
    one.measure.id: one
    for one in (
        Computable(continuity.OFFICIAL, continuity.official, ("ndtms",), "ndtms", continuity.DAYS),
        Computable(continuity.LINKED, continuity.linked, ("prison", "ndtms"), "prison", continuity.DAYS),
    )
}


def compute(
    measure: str, research: Mapping[str, pa.Table], starts: date, ends: date, by: tuple[str, ...] = ()
) -> tuple[Measure, StatTable]:
    """One measure over a use case's research dataset.

    Raises BadInput for an unknown measure, a dataset the use case does not have, or a column it does not name.
    """
    if measure not in MEASURES:
        raise _bad("ANALYSIS-MEASURE", f"There is no measure {measure}.", f"use one of: {', '.join(MEASURES)}")
    found = MEASURES[measure]
    if missing := [name for name in found.datasets if name not in research]:
        raise _bad(
            "ANALYSIS-DATASET",
            f"{measure} needs {', '.join(missing)}, which this research dataset does not have.",
        )
    known = research[found.broken_down_by].schema.names
    if unknown := [name for name in by if name not in known]:
        raise _bad(
            "ANALYSIS-COLUMN",
            f"The research dataset has no column {', '.join(unknown)}.",
            "a use case sees only the columns that its agreement names and justifies",
        )
    return found.measure, found.compute(research, starts, ends, by)


def _bad(code: str, what: str, do: str = "") -> BadInput:
    return BadInput(code, what, do=do, ask="the use case's lead researcher")
