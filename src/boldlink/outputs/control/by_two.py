"""What two published numbers say of the few people by whom they differ, where there are too many cells for more.

Of two sets of which one holds the other, with nothing else known, the people in between are from low(A) - high(B), not under
0, to high(A) - low(B). The same set published several times counts with the narrowest of its intervals. Three numbers
that only together tell of few people are not found so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.protected import distinct_rows
from boldlink.outputs.control.system import Flags, Floats, Integers

NOTHING = -1  # in place of a number


@dataclass(frozen=True)
class Few:
    """(differences,) each: a number or NOTHING, another or NOTHING, whether it holds the other."""

    one: Integers
    other: Integers
    nested: Flags


class ByTwo:
    """Differences of two numbers, and small numbers, as the intervals of just these two bound them.

    matrix: (numbers, atoms) of 0 and 1.
    """

    def __init__(self, matrix: sp.csr_array, few: Few) -> None:
        self.few = few
        self.same = distinct_rows(matrix)[1]
        self.whole, self.part = self.same[few.one], self.same[np.maximum(few.other, 0)]
        self.alone = few.other == NOTHING

    def bounds(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """(differences,) each, whole people, when readers conclude low..high, (numbers,), of the numbers."""
        least, most = np.zeros(len(self.same)), np.full(len(self.same), np.inf)
        np.maximum.at(least, self.same, low)
        np.minimum.at(most, self.same, high)
        fewest = least[self.whole] - np.where(self.alone, 0.0, most[self.part])
        highest = most[self.whole] - np.where(self.alone | ~self.few.nested, 0.0, least[self.part])
        return np.maximum(fewest, 0.0), highest

    def held_by(self, difference: int, low: Floats, high: Floats) -> Integers:
        """The numbers whose limits bound a difference: of each of its sets those with the narrowest."""
        sets = [self.whole[difference], *([] if self.alone[difference] else [self.part[difference]])]
        found = []
        for one in sets:
            same = np.flatnonzero(self.same == one)
            found += [same[np.argmax(low[same])], same[np.argmin(high[same])]]
        return np.unique(np.array(found, dtype=np.int64))
