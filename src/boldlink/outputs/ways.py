"""How a count shows in each way of rounding, and which counts a reader must think possible where it shows so.

To the nearest multiple of the rules' base, halves up. Midpoint: groups of an even number of whole counts, 6 at least,
each shown as its middle (7 to 12 as 9). Controlled: one of the two multiples beside the count, whichever lets rows add up
to their totals (totals.py decides for the whole table). Most are the nearest all the same, so readers are credited with
taking each for the nearest: what must stay possible must stay so for them, too.

Sources: OpenSAFELY's output checking guidance; control/rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from boldlink.outputs.control.shown import exact, midpoint, nearest, withheld
from boldlink.outputs.control.system import Floats
from boldlink.outputs.rules import SUPPRESSED, Rules
from boldlink.values import Rounding

MIDPOINT = 6
# Multiples at which two nested counts leave at least ten values for their difference, whatever they are.
COARSER = {Rounding.NEAREST: 10, Rounding.MIDPOINT: 12, Rounding.CONTROLLED: 10}


def in_way(rules: Rules, rounding: Rounding) -> Rules:
    """The same rules, for a table whose counts show in this way: no more exactly than the rules ask."""
    even = max(MIDPOINT, rules.base + rules.base % 2)
    return replace(rules, rounding=rounding, base=even if rounding is Rounding.MIDPOINT else rules.base)


def coarser(rules: Rules) -> Rules:
    """The same rules with the coarsest rounding of their way."""
    return replace(rules, base=max(rules.base, COARSER[rules.rounding]))


def as_shown(count: int, rules: Rules) -> int:
    """What a count shows as by itself. A controlled rounding may show the multiple on the other side instead."""
    return to_middle(count, rules.base) if rules.rounding is Rounding.MIDPOINT else round_to(count, rules.base)


def round_to(count: int, base: int) -> int:
    """To the nearest multiple, halves up."""
    return (2 * count + base) // (2 * base) * base


def to_middle(count: int, base: int) -> int:
    """The middle of its group of `base` whole numbers, nobody as 0."""
    return -(-count // base) * base - base // 2 if count else 0


def is_rounded(value: int, rules: Rules) -> bool:
    """Whether a count could show as this value at all."""
    middle = rules.rounding is Rounding.MIDPOINT
    return value % rules.base == (rules.base // 2 if middle else 0) or (middle and value == 0)


def may_show_as(count: int, value: int, rules: Rules) -> bool:
    """Whether this count may show as this value."""
    if rules.rounding is Rounding.CONTROLLED:
        return is_rounded(value, rules) and abs(value - count) < rules.base
    return value == as_shown(count, rules)


def stands_for(value: int, count: int, rules: Rules) -> tuple[Floats, Floats]:
    """(1,) each: the least and the most people that a reader must think possible.

    A value that this count does not show as by the rules is read as if it told the truth.
    """
    if count < rules.minimum or not may_show_as(count, value, rules):
        return exact(np.array([count]))
    if rules.rounding is Rounding.NEAREST:
        return nearest(np.array([value]), rules.base, rules.minimum)
    if rules.rounding is Rounding.MIDPOINT:
        low, high = midpoint(np.array([value]), rules.base)
        return np.maximum(low, rules.minimum), high
    least, most = min(count, value - rules.base // 2), max(count, value + (rules.base - 1) // 2)
    return np.array([float(max(rules.minimum, least))]), np.array([float(most)])


def all_stand_for(values: Sequence[Any], counts: Sequence[int], rules: Rules) -> tuple[Floats, Floats]:
    """(numbers,) each: the same of several; of one that is withheld nothing is known."""
    low, high = withheld(len(values))
    for number, (value, count) in enumerate(zip(values, counts, strict=True)):
        if value != SUPPRESSED:
            (low[number],), (high[number],) = stands_for(value, count, rules)
    return low, high


def in_words(rules: Rules) -> str:
    """What readers are told of how counts show."""
    base, half = rules.base, rules.base // 2
    if rules.rounding is Rounding.MIDPOINT:
        groups = f"{base + 1} to {2 * base} as {base + half}, {2 * base + 1} to {3 * base} as {2 * base + half}"
        less = to_middle(rules.minimum, base)
        under = f" A count of {rules.minimum} or a little more shows as {less}." if less < rules.minimum else ""
        return f"Counts are shown as the middle of their group of {base} ({groups}).{under} Totals are sums of the counts shown. Rates use the counts shown."
    if rules.rounding is Rounding.CONTROLLED:
        return (
            f"Counts are rounded to a multiple of {base} beside them, so that rows add up to their totals. Totals count everybody, also where "
            f"{SUPPRESSED} stands; {SUPPRESSED} may hide a count that is not small, so that no small one can be found by subtraction. Rates use rounded counts."
        )
    return f"Counts are rounded to the nearest {base}. Totals are sums of the rounded counts shown. Rates use rounded counts."
