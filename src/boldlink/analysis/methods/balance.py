"""Are the groups alike? Standardised mean differences before and after matching, with traffic-light bands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from boldlink.analysis.methods.estimate import Booleans, Floats


class Light(StrEnum):
    """The Justice Data Lab's bands of a standardised difference; their limits of 5 and 10 % are unverified."""

    GREEN = "good balance"  # up to 5 %
    AMBER = "moderate balance"  # over 5 %, up to 10 %
    RED = "poor balance"  # over 10 %


@dataclass(frozen=True)
class Balance:
    """One covariate's standardised differences in per cent, treated minus comparison."""

    covariate: str
    before_percent: float
    after_percent: float

    @property
    def light(self) -> Light:
        """The band after matching."""
        return light_of(self.after_percent)


def light_of(percent: float) -> Light:
    """The band of a standardised difference in per cent; its sign does not matter."""
    size = abs(percent)
    return Light.GREEN if size <= 5 else Light.AMBER if size <= 10 else Light.RED


def balance_of(covariates: pd.DataFrame, treated: Booleans, weights: Floats) -> tuple[Balance, ...]:
    """Each covariate's differences before and after. weights: (people,); the spread is the unmatched groups' throughout."""
    return tuple(
        Balance(
            str(name),
            standardised_percent(covariates[name], treated, np.ones(len(treated))),
            standardised_percent(covariates[name], treated, weights),
        )
        for name in covariates.columns
    )


def standardised_percent(values: pd.Series, treated: Booleans, weights: Floats) -> float:
    """100 × difference of weighted means / root mean square of the two groups' standard deviations (Austin 2009)."""
    numbers = values.to_numpy(dtype=float)
    ours, others = numbers[treated], numbers[~treated]
    spread = np.sqrt((ours.var() + others.var()) / 2)
    difference = np.average(ours, weights=weights[treated]) - np.average(others, weights=weights[~treated])
    return float(100 * difference / spread) if spread > 0 else 0.0
