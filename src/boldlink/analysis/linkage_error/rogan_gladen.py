"""Where the link itself is the outcome - seen in treatment means linked - a share corrected for links missed and false.

seen = sensitivity × true + (1 - specificity) × (1 - true), turned round (Rogan and Gladen 1978, Am J Epidemiol 107:71).
Sensitivity is the share of people with a record whom linking finds; specificity the share of people without one whom it
leaves unlinked. Intervals carry what is not known of both (Lang and Reiczigel 2014, Prev Vet Med 113:13); where both are
known only within ranges, bounds say what the ranges allow.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from boldlink.analysis.ask import bad
from boldlink.analysis.methods.estimate import Estimate, Scale
from boldlink.analysis.methods.fitting import need
from boldlink.wilson import Z95

METHOD = "Rogan-Gladen correction"


@dataclass(frozen=True)
class Accuracy:
    """A sensitivity or a specificity: the share found right, and how many were checked; None when it is known.

    The same object given to several groups is one estimate: what is not known of it moves all of them together.
    """

    share: float
    checked: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1 or (self.checked is not None and self.checked < 1):
            raise bad("METHODS-ACCURACY", "A sensitivity or specificity lies between 0 and 1, from at least one check.")

    @property
    def drawn_in(self) -> Accuracy:
        """One right and one wrong answer added, as Lang and Reiczigel do; a known one stays."""
        if self.checked is None:
            return self
        return Accuracy((self.checked * self.share + 1) / (self.checked + 2), self.checked + 2)

    @property
    def variance(self) -> float:
        """Of the share; 0 when it is known."""
        return 0.0 if self.checked is None else self.share * (1 - self.share) / self.checked


PERFECT = Accuracy(1.0)


@dataclass(frozen=True)
class Seen:
    """A group as linking shows it: people, how many are linked, and how well linking works in this group."""

    positive: int
    people: int
    sensitivity: Accuracy = PERFECT
    specificity: Accuracy = PERFECT

    def __post_init__(self) -> None:
        need(self.people, 1, "people in the group")
        if not 0 <= self.positive <= self.people:
            raise bad("METHODS-COUNT", "More people are linked than there are people.")
        if youden(self.sensitivity.share, self.specificity.share) <= 0:
            raise bad(
                "METHODS-NO-BETTER",
                "Linking with this sensitivity and specificity is no better than chance: it says nothing of the share.",
                "improve the linkage, or review links by hand to estimate both",
            )


def youden(sensitivity: float, specificity: float) -> float:
    """How far linking tells people apart: 1 perfectly, 0 not at all."""
    return sensitivity + specificity - 1


def true_share(seen_share: float, sensitivity: float, specificity: float) -> float:
    """The equation turned round; it may come out below 0 or above 1."""
    return (seen_share + specificity - 1) / youden(sensitivity, specificity)


def corrected(seen: Seen) -> Estimate:
    """The true share of people with a record, with Lang and Reiczigel's interval, kept within 0 and 1."""
    exact = true_share(seen.positive / seen.people, seen.sensitivity.share, seen.specificity.share)
    sensitivity, specificity = seen.sensitivity.drawn_in, seen.specificity.drawn_in
    share = (seen.positive + Z95**2 / 2) / (seen.people + Z95**2)
    centre = true_share(share, sensitivity.share, specificity.share)
    shift = 2 * Z95**2 * (centre * sensitivity.variance - (1 - centre) * specificity.variance)
    error = math.sqrt(
        share * (1 - share) / (seen.people + Z95**2)
        + centre**2 * sensitivity.variance
        + (1 - centre) ** 2 * specificity.variance
    ) / youden(sensitivity.share, specificity.share)
    note = "" if 0 <= exact <= 1 else "Fewer links than false ones alone would give." if exact < 0 else "More than all."
    return Estimate(
        _within(exact),
        _within(centre + shift - Z95 * error),
        _within(centre + shift + Z95 * error),
        None,
        seen.people,
        seen.positive,
        Scale.RISK,
        f"{METHOD}, Lang-Reiczigel interval",
        note,
        error,
    )


def corrected_by_group(groups: Mapping[str, Seen]) -> Mapping[str, Estimate]:
    """Each group's true share by its own sensitivity and specificity: linking does not work equally well for all."""
    return {name: corrected(seen) for name, seen in groups.items()}


def bounds(
    positive: int, people: int, sensitivity: tuple[float, float], specificity: tuple[float, float]
) -> tuple[float, float]:
    """The least and greatest true share that any sensitivity and specificity within these ranges allow.

    No sampling error is in them. Raises BadInput METHODS-NO-BETTER where a range touches chance.
    """
    for one in sensitivity:
        for other in specificity:
            Seen(positive, people, Accuracy(one), Accuracy(other))
    seen = positive / people
    every = [true_share(seen, one, other) for one in sensitivity for other in specificity]
    return _within(min(every)), _within(max(every))


def specificity_of(positive: int, people: int, precision: float, recall: float) -> float:
    """The specificity that goes with a precision and a recall: unlinked among people without a record."""
    false, true = positive * (1 - precision), positive * precision / recall
    if people <= true:
        raise bad("METHODS-PROBABILITY", "This precision and recall would have more true links than people.")
    return max(0.0, 1 - false / (people - true))


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))
