"""An attack on published numbers, independent of what it attacks: linear and integer programmes by scipy, and differences.

The attacker knows what every published number counts, how it was rounded, what kinds of people there could be, and
nothing of any person. Whatever the numbers leave possible is found by trying: the counts that would have been shown so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from overlapping_families import Family, Person
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

Way = Callable[[int], int | None]  # how a count is shown: a number, or None for withheld
MANY = 10_000


@dataclass(frozen=True)
class Number:
    """A published number: what it counts, what it shows, and the way in which counts were shown there."""

    counted: Callable[[Person], bool]
    shown: int | None
    way: Way

    def possible(self) -> tuple[float, float]:
        """The fewest and most people that would have been shown so."""
        if self.shown is None:
            return 0, np.inf
        near = [count for count in range(max(0, self.shown - 40), self.shown + 41) if self.way(count) == self.shown]
        return min(near), max(near)


@dataclass(frozen=True)
class Target:
    """A small number of people that nobody should be able to tell. group: whether a table has it as a number of its own."""

    kinds: frozenset[Person]
    people: int
    group: bool


def targets(family: Family, published: Sequence[Sequence[Callable[[Person], bool]]], minimum: int) -> list[Target]:
    """Small kinds of people, small groups of any table, and small differences between any two groups."""
    kinds = family.kinds()
    groups = [frozenset(filter(counted, kinds)) for table in published for counted in table]
    sets = {frozenset([kind]) for kind in kinds} | set(groups)
    sets |= {one - other for one, other in permutations(set(groups), 2) if one & other}
    counted = {one: sum(family.population[kind] for kind in one) for one in sets}
    asked = set(groups)
    return [Target(one, people, one in asked) for one, people in counted.items() if 0 < people < minimum]


class Attacker:
    """What published numbers leave possible."""

    def __init__(self, family: Family, numbers: Sequence[Number], asked: Sequence[Target]) -> None:
        seen = [number for number in numbers if number.shown is not None]
        alike = defaultdict(list)
        for kind in family.kinds():
            marks = tuple(number.counted(kind) for number in seen), tuple(kind in one.kinds for one in asked)
            alike[marks].append(kind)
        self.matrix = np.array([marks[0] for marks in alike], dtype=float).T.reshape(len(seen), len(alike))
        self.sums = np.array([marks[1] for marks in alike], dtype=float).T.reshape(len(asked), len(alike))
        self.low, self.high = (
            map(np.array, zip(*(number.possible() for number in seen), strict=True)) if seen else ([], [])
        )

    def bounds(self, target: int) -> tuple[float, float]:
        """By linear programming, ends rounded inwards."""
        sums = self.sums[target]
        limits = {
            "A_ub": np.vstack([self.matrix, -self.matrix]),
            "b_ub": np.concatenate([self.high, -np.array(self.low)]),
        }
        ends = []
        for sign in (1, -1):
            answer = linprog(sign * sums, **limits, bounds=(0, MANY), method="highs")
            assert answer.status == 0, answer.message
            ends.append(sign * answer.fun)
        return np.ceil(ends[0] - 1e-6), np.floor(ends[1] + 1e-6)

    def whole_bounds(self, target: int) -> tuple[float, float]:
        """By integer programming: people are whole."""
        ends = []
        for sign in (1, -1):
            answer = milp(
                sign * self.sums[target],
                constraints=LinearConstraint(self.matrix, self.low, self.high),
                integrality=np.ones(self.sums.shape[1]),
                bounds=Bounds(0, MANY),
            )
            assert answer.status == 0, answer.message
            ends.append(round(sign * answer.fun))
        return ends[0], ends[1]


def values_left(attacker: Attacker, target: int, whole_under: float = 0) -> float:
    """How many whole numbers of people remain possible. whole_under: integer programmes are asked for fewer than these."""
    if not len(attacker.low):
        return np.inf
    low, high = attacker.bounds(target)
    if high - low + 1 < whole_under:
        low, high = attacker.whole_bounds(target)
    return high - low + 1


def differences(family: Family, numbers: Sequence[Number]) -> Iterator[tuple[int, float]]:
    """(true people, values left) by taking one published number from another that counts all of its people and more."""
    kinds = family.kinds()
    sets = [(frozenset(filter(one.counted, kinds)), *one.possible()) for one in numbers if one.shown is not None]
    for (whole, low, high), (part, least, most) in permutations(sets, 2):
        if part < whole:
            people = sum(family.population[kind] for kind in whole - part)
            yield people, high - least - max(0, low - most) + 1
