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
    most_jaro,
)

BATCH = 1024
Array = np.ndarray[Any, np.dtype[Any]]

# Questions
LEFT_MISSING, RIGHT_MISSING, EITHER_MISSING, SAME, AT_LEAST, ABOVE, AT_MOST, BELOW, EXACTLY, ASKED = range(10)
# Measures
(JARO, JARO_WINKLER, LEVENSHTEIN, DAMERAU, BEGINS, BEGUN, APART, MINUS, SHARED, SHARES_ANY, LEFT_NUMBER,
 RIGHT_NUMBER) = range(12)  # fmt: skip
NO, YES, UNKNOWN, UNASKED = range(4)  # answers
PENDING = -128  # a level that waits for an answer from DuckDB
UNMEASURED = -1.7e308


class Values(NamedTuple):
    """Records and the distinct values they hold. Values are numbered over all columns; -1 is a missing value."""

    codes: Array  # int32 (records x keys): the number of each record's value
    data: Array  # uint8: the bytes of all texts
    start: Array  # int64 (values): where a text begins
    length: Array  # int32 (values): bytes of a text
    letters: Array  # uint64 (values): which letters a text holds
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
    answer: Array  # int8 (BATCH)
    measured: Array  # float64 (measures x BATCH)
    masks: Array  # uint64 (256)
    room: Array  # int64: see text.room_for
    wanted: Array  # uint64 (BATCH): questions for DuckDB met in this batch
    asked: Array  # int64 (1): how many


@inner_kernel
def run(program, which, left, right, chosen, count, values, answers, work, level):  # type: ignore[no-untyped-def]
    """Send pairs through one program: left and right hold records' rows, chosen the positions of the pairs to look at.

    level (int8, by position) receives each chosen pair's level, or PENDING.
    """
    first, last = program.first[which], program.first[which + 1]
    work.waiting[first:last] = 0
    for which_measure in range(program.first_measure[which], program.first_measure[which + 1]):
        for n in range(count):
            work.measured[which_measure, chosen[n]] = UNMEASURED
    for n in range(count):
        work.queue[first, n] = chosen[n]
    work.waiting[first] = count
    for node in range(first, last):
        waiting = work.waiting[node]
        if waiting:
            pairs = work.queue[node, :waiting]
            question = program.question[node]
            if question == SAME:
                _same(program, node, left, right, pairs, values.codes, work.answer)
            elif question <= EITHER_MISSING:
                _missing(program, node, left, right, pairs, values.codes, work.answer)
            elif question == ASKED:
                _asked(program, node, left, right, pairs, values.codes, answers, work)
            else:
                _measure(program, program.left[node], left, right, pairs, values, work)
                _compare(program, node, left, right, pairs, values.codes, work)
            _send(program.yes[node], program.no[node], program.unknown[node], pairs, work, level)


@inner_kernel
def _send(yes, no, unknown, pairs, work, level):  # type: ignore[no-untyped-def]
    exits = (no, yes, unknown)
    for n in range(len(pairs)):
        pair = pairs[n]
        answer = work.answer[n]
        if answer == UNASKED:
            level[pair] = PENDING
            continue
        target = exits[answer]
        if target >= 0:
            work.queue[target, work.waiting[target]] = pair
            work.waiting[target] += 1
        else:
            level[pair] = -2 - target


@inner_kernel
def _same(program, node, left, right, pairs, codes, answer):  # type: ignore[no-untyped-def]
    a, b = program.left[node], program.right[node]
    for n in range(len(pairs)):
        x, y = codes[left[pairs[n]], a], codes[right[pairs[n]], b]
        answer[n] = UNKNOWN if x < 0 or y < 0 else (YES if x == y else NO)


@inner_kernel
def _missing(program, node, left, right, pairs, codes, answer):  # type: ignore[no-untyped-def]
    question, a, b = program.question[node], program.left[node], program.right[node]
    for n in range(len(pairs)):
        gone = False
        if question != RIGHT_MISSING:
            gone = codes[left[pairs[n]], a] < 0
        if question != LEFT_MISSING:
            gone = gone or codes[right[pairs[n]], b] < 0
        answer[n] = YES if gone else NO


@inner_kernel
def _compare(program, node, left, right, pairs, codes, work):  # type: ignore[no-untyped-def]
    question, bound, measure = program.question[node], program.bound[node], program.left[node]
    measured = work.measured[measure]
    for n in range(len(pairs)):
        value = measured[pairs[n]]
        if np.isnan(value):
            work.answer[n] = UNKNOWN
        elif question == AT_LEAST:
            work.answer[n] = value >= bound
        elif question == ABOVE:
            work.answer[n] = value > bound
        elif question == AT_MOST:
            work.answer[n] = value <= bound
        elif question == BELOW:
            work.answer[n] = value < bound
        else:
            work.answer[n] = value == bound


@inner_kernel
def _measure(program, which, left, right, pairs, values, work):  # type: ignore[no-untyped-def]
    """Fill in what is not measured yet; nan where a value is missing."""
    kind, a, b = program.measure[which], program.measure_left[which], program.measure_right[which]
    limit, fused = program.limit[which], program.fused[0]
    measured, codes = work.measured[which], values.codes
    for n in range(len(pairs)):
        pair = pairs[n]
        if measured[pair] != UNMEASURED:
            continue
        x = codes[left[pair], a] if kind != RIGHT_NUMBER else np.int32(0)
        y = codes[right[pair], b] if kind != LEFT_NUMBER else np.int32(0)
        if x < 0 or y < 0:  # DuckDB: a list intersected with a missing one is empty
            measured[pair] = 0.0 if kind == SHARED and x >= 0 else np.nan
        elif kind <= BEGUN:
            measured[pair] = _text_measure(kind, x, y, values, work, limit, fused)
        elif kind == APART:
            measured[pair] = abs(values.number[x] - values.number[y])
        elif kind == MINUS:
            measured[pair] = values.number[x] - values.number[y]
        elif kind <= SHARES_ANY:
            measured[pair] = shared_items(values, x, y)
        else:
            measured[pair] = values.number[x if kind == LEFT_NUMBER else y]


@inner_kernel
def _text_measure(kind, x, y, values, work, limit, fused):  # type: ignore[no-untyped-def]
    data, a, la, b, lb = values.data, values.start[x], values.length[x], values.start[y], values.length[y]
    masks, room = work.masks, work.room
    if kind <= JARO_WINKLER:
        bound = most_jaro(values.letters[x], la, values.letters[y], lb)
        if bound + 1e-9 < min(limit, 0.7):
            return 0.0
        if kind == JARO:
            return jaro(data, a, la, b, lb, masks, room)
        return jaro_winkler(data, a, la, b, lb, masks, room, fused)
    if kind == LEVENSHTEIN:
        return float(levenshtein(data, a, la, b, lb, masks, room, np.int64(limit)))
    if kind == BEGINS:
        return 1.0 if begins_with(data, a, la, b, lb) else 0.0
    if kind == BEGUN:
        return 1.0 if begins_with(data, b, lb, a, la) else 0.0
    return float(damerau_levenshtein(data, a, la, b, lb, masks, room, np.int64(limit)))


@inner_kernel
def shared_items(values, x, y):  # type: ignore[no-untyped-def]
    """How many items two lists have in common."""
    n, end = values.first_item[x], values.first_item[x + 1]
    k, stop = values.first_item[y], values.first_item[y + 1]
    found = 0
    while n < end and k < stop:
        p, q = values.items[n], values.items[k]
        found += p == q
        n += p <= q
        k += q <= p
    return float(found)


@inner_kernel
def _asked(program, node, left, right, pairs, codes, answers, work):  # type: ignore[no-untyped-def]
    bits = np.uint64(answers.widest[0])
    question = np.uint64(np.int64(program.bound[node]) + 1) << (bits + bits)
    for n in range(len(pairs)):
        x = np.uint64(codes[left[pairs[n]], program.left[node]])
        y = np.uint64(codes[right[pairs[n]], program.right[node]])
        key = question | (x << bits) | y
        work.answer[n] = answered(answers, key)
        if work.answer[n] == UNASKED:
            work.wanted[work.asked[0]] = key
            work.asked[0] += 1


@inner_kernel
def answered(answers, key):  # type: ignore[no-untyped-def]
    """What is known of a key, or UNASKED."""
    size = np.uint64(len(answers.keys) - 1)
    place = (key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20) & size
    while answers.keys[place] != 0:
        if answers.keys[place] == key:
            return np.int64(answers.answers[place])
        place = (place + np.uint64(1)) & size
    return np.int64(UNASKED)


@inner_kernel
def remember(answers, keys, said):  # type: ignore[no-untyped-def]
    """Enter what DuckDB said; the table must have room."""
    size = np.uint64(len(answers.keys) - 1)
    for n in range(len(keys)):
        place = (keys[n] * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20) & size
        while answers.keys[place] != 0 and answers.keys[place] != keys[n]:
            place = (place + np.uint64(1)) & size
        answers.keys[place] = keys[n]
        answers.answers[place] = said[n]
