"""Do victims who are supported stay with their case? From a fortnight after support starts, and no sooner."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from boldlink.analysis.ask import Ask, Computable, Section
from boldlink.analysis.effects.crimes import CRIME_COLUMNS, KINDS, LAG_DAYS, SERVICE_COLUMNS, split_at_support, victims
from boldlink.analysis.effects.frames import beside
from boldlink.analysis.effects.table import Row, effect_table, row_of, rows_by_confidence
from boldlink.values import Measure, StatTable

if TYPE_CHECKING:
    import pandas as pd

METHOD = "time-varying exposure (Cox regression, lagged), beside a landmark"
COVARIATES = ("sex", "age_band")
BEGUN_BY_DAY = 28
LANDMARK_DAYS = BEGUN_BY_DAY + LAG_DAYS
WORDS: Mapping[str, str] = {
    "advocate": "Advocate", "counselling": "Counselling", "information": "Information only",
    "landmark": f"Any advocate or counselling begun by day {BEGUN_BY_DAY}, of cases open on day {LANDMARK_DAYS}",
}  # fmt: skip

WITHDRAWAL = Measure(
    id="effect-support-withdrawal",
    title="Victims who withdraw before a charge, by support they are receiving",
    definition=(
        f"Hazard of withdrawing (police outcomes 14 and 16) from {LAG_DAYS} days after support of a kind has started, "
        "compared with days before or without, among crimes of the same offence group recorded in the period. The days "
        "between leave time to write an outcome down."
    ),
    formula=f"hazard ratio from day {LAG_DAYS} of support; the landmark is day {LANDMARK_DAYS}, for support begun by day {BEGUN_BY_DAY}",
    source="boldlink; immortal time: Suissa (2008); landmark: Anderson, Cain and Gelber (1983)",
    official=False,
    linked=True,
    exclusions=("crimes closed on the day they were recorded",),
    follow_up_days={"police-crimes": 91, "victim-service": 0},
)


def support(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """Hazard ratios of kinds of support, and of a landmark, at three link confidences."""
    rows, notes = rows_by_confidence(partial(victims, connection, ask), support_ratios, landmark_ratio)
    return effect_table(
        WITHDRAWAL, ask, rows, value="Hazard ratio", people="Crimes with that support", events="Withdrawals after it", notes=notes
    )  # fmt: skip


def support_ratios(crimes: pd.DataFrame, *, lag_days: int = LAG_DAYS, expected: bool = False) -> list[Row]:
    """A row for each kind of support. Counts are of crimes supported so. Raises BadInput where there are too few."""
    from boldlink.analysis.methods import Intervals, hazard_ratios

    spans = split_at_support(crimes, lag_days=lag_days, expected=expected)
    person = np.unique(spans["person"].to_numpy(), return_inverse=True)[1]
    intervals = Intervals(person, *(spans[name].to_numpy(dtype=float) for name in ("start", "stop", "event")))
    flags = [name for name in KINDS.values() if spans[name].any()]
    found = hazard_ratios(intervals, beside(spans, COVARIATES, flags), strata=spans["group"], clustered=True)
    rows = []
    for name in flags:
        held = spans[spans[name] > 0]
        rows.append({**row_of(found[name], exposure=WORDS[name]), "people": len(held), "events": int(held["event"].sum())})  # fmt: skip
    return rows


def landmark_ratio(crimes: pd.DataFrame) -> list[Row]:
    """One row: an advocate or counselling begun by the landmark, among cases still open then."""
    from boldlink.analysis.methods import landmark

    began = crimes["support_starts"].where(crimes["kind"].isin(["Advocate", "Counselling"])).astype(float)
    covariates = beside(crimes, ("group", *COVARIATES))
    found = landmark(crimes["days"], crimes["withdrew"], began + LAG_DAYS, LANDMARK_DAYS, covariates)["exposed"]
    held = crimes[(crimes["days"] > LANDMARK_DAYS) & (began <= BEGUN_BY_DAY)]
    counts = {"people": len(held), "events": int(held["withdrew"].sum())}
    return [{**row_of(found, exposure=WORDS["landmark"]), **counts}]


COMPUTABLES = (
    Computable(
        WITHDRAWAL, support, {"police-crimes": (*CRIME_COLUMNS, "crime_ref"), "victim-service": SERVICE_COLUMNS},
        "police-crimes", Section.EFFECTS, METHOD,
    ),
)  # fmt: skip
