"""Everything small that groups of people tell, from the parts that the comparison of populations is made of."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.protected import Protected, SmallCounts, close_pairs, distinct_rows, without


def everything_small(people: np.ndarray, rule: SmallCounts, groups: sp.csr_array) -> Protected:
    """Every small cell, every small group and every small difference between two, each once. people: (cells,)."""
    cells = sp.csr_array(sp.eye_array(len(people), format="csr"))
    one, other, _ = close_pairs(people, rule, groups)
    small = [matrix[np.flatnonzero(rule.small(np.rint(matrix @ people)))] for matrix in (cells, groups)]
    sums = sp.csr_array(sp.vstack([*small, without(groups, one, other)], format="csr"))
    return Protected(distinct_rows(sums)[0], rule.width)
