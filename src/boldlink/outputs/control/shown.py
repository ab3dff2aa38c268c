"""What a reader concludes from a number as it is shown: the interval of true counts that are shown so.

A number that is withheld says nothing, not even that it is small: others are withheld to protect it, and look the same.
A total that was summed from rounded cells is no number of its own: who has the cells has it already, and it adds no
interval. Source: OpenSAFELY's output checking guidance (nearest 5 after redaction; midpoint-6 = ceil(x / 6) * 6 - 3).
"""

from __future__ import annotations

import numpy as np

from boldlink.errors import BadInput
from boldlink.outputs.control.system import Floats, Integers

Interval = tuple[Floats, Floats]


def exact(values: Integers) -> Interval:
    """(numbers,) shown as they are."""
    return values.astype(float), values.astype(float)


def nearest(values: Integers, base: int, minimum: int = 0) -> Interval:
    """(numbers,) rounded to the nearest multiple of base, halves up, after counts under the minimum were withheld.

    Halves go up, so that an even base's multiple v stands for v - base / 2 to v + base / 2 - 1. A multiple below the
    minimum may show if counts from the minimum on round to it. Raises BadInput CONTROL-NOT-SHOWN-SO.
    """
    low, high = np.maximum(minimum, values - base // 2), values + (base - 1) // 2
    _require(bool(np.all(values % base == 0)), f"multiples of {base}")
    _require(bool(np.all(high >= minimum)), f"what counts of {minimum} or more round to")
    return np.maximum(low, 0).astype(float), high.astype(float)


def midpoint(values: Integers, base: int = 6) -> Interval:
    """(numbers,) shown as the middle of their group of six, nobody as 0: v stands for v - 2 to v + 3.

    base: even. Raises BadInput CONTROL-NOT-SHOWN-SO.
    """
    half = base // 2
    _require(bool(np.all((values == 0) | ((values - half) % base == 0))), f"0 or {half} more than multiples of {base}")
    none = values == 0
    low, high = np.where(none, 0, values - half + 1), np.where(none, 0, values + half)
    return low.astype(float), high.astype(float)


def withheld(numbers: int) -> Interval:
    """(numbers,) shown as [c]."""
    return np.zeros(numbers), np.full(numbers, np.inf)


def _require(held: bool, what: str) -> None:
    if not held:
        raise BadInput(
            "CONTROL-NOT-SHOWN-SO",
            "A number cannot have been shown in the way that is said.",
            f"shown values must be {what}",
            "say how the numbers were rounded, or read them as exact",
            "whoever made the table",
        )
