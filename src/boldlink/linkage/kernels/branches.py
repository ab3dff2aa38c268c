"""Conditions over pairs of records, many pairs at a time.

A comparison is a program of branching nodes. Each node asks one question of its waiting pairs (is a value missing, are
two values the same, is a measure above a bound) and sends each pair on by the answer: yes, no, or unknown where a value
is missing, as in SQL. Pairs leave a program with a level: gamma, or 1 and 0 for a condition that holds or does not.
An exit of a node is another node (0 or more) or a level (-2 - level).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from boldlink.linkage.kernels.compiled import inner_kernel, kernel
from boldlink.linkage.kernels.text import (
    begins_with,
    damerau_levenshtein,
    jaro,
    jaro_winkler,
    levenshtein,
    load,
    placed,
    too_different,
    too_few,
    unload,
)

BATCH = 1024
# Places in hot loops are unsigned: a signed one may be counted from the end, and asking costs a tenth of the time.
Array = np.ndarray[Any, np.dtype[Any]]

# Questions
LEFT_MISSING, RIGHT_MISSING, EITHER_MISSING, SAME, AT_LEAST, ABOVE, AT_MOST, BELOW, EXACTLY, ASKED = range(10)
# Measures
(JARO, JARO_WINKLER, LEVENSHTEIN, DAMERAU, BEGINS, BEGUN, APART, MINUS, SHARED, SHARES_ANY, LEFT_NUMBER,
 RIGHT_NUMBER) = range(12)  # fmt: skip
NO, YES, UNKNOWN, UNASKED = range(4)  # answers
PENDING, HOPELESS = -128, -127  # in a level's place: it waits for an answer from DuckDB; it cannot weigh enough
UNMEASURED, GONE = -1.7e308, -1.6e308  # in a measure's place: not looked at yet; a value is missing


class Values(NamedTuple):
    """Records and the distinct values they hold. Values are numbered over all columns; -1 is a missing value."""

    codes: Array  # int32 (records x keys): the number of each record's value
    data: Array  # uint8: the bytes of all texts
    texts: Array  # uint64 (values x 2): where a text begins and its length (see text.place), and which letters it holds
    number: Array  # float64 (values): a value as a number
    first_item: Array  # int64 (values + 1): where a list's items begin
    items: Array  # int32: items of all lists, each list's in order and once
    log_share: Array  # float64 (values): log2 of a value's share among records, for rarity


class Program(NamedTuple):
    """Nodes in an order in which every exit lies further on, and the measures that they look at."""

    question: Array  # int8 (nodes)
    left: Array  # int32 (nodes): key of the left record, or the measure's number
    right: Array  # int32 (nodes): key of the right record, or the question's number for DuckDB
    bound: Array  # float64 (nodes)
    yes: Array  # int32 (nodes): exits
    no: Array  # int32 (nodes)
    unknown: Array  # int32 (nodes)
    first: Array  # int32 (programs + 1): the first node of each program
    first_measure: Array  # int32 (programs + 1): the first measure of each program
    measure: Array  # int8 (measures)
    measure_left: Array  # int32 (measures): keys
    measure_right: Array  # int32 (measures)
    limit: Array  # float64 (measures): the least or most that any node asks for
    needed: Array  # uint8 (measures x 65 x 65): see text.needed_letters; of similarities
    fused: Array  # bool (1): see text.jaro_winkler


class Answers(NamedTuple):
    """What DuckDB said of pairs of values: an open table of keys (question, left value, right value), 0 where empty."""

    keys: Array  # uint64
    answers: Array  # int8
    widest: Array  # int64 (1): bits of a value's number


class Work(NamedTuple):
    """Scratch space of one thread."""

    queue: Array  # int16 (nodes x BATCH): pairs that wait at each node
    waiting: Array  # int32 (nodes)
    measured: Array  # float64 (measures x BATCH)
    masks: Array  # uint64 (256): see text.load
    loaded: Array  # int64 (1): the number of the text that they hold, -1 none
    room: Array  # int64: see text.room_for
    wanted: Array  # uint64 (BATCH): questions for DuckDB met in this batch
    asked: Array  # int64 (1): how many


@inner_kernel
def run(program, which, left, right, chosen, count, values, answers, work, level, reach, sum_, least):
    """Send pairs through one program: left and right hold records' rows, chosen the positions of the pairs to look at.

    level (int8, by position) receives each chosen pair's level, PENDING, or HOPELESS: before a question that costs more
    than a look at two numbers, pairs go whose sum_ and the most that the node can lead to (reach, bits) are under least.
    """
    first, last = program.first[which], program.first[which + 1]
    work.waiting[first:last] = 0
    for measure in range(program.first_measure[which], program.first_measure[which + 1]):
        for n in range(count):
            work.measured[measure, chosen[n]] = UNMEASURED
    for n in range(count):
        work.queue[first, n] = chosen[n]
    work.waiting[first] = count
    for node in range(first, last):
        question = program.question[node]
        if question >= AT_LEAST and work.waiting[node] and least > -np.inf:
            work.waiting[node] = _hopeful(work.queue[node], work.waiting[node], sum_, least - reach[node], level)
        waiting = work.waiting[node]
        if waiting:
            pairs = work.queue[node, :waiting]
            exits = (program.no[node], program.yes[node], program.unknown[node])
            a, b = program.left[node], program.right[node]
            if question == SAME:
                _same(a, b, exits, left, right, pairs, values.codes, work.queue, work.waiting, level)
            elif question <= EITHER_MISSING:
                _missing(question, a, b, exits, left, right, pairs, values.codes, work.queue, work.waiting, level)
            elif question == ASKED:
                _ask(program.bound[node], a, b, exits, left, right, pairs, values.codes, answers, work, level)
            else:
                _measure(program, a, left, right, pairs, values, work)
                _compare(program, node, pairs, work.measured[a], work.queue, work.waiting, level)


@inner_kernel
def _hopeful(queue, waiting, sum_, least, level):
    """Leave out pairs that cannot come to what is wanted."""
    kept = np.int64(0)
    for n in range(waiting):
        pair = queue[n]
        queue[kept] = pair
        if sum_[pair] >= least:
            kept += 1
        else:
            level[pair] = HOPELESS
    return kept


@inner_kernel
def _send(target, pair, queue, waiting, level):
    if target >= 0:
        place = np.uint64(target)
        queue[place, np.uint64(waiting[place])] = pair
        waiting[place] += 1
    else:
        level[pair] = -2 - target


@inner_kernel
def _same(a, b, exits, left, right, pairs, codes, queue, waiting, level):
    no, yes, unknown = exits
    a, b = np.uint64(a), np.uint64(b)
    for n in range(len(pairs)):
        pair = np.uint64(pairs[n])
        x, y = codes[np.uint64(left[pair]), a], codes[np.uint64(right[pair]), b]
        _send(unknown if x < 0 or y < 0 else (yes if x == y else no), pair, queue, waiting, level)


@inner_kernel
def _missing(question, a, b, exits, left, right, pairs, codes, queue, waiting, level):
    no, yes, _ = exits
    for n in range(len(pairs)):
        pair = pairs[n]
        gone = question != RIGHT_MISSING and codes[left[pair], a] < 0
        gone = gone or (question != LEFT_MISSING and codes[right[pair], b] < 0)
        _send(yes if gone else no, pair, queue, waiting, level)


@inner_kernel
def _compare(program, start, pairs, measured, queue, waiting, level):
    """Compare a measure with a bound, and with the next where that asks for the same measure."""
    measure = program.left[start]
    questions, lefts, bounds = program.question, program.left, program.bound
    yes, no, unknown = program.yes, program.no, program.unknown
    for n in range(len(pairs)):
        pair = np.uint64(pairs[n])
        value, node = measured[pair], np.uint64(start)
        while True:
            question, bound = questions[node], bounds[node]
            if value == GONE:
                target = unknown[node]
            elif question == AT_LEAST:  # not a number is above all numbers, as in DuckDB
                target = no[node] if value < bound else yes[node]
            elif question == AT_MOST:
                target = yes[node] if value <= bound else no[node]
            elif question == ABOVE:
                target = no[node] if value <= bound else yes[node]
            elif question == BELOW:
                target = yes[node] if value < bound else no[node]
            else:
                target = yes[node] if value == bound else no[node]
            if (
                target < 0
                or not AT_LEAST <= questions[np.uint64(target)] <= EXACTLY
                or lefts[np.uint64(target)] != measure
            ):
                break
            node = np.uint64(target)
        _send(target, pair, queue, waiting, level)


@inner_kernel
def _measure(program, which, left, right, pairs, values, work):
    """Fill in what is not measured yet; GONE where a value is missing.

    Each kind has a loop of its own over plain arrays: handing whole structures to a function for every pair costs more
    than measuring does.
    """
    kind, a, b = program.measure[which], program.measure_left[which], program.measure_right[which]
    limit, measured, codes = program.limit[which], work.measured[which], values.codes
    data, texts, loaded = values.data, values.texts, work.loaded
    if kind <= JARO_WINKLER:
        winkler, least = kind == JARO_WINKLER, min(limit, 0.7) - 1e-9
        _jaros(codes, a, b, left, right, pairs, data, texts, work.masks, loaded, work.room, least, winkler,
               program.fused[0], program.needed[which], measured)  # fmt: skip
    elif kind <= DAMERAU:
        _edits(codes, a, b, left, right, pairs, data, texts, work.masks, loaded, work.room, np.int64(limit),
               kind == DAMERAU, measured)  # fmt: skip
    elif kind <= BEGUN:
        _beginnings(codes, a, b, left, right, pairs, data, texts, kind == BEGUN, measured)
    elif kind <= SHARES_ANY and kind >= SHARED:
        _shared(codes, a, b, left, right, pairs, values.first_item, values.items, kind == SHARED, measured)
    else:
        _numbers(codes, a, b, left, right, pairs, values.number, kind, measured)


@inner_kernel
def _jaros(codes, a, b, left, right, pairs, data, texts, masks, loaded, room, least, winkler, fused, needed, measured):
    a, b = np.uint64(a), np.uint64(b)
    for n in range(len(pairs)):
        pair = np.uint64(pairs[n])
        if measured[pair] != UNMEASURED:
            continue
        x, y = codes[np.uint64(left[pair]), a], codes[np.uint64(right[pair]), b]
        if x < 0 or y < 0:
            measured[pair] = GONE
            continue
        start, length = placed(texts[np.uint64(x), 0])
        other, size = placed(texts[np.uint64(y), 0])
        if too_few(texts[np.uint64(x), 1], length, texts[np.uint64(y), 1], size, needed):
            measured[pair] = 0.0
            continue
        _load(x, data, texts, masks, loaded)
        if winkler:
            measured[pair] = jaro_winkler(data, start, length, other, size, masks, room, least, fused)
        else:
            measured[pair] = jaro(data, start, length, other, size, masks, room, least)


@inner_kernel
def _edits(codes, a, b, left, right, pairs, data, texts, masks, loaded, room, most, exchanges, measured):
    a, b = np.uint64(a), np.uint64(b)
    for n in range(len(pairs)):
        pair = np.uint64(pairs[n])
        if measured[pair] != UNMEASURED:
            continue
        x, y = codes[np.uint64(left[pair]), a], codes[np.uint64(right[pair]), b]
        if x < 0 or y < 0:
            measured[pair] = GONE
            continue
        start, length = placed(texts[np.uint64(x), 0])
        other, size = placed(texts[np.uint64(y), 0])
        if too_different(texts[np.uint64(x), 1], texts[np.uint64(y), 1], most):
            measured[pair] = float(most + 1)
            continue
        if most > 1 or exchanges:
            _load(x, data, texts, masks, loaded)
        if exchanges:
            found = damerau_levenshtein(data, start, length, other, size, masks, room, most)
        else:
            found = levenshtein(data, start, length, other, size, masks, room, most)
        measured[pair] = float(found)


@inner_kernel
def _beginnings(codes, a, b, left, right, pairs, data, texts, turned, measured):
    for n in range(len(pairs)):
        pair = pairs[n]
        x, y = codes[left[pair], a], codes[right[pair], b]
        if x < 0 or y < 0:
            measured[pair] = GONE
            continue
        start, length = placed(texts[x, 0])
        other, size = placed(texts[y, 0])
        if turned:
            measured[pair] = begins_with(data, other, size, start, length)
        else:
            measured[pair] = begins_with(data, start, length, other, size)


@inner_kernel
def _shared(codes, a, b, left, right, pairs, first_item, items, intersected, measured):
    for n in range(len(pairs)):
        pair = pairs[n]
        x, y = codes[left[pair], a], codes[right[pair], b]
        if x < 0 or y < 0:  # DuckDB: a list intersected with a missing one is empty
            measured[pair] = 0.0 if intersected and x >= 0 else GONE
        else:
            measured[pair] = shared_items(first_item, items, x, y)


@inner_kernel
def _numbers(codes, a, b, left, right, pairs, number, kind, measured):
    a, b = np.uint64(a), np.uint64(b)
    for n in range(len(pairs)):
        pair = np.uint64(pairs[n])
        x = codes[np.uint64(left[pair]), a] if kind != RIGHT_NUMBER else np.int32(0)
        y = codes[np.uint64(right[pair]), b] if kind != LEFT_NUMBER else np.int32(0)
        if x < 0 or y < 0:
            measured[pair] = GONE
        elif kind == APART:
            measured[pair] = abs(number[x] - number[y])
        elif kind == MINUS:
            measured[pair] = number[x] - number[y]
        else:
            measured[pair] = number[x if kind == LEFT_NUMBER else y]


@inner_kernel
def _load(x, data, texts, masks, loaded):
    """Have the masks hold a text."""
    held = loaded[0]
    if held != x:
        if held >= 0:
            start, length = placed(texts[held, 0])
            unload(data, start, length, masks)
        start, length = placed(texts[x, 0])
        load(data, start, length, masks)
        loaded[0] = x


@inner_kernel
def shared_items(first_item, items, x, y):
    """How many items two lists have in common."""
    n, end = first_item[x], first_item[x + 1]
    k, stop = first_item[y], first_item[y + 1]
    found = 0
    while n < end and k < stop:
        p, q = items[n], items[k]
        found += p == q
        n += p <= q
        k += q <= p
    return float(found)


@inner_kernel
def _ask(question, a, b, exits, left, right, pairs, codes, answers, work, level):
    no, yes, unknown = exits
    bits = np.uint64(answers.widest[0])
    number = np.uint64(np.int64(question) + 1) << (bits + bits)
    for n in range(len(pairs)):
        pair = pairs[n]
        x, y = np.uint64(codes[left[pair], a]), np.uint64(codes[right[pair], b])
        key = number | (x << bits) | y
        answer = answered(answers.keys, answers.answers, key)
        if answer == UNASKED:
            work.wanted[work.asked[0]] = key
            work.asked[0] += 1
            level[pair] = PENDING
        else:
            _send(yes if answer == YES else (no if answer == NO else unknown), pair, work.queue, work.waiting, level)


@inner_kernel
def answered(keys, answers, key):
    """What is known of a key, or UNASKED."""
    size = np.uint64(len(keys) - 1)
    place = (key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20) & size
    while keys[place] != 0:
        if keys[place] == key:
            return np.int64(answers[place])
        place = (place + np.uint64(1)) & size
    return np.int64(UNASKED)


@kernel
def remember(answers, keys, said):
    """Enter what DuckDB said; the table must have room."""
    size = np.uint64(len(answers.keys) - 1)
    for n in range(len(keys)):
        place = (keys[n] * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20) & size
        while answers.keys[place] != 0 and answers.keys[place] != keys[n]:
            place = (place + np.uint64(1)) & size
        answers.keys[place] = keys[n]
        answers.answers[place] = said[n]
