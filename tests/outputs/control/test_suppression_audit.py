"""The last audit of a pattern, and what it is made of: readers, proofs, cuts."""

import numpy as np
import pytest
from attacker import bounds, cube, cubes, safe
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.outputs.control.audit import audit, without_fixed
from boldlink.outputs.control.cuts import Pricing
from boldlink.outputs.control.reader import Published, Reader, own_numbers, whole_values
from boldlink.outputs.control.system import System, rows_of
from boldlink.outputs.control.tables import multiway

COUNTS = np.array([[20, 50, 12], [8, 19, 22], [17, 32, 12], [30, 25, 40]])
SQUARE = [3, 5, 6, 8]


def pattern(table, numbers):
    withheld = np.zeros(table.numbers, bool)
    withheld[list(numbers)] = True
    return withheld


def audited(table, numbers, width=9):
    counts = table.counts.astype(float)
    return audit(table.system(counts, counts, pattern(table, numbers)), table.matrix[[3]], width)


def test_a_square_of_withheld_cells_passes_with_what_was_seen_possible():
    found = audited(cube(COUNTS), SQUARE)
    assert not found.narrow[0] and found.low[0] >= 0 and found.high[0] <= 8 + 17


@pytest.mark.parametrize("numbers", [[3], [3, 5], SQUARE[:3], [3, 4, 6, 5]])
def test_a_pattern_that_gives_the_cell_away_does_not_pass(numbers):
    found = audited(cube(COUNTS), numbers)
    assert found.narrow.tolist() == [True] and (found.low[0], found.high[0]) == (8, 8)


def test_an_interval_of_just_too_few_values_does_not_pass():
    """The square lets 8 lose itself and gain 17: 0 to 25, 26 values."""
    assert not audited(cube(COUNTS), SQUARE, width=26).narrow[0]
    assert audited(cube(COUNTS), SQUARE, width=27).narrow[0]


def test_half_a_person_is_no_value():
    assert whole_values(0.5, 2.5) == 2 and whole_values(0.2, 0.8) == 0 and whole_values(1, 1) == 1


def test_cells_that_show_are_taken_out_and_the_rest_means_the_same():
    table = cube(COUNTS)
    counts = table.counts.astype(float)
    system, kept, fixed = without_fixed(table.system(counts, counts, pattern(table, SQUARE)))
    assert kept.tolist() == SQUARE and fixed.sum() == COUNTS.sum() - 8 - 22 - 17 - 12
    assert system.holds(table.people[kept]) and not system.holds(table.people[kept] + np.array([1, 0, 0, 0]))


def test_a_table_of_which_everything_shows_is_audited_too():
    table = cube(COUNTS)
    counts = table.counts.astype(float)
    found = audit(table.system(counts, counts, np.zeros(table.numbers, bool)), table.matrix[[3]], 1)
    assert (found.low[0], found.high[0], found.narrow[0]) == (8, 8, False)


@settings(max_examples=15)
@given(cubes((3, 3), (2, 2, 3)), st.data())
def test_the_audit_says_of_any_pattern_what_a_second_attacker_says(counts, data):
    table = cube(counts)
    withheld = np.array(data.draw(st.lists(st.booleans(), min_size=table.numbers, max_size=table.numbers)))
    exact = table.counts.astype(float)
    chosen = np.flatnonzero(withheld)[:3]
    found = audit(table.system(exact, exact, withheld), table.matrix[chosen], 6)
    for place, number in enumerate(chosen):
        assert found.narrow[place] != safe(table, exact, exact, withheld, np.arange(table.numbers) == number, 6)


def test_a_cell_is_known_by_its_first_own_number():
    table = multiway(np.array([[3, 4]]), {"one": ["a"], "two": ["b", "c"]}, [("two",), ()])
    assert own_numbers(table).tolist() == [0, 1]
    assert own_numbers(multiway(np.array([3, 4]), {"two": ["b", "c"]}, [()], inner=False)).tolist() == [-1, -1]


@settings(max_examples=15)
@given(cubes((3, 4), (2, 2, 3)), st.data())
def test_every_safe_pattern_keeps_every_cut_that_a_proof_gives(counts, data):
    """Proofs from patterns in part and from whole ones, against patterns that the second attacker finds safe."""
    table = cube(counts)
    exact = table.counts.astype(float)
    primary, reach = pattern(table, [0]), 5.0
    shares = np.array(
        data.draw(st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=table.numbers, max_size=table.numbers))
    )
    shares[0] = 1.0
    published = Published(exact, exact)
    reader, pricing = Reader(table, published), Pricing(table, published, primary)
    reader.withhold_in_part(shares, reach)
    objective = reader.objective(0)
    proofs = reader.limit(objective, upper=True), reader.limit(objective, upper=False)
    cut = pricing.cut(*proofs, reach)
    for _ in range(6):
        other = np.array(data.draw(st.lists(st.booleans(), min_size=table.numbers, max_size=table.numbers)))
        other[0] = True
        if cut and safe(table, exact, exact, other, primary, int(reach) + 1):
            assert cut.short(other.astype(float)) <= 1e-9


def test_a_proof_of_a_number_that_shows_around_it_asks_for_one_of_those_that_show():
    table = cube(COUNTS)
    exact = table.counts.astype(float)
    published, primary = Published(exact, exact), pattern(table, [3])
    reader = Reader(table, published)
    reader.withhold(primary)
    objective = reader.objective(3)
    highest, lowest = reader.limit(objective, upper=True), reader.limit(objective, upper=False)
    assert highest.value == lowest.value == 8
    cut = Pricing(table, published, primary).cut(highest, lowest, 8.0)
    assert cut.short(primary.astype(float)) == 1.0 and cut.short(np.ones(table.numbers)) < 0
    used = Pricing(table, published, primary).support(highest, lowest, primary)
    assert set(cut.numbers) <= set(used.numbers) and 3 not in used.numbers


def test_history_is_part_of_what_the_reader_concludes():
    table = multiway(COUNTS, {"region": list("NSEW"), "offence": list("tdf")}, [])
    exact = table.counts.astype(float)
    known = System(rows_of([np.array([3, 4])], 12), np.array([25.0]), np.array([29.0]))
    reader = Reader(table, Published(exact, exact, known))
    reader.withhold(pattern(table, [3]))
    objective = reader.objective(3)
    assert (reader.limit(objective, upper=False).value, reader.limit(objective, upper=True).value) == (6, 10)
    matrix = known.matrix
    assert bounds(matrix, known.low, known.high, [False], 0) == (25, 29)
