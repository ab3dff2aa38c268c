"""Everything that a use case can ask for, by id, and the way to ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from boldlink.analysis.ask import QUALITY, Ask, Computable, bad
from boldlink.analysis.effects import EFFECTS
from boldlink.analysis.engine import tables_of_people
from boldlink.analysis.measures import LIBRARY
from boldlink.analysis.people import People
from boldlink.analysis.reading import handed
from boldlink.analysis.whose import UNIT, require_units, whose
from boldlink.values import Measure, StatTable

MEASURES: Mapping[str, Computable] = {one.measure.id: one for one in (*LIBRARY, *EFFECTS)}


def compute(
    measure: str, research: Mapping[str, pa.Table], starts: date, ends: date, by: tuple[str, ...] = ()
) -> tuple[Measure, StatTable]:
    """One measure over a use case's research dataset.

    Raises BadInput for an unknown measure, a dataset the use case does not have, or a column it does not name.
    """
    return _computed(_answerable(measure, research, by), research, Ask(starts, ends, by))


def compute_with_people(
    measure: str, research: Mapping[str, pa.Table], starts: date, ends: date, by: tuple[str, ...] = ()
) -> tuple[Measure, StatTable, pa.Table]:
    """The same measure and table, and whose each count is: `row`, `count`, `unit`, as `whose` gives them.

    For a place's own checks alone: units say who is who across use cases. Raises BadInput as `compute` does, and
    ANALYSIS-UNIT where a research table has no units.
    """
    found, people = _answerable(measure, research, by), People()
    units = {name: research[name] for name in dict.fromkeys((found.index, *found.datasets))}
    require_units(units)
    asked, table = _computed(found, research, Ask(starts, ends, by, people))
    return asked, table, whose(people, table, units)


def _answerable(measure: str, research: Mapping[str, pa.Table], by: tuple[str, ...]) -> Computable:
    """The measure of that id, if the research dataset has what it reads."""
    found = find(measure)
    if missing := [name for name in found.datasets if name not in research]:
        raise bad(
            "ANALYSIS-DATASET", f"{measure} needs {', '.join(missing)}, which this research dataset does not have."
        )
    for name, columns in found.needs.items():
        wanted = (*columns, *(by if name == found.index else ()))
        # Sealed units are there, and no measure's to read.
        there = {*research[name].schema.names} - {UNIT} if name in research else {*wanted}
        if unknown := [one for one in wanted if one not in there]:
            raise bad(
                "ANALYSIS-COLUMN",
                f"{measure}: the research dataset has no column {', '.join(unknown)} of {name}.",
                "a use case sees only the columns that its agreement names and justifies",
            )
    return found


def _computed(found: Computable, research: Mapping[str, pa.Table], ask: Ask) -> tuple[Measure, StatTable]:
    with tables_of_people(at_hand(found, research, ask.by)) as connection:
        return found.measure, found.compute(connection, ask)


def at_hand(one: Computable, research: Mapping[str, pa.Table], by: tuple[str, ...] = ()) -> dict[str, pa.Table]:
    """What the measure sees of a research dataset: its own tables, of each the columns that it reads and no other."""
    tables = {
        name: research[name].select([c for c in research[name].schema.names if c in kept])
        for name, kept in handed(one, by).items()
    }
    return tables | {name: research[name] for name in (QUALITY,) if name in one.needs and name in research}


def find(measure: str) -> Computable:
    """The measure of that id. Raises BadInput if there is none."""
    if measure not in MEASURES:
        raise bad("ANALYSIS-MEASURE", f"There is no measure {measure}.", f"use one of: {', '.join(MEASURES)}")
    return MEASURES[measure]
