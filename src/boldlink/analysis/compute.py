"""Everything that a use case can ask for, by id, and the way to ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from boldlink.analysis.ask import Ask, Computable, bad
from boldlink.analysis.effects import EFFECTS
from boldlink.analysis.engine import tables
from boldlink.analysis.measures import LIBRARY
from boldlink.values import Measure, StatTable

MEASURES: Mapping[str, Computable] = {one.measure.id: one for one in (*LIBRARY, *EFFECTS)}


def compute(
    measure: str, research: Mapping[str, pa.Table], starts: date, ends: date, by: tuple[str, ...] = ()
) -> tuple[Measure, StatTable]:
    """One measure over a use case's research dataset.

    Raises BadInput for an unknown measure, a dataset the use case does not have, or a column it does not name.
    """
    found = find(measure)
    if missing := [name for name in found.datasets if name not in research]:
        raise bad(
            "ANALYSIS-DATASET", f"{measure} needs {', '.join(missing)}, which this research dataset does not have."
        )
    at_hand = {name: research[name] for name in found.needs if name in research}
    wanted = {name: (*found.needs[name], *(by if name == found.index else ())) for name in at_hand}
    for name, columns in wanted.items():
        if unknown := [column for column in columns if column not in research[name].schema.names]:
            raise bad(
                "ANALYSIS-COLUMN",
                f"{measure}: the research dataset has no column {', '.join(unknown)} of {name}.",
                "a use case sees only the columns that its agreement names and justifies",
            )
    with tables(at_hand) as connection:
        return found.measure, found.compute(connection, Ask(starts, ends, by))


def find(measure: str) -> Computable:
    """The measure of that id. Raises BadInput if there is none."""
    if measure not in MEASURES:
        raise bad("ANALYSIS-MEASURE", f"There is no measure {measure}.", f"use one of: {', '.join(MEASURES)}")
    return MEASURES[measure]
