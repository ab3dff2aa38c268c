"""Agreement patterns counted while pairs stream: EM then runs over thousands of patterns, not millions of pairs.

A pattern is one number: the levels of all comparisons as digits, each plus one so that missing is 0.
Source: agreement patterns as in fastLink (Enamorado, Fifield, Imai 2019).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from boldlink.linkage.kernels.branches import BATCH, run
from boldlink.linkage.kernels.compiled import inner_kernel, kernel, merged
from boldlink.linkage.kernels.stream import admit, collect_wanted, next_batch, without_pending

Array = np.ndarray[Any, np.dtype[Any]]


class Counts(NamedTuple):
    """Patterns seen and how often: an open table, -1 where empty."""

    patterns: Array  # int64
    counts: Array  # int64
    size: Array  # int64 (1): patterns in it
    radix: Array  # int64 (comparisons): what a comparison's digit is worth; 0 for one that is not counted


@kernel
def count_range(program, blocks, given, earlier, place, last, values, answers, batch, work, found, counts):
    """Count patterns from `place` to position `last` of blocks or given pairs, or until the table must grow. True when done."""
    while place[0] < last:
        if 2 * (counts.size[0] + BATCH) > len(counts.patterns):
            return False
        count = next_batch(blocks, given, earlier, place, last, values, batch)
        found.size[2] += count
        _count(program, earlier, batch, count, values, answers, work, found, counts)
    return True


@merged
def _count(program, earlier, batch, count, values, answers, work, found, counts):
    count = admit(program, earlier, batch, count, values, answers, work, found)
    for which in range(len(counts.radix)):
        if counts.radix[which]:
            level = batch.level[which]
            run(program, which, batch.left, batch.right, batch.chosen, count, values, answers, work, level, batch.nowhere,
                batch.sum, -np.inf)  # fmt: skip
            if work.asked[0]:
                count = without_pending(batch, count, level, found)
    _add_all(counts.patterns, counts.counts, counts.size, counts.radix, batch.level, batch.chosen, count)
    collect_wanted(work, found)


@inner_kernel
def _add_all(patterns, counts, size, radix, level, chosen, count):
    for n in range(count):
        pattern = np.int64(0)
        for which in range(len(radix)):
            if radix[which]:
                pattern += radix[which] * (level[which, np.uint64(chosen[n])] + 1)
        _add(patterns, counts, size, pattern, np.int64(1))


@inner_kernel
def _add(patterns, counts, size, pattern, times):
    last = len(patterns) - 1
    place = np.int64((np.uint64(pattern) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & last
    while patterns[place] != pattern:
        if patterns[place] == -1:
            patterns[place] = pattern
            size[0] += 1
            break
        place = (place + 1) & last
    counts[place] += times


@kernel
def move(old, new):
    """Enter one table's patterns in another, larger one."""
    for n in range(len(old.patterns)):
        if old.patterns[n] >= 0:
            _add(new.patterns, new.counts, new.size, old.patterns[n], old.counts[n])
