"""A second attacker, with scipy's linear programmes and nothing of ours: what a redacted table lets a reader conclude."""

from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from boldlink.outputs.control.tables import multiway


def bounds(matrix, low, high, withheld, number):
    """The smallest and largest value of one number, given the intervals of those that are not withheld."""
    dense = matrix.toarray()
    shown = ~np.asarray(withheld)
    rows = np.vstack([dense[shown], -dense[shown]])
    limits = np.concatenate([np.asarray(high, float)[shown], -np.asarray(low, float)[shown]])
    kept = np.isfinite(limits)
    found = []
    for sign in (1, -1):
        answer = linprog(sign * dense[number], A_ub=rows[kept], b_ub=limits[kept], method="highs")
        assert answer.status in (0, 3), answer.message
        found.append(sign * answer.fun if answer.status == 0 else sign * -np.inf)
    return found[0], found[1]


def whole(low, high):
    """How many whole values lie between."""
    return np.inf if np.isinf(high) else int(np.floor(high + 1e-6) - np.ceil(low - 1e-6) + 1)


def safe(table, low, high, withheld, primary, width):
    """Whether every primary number keeps so many whole values."""
    return all(whole(*bounds(table.matrix, low, high, withheld, one)) >= width for one in np.flatnonzero(primary))


def cube(counts):
    """A table of any number of ways with all of its margins."""
    counts = np.asarray(counts)
    categories = {f"key {axis}": [f"{value}" for value in range(size)] for axis, size in enumerate(counts.shape)}
    return multiway(
        counts, categories, [kept for ways in range(counts.ndim) for kept in combinations(categories, ways)]
    )


def cubes(*shapes, most=40):
    """Tables of one of these shapes, with many small counts."""
    count = st.one_of(st.integers(0, 12), st.integers(0, most))

    def filled(shape):
        size = int(np.prod(shape))
        return st.lists(count, min_size=size, max_size=size).map(lambda flat: np.reshape(flat, shape))

    return st.sampled_from(shapes).flatmap(filled)
