"""Everything that a use case can ask for, by id, and the way to ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from boldlink.analysis.ask import QUALITY, Ask, Computable, bad
from boldlink.analysis.effects import EFFECTS
from boldlink.analysis.engine import tables
from boldlink.analysis.measures import LIBRARY
from boldlink.analysis.reading import LINKED, columns_read
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
    for name, columns in found.needs.items():
        wanted = (*columns, *(by if name == found.index else ()))
        if unknown := [one for one in wanted if name in research and one not in research[name].schema.names]:
            raise bad(
                "ANALYSIS-COLUMN",
                f"{measure}: the research dataset has no column {', '.join(unknown)} of {name}.",
                "a use case sees only the columns that its agreement names and justifies",
            )
    with tables(at_hand(found, research, by)) as connection:
        return found.measure, found.compute(connection, Ask(starts, ends, by))


def at_hand(one: Computable, research: Mapping[str, pa.Table], by: tuple[str, ...] = ()) -> dict[str, pa.Table]:
    """What the measure sees of a research dataset: its own tables, of each the columns that it reads and no other."""
    read = {name: (*columns, *LINKED) for name, columns in columns_read(one, by).items()}
    tables = {
        name: research[name].select([c for c in research[name].schema.names if c in kept])
        for name, kept in read.items()
    }
    return tables | {name: research[name] for name in (QUALITY,) if name in one.needs and name in research}


def find(measure: str) -> Computable:
    """The measure of that id. Raises BadInput if there is none."""
    if measure not in MEASURES:
        raise bad("ANALYSIS-MEASURE", f"There is no measure {measure}.", f"use one of: {', '.join(MEASURES)}")
    return MEASURES[measure]
