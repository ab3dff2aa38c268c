"""Kernels do what simple code does: texts as DuckDB measures them, groups as a loop would join them, keys in order."""

from __future__ import annotations

import itertools

import duckdb
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.linkage.compiled.selftest import fused_jaro_winkler
from boldlink.linkage.kernels import text
from boldlink.linkage.kernels.agglomerate import best_assignment
from boldlink.linkage.kernels.sort import block_ends, combine, hang_together, order_by
from boldlink.linkage.kernels.support import expected_true

LETTERS = st.text(alphabet="abcé-1 ", max_size=12)
LONG = st.text(alphabet="abc", min_size=60, max_size=80)
TEXTS = st.one_of(LETTERS, LONG)


def measured(pairs: list[tuple[str, str]]) -> np.ndarray:
    encoded = [one.encode() for pair in pairs for one in pair]
    ends = np.cumsum([len(one) for one in encoded]).astype(np.int64)
    data = np.frombuffer(b"".join(encoded) or b"\0", np.uint8).copy()
    masks, room = np.zeros(256, np.uint64), np.zeros(text.room_for(max(map(len, encoded)) + 1), np.int64)
    return text.measured(data, ends, masks, room, fused_jaro_winkler(duckdb.connect()))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8))
def test_every_measure_of_texts_is_duckdbs_to_the_last_bit(pairs: list[tuple[str, str]]) -> None:
    with duckdb.connect() as connection:
        for (a, b), ours in zip(pairs, measured(pairs), strict=True):
            rows = connection.execute(
                """SELECT jaro_similarity($a, $b), jaro_winkler_similarity($a, $b), levenshtein($a, $b)::DOUBLE,
                damerau_levenshtein($a, $b)::DOUBLE, least(levenshtein($a, $b), 2)::DOUBLE,
                least(damerau_levenshtein($a, $b), 2)::DOUBLE""",
                {"a": a, "b": b},
            ).fetchall()
            assert tuple(ours) == rows[0]


def letters(value: str) -> np.uint64:
    data = np.frombuffer(value.encode() or b"\0", np.uint8).copy()
    return text.pack(data, np.array([0]), np.array([len(value.encode())]))[0, 1]


def edits(a: str, b: str) -> int:
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT damerau_levenshtein($a, $b)", {"a": a, "b": b}).fetchall()
    return int(rows[0][0])


@settings(max_examples=80, deadline=None)
@given(TEXTS, TEXTS)
def test_letters_never_say_that_texts_differ_more_than_they_do(a: str, b: str) -> None:
    """The quick look that spares measuring: half the letters that differ are no more than the edits."""
    different = int(letters(a) ^ letters(b)).bit_count()
    assert different <= 2 * edits(a, b)


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_the_best_assignment_is_the_best_of_all(rows: int, columns: int, data: st.DataObject) -> None:
    values = st.floats(-5, 10, allow_nan=False)
    gain = np.array(
        data.draw(st.lists(st.lists(values, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    )
    places = [*range(columns), *[-1] * rows]
    every = set(itertools.permutations(places, rows))
    best = max(sum(max(gain[r, c], 0.0) for r, c in enumerate(one) if c >= 0) for one in every)
    found = best_assignment(gain)
    taken = [c for c in found if c >= 0]
    assert len(set(taken)) == len(taken)
    assert abs(sum(gain[r, c] for r, c in enumerate(found) if c >= 0) - best) < 1e-9


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-1, 5_000), max_size=60))
def test_rows_are_put_in_order_of_their_keys_and_equal_ones_stay_as_they_are(values: list[int]) -> None:
    keys, rows = np.array(values, np.int64), np.arange(len(values), dtype=np.int32)
    order = order_by(keys, rows, max(values, default=0))
    assert order.tolist() == sorted((n for n in range(len(values)) if values[n] >= 0), key=lambda n: values[n])
    number = np.full(len(values), -1, np.int32)
    ends = block_ends(keys, order, number)
    for place, row in enumerate(order):
        assert all(values[order[k]] == values[row] for k in range(place, ends[place]))
        assert ends[place] == len(order) or values[order[ends[place]]] != values[row]


@given(st.lists(st.tuples(st.integers(-1, 6), st.integers(-1, 4)), min_size=1, max_size=30))
def test_combined_keys_are_equal_exactly_where_all_parts_are(parts: list[tuple[int, int]]) -> None:
    first, second = (np.array(one, np.int64) for one in zip(*parts, strict=True))
    made = combine(first, second.astype(np.int32), 5)
    for (a, one), (b, other) in itertools.combinations(zip(parts, made, strict=True), 2):
        if one >= 0 and other >= 0:
            assert (one == other) == (a == b)
    assert all((value < 0) == (min(part) < 0) for part, value in zip(parts, made, strict=True))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15))
def test_records_hang_together_as_walking_from_one_to_the_next_says(pairs: list[tuple[int, int]]) -> None:
    left, right = (np.array([p[n] for p in pairs], np.int32) for n in (0, 1))
    parent = np.arange(10, dtype=np.int32)
    hang_together(left, right, parent)
    for start in range(10):
        reached, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            near = {b if a == here else a for a, b in pairs if here in (a, b)} - reached
            reached |= near
            waiting += near
        assert parent[start] == min(reached)


links = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda p: p[0] < p[1]), st.floats(0.01, 0.99), max_size=15
)


@settings(max_examples=80, deadline=None)
@given(links)
def test_third_members_count_for_a_pair_as_the_formula_says(chances: dict[tuple[int, int], float]) -> None:
    """1 - (1 - p) * product over third members of (1 - p_ik * p_kj), pair by pair."""
    p = np.zeros((6, 6))
    for (a, b), value in chances.items():
        p[a, b] = p[b, a] = value
    wanted = {
        (i, j): 1 - (1 - p[i, j]) * np.prod([1 - p[i, k] * p[k, j] for k in range(6) if k not in (i, j)])
        for i, j in itertools.combinations(range(6), 2)
    }
    listed = [(a, b, n) for n, (a, b) in enumerate(chances)] + [(b, a, n) for n, (a, b) in enumerate(chances)]
    listed.sort()
    first = np.searchsorted([a for a, _, _ in listed], np.arange(7)).astype(np.int64)
    others = np.array([b for _, b, _ in listed], np.int32)
    numbers = np.array([n for _, _, n in listed], np.int64)
    found = np.array(list(chances.values()), float)
    total = expected_true(first, others, numbers, found, np.zeros(6, np.int64), np.ones((1, 1), np.bool_))
    assert abs(total - sum(wanted.values())) < 1e-9
    for (a, b), value in zip(chances, found, strict=True):
        assert abs(value - wanted[a, b]) < 1e-9
