"""Cell suppression: small numbers are withheld, and nobody can work them out from the rest."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from attacker import bounds, cube, cubes, safe, whole
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.errors import BadInput
from boldlink.outputs.control.reader import Published
from boldlink.outputs.control.rounding import nearest
from boldlink.outputs.control.suppress import Effort, suppress
from boldlink.outputs.control.system import System, rows_of
from boldlink.outputs.control.tables import multiway

REGIONS = {"region": ["North", "South", "East", "West"], "offence": ["theft", "drugs", "fraud"]}
COUNTS = np.array([[20, 50, 12], [8, 19, 22], [17, 32, 12], [30, 25, 40]])
MARGINS = [("region",), ("offence",), ()]


def test_one_small_cell_of_a_table_of_four_by_three_takes_the_cheapest_square_with_it():
    """8 people: a square of three other cells hides it. The cheapest is 17 + 22 + 12."""
    found = suppress(multiway(COUNTS, REGIONS, MARGINS), 10)
    table = multiway(COUNTS, REGIONS, MARGINS)
    assert {table.labels[one] for one in np.flatnonzero(found.withheld)} == {
        ("South", "theft"), ("South", "fraud"), ("East", "theft"), ("East", "fraud"),
    }  # fmt: skip
    assert (found.cost, found.bound, found.gap) == (17 + 22 + 12, 51, 0)


def test_primary_and_secondary_numbers_look_the_same():
    table = multiway(COUNTS, REGIONS, MARGINS)
    marks = suppress(table, 10).marks(table.counts.tolist())
    assert marks.count("[c]") == 4 and marks[:6] == [20, 50, 12, "[c]", 19, "[c]"]


def test_nothing_small_nothing_withheld():
    found = suppress(multiway(COUNTS, REGIONS, MARGINS), 5)
    assert not found.withheld.any() and (found.cost, found.gap) == (0, 0)


def test_without_margins_nothing_else_is_withheld():
    found = suppress(multiway(COUNTS, REGIONS, []), 10)
    assert np.flatnonzero(found.withheld).tolist() == [3]


def test_a_number_that_must_be_withheld_is_protected_whatever_its_count():
    table = multiway(COUNTS, REGIONS, MARGINS)
    dominated = np.arange(table.numbers) == table.labels.index(("North", "drugs"))
    table = replace(table, must_withhold=dominated)
    found = suppress(table, 5)
    assert found.withheld[dominated].all() and found.withheld.sum() > 1
    assert safe(table, table.counts, table.counts, found.withheld, dominated, 4)


def test_what_is_published_already_shows_and_is_counted_on():
    table = multiway(COUNTS, REGIONS, [()], must_show=[("region",), ("offence",)])
    found = suppress(table, 10)
    assert not found.withheld[table.must_show].any() and found.cost == 51


def test_a_small_number_that_published_margins_give_away_cannot_be_protected():
    table = multiway(COUNTS, REGIONS, [], must_show=[("region", "offence")])
    with pytest.raises(BadInput, match="CONTROL-UNSAFE") as refused:
        suppress(table, 10)
    assert "8" not in str(refused.value)


def test_earlier_releases_count_as_what_the_reader_knows():
    table = multiway(COUNTS, REGIONS, MARGINS)
    known = System(rows_of([np.array([3, 5])], 12), np.array([30.0]), np.array([30.0]))  # South: theft and fraud
    other = System(rows_of([np.array([5])], 12), np.array([22.0]), np.array([22.0]))  # South: fraud
    counts = table.counts.astype(float)
    assert suppress(table, 10, published=Published(counts, counts, known)).cost == 51
    found = suppress(table, 10, published=Published(counts, counts, other))
    system, place = found.reader, table.labels.index(("South", "theft"))
    assert found.cost > 51
    everything = np.zeros(len(system.low), bool)
    assert whole(*bounds(system.matrix, system.low, system.high, everything, place)) >= 9


def test_zeros_are_protected_where_they_disclose():
    counts = np.array([[0, 30, 20], [15, 16, 17], [18, 19, 20]])
    table = cube(counts)
    assert not suppress(table, 10).withheld.any()
    found = suppress(table, 10, zeros=True)
    assert found.withheld[0] and safe(table, table.counts, table.counts, found.withheld, found.primary, 9)


def test_a_wider_interval_costs_more():
    table = multiway(COUNTS, REGIONS, MARGINS)
    assert suppress(table, 10, width=30).cost > suppress(table, 10).cost
    assert suppress(table, 10, width=1).withheld.sum() == 1


def test_the_pattern_of_a_regrouped_table_and_the_pattern_of_its_cells_are_found_together():
    """Each of two tables safe by itself: the coarser one gives the finer one's cells away. One family does not."""
    halves = {"region": {"North": "A", "South": "A", "East": "B", "West": "B"}}
    counts = np.array([[20, 50, 12], [3, 19, 22], [17, 32, 12], [30, 25, 40]])
    fine, coarse = (
        multiway(counts, REGIONS, MARGINS),
        multiway(counts, REGIONS, [{**halves, "offence": same}], inner=False),
    )
    family = fine.and_also(coarse)
    apart = np.concatenate([suppress(fine, 10).withheld, suppress(coarse, 10).withheld])
    place = family.labels.index(("South", "theft"))
    low, high = bounds(family.matrix, family.counts, family.counts, apart, place)
    assert whole(low, high) < 9
    together = suppress(family, 10)
    assert safe(family, family.counts, family.counts, together.withheld, together.primary, 9)


same = {name: name for name in REGIONS["offence"]}


def test_promise_a_suppressed_count_is_not_recovered_from_a_redacted_table_and_a_one_way_table():
    """ACRO 1.0.2 deletes records behind small cells, so that a one-way table of all records gives the cell back exactly."""
    rng = np.random.default_rng(3)
    for _ in range(5):
        table = cube(rng.poisson(25, (4, 3)) * (rng.random((4, 3)) < 0.8) + rng.integers(0, 6, (4, 3)))
        found = suppress(table, 10)
        for number in np.flatnonzero(found.primary):
            low, high = bounds(table.matrix, table.counts, table.counts, found.withheld, number)
            assert low <= table.counts[number] <= high and whole(low, high) >= 9


@settings(max_examples=25, deadline=None)
@given(cubes((3, 3), (4, 5), (2, 2, 3), (3, 3, 3)), st.integers(3, 12), st.booleans())
def test_no_second_attacker_bounds_a_primary_number_too_tightly(counts, minimum, zeros):
    table = cube(counts)
    try:
        found = suppress(table, minimum, zeros=zeros, effort=Effort(programmes=200, searches=2))
    except BadInput as refused:
        assert refused.code == "CONTROL-UNSAFE"
        everything = np.ones(table.numbers, bool)
        assert not safe(table, table.counts, table.counts, everything, table.primary(minimum, zeros), minimum - 1)
        return
    assert found.bound <= found.cost and np.all(found.withheld[found.primary])
    assert safe(table, table.counts, table.counts, found.withheld, found.primary, minimum - 1)


@settings(max_examples=10, deadline=None)
@given(cubes((3, 4), (2, 3, 3)), st.sampled_from([2, 5]))
def test_rounded_numbers_hide_more_and_stay_safe(counts, base):
    table = cube(counts)
    rounded = nearest(table, base)
    found = suppress(table, 10, published=rounded.published())
    assert safe(table, rounded.low, rounded.high, found.withheld, found.primary, 9)
    assert found.bound <= suppress(table, 10).cost


@settings(max_examples=8, deadline=None)
@given(cubes((2, 2), (2, 3), most=25))
def test_no_pattern_that_enumeration_finds_is_cheaper(counts):
    """Every set of numbers, the cheapest first, against the second attacker."""
    table = cube(counts)
    found = suppress(table, 6)
    assert found.gap == 0
    free = np.flatnonzero(~found.primary)
    for size in range(len(free) + 1):
        for chosen in combinations(free, size):
            if table.costs[list(chosen)].sum() < found.cost:
                withheld = found.primary.copy()
                withheld[list(chosen)] = True
                assert not safe(table, table.counts, table.counts, withheld, found.primary, 5)


def test_the_same_table_gives_the_same_pattern_again():
    counts = np.random.default_rng(5).poisson(20, (6, 7))
    first, again = (suppress(cube(counts), 15) for _ in range(2))
    assert np.array_equal(first.withheld, again.withheld) and first.programmes == again.programmes


def test_less_effort_is_as_safe_and_says_how_far_from_the_cheapest_it_may_be():
    counts = np.random.default_rng(8).poisson(14, (6, 7))
    table = cube(counts)
    quick, best = suppress(table, 10, effort=Effort(programmes=0, searches=0)), suppress(table, 10)
    assert safe(table, table.counts, table.counts, quick.withheld, quick.primary, 9)
    assert quick.bound <= best.bound <= best.cost <= quick.cost and quick.gap > 0
