"""Why do some people become homeless again and again, and what part does drug treatment play?

Applications recur, so all of a person's count, and the variance knows that they are one person's. Treatment is an
exposure of the days on which somebody is in it: nobody is "ever treated".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from boldlink.analysis.ask import Ask, Computable, Section
from boldlink.analysis.effects.applications import (
    CUSTODY_COLUMNS,
    HCLIC_COLUMNS,
    NEEDS,
    TREATMENT_COLUMNS,
    time_at_risk,
)
from boldlink.analysis.effects.frames import beside
from boldlink.analysis.effects.table import Row, effect_table, of_people, row_of, rows_by_confidence
from boldlink.analysis.measures.limits import DEATHS, TREATED_BEFORE
from boldlink.values import Measure, StatTable

if TYPE_CHECKING:
    import pandas as pd

METHOD = "recurrent events (Andersen-Gill), variance by person; treatment as an exposure of the day"
WORDS: Mapping[str, str] = {
    "mental": "Mental ill-health", "physical": "Physical ill-health", "drugs": "Drug or alcohol dependence",
    "custody": "Has been in custody", "in_treatment": "In community treatment on the day",
}  # fmt: skip


def _measure(id: str, title: str, definition: str) -> Measure:
    return Measure(
        id, title, definition, "boldlink; Andersen and Gill (1982)", official=False, linked=True,
        formula="hazard of a further application with the need divided by the hazard without it",
        exclusions=(
            "applicants who are owed no duty", "182 days after a release, which are studied by themselves", DEATHS,
            TREATED_BEFORE, "custody that ended before the agreement's cohort of releases, or has not ended",
        ),
        follow_up_days={"hclic": 91},
    )  # fmt: skip


BY_NEEDS = _measure(
    "effect-needs-repeat-homelessness", "Applying to a council again, by need",
    "Among main applicants, the hazard of a further application from 28 days after a duty ended, by the needs that the "
    "council recorded at the first application and by custody so far. Each with the others and treatment on the day "
    "being equal: what a need does by leading to custody or to treatment is not in its ratio.",
)  # fmt: skip
BY_TREATMENT = _measure(
    "effect-treatment-repeat-homelessness", "Applying to a council again, while in drug or alcohol treatment",
    "Among main applicants with a dependence, the hazard of a further application on days in community treatment, "
    "compared with days that are not.",
)  # fmt: skip


def needs(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """Hazard ratios of needs, at three link confidences."""
    return _table(connection, ask, BY_NEEDS, NEEDS)


def treatment(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """Hazard ratio of being in treatment on the day, at three link confidences."""
    return _table(connection, ask, BY_TREATMENT, ("in_treatment",))


def _table(connection: duckdb.DuckDBPyConnection, ask: Ask, measure: Measure, shown: tuple[str, ...]) -> StatTable:
    rows, notes = rows_by_confidence(partial(time_at_risk, connection, ask), lambda frame: needs_ratios(frame, shown))
    return effect_table(measure, ask, rows, value="Hazard ratio", events="Further applications", notes=notes)


def expected_exposure(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with what is known through a link counting for the link's probability (regression calibration)."""
    return frame.assign(
        **{name: frame[f"{name}_chance"].fillna(0.0).astype(float) for name in ("custody", "in_treatment")}
    )


def needs_ratios(frame: pd.DataFrame, shown: tuple[str, ...] = (*NEEDS, "in_treatment")) -> list[Row]:
    """A row for each need: people and further applications of those with it. Raises BadInput where there are too few."""
    from boldlink.analysis.methods import Intervals, hazard_ratios

    treated_only = shown == ("in_treatment",)
    kept = frame[frame["drugs"]] if treated_only else frame
    flags = [name for name in (*NEEDS, "in_treatment") if not (treated_only and name == "drugs")]
    person = np.unique(kept["person"].to_numpy(), return_inverse=True)[1]
    spans = Intervals(person, *(kept[name].to_numpy(dtype=float) for name in ("start", "stop", "event")))
    found = hazard_ratios(spans, beside(kept, ("age_band",), flags), clustered=True)
    rows = []
    for name in shown:
        if name in found:
            held = kept[kept[name] > 0]
            counts = {"people": held["person"].nunique(), "events": int(held["event"].sum())}
            row = {**row_of(found[name], exposure=WORDS[name]), **counts}
            rows.append(of_people(row, people=held["person"]))  # its events are applications
    return rows


_NEEDED = {"hclic": HCLIC_COLUMNS, "prison": CUSTODY_COLUMNS, "ndtms": TREATMENT_COLUMNS}
COMPUTABLES = (
    Computable(BY_NEEDS, needs, _NEEDED, "hclic", Section.EFFECTS, METHOD),
    Computable(BY_TREATMENT, treatment, _NEEDED, "hclic", Section.EFFECTS, METHOD),
)
