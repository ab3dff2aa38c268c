"""Groups of records put together pair by pair, over one component of records that hang together.

Everything stands in square tables over the component's members; a group keeps the row of its first member.
"""

from __future__ import annotations

import numpy as np

from boldlink.linkage.kernels.compiled import kernel


@kernel
def average_linkage(total, scored, pairs, held, apart, together, unscored, join, fracture):
    """Join the two groups with the highest average weight, again and again, while it is enough. Ties: the first members.

    By pairs of members: total (float64: weight scored), scored (int32: 1 where scored), pairs (int32: 1 where the pair
    could have been scored), apart (bool: never together), together (bool: were one before, so that `fracture` is enough
    and not `join`). held (int32, members x sources): how many each holds of a source in which nobody stands twice.
    unscored: what a pair that could have been scored and was not weighs, in bits. Returns each member's group (int64).
    """
    count = len(total)
    group, alive = np.arange(count), np.ones(count, np.bool_)
    while True:
        best, a, b = -np.inf, -1, -1
        for n in range(count):
            if alive[n]:
                for k in range(n + 1, count):
                    if alive[k] and scored[n, k] and not apart[n, k]:
                        average = (total[n, k] + unscored * (pairs[n, k] - scored[n, k])) / pairs[n, k]
                        enough = average > best and average >= (fracture if together[n, k] else join)
                        if enough and _may_join(held, n, k):
                            best, a, b = average, n, k
        if a < 0:
            return group
        alive[b] = False
        for n in range(count):
            if group[n] == b:
                group[n] = a
            for x, y in ((a, n), (n, a)):
                other = (b, n) if x == a else (n, b)
                total[x, y] += total[other[0], other[1]]
                scored[x, y] += scored[other[0], other[1]]
                pairs[x, y] += pairs[other[0], other[1]]
                apart[x, y] = apart[x, y] or apart[other[0], other[1]]
                together[x, y] = together[x, y] and together[other[0], other[1]]
        for s in range(held.shape[1]):
            held[a, s] += held[b, s]


@kernel
def _may_join(held, a, b):
    """Nobody would stand twice in a source in which nobody does."""
    for s in range(held.shape[1]):
        if held[a, s] and held[b, s]:
            return False
    return True


@kernel
def best_assignment(gain):
    """Which column each row goes to so that the sum of gains is the greatest, or -1: gains of 0 and less are not taken.

    The Hungarian method with potentials, in time of rows x rows x columns (Kuhn 1955; Jonker and Volgenant 1987).
    gain: float64 (rows x columns), rows not more than columns plus rows: every row may stay alone.
    """
    rows, columns = gain.shape
    width = columns + rows  # one column more for each row: to stay alone
    u, v = np.zeros(rows + 1), np.zeros(width + 1)
    owner = np.zeros(width + 1, np.int64)
    for row in range(1, rows + 1):
        owner[0] = row
        least, way = np.full(width + 1, np.inf), np.zeros(width + 1, np.int64)
        used = np.zeros(width + 1, np.bool_)
        column = 0
        while True:
            used[column] = True
            at, delta, following = owner[column], np.inf, 0
            for k in range(1, width + 1):
                if not used[k]:
                    cost = -max(gain[at - 1, k - 1], 0.0) if k <= columns else 0.0
                    reduced = cost - u[at] - v[k]
                    if reduced < least[k]:
                        least[k], way[k] = reduced, column
                    if least[k] < delta:
                        delta, following = least[k], k
            for k in range(width + 1):
                if used[k]:
                    u[owner[k]] += delta
                    v[k] -= delta
                else:
                    least[k] -= delta
            column = following
            if owner[column] == 0:
                break
        while column:
            before = way[column]
            owner[column] = owner[before]
            column = before
    found = np.full(rows, -1)
    for k in range(1, columns + 1):
        if owner[k] and gain[owner[k] - 1, k - 1] > 0:
            found[owner[k] - 1] = k - 1
    return found
