"""The same families released in three ways: beside each other, by rounding alone, by cell suppression alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from overlapping_families import Family, Person, Table
from reconstruction import Attacker, Number, Target, Way, differences, targets, values_left

from boldlink.outputs import SUPPRESSED, Asked, Earlier, Numbers, Rules, protect_together
from boldlink.outputs.control.protected import SmallCounts
from boldlink.values import StatTable

MINIMUM, BASE = 10, 5
RULE = SmallCounts("test", MINIMUM)


@dataclass
class Published:
    """numbers: as published. asked: how many were asked for. bits, bits_asked: information in those and in all, exact.

    ways: how many tables were released as asked, changed (by kind) or refused.
    """

    numbers: list[Number] = field(default_factory=list)
    cells: int = 0
    shown: int = 0
    large: int = 0
    bits: float = 0.0
    bits_asked: float = 0.0
    ways: Counter[str] = field(default_factory=Counter)


def in_group(table: Table, group: tuple[int, ...], at: tuple[int, ...]) -> Callable[[Person], bool]:
    """Whether a person is in the group, by the places of the table's keys that are told."""

    def counted(person: Person) -> bool:
        found = table.group(person)
        return found is not None and tuple(found[place] for place in at) == group

    return counted


def inner(table: Table) -> list[Callable[[Person], bool]]:
    at = tuple(range(len(table.keys)))
    return [in_group(table, group, at) for group in table.groups()]


def nearest(base: int, minimum: int) -> Way:
    return lambda count: None if count < minimum else base * math.floor(count / base + 0.5)


def account(published: Published, family: Family, numbers: Sequence[Number], asked: Sequence[int]) -> None:
    """Add numbers as published. asked: true counts of the table as it was asked for."""
    people = sum(family.population.values())
    published.numbers += numbers
    published.cells += len(asked)
    published.large += sum(count >= MINIMUM for count in asked)
    seen = [number for number in numbers if number.shown is not None]
    published.shown += len(seen)
    prior = math.log2(people + 1)
    published.bits_asked += prior * len(asked)
    for number in seen:
        low, high = number.possible()
        published.bits += prior - math.log2(min(high, people) - low + 1)


def by_rounding_alone(family: Family) -> Published:
    """Small counts withheld, the others rounded: each table for itself, no totals."""
    published = Published()
    way = nearest(BASE, MINIMUM)
    for table in family.tables:
        counts = [family.count(counted) for counted in inner(table)]
        numbers = [Number(counted, way(count), way) for counted, count in zip(inner(table), counts, strict=True)]
        account(published, family, numbers, counts)
        published.ways["as asked"] += 1
    return published


def beside_each_other(family: Family) -> Published:
    """As outputs leave: each table is protected beside all that left before it, people compared as sets."""
    published = Published()
    people = [person for person, number in sorted(family.population.items()) for _ in range(number)]
    history: list[Earlier] = []
    for name, table in enumerate(family.tables):
        counted = inner(table)
        members = tuple(np.array([i for i, one in enumerate(people) if takes(one)], np.int64) for takes in counted)
        asked = _asked(str(name), members)
        found = protect_together([asked], history)[asked.id]
        history.append(Earlier(asked.id, ("",) * len(members), members, found.low, found.high))
        changed = "withhold" if found.withheld else "coarser" if found.rules.base > BASE else "as asked"
        published.ways["refused" if found.revealed else changed] += 1
        way = nearest(found.rules.base, MINIMUM)
        shown = [None if row["people"] == SUPPRESSED else int(row["people"]) for row in found.shown.rows]
        numbers = [Number(takes, value, way) for takes, value in zip(counted, shown, strict=True)]
        account(published, family, numbers, [len(one) for one in members])
    return published


def _asked(name: str, members: Sequence[np.ndarray]) -> Asked:
    rows = tuple({"group": str(place), "people": len(one)} for place, one in enumerate(members))
    raw = StatTable("A table", ("group",), ("people",), rows, overlapping=("group",))
    cells = tuple((place, "people") for place in range(len(members)))
    return Asked(name, raw, Numbers(cells, tuple(members)), Rules("test", MINIMUM, BASE))


def by_suppression_alone(family: Family) -> Published:
    """Exact counts with all totals; small ones withheld, and others until the table alone does not give them away."""
    published = Published()
    for table in family.tables:
        counted = [
            in_group(table, group, at)
            for size in range(len(table.keys) + 1)
            for at in combinations(range(len(table.keys)), size)
            for group in dict.fromkeys(tuple(group[place] for place in at) for group in table.groups())
        ]
        counts = [family.count(one) for one in counted]
        hidden = _withheld(family, counted, counts)
        numbers = [
            Number(one, None if place in hidden else count, lambda count: count)
            for place, (one, count) in enumerate(zip(counted, counts, strict=True))
        ]
        account(published, family, numbers, counts)
        published.ways["as asked"] += 1
    return published


def _withheld(family: Family, counted: Sequence[Callable[[Person], bool]], counts: Sequence[int]) -> set[int]:
    """Primary, then the smallest count whose withholding widens the first small count that is narrow, again and again."""
    kinds = family.kinds()
    small = [place for place, count in enumerate(counts) if 0 < count < MINIMUM]
    asked = [Target(frozenset(filter(counted[place], kinds)), counts[place], True) for place in small]
    hidden = set(small)
    at = 0  # withholding more only widens: who was wide stays wide
    while at < len(asked):
        numbers = [
            Number(one, None if place in hidden else counts[place], lambda count: count)
            for place, one in enumerate(counted)
        ]
        attacker = Attacker(family, numbers, asked)
        while at < len(asked) and values_left(attacker, at) >= RULE.width:
            at += 1
        if at < len(asked):
            shows = [place for place in range(len(counted)) if place not in hidden]
            touching = [place for place in shows if counts[place] and any(map(counted[place], asked[at].kinds))]
            hidden.add(min(touching or shows, key=lambda place: counts[place]))
    return hidden


@dataclass(frozen=True)
class Broken:
    """What an attack found, small counts bounded to fewer values than the width: withheld: among small groups of tables;
    others: small kinds of people and differences; exactly: known to one value, among both. asked: small counts in all.
    """

    withheld: int
    others: int
    exactly: int
    asked: int

    @property
    def any(self) -> int:
        return self.withheld + self.others


def broken(family: Family, published: Published) -> Broken:
    """An attack on what was published, by programmes and by subtracting one number from another."""
    asked = targets(family, [inner(table) for table in family.tables], MINIMUM)
    attacker = Attacker(family, published.numbers, asked)
    left = [values_left(attacker, place, whole_under=2 * RULE.width) for place in range(len(asked))]
    narrow = [one for one, values in zip(asked, left, strict=True) if values < RULE.width]
    apart = [values for people, values in differences(family, published.numbers) if 0 < people < MINIMUM]
    subtracted = 0 if narrow else sum(values < RULE.width for values in apart)
    withheld = sum(one.group for one in narrow)
    return Broken(withheld, len(narrow) - withheld + subtracted, sum(values == 1 for values in left), len(asked))
