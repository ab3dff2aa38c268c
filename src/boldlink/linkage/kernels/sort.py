"""Records in the order of a key, in linear time; and which records hang together."""

from __future__ import annotations

import numpy as np

from boldlink.linkage.kernels.compiled import kernel

DIGIT = 11


@kernel
def order_by(keys, rows, largest):  # type: ignore[no-untyped-def]
    """rows (int32) in the order of keys (int64, by row, 0 to largest); equal keys keep their order. Radix sort."""
    other = np.empty_like(rows)
    shift = 0
    while shift < 63 and (largest >> shift) > 0:
        counts = np.zeros((1 << DIGIT) + 1, np.int64)
        for n in range(len(rows)):
            counts[((keys[rows[n]] >> shift) & ((1 << DIGIT) - 1)) + 1] += 1
        for n in range(1 << DIGIT):
            counts[n + 1] += counts[n]
        for n in range(len(rows)):
            digit = (keys[rows[n]] >> shift) & ((1 << DIGIT) - 1)
            other[counts[digit]] = rows[n]
            counts[digit] += 1
        rows, other = other, rows
        shift += DIGIT
    return rows


@kernel
def block_ends(keys, rows, number):  # type: ignore[no-untyped-def]
    """For rows in order of keys: where each position's block ends (int32); number (int32, by row) receives the block's."""
    end = np.empty(len(rows), np.int32)
    blocks, first = 0, 0
    while first < len(rows):
        last = first
        while last < len(rows) and keys[rows[last]] == keys[rows[first]]:
            last += 1
        for n in range(first, last):
            end[n] = last
            number[rows[n]] = blocks
        blocks += 1
        first = last
    return end


@kernel
def hang_together(left, right, parent):  # type: ignore[no-untyped-def]
    """Union-find: parent (int32, by record) receives the smallest record that each hangs together with."""
    for n in range(len(left)):
        a, b = left[n], right[n]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a < b:
            parent[b] = a
        else:
            parent[a] = b
    for n in range(len(parent)):
        root = n
        while parent[root] != root:
            root = parent[root]
        parent[n] = root
