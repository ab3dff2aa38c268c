"""Who is alone: people whom some values of theirs tell from everybody else, counted in groups and not in pairs.

A special unique is alone on few of the keys already; the fewer, the easier to find. Minimal sample uniques are sets of
keys on which somebody is alone, and on no part of which they are. Source: Elliot, Manning and Ford (2002), A computational
algorithm for handling the special uniques problem, Int. J. Uncertainty, Fuzziness and Knowledge-Based Systems 10:493.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
LARGEST_SUBSET = 3  # keys that an intruder is taken to know at once
LARGEST, TABLE = 2**62, 2**24


def grouped(columns: Sequence[Array]) -> Array:
    """Rows with equal values in all columns get equal numbers, from 0 on without gaps (n, int64).

    columns: whole numbers from 0 on (n each); at least one.
    """
    whole, space = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        size = int(column.max(initial=0)) + 1
        if space * size > LARGEST:
            whole, space = _without_gaps(whole, space)
        whole, space = whole * size + column, space * size
    return _without_gaps(whole, space)[0]


def _without_gaps(numbers: Array, space: int) -> tuple[Array, int]:
    """Numbers below `space` as numbers from 0 on without gaps, and how many there are: by a table where that is small."""
    if space > TABLE:
        known, found = np.unique(numbers, return_inverse=True)
        return found.astype(np.int64), len(known)
    there = np.zeros(space, bool)
    there[numbers] = True
    return (np.cumsum(there) - 1)[numbers], int(there.sum())


def alone(person: Array, group: Array) -> Array:
    """Rows in whose group there is nobody else (bool, n); several rows of one person are still one person."""
    size = int(group.max(initial=-1)) + 1
    least, most = np.full(size, np.iinfo(np.int64).max), np.full(size, -1)
    np.minimum.at(least, group, person)
    np.maximum.at(most, group, person)
    return np.asarray((least == most)[group])


def people_per_group(person: Array, group: Array) -> Array:
    """How many different people each group holds (one number for each group)."""
    members = np.unique(group * (int(person.max(initial=0)) + 1) + person) // (int(person.max(initial=0)) + 1)
    return np.bincount(members)


def minimal_uniques(person: Array, keys: Mapping[str, Array]) -> dict[int, Array]:
    """Size of a proper subset of the keys -> rows whose person is alone on such a subset and on no part of it."""
    found: dict[int, Array] = {}
    before: dict[tuple[str, ...], Array] = {}
    for size in range(1, min(LARGEST_SUBSET, len(keys) - 1) + 1):
        own = {some: alone(person, grouped([keys[name] for name in some])) for some in combinations(keys, size)}
        found[size] = np.zeros(len(person), bool)
        for some, rows in own.items():
            parts = [before[part] for part in combinations(some, size - 1) if part]
            found[size] |= rows & ~np.logical_or.reduce([np.zeros(len(person), bool), *parts])
        before = own
    return found
