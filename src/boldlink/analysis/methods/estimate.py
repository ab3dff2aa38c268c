"""One estimate: a value, its 95 % interval, its p-value, and the people and events behind it.

Ratios are worked out on the logarithm and shown as ratios; differences, shares and days stand as they are. That line, on
which an estimate is about normal and no effect is zero (`Scale`), is where standard errors live and where estimates from
several imputations are pooled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from boldlink.wilson import wilson

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Scale(StrEnum):
    """What an estimate's value is."""

    RISK = "risk"  # a share of people, 0 to 1
    RISK_DIFFERENCE = "risk difference"  # -1 to 1: times 100, people in every 100
    COUNT_DIFFERENCE = "difference in events per person"
    DAYS = "days"
    DAYS_DIFFERENCE = "difference in days"
    RISK_RATIO = "risk ratio"
    ODDS_RATIO = "odds ratio"
    HAZARD_RATIO = "hazard ratio"

    @property
    def is_ratio(self) -> bool:
        """Whether it is worked out on the logarithm, no effect being 1."""
        return self.value.endswith("ratio")

    @property
    def compares(self) -> bool:
        """Whether it compares, so that a p-value asks about no effect; a share or a time on its own asks nothing."""
        return self not in (Scale.RISK, Scale.DAYS)

    def line(self, value: float) -> float:
        """The value on the line where it is about normal."""
        return math.log(value) if self.is_ratio else value

    def shown(self, value: float) -> float:
        """The way back from the line; beyond the largest number a ratio is infinite."""
        return float(np.exp(min(value, 709.0))) if self.is_ratio else float(value)


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval. None where it does not exist: then `note` says why.

    p: two-sided, against no effect; None for a share or a time, which ask nothing. people: persons behind it. events:
    persons or occurrences that count as the outcome. error: standard error on `scale.line`. method: its full name.
    """

    value: float | None
    low: float | None
    high: float | None
    p: float | None
    people: int
    events: int
    scale: Scale
    method: str
    note: str = ""
    error: float | None = None

    @property
    def direction(self) -> int:
        """1 or -1 where the whole interval lies above or below no effect, 0 where it does not."""
        nothing = 1.0 if self.scale.is_ratio else 0.0
        if self.low is None or self.high is None:
            return 0
        return int(self.low > nothing) - int(self.high < nothing)

    @property
    def settled(self) -> bool:
        """Whether the interval leaves out no effect, so that the direction is known."""
        return self.direction != 0

    def figures(self) -> dict[str, float | None]:
        """Value, low, high and p as columns of a StatTable's estimates."""
        return {"value": self.value, "low": self.low, "high": self.high, "p": self.p}

    def saying(self, note: str) -> Estimate:
        """The same with one more note."""
        return replace(self, note=" ".join(part for part in (self.note, note) if part))


def wald(
    centre: float,
    error: float,
    scale: Scale,
    people: int,
    events: int,
    method: str,
    note: str = "",
    degrees: float = math.inf,
) -> Estimate:
    """An estimate from its place and standard error on the scale's line; Student's t where `degrees` are finite."""
    p = float(2 * t.sf(abs(centre) / error, degrees)) if error > 0 and scale.compares else None
    half = float(t.ppf(0.975, degrees)) * error
    low, high = scale.shown(centre - half), scale.shown(centre + half)
    if scale is Scale.RISK:
        low, high = max(low, 0.0), min(high, 1.0)
    return Estimate(scale.shown(centre), low, high, p, people, events, scale, method, note, float(error))


def share(happened: Any) -> Estimate:
    """The share of people to whom it happened, with Wilson's interval. happened: (people,) of 0 and 1."""
    yes = np.asarray(happened, dtype=float)
    people, events = len(yes), int(yes.sum())
    if not people:
        return Estimate(None, None, None, None, 0, 0, Scale.RISK, "share", "Nobody is in the group.")
    low, high = wilson(events, people)
    value = events / people
    error = math.sqrt(value * (1 - value) / people)
    return Estimate(value, low, high, None, people, events, Scale.RISK, "share with Wilson's interval", error=error)
