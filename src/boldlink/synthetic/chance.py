"""Small draws that every part of a life needs: a risk in ten-thousandths, a weighted choice, a day some days later."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


def happens(draw: Random, risk: int) -> bool:
    """Whether something with this risk, in ten-thousandths, comes about."""
    return draw.random() * 10_000 < risk


def later(day: date, days: int) -> date:
    """The day `days` days on."""
    return date.fromordinal(day.toordinal() + days)


def between(draw: Random, low: int, high: int) -> int:
    """A whole number from `low` up to and without `high`, each as likely."""
    return low + int(draw.random() * (high - low))


class Choice(Generic[T]):
    """Values with integer weights, summed once."""

    def __init__(self, weights: Mapping[T, int]) -> None:
        self._values, self._sums = tuple(weights), tuple(accumulate(weights.values()))

    def draw(self, draw: Random) -> T:
        """One value."""
        return self._values[bisect_right(self._sums, int(draw.random() * self._sums[-1]))]
