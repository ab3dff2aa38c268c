"""Random families of overlapping releases over random populations: subtables, regroupings, part-populations, revisions.

A person is (values of the keys..., wave): wave 0 is in every release, 1 came after the first, 2 left after the first. What a
published number counts is a plain question about such a tuple, so that an attack can be written from these alone.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

Person = tuple[int, ...]
ALWAYS, CAME, LEFT = 0, 1, 2


@dataclass(frozen=True)
class Table:
    """keys: places of the keys it counts by. regrouped: for each, the group of each value. only: (place, value) or none.

    revised: whether those who came are in and those who left are not.
    """

    keys: tuple[int, ...]
    regrouped: tuple[tuple[int, ...], ...]
    only: tuple[int, int] | None
    revised: bool

    def group(self, person: Person) -> tuple[int, ...] | None:
        """The group that counts a person, or none."""
        if person[-1] == (LEFT if self.revised else CAME):
            return None
        if self.only and person[self.only[0]] != self.only[1]:
            return None
        return tuple(groups[person[key]] for key, groups in zip(self.keys, self.regrouped, strict=True))

    def groups(self) -> list[tuple[int, ...]]:
        return list(product(*(sorted(set(one)) for one in self.regrouped)))


@dataclass(frozen=True)
class Family:
    """sizes: values of each key. population: people of each kind. tables: in the order in which they ask to leave."""

    sizes: tuple[int, ...]
    population: Counter[Person]
    tables: tuple[Table, ...]

    def kinds(self) -> list[Person]:
        """Every kind of person there could be."""
        return [(*values, wave) for wave in (ALWAYS, CAME, LEFT) for values in product(*map(range, self.sizes))]

    def count(self, counted: Callable[[Person], bool]) -> int:
        return sum(number for person, number in self.population.items() if counted(person))


def family(seed: int, cells_at_most: int = 120) -> Family:
    """2 to 4 keys of 2 to 8 values, 3 to 6 releases; about a third of the populations are sparse."""
    draw = random.Random(seed)
    while True:
        sizes = tuple(draw.randint(2, 8) for _ in range(draw.randint(2, 4)))
        if np.prod(sizes) <= cells_at_most:
            break
    tables = [_table(draw, sizes, False) for _ in range(draw.randint(2, 3))]
    for _ in range(draw.randint(1, 3)):
        again = draw.random() < 0.4
        table = draw.choice(tables) if again else _table(draw, sizes, False)
        tables.append(Table(table.keys, table.regrouped, table.only, again or draw.random() < 0.3))
    return Family(sizes, _population(draw, sizes), tuple(dict.fromkeys(tables)))


def _table(draw: random.Random, sizes: tuple[int, ...], revised: bool) -> Table:
    keys = tuple(sorted(draw.sample(range(len(sizes)), draw.randint(1, min(3, len(sizes))))))
    regrouped = tuple(_regrouped(draw, sizes[key]) for key in keys)
    others = [key for key in range(len(sizes)) if key not in keys]
    only = None
    if others and draw.random() < 0.3:
        key = draw.choice(others)
        only = (key, draw.randrange(sizes[key]))
    return Table(keys, regrouped, only, revised)


def _regrouped(draw: random.Random, size: int) -> tuple[int, ...]:
    if size == 2 or draw.random() < 0.6:
        return tuple(range(size))
    cuts = sorted(draw.sample(range(1, size), draw.randint(1, size - 2)))
    return tuple(sum(value >= cut for cut in cuts) for value in range(size))


def _population(draw: random.Random, sizes: tuple[int, ...]) -> Counter[Person]:
    combinations = list(product(*map(range, sizes)))
    spread = draw.choice((0.6, 1.0, 1.6))
    weights = [draw.lognormvariate(0, spread) for _ in combinations]
    people = int(len(combinations) * draw.choice((4, 12, 40)))
    drawn = draw.choices(combinations, weights, k=people)
    changed = [draw.randint(0, 6), draw.randint(0, 4)]
    waves = [CAME] * changed[0] + [LEFT] * changed[1] + [ALWAYS] * (people - sum(changed))
    return Counter((*values, wave) for values, wave in zip(drawn, waves, strict=True))
