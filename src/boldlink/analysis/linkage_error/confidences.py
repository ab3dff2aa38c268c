"""The same analysis at three link confidences: how far the answer moves with who is taken for whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from boldlink.analysis.methods.estimate import Estimate
from boldlink.values import Confidence


@dataclass(frozen=True)
class Spread:
    """One estimate for each confidence. A confidence at which the analysis has no value stays, with its note."""

    by: Mapping[Confidence, Estimate]

    @property
    def values(self) -> tuple[float, ...]:
        """The values that exist, from high to low confidence."""
        return tuple(one.value for one in self.by.values() if one.value is not None)

    @property
    def range(self) -> tuple[float, float] | None:
        """The least and the greatest value; None without any."""
        return (min(self.values), max(self.values)) if self.values else None

    @property
    def envelope(self) -> tuple[float, float] | None:
        """From the lowest lower bound to the highest upper bound; None without any."""
        lows = [one.low for one in self.by.values() if one.low is not None]
        highs = [one.high for one in self.by.values() if one.high is not None]
        return (min(lows), max(highs)) if lows and highs else None

    @property
    def agrees(self) -> bool:
        """Whether all three say the same: all settled in one direction, or none settled."""
        return len({one.direction for one in self.by.values()}) == 1


def at_confidences(analysis: Callable[[str], Estimate]) -> Spread:
    """Run the analysis on each of the three columns of person ids: person_high, person_medium, person_low."""
    return Spread({confidence: analysis(f"person_{confidence}") for confidence in Confidence})
