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
from boldlink.outputs.control.reduce import within_all
from boldlink.outputs.control.system import Flags, Floats, Integers

NOTHING = -1  # in place of a number


@dataclass(frozen=True)
class Few:
    """(differences,) each: a number or NOTHING, another or NOTHING, whether it holds the other. Of NOTHING and NOTHING few
    people are meant whom no number tells apart."""

    one: Integers
    other: Integers
    nested: Flags


class ByTwo:
    """Differences of two numbers, and small numbers, as the intervals of just these two bound them.

    matrix: (numbers, atoms) of 0 and 1, those of the past first. low, high: (past,) what readers conclude of those.
    """

    def __init__(self, matrix: sp.csr_array, few: Few, low: Floats, high: Floats) -> None:
        self.few, self.low, self.high = few, low, high
        self.same = distinct_rows(matrix)[1]
        self.whole, self.part = (self.same[np.maximum(one, 0)] for one in (few.one, few.other))
        self.alone, self.told = few.other == NOTHING, few.one != NOTHING

    def narrowed(self, low: Floats, high: Floats, width: int) -> tuple[Flags, Floats, Floats]:
        """(differences,) each: which are bounded to fewer whole values than the width and further than by the past alone,
        and the whole people they are bounded to, when readers conclude low..high, (numbers,), of the numbers that are new.
        """
        fewest, most = self._bounds(*self._ends(low, high))
        fewest_before, most_before = self._bounds(*self._ends(np.zeros(len(low)), np.full(len(high), np.inf)))
        found = (most - fewest + 1 < width) & ((fewest > fewest_before) | (most < most_before))
        return found, fewest, most

    def held_by(self, difference: int, low: Floats, high: Floats) -> Integers:
        """The numbers whose limits bound a difference: of each of its sets those with the narrowest."""
        low, high = self._ends(low, high)
        sets = [self.whole[difference], *([] if self.alone[difference] else [self.part[difference]])]
        found = []
        for one in sets:
            same = np.flatnonzero(self.same == one)
            found += [same[np.argmax(low[same])], same[np.argmin(high[same])]]
        return np.unique(np.array(found, dtype=np.int64))

    def _ends(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        return np.concatenate([self.low, low]), np.concatenate([self.high, high])

    def _bounds(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        least, most = within_all(self.same, len(self.same), low, high)
        fewest = np.where(self.told, least[self.whole], 0.0) - np.where(self.alone, 0.0, most[self.part])
        highest = most[self.whole] - np.where(self.alone | ~self.few.nested, 0.0, least[self.part])
        return np.maximum(fewest, 0.0), np.where(self.told, highest, np.inf)
