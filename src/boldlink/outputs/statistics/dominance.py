"""Is a sum really one person's figure?

A sum over many people can still tell one person's amount: to everybody, if one gave nearly all of it; to the second
largest, who knows their own and subtracts. Both are looked for on what each *person* gave in all, never row by row.

- (n, k): the n largest contributors give more than the share k.
- p-percent: what is left without the two largest is less than p per cent of the largest, so that the second largest
  knows the largest to within p per cent.

Source: Hundepool et al. 2012, Statistical Disclosure Control, section 4.2; ACRO's defaults for the numbers.
"""

from __future__ import annotations

import numpy as np

from boldlink.outputs.rules import Rules
from boldlink.outputs.statistics.rows import Floats, Integers


def contributions(person: Integers, group: Integers, value: Floats, people: int) -> tuple[Integers, Floats]:
    """(pairs,) group, and what one person gave to it in all, over every pair of a group and a person in it."""
    pairs, place = np.unique(group * np.int64(max(people, 1)) + person, return_inverse=True)
    given = np.bincount(place, weights=value, minlength=len(pairs)).astype(np.float64)
    return pairs // max(people, 1), given


def dominated(amounts: Floats, rules: Rules) -> bool:
    """Whether one or few people's amounts, (people,), could be read off their sum. Signs are left aside.

    A sum of nothing but zeros is dominated: it says of everybody that they have nothing.
    """
    sizes = np.sort(np.abs(amounts))[::-1]
    whole = float(sizes.sum())
    if whole == 0.0:
        return len(sizes) > 0
    for largest, share in rules.dominance:
        if sizes[:largest].sum() > share * whole:
            return True
    return bool(sizes[2:].sum() * 100 < rules.p_percent * sizes[0])


def parts_of(group: Integers, amounts: Floats, groups: int) -> list[Floats]:
    """The amounts of each group; group, amounts: (pairs,) as `contributions` gives them."""
    order = np.argsort(group, kind="stable")
    return np.split(amounts[order], np.cumsum(np.bincount(group, minlength=groups))[:-1])


def two_valued(amounts: Floats) -> bool:
    """Whether amounts, (people,), take at most two different values, so that their mean or sum counts people."""
    return len(np.unique(amounts)) <= 2
