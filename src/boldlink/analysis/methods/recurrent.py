"""Events that come back: everybody's events count, not the first alone.

Andersen-Gill: one hazard for all events of a person, time since the index date, variance robust by person (Andersen and
Gill 1982; Lin et al. 2000). Gap time: the clock starts anew after each event, and first, second, third events each have
their own baseline hazard (Prentice, Williams and Peterson 1981): it asks how soon the next event comes after the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from boldlink.analysis.ask import bad
from boldlink.analysis.methods.cox import hazard_ratios
from boldlink.analysis.methods.estimate import Estimate, Integers
from boldlink.analysis.methods.intervals import Intervals

MOST_STRATA = 4  # fourth and later events share a baseline: few people have more


def repeated(until_days: Any, person: Any, event_days: Any) -> tuple[Intervals, Integers]:
    """Each person's time between events, and how many events came before each interval.

    until_days: (people,) above 0. person: (events,) row of the person; event_days: (events,) since the index date. Events
    outside (0, until] are not in follow-up and are left out; several on a day count as one, no time lying between them.
    """
    until = np.asarray(until_days, dtype=float)
    who, when = np.asarray(person, dtype=np.int64), np.asarray(event_days, dtype=float)
    if len(who) and not ((who >= 0) & (who < len(until))).all():
        raise bad("METHODS-PERSON", "Some events belong to nobody in the group.")
    within = (when > 0) & (when <= until[who])
    events = np.unique(np.column_stack([who[within], when[within]]), axis=0)
    last = np.zeros(len(until))
    np.maximum.at(last, events[:, 0].astype(np.int64), events[:, 1])
    open_people = np.flatnonzero(last < until)
    rows = np.concatenate([events[:, 0].astype(np.int64), open_people])
    ends = np.concatenate([events[:, 1], until[open_people]])
    happened = np.concatenate([np.ones(len(events)), np.zeros(len(open_people))])
    order = np.lexsort((ends, rows))
    rows, ends, happened = rows[order], ends[order], happened[order]
    first = np.concatenate([[True], rows[1:] != rows[:-1]]) if len(rows) else np.zeros(0, bool)
    entry = np.where(first, 0.0, np.concatenate([[0.0], ends[:-1]])[: len(ends)])
    before = np.arange(len(rows)) - np.maximum.accumulate(np.where(first, np.arange(len(rows)), 0))
    return Intervals(rows, entry, ends, happened), before


def andersen_gill(
    until_days: Any, person: Any, event_days: Any, covariates: pd.DataFrame, **options: Any
) -> Mapping[str, Estimate]:
    """Rate ratio of each covariate over all events of a person, as hazard ratios; variance robust by person.

    covariates: (people, columns) known at the index date. options: as `hazard_ratios`. Raises BadInput as it does.
    """
    intervals, _ = repeated(until_days, person, event_days)
    found = hazard_ratios(intervals, _of(covariates, intervals), clustered=True, **options)
    return {name: one.saying("All events of a person count (Andersen-Gill).") for name, one in found.items()}


def gap_times(
    until_days: Any, person: Any, event_days: Any, covariates: pd.DataFrame, **options: Any
) -> Mapping[str, Estimate]:
    """Hazard ratio of the next event, counted from the last one and compared among people with as many events before."""
    intervals, before = repeated(until_days, person, event_days)
    gaps = Intervals(
        intervals.person, np.zeros(len(before)), intervals.exit_days - intervals.entry_days, intervals.happened
    )
    strata = np.minimum(before, MOST_STRATA - 1)
    found = hazard_ratios(gaps, _of(covariates, intervals), strata=strata, clustered=True, **options)
    return {name: one.saying("Time since the last event, by number of events.") for name, one in found.items()}


def _of(covariates: pd.DataFrame, intervals: Intervals) -> pd.DataFrame:
    return covariates.iloc[intervals.person].reset_index(drop=True)
