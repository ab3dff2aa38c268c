"""Pairs as they stream out of blocks: made, judged, and forgotten unless they weigh enough.

A block is a run of records that agree on a rule's key. Pairs that an earlier rule makes are passed over by comparing
keys. A pair leaves as soon as the best that can still come would not bring it to the threshold; what stays is summed in
the model's order, so that an early end changes no number.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from boldlink.linkage.kernels.branches import BATCH, HOPELESS, PENDING, run
from boldlink.linkage.kernels.compiled import inner_kernel, kernel, merged

Array = np.ndarray[Any, np.dtype[Any]]
SLACK = 1e-6  # bits by which an early end must be sure: sums in another order differ by less


class Blocks(NamedTuple):
    """One rule's entries in the order of its key: the entry at position p pairs with others at begin[p] to end[p]."""

    left: Array  # int32 (entries): rows of records
    right: Array  # int32 (entries): the same, or the other side of a rule that crosses columns
    begin: Array  # int32 (entries)
    end: Array  # int32 (entries)
    lists: Array  # int32 (2): where Values has the lists of left and right records, for a rule over items; -1 if none
    item: Array  # int32 (entries of such a rule): the item of each entry
    ordered: Array  # bool (1): whether only pairs of a smaller row with a larger are wanted
    source: Array  # int16 (records): sources of records; pairs of one source are passed over. Empty if all are wanted.


class Given(NamedTuple):
    """Pairs that no blocks make: rows of left and right records (int32). Empty where blocks make them."""

    left: Array
    right: Array


class Earlier(NamedTuple):
    """What makes a pair another rule's: the same key (int32, records x rules; -1 none) or a program's yes."""

    left: Array
    right: Array
    rules: Array  # int64 (1): how many of the first columns are of earlier rules
    programs: Array  # int32: programs that, if any says yes, give the pair to an earlier rule
    own: Array  # int32 (0 or 1): the program that must say yes for this rule's pairs


class Weights(NamedTuple):
    """A model's weights, by comparison and level (column 0: missing, then level 0, 1, ...)."""

    prior: Array  # float64 (1): bits
    bits: Array  # float64 (comparisons x levels)
    rarity: Array  # int32 (comparisons x levels): key whose share counts, -1 none
    share_weight: Array  # float64 (comparisons x levels)
    share_base: Array  # float64 (comparisons x levels): log2 of u of an exact match
    share_least: Array  # float64 (comparisons x levels): log2 of the least share
    order: Array  # int32 (comparisons): in which to compare
    reach: Array  # float64 (nodes): the most bits to which a node of the comparisons' programs can lead
    still: Array  # float64 (comparisons + 1): the most bits that can still come, by place in that order


class Batch(NamedTuple):
    """Scratch for one batch of pairs."""

    left: Array  # int32 (BATCH)
    right: Array  # int32 (BATCH)
    chosen: Array  # int16 (BATCH)
    level: Array  # int8 (comparisons x BATCH)
    truth: Array  # int8 (BATCH)
    sum: Array  # float64 (BATCH)
    nowhere: Array  # float64 (nodes): infinite, where no pair is to be given up


class Found(NamedTuple):
    """Room for pairs that weigh enough, and for pairs that wait for an answer; `size` counts both, and all examined."""

    left: Array  # int32
    right: Array  # int32
    weight: Array  # float64
    level: Array  # int8 (pairs x comparisons), or no rows
    pending_left: Array  # int32
    pending_right: Array  # int32
    wanted: Array  # uint64
    size: Array  # int64 (4): pairs kept, pairs waiting, pairs examined, questions


@inner_kernel
def fill(blocks, earlier, place, last, values, batch):
    """Take pairs from blocks until the batch is full. place (int64, 2): position and partner, moved on. Returns how many."""
    count, position, partner = np.int64(0), place[0], place[1]
    rules, lists = earlier.rules[0], blocks.lists
    apart, ordered = len(blocks.source) > 0, blocks.ordered[0]
    while position < last:
        left, end = blocks.left[position], blocks.end[position]
        if partner < 0:
            partner = np.int64(blocks.begin[position])
        while partner < end and count < BATCH:
            right = blocks.right[np.uint64(partner)]
            partner += 1
            if ordered and right <= left:
                continue
            if apart and blocks.source[np.uint64(left)] == blocks.source[np.uint64(right)]:
                continue
            taken = False
            for rule in range(rules):
                key = earlier.left[np.uint64(left), np.uint64(rule)]
                if key >= 0 and key == earlier.right[np.uint64(right), np.uint64(rule)]:
                    taken = True
                    break
            if not taken and lists[0] >= 0:
                taken = (
                    first_shared(values.codes, values.first_item, values.items, lists, left, right)
                    != blocks.item[position]
                )
            if not taken:
                batch.left[np.uint64(count)], batch.right[np.uint64(count)] = left, right
                count += 1
        if partner < end:
            break
        position += 1
        partner = -1
    place[0], place[1] = position, partner
    return count


@inner_kernel
def first_shared(codes, first_item, items, lists, left, right):
    """The first item that both records' lists hold: the one block in which their pair counts."""
    x, y = codes[left, lists[0]], codes[right, lists[1]]
    n, k = first_item[x], first_item[y]
    while items[n] != items[k]:
        if items[n] < items[k]:
            n += 1
        else:
            k += 1
    return items[n]


@merged
def admit(program, earlier, batch, count, values, answers, work, found):
    """Choose the batch's pairs that are this rule's own. Returns how many; pairs that must wait are set aside."""
    for n in range(count):
        batch.chosen[n] = n
    reach = batch.nowhere
    for k in range(len(earlier.own) + len(earlier.programs)):
        own = k < len(earlier.own)
        which = earlier.own[k] if own else earlier.programs[k - len(earlier.own)]
        run(program, np.int64(which), batch.left, batch.right, batch.chosen, count, values, answers, work, batch.truth,
            reach, batch.sum, -np.inf)  # fmt: skip
        kept = np.int64(0)
        for n in range(count):
            pair = batch.chosen[n]
            if batch.truth[pair] == PENDING:
                set_aside(batch, pair, found)
            elif (batch.truth[pair] == 1) == own:
                batch.chosen[kept] = pair
                kept += 1
        count = kept
    return count


@inner_kernel
def set_aside(batch, pair, found):
    place = found.size[1]
    found.pending_left[place], found.pending_right[place] = batch.left[pair], batch.right[pair]
    found.size[1] += 1


@inner_kernel
def _rarity(codes, log_share, key, weight, base, least, left, right):
    """What the commoner of two values adds at a level where rarity counts."""
    x, y = codes[np.uint64(left), np.uint64(key)], codes[np.uint64(right), np.uint64(key)]
    if x < 0 and y < 0:
        return 0.0
    share = least
    if x >= 0:
        share = max(share, log_share[np.uint64(x)])
    if y >= 0:
        share = max(share, log_share[np.uint64(y)])
    return weight * (base - share)


@merged
def judge(program, weights, batch, count, values, answers, work, threshold, found):
    """Weigh the chosen pairs and keep those at or above the threshold."""
    for n in range(count):
        batch.sum[batch.chosen[n]] = weights.prior[0]
    for place in range(len(weights.order)):
        which = np.int64(weights.order[place])
        level = batch.level[which]
        least = threshold - SLACK - weights.still[place + 1]
        run(program, which, batch.left, batch.right, batch.chosen, count, values, answers, work, level, weights.reach,
            batch.sum, least)  # fmt: skip
        if work.asked[0]:
            count = without_pending(batch, count, level, found)
        if threshold > -np.inf:
            count = _weigh(weights, which, batch, count, level, values, least)
    _keep(weights, batch, count, values, threshold, found)


@inner_kernel
def without_pending(batch, count, level, found):
    kept = np.int64(0)
    for n in range(count):
        pair = batch.chosen[n]
        if level[pair] == PENDING:
            set_aside(batch, pair, found)
        else:
            batch.chosen[kept] = pair
            kept += 1
    return kept


@inner_kernel
def _weigh(weights, which, batch, count, level, values, least):
    """Add a comparison's weights, and leave out pairs that cannot come to the threshold any more."""
    chosen, total, kept = batch.chosen, batch.sum, np.int64(0)
    for n in range(count):
        pair = np.uint64(chosen[n])
        chosen[np.uint64(kept)] = chosen[n]
        kept += level[pair] != HOPELESS
    _add(weights, which, batch, kept, level, values)
    count, kept = kept, np.int64(0)
    for n in range(count):
        pair = np.uint64(chosen[n])
        chosen[np.uint64(kept)] = chosen[n]
        kept += total[pair] >= least
    return kept


@inner_kernel
def _add(weights, which, batch, count, level, values):
    """A comparison's bits, and what rarity adds, to the chosen pairs' sums."""
    bits, key, total, chosen = weights.bits[which], weights.rarity[which], batch.sum, batch.chosen
    for n in range(count):
        pair = np.uint64(chosen[n])
        total[pair] += bits[np.uint64(level[pair] + 1)]
    weight, base, floor = weights.share_weight[which], weights.share_base[which], weights.share_least[which]
    codes, log_share = values.codes, values.log_share
    for g in range(len(key)):
        if key[g] >= 0:
            for n in range(count):
                pair = np.uint64(chosen[n])
                if level[pair] + 1 == g:
                    left, right = batch.left[pair], batch.right[pair]
                    total[pair] += _rarity(codes, log_share, key[g], weight[g], base[g], floor[g], left, right)


@inner_kernel
def _keep(weights, batch, count, values, threshold, found):
    """Sum what is left in the model's order, and keep what comes to the threshold."""
    chosen, total, comparisons = batch.chosen, batch.sum, len(weights.order)
    for n in range(count):
        total[chosen[n]] = weights.prior[0]
    for which in range(comparisons):
        _add(weights, which, batch, count, batch.level[which], values)
    place = found.size[0]
    for n in range(count):
        pair = chosen[n]
        if total[pair] >= threshold:
            found.left[place], found.right[place] = batch.left[pair], batch.right[pair]
            found.weight[place] = total[pair]
            if len(found.level):
                for which in range(comparisons):
                    found.level[place, which] = batch.level[which, pair]
            place += 1
    found.size[0] = place


@inner_kernel
def collect_wanted(work, found):
    """Hand over the questions that a batch met."""
    for n in range(work.asked[0]):
        found.wanted[found.size[3] + n] = work.wanted[n]
    found.size[3] += work.asked[0]
    work.asked[0] = 0


@kernel
def score_range(program, weights, blocks, given, earlier, first, last, values, answers, threshold, batch, work, found):
    """Score one rule's pairs: of positions first to last of its blocks, or those of the given pairs."""
    place = np.array([first, -1], np.int64)
    while place[0] < last:
        count = next_batch(blocks, given, earlier, place, last, values, batch)
        found.size[2] += count
        count = admit(program, earlier, batch, count, values, answers, work, found)
        judge(program, weights, batch, count, values, answers, work, threshold, found)
        collect_wanted(work, found)


@merged
def next_batch(blocks, given, earlier, place, last, values, batch):
    """The next pairs, wherever they come from; place is moved on. Returns how many."""
    if len(blocks.left):
        return fill(blocks, earlier, place, last, values, batch)
    return take(given, place, last, earlier, batch)


@inner_kernel
def take(given, place, last, earlier, batch):
    """The next of given pairs, less those that an earlier rule's key makes."""
    count, end = np.int64(0), min(place[0] + BATCH, last)
    for n in range(place[0], end):
        left, right = given.left[n], given.right[n]
        taken = False
        for rule in range(earlier.rules[0]):
            key = earlier.left[left, rule]
            if key >= 0 and key == earlier.right[right, rule]:
                taken = True
                break
        if not taken:
            batch.left[count], batch.right[count] = left, right
            count += 1
    place[0] = end
    return count
