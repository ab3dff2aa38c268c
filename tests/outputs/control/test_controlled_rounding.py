"""Rounding instead of withholding: nearest, midpoint-6, controlled."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from attacker import cube, cubes
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.errors import BadInput
from boldlink.outputs.control.rounding import controlled, midpoint, nearest
from boldlink.outputs.control.tables import multiway


def one_way(*counts):
    return multiway(np.array(counts), {"group": [str(place) for place in range(len(counts))]}, [])


def test_nearest_multiples_and_the_counts_that_show_so():
    found = nearest(one_way(0, 2, 3, 12, 13), 5)
    assert found.shown.tolist() == [0, 0, 5, 10, 15]
    assert list(zip(found.low.tolist(), found.high.tolist(), strict=True)) == [
        (0, 2),
        (0, 2),
        (3, 7),
        (8, 12),
        (13, 17),
    ]


def test_midpoints_of_six():
    found = midpoint(one_way(0, 1, 6, 7, 12, 13))
    assert found.shown.tolist() == [0, 3, 3, 9, 9, 15]
    assert list(zip(found.low.tolist(), found.high.tolist(), strict=True))[:4] == [(0, 0), (1, 6), (1, 6), (7, 12)]


@given(st.lists(st.integers(0, 300), min_size=1, max_size=6), st.integers(1, 12))
def test_an_interval_holds_exactly_the_counts_that_show_the_same(counts, base):
    for rounding in (nearest, midpoint) if base % 2 == 0 else (nearest,):
        found = rounding(one_way(*counts), base)
        for shown, low, high in zip(found.shown, found.low, found.high, strict=True):
            same = rounding(one_way(*range(max(low - 2, 0), high + 3)), base)
            within = [count for count, one in enumerate(same.shown, max(low - 2, 0)) if one == shown]
            assert within == list(range(low, high + 1))


def test_a_middle_that_is_no_whole_number_and_a_base_of_nought_are_refused():
    with pytest.raises(BadInput, match="CONTROL-BASE"):
        midpoint(one_way(4), 5)
    with pytest.raises(BadInput, match="CONTROL-BASE"):
        controlled(one_way(4), 0)


def adds_up(table, shown):
    cells = shown[: len(table.people)]
    return np.array_equal(table.matrix @ cells, shown)


@settings(max_examples=30)
@given(cubes((3, 4), (2, 5), (1, 6)), st.sampled_from([3, 5, 10]), st.integers(0, 3))
def test_two_way_tables_always_have_a_controlled_rounding_to_neighbouring_multiples(counts, base, seed):
    table = cube(counts)
    found = controlled(table, base, seed)
    assert found.steps == 1 and adds_up(table, found.shown) and np.all(found.shown % base == 0)
    assert np.all(np.abs(found.shown - table.counts) < base)
    assert np.array_equal(found.shown[table.counts % base == 0], table.counts[table.counts % base == 0])
    assert found.system(table).holds(table.people)


@settings(max_examples=10)
@given(cubes((2, 2), (2, 3), (2, 2, 2)), st.sampled_from([3, 5]))
def test_no_neighbouring_multiples_that_add_up_are_nearer(counts, base):
    """Every choice of neighbours for the cells."""
    table = cube(counts)
    found = controlled(table, base)
    best = None
    for choice in product(*({count // base * base, -(-count // base) * base} for count in table.people.tolist())):
        shown = table.matrix @ np.array(choice)
        if np.all(np.abs(shown - table.counts) < base):
            deviation = int(np.abs(shown - table.counts).sum())
            best = deviation if best is None else min(best, deviation)
    assert found.steps > 1 if best is None else (found.steps == 1 and found.deviation == best)


def test_where_neighbours_cannot_add_up_numbers_go_further_and_it_is_said():
    """Three cells of 10, of which only the three pairs show, 20 each: multiples of 20 stay, but 20 + 20 + 20 is no even sum."""
    groups = {"a": "ab", "b": "ab", "c": "c"}, {"a": "a", "b": "bc", "c": "bc"}, {"a": "ac", "b": "b", "c": "ac"}
    counts, keys = np.array([10, 10, 10]), {"cell": ["a", "b", "c"]}
    pairs = multiway(counts, keys, [{"cell": one} for one in groups], inner=False)
    only_pairs = [number for number, label in enumerate(pairs.labels) if len(label[0]) == 2]
    table = replace(
        pairs, matrix=pairs.matrix[only_pairs], costs=pairs.costs[only_pairs], must_show=pairs.must_show[only_pairs],
        must_withhold=pairs.must_withhold[only_pairs], labels=tuple(pairs.labels[one] for one in only_pairs),
    )  # fmt: skip
    found = controlled(table, 20)
    assert found.steps == 2 and table.counts.tolist() == [20, 20, 20]
    assert np.all(found.high - found.shown == 39) and found.system(table).holds(table.people)
    with pytest.raises(BadInput, match="CONTROL-ROUNDING"):
        controlled(table, 20, most_steps=1)


def test_the_same_seed_gives_the_same_table_and_seeds_choose_among_equals():
    table = cube(np.full((4, 4), 1))
    tables = [controlled(table, 4, seed) for seed in range(6)]
    assert np.array_equal(controlled(table, 4, 3).shown, tables[3].shown)
    assert len({one.deviation for one in tables}) == 1 and len({tuple(one.shown) for one in tables}) > 1
