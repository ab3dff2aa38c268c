"""Exposures that begin in time: nobody counts as exposed before the day on which exposure began.

Whoever "ever engaged" had to stay free of the event until engaging: compared with the others, they look protected by
time that the method gave them (immortal time bias: Suissa 2008, Am J Epidemiol 167:492). So both forms here take the day
of the start, and refuse a yes or no: time-varying exposure splits each person's time at the start; a landmark compares,
among those still at risk on a day fixed beforehand, who had begun by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from boldlink.analysis.ask import bad
from boldlink.analysis.methods.cox import hazard_ratios
from boldlink.analysis.methods.estimate import Booleans, Estimate, Floats
from boldlink.analysis.methods.intervals import Intervals, followed

EXPOSED = "exposed"


def starts_of(began: Any) -> Floats:
    """Days from the index date on which exposure began, (people,), nan for never.

    Raises BadInput METHODS-EVER-EXPOSED for a yes or no, which does not say when.
    """
    given = np.asarray(began)
    worded = given.dtype == object and any(isinstance(one, bool | np.bool_ | str) for one in given)
    if given.dtype.kind not in "iufO" or worded:
        raise _ever()
    days = pd.to_numeric(pd.Series(given)).to_numpy(dtype=float, na_value=np.nan)
    seen = np.unique(days[np.isfinite(days)])
    if not np.isnan(days).any() and len(seen) and np.isin(seen, (0.0, 1.0)).all():
        raise _ever()
    return np.asarray(days)


def split_at_exposure(days: Any, happened: Any, began: Any) -> tuple[Intervals, Booleans]:
    """Each person's time cut where exposure began, and whether each interval is exposed.

    days: (people,) followed; happened: (people,) 0 or 1 at the end; began: (people,) day of the start, nan for never. A
    start on or after the last day exposes nothing; a start on or before the index date exposes everything.
    """
    whole, starts = followed(days, happened), starts_of(began)
    both = np.flatnonzero((starts > 0) & (starts < whole.exit_days))
    before = Intervals(both, np.zeros(len(both)), starts[both], np.zeros(len(both)))
    entry = np.zeros(len(starts))
    entry[both] = starts[both]
    order = np.argsort(np.concatenate([before.person, whole.person]), kind="stable")
    parts = Intervals(
        np.concatenate([before.person, whole.person]),
        np.concatenate([before.entry_days, entry]),
        np.concatenate([before.exit_days, whole.exit_days]),
        np.concatenate([before.happened, whole.happened]),
    )
    exposed = np.concatenate([np.zeros(len(both), bool), starts < whole.exit_days])
    return parts.take(order), exposed[order]


def time_varying(
    days: Any, happened: Any, began: Any, covariates: pd.DataFrame | None = None, **options: Any
) -> Mapping[str, Estimate]:
    """Hazard ratio of being exposed now against not (yet), under "exposed", and those of the covariates beside it.

    covariates: (people, columns) known at the index date. options: as `hazard_ratios`. Raises BadInput as it does.
    """
    parts, exposed = split_at_exposure(days, happened, began)
    return hazard_ratios(parts, _beside(exposed, covariates, parts.person), **options)


def landmark(
    days: Any,
    happened: Any,
    began: Any,
    landmark_days: float,
    covariates: pd.DataFrame | None = None,
    **options: Any,
) -> Mapping[str, Estimate]:
    """Hazard ratio after a fixed day of having begun by then, among people still at risk then (Anderson et al. 1983).

    Exposure that begins later leaves a person with the unexposed, so the ratio is nearer to 1 than the time-varying one.
    """
    whole, starts = followed(days, happened), starts_of(began)
    still = np.flatnonzero(whole.exit_days > landmark_days)
    after = followed(whole.exit_days[still] - landmark_days, whole.happened[still])
    exposed = starts[still] <= landmark_days
    found = hazard_ratios(after, _beside(exposed, covariates, still), **options)
    note = f"Among {len(still)} people still at risk on day {landmark_days:g}."
    return {name: one.saying(note) for name, one in found.items()}


def _beside(exposed: Booleans, covariates: pd.DataFrame | None, row: Any) -> pd.DataFrame:
    made = pd.DataFrame({EXPOSED: exposed.astype(float)})
    if covariates is None:
        return made
    return pd.concat([made, covariates.iloc[row].reset_index(drop=True)], axis=1)


def _ever() -> Exception:
    return bad(
        "METHODS-EVER-EXPOSED",
        "The exposure is a yes or no: whoever was ever exposed had to stay free of the event until then.",
        "give the day on which exposure began, and leave it empty for people for whom it never did",
    )
