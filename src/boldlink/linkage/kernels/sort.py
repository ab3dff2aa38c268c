"""Records in the order of a key, in linear time; and which records hang together."""

from __future__ import annotations

import numpy as np

from boldlink.linkage.kernels.compiled import kernel

DIGIT = 11


@kernel
def combine(keys, numbers, size):
    """Keys (int64, -1 none) with one more part (numbers below size, -1 none), where both are there."""
    made = np.empty(len(keys), np.int64)
    for n in range(len(keys)):
        made[n] = keys[n] * size + numbers[n] if keys[n] >= 0 and numbers[n] >= 0 else -1
    return made


@kernel
def order_by(keys, rows, largest):
    """Those rows (int32) that have a key (int64, by row, 0 to largest; -1 none), in order of it; equal keys keep theirs.

    Radix sort; keys move along with rows, so that memory is read in order.
    """
    count = 0
    held, order = np.empty(len(rows), np.int64), np.empty(len(rows), np.int32)
    for n in range(len(rows)):
        if keys[rows[n]] >= 0:
            held[count], order[count] = keys[rows[n]], rows[n]
            count += 1
    held, order = held[:count], order[:count]
    other_held, other = np.empty_like(held), np.empty_like(order)
    shift = 0
    while shift < 63 and (largest >> shift) > 0:
        starts = np.zeros((1 << DIGIT) + 1, np.int64)
        for n in range(count):
            starts[((held[n] >> shift) & ((1 << DIGIT) - 1)) + 1] += 1
        for n in range(1 << DIGIT):
            starts[n + 1] += starts[n]
        for n in range(count):
            digit = (held[n] >> shift) & ((1 << DIGIT) - 1)
            place = starts[digit]
            other_held[place], other[place] = held[n], order[n]
            starts[digit] += 1
        held, other_held = other_held, held
        order, other = other, order
        shift += DIGIT
    return order


@kernel
def block_ends(keys, rows, number):
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
def hang_together(left, right, parent):
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
