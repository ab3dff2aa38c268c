"""Whether what was made is like official figures: a target, what came out, and how many people or events are behind it.

Lives and departments' faults have their targets in this one shape; the table of all of them is generated from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Got(NamedTuple):
    """A count among a count, or any value over a number of people or events."""

    value: Fraction
    behind: int


@dataclass(frozen=True)
class Target(Generic[T]):
    """A published figure and how it is counted. `target` and `within`: in `unit`."""

    id: str
    what: str
    target: Fraction
    within: Fraction
    source: str
    got: Callable[[Sequence[T]], Got]
    unit: str = "per cent"


class Row(NamedTuple):
    """One line of the table."""

    id: str
    what: str
    target: Fraction
    got: Fraction
    within: Fraction
    behind: int
    unit: str
    source: str

    @property
    def met(self) -> bool:
        """Whether what came out is within the stated distance of the target."""
        return abs(self.got - self.target) <= self.within


def calibrate(targets: Sequence[Target[T]], made: Sequence[T]) -> list[Row]:
    """Every target, in order."""
    return [_row(target, target.got(made)) for target in targets]


def _row(target: Target[T], got: Got) -> Row:
    return Row(target.id, target.what, target.target, got.value, target.within, got.behind, target.unit, target.source)


def percent(answers: Iterable[bool]) -> Got:
    """The share of those that are true, in per cent, and how many were asked."""
    asked = list(answers)
    return Got(Fraction(100 * sum(asked), max(1, len(asked))), len(asked))
