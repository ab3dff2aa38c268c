"""Protected counts: numbers of people so small that readers must not be able to tell them.

A protected count is a set of shared cells that together hold 1 to minimum - 1 people (none too, where the rule says that
zeros tell of people). Whether the count was published and withheld, or stands nowhere and could only be worked out, makes
no difference. Readers must be left at least `width` possible whole values for it; with the width of the house,
minimum - 1, nobody can tell more than that it is below the minimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.system import Flags, Integers


@dataclass(frozen=True)
class SmallCounts:
    """The rule, as versioned data. minimum: the smallest count of people that may show. zeros: whether none is small too.

    width: how many whole values readers must be left for a small count; minimum - 1 unless set.
    """

    version: str
    minimum: int
    zeros: bool = False
    width: int = 0

    def __post_init__(self) -> None:
        assert self.minimum >= 2
        assert self.width >= 0
        if not self.width:
            object.__setattr__(self, "width", self.minimum - 1)

    def small(self, people: Integers) -> Flags:
        """Which of these true counts are protected."""
        return (people < self.minimum) & (people >= (0 if self.zeros else 1))


@dataclass(frozen=True)
class Protected:
    """sums: (counts, cells) of 0 and 1, the cells of each protected count. width: whole values readers must be left."""

    sums: sp.csr_array
    width: int

    def __len__(self) -> int:
        return int(self.sums.shape[0])


def close_pairs(people: Integers, rule: SmallCounts, numbers: sp.csr_array) -> tuple[Integers, Integers, Flags]:
    """(pairs,) each: one number, another that shares people with it, where few of the one are not in the other, and
    whether everybody of the other is in the one.

    people: (cells,), some in each; numbers: (numbers, cells). Found by one sparse product, |A| - |A and B| for every pair.
    """
    matrix = sp.csr_array(numbers)
    shared = sp.coo_array(matrix.multiply(people.astype(float)) @ matrix.T)
    both, counts = np.rint(shared.data).astype(np.int64), _counts(matrix, people)
    left = counts[shared.row] - both
    few = rule.small(left) & (left > 0) & (both > 0)
    one, other = shared.row[few].astype(np.int64), shared.col[few].astype(np.int64)
    return one, other, both[few] == counts[other]


def without(numbers: sp.csr_array, one: Integers, other: Integers) -> sp.csr_array:
    """(pairs, cells): the cells of one number that are not in the other."""
    matrix = sp.csr_array(numbers)
    left = sp.csr_array(matrix[one] - matrix[one].multiply(matrix[other]))
    left.eliminate_zeros()
    return left


def distinct_rows(matrix: sp.csr_array) -> tuple[sp.csr_array, Integers]:
    """The rows of 0 and 1 without repetition, in order of first appearance, and for each row which of them it is."""
    tidy = sp.csr_array(matrix)
    tidy.sort_indices()
    seen: dict[bytes, int] = {}
    which = np.empty(tidy.shape[0], dtype=np.int64)
    for row in range(tidy.shape[0]):
        cells = tidy.indices[tidy.indptr[row] : tidy.indptr[row + 1]]
        which[row] = seen.setdefault(cells.astype(np.int64).tobytes(), len(seen))
    first = np.unique(which, return_index=True)[1]
    return sp.csr_array(tidy[first]), which


def _counts(matrix: sp.csr_array, people: Integers) -> Integers:
    counts: Integers = np.rint(matrix @ people).astype(np.int64)
    return counts
