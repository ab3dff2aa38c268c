"""How long until it happens, when for some it has not happened yet, and when something else may happen first.

Open cases stay in view until the day they were last seen (Kaplan and Meier 1958). Where another event ends the chance -
death before treatment, recall before a job - one minus Kaplan-Meier says too much: Aalen and Johansen's cumulative
incidence (1978) says how many had it by a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from boldlink.analysis.methods.cox import hazard_ratios
from boldlink.analysis.methods.estimate import Estimate, Floats, Integers, Scale
from boldlink.analysis.methods.fitting import need
from boldlink.analysis.methods.intervals import followed
from boldlink.wilson import Z95

OPEN = 0  # a cause: it has not happened yet
TINY = 1e-9  # a share this near to 0 or 1 is there but for rounding


@dataclass(frozen=True)
class Curve:
    """A share of people by day, with pointwise 95 % intervals on the log-log scale (Borgan and Liestol 1990).

    days: (steps,) on which it changes. share, error, low, high: (steps,) after that day. at_risk: (steps,) before it.
    falling: True for people still without the event, False for people who have had it.
    """

    days: Floats
    share: Floats
    error: Floats
    low: Floats
    high: Floats
    at_risk: Integers
    people: int
    events: int
    falling: bool
    method: str

    def at(self, day: float) -> Estimate:
        """The share on a day. Beyond the last day seen it is as on the last, and the note says so."""
        place = int(np.searchsorted(self.days, day, "right")) - 1
        if place < 0:
            whole = float(self.falling)
            return Estimate(whole, whole, whole, None, self.people, self.events, Scale.RISK, self.method, "Nobody yet.")
        value, low, high, error = (float(one[place]) for one in (self.share, self.low, self.high, self.error))
        note = "" if day <= self.days[-1] else "No event was seen so late: as after the last one."
        return Estimate(value, low, high, None, self.people, self.events, Scale.RISK, self.method, note, error)

    def by(self, part: float = 0.5) -> Estimate:
        """Days until that part of people have had the event (0.5: the median); None where the curve never gets there.

        The interval is where the pointwise interval of the curve crosses the part (Brookmeyer and Crowley 1982).
        """
        lines = (self.share, self.low, self.high) if self.falling else (1 - self.share, 1 - self.high, 1 - self.low)
        value, low, high = (self._first(one <= 1 - part + 1e-12) for one in lines)
        note = "" if value is not None else f"Fewer than {part:.0%} have had the event in the time seen."
        return Estimate(value, low, high, None, self.people, self.events, Scale.DAYS, self.method, note)

    def _first(self, reached: Any) -> float | None:
        return float(self.days[np.argmax(reached)]) if len(reached) and reached.any() else None


def kaplan_meier(days: Any, happened: Any) -> Curve:
    """The share of people without the event by day, open cases kept in view. days, happened: (people,).

    Raises BadInput METHODS-NO-TIME for who was not seen for a day, METHODS-TOO-FEW without any event.
    """
    seen = followed(days, happened)
    need(int(seen.happened.sum()), 1, "events")
    found = SurvfuncRight(seen.exit_days, seen.happened)
    return _curve(
        found.surv_times, found.surv_prob, found.surv_prob_se, found.n_risk, seen.happened, True, "Kaplan-Meier"
    )


def cumulative_incidence(days: Any, cause: Any, which: int = 1) -> Curve:
    """The share of people who had that cause's event by day, others' events being in the way.

    cause: (people,) 0 for open cases, else 1, 2, ... Standard errors by the delta method; on a day when everybody who is
    left has an event it has none, and the day before's stands.
    """
    causes = np.asarray(cause, dtype=np.int64)
    seen = followed(days, causes == which)
    need(int(seen.happened.sum()), 1, f"events of cause {which}")
    present = np.unique(causes[causes != OPEN])
    codes = np.concatenate([[0], np.searchsorted(present, causes[causes != OPEN]) + 1])
    coded = np.zeros(len(causes), np.int64)
    coded[causes != OPEN] = codes[1:]
    with np.errstate(divide="ignore", invalid="ignore"):  # the error on a day when everybody left has an event
        found = CumIncidenceRight(seen.exit_days, coded)
    place = int(np.searchsorted(present, which))
    at_risk = len(causes) - np.searchsorted(np.sort(seen.exit_days), found.times, "left")
    return _curve(
        found.times, found.cinc[place], _carried(found.cinc_se[place]), at_risk, seen.happened, False, "Aalen-Johansen"
    )


def cause_hazards(
    days: Any, cause: Any, which: int, covariates: pd.DataFrame, **options: Any
) -> Mapping[str, Estimate]:
    """Hazard ratios of one cause among people who have had none yet: the others' events end follow-up."""
    found = hazard_ratios(followed(days, np.asarray(cause) == which), covariates, **options)
    return {name: one.saying("Cause-specific: other events end follow-up.") for name, one in found.items()}


def _carried(error: Any) -> Floats:
    return np.asarray(pd.Series(error).where(np.isfinite(error)).ffill().fillna(0.0), dtype=float)


def _curve(days: Any, share: Any, error: Any, at_risk: Any, happened: Floats, falling: bool, method: str) -> Curve:
    """Bounds on log(-log): they stay within 0 and 1. At 0 and 1 themselves the line says nothing: bounds are the value."""
    inside = (share > TINY) & (share < 1 - TINY)
    low, high = np.array(share, dtype=float), np.array(share, dtype=float)
    log = np.log(share[inside])
    half = Z95 * error[inside] / (share[inside] * np.abs(log))
    low[inside], high[inside] = np.exp(log * np.exp(half)), np.exp(log * np.exp(-half))
    kept = np.nan_to_num(np.asarray(error, dtype=float))
    return Curve(
        np.asarray(days, dtype=float),
        np.asarray(share, dtype=float),
        kept,
        low,
        high,
        np.asarray(at_risk, dtype=np.int64),
        len(happened),
        int(happened.sum()),
        falling,
        method,
    )
