"""Tables as they will be published: numbers over shared cells, their costs and flags."""

import numpy as np
import pytest

from boldlink.errors import BadInput
from boldlink.outputs.control.tables import from_rows, multiway

REGIONS = {"region": ["North", "South", "West"], "sex": ["F", "M"]}
COUNTS = np.array([[20, 3], [40, 50], [0, 9]])


def counted(table):
    return dict(zip(table.labels, table.counts.tolist(), strict=True))


def test_inner_cells_and_chosen_margins_are_numbers():
    table = multiway(COUNTS, REGIONS, [("region",), ()])
    assert counted(table) == {
        ("North", "F"): 20, ("North", "M"): 3, ("South", "F"): 40, ("South", "M"): 50, ("West", "F"): 0, ("West", "M"): 9,
        ("North", "All"): 23, ("South", "All"): 90, ("West", "All"): 9, ("All", "All"): 122,
    }  # fmt: skip


def test_values_may_be_grouped_otherwise_in_a_margin():
    halves = {"North": "North and West", "South": "South", "West": "North and West"}
    table = multiway(COUNTS, REGIONS, [{"region": halves}], inner=False)
    assert counted(table) == {("North and West", "All"): 32, ("South", "All"): 90}


def test_rows_without_people_may_be_missing():
    rows = [{"region": "North", "sex": "F", "n": 4}, {"region": "South", "sex": "M", "n": 7}]
    table = from_rows(rows, ("region", "sex"), "n", [("sex",)])
    assert counted(table) == {
        ("North", "F"): 4, ("North", "M"): 0, ("South", "F"): 0, ("South", "M"): 7, ("All", "F"): 4, ("All", "M"): 7,
    }  # fmt: skip


def test_two_rows_of_the_same_keys_are_refused():
    with pytest.raises(BadInput, match="CONTROL-TABLE"):
        from_rows([{"region": "North", "n": 4}, {"region": "North", "n": 1}], ("region",), "n", [])


@pytest.mark.parametrize("counts", [np.array([[1, 2], [3, 4]]), np.array([[1, 2], [3, 4], [5, -6]])])
def test_counts_of_another_shape_or_below_nought_are_refused(counts):
    with pytest.raises(BadInput, match="CONTROL-TABLE"):
        multiway(counts, REGIONS, [])


def test_small_numbers_are_primary_and_zeros_where_they_disclose():
    table = multiway(COUNTS, REGIONS, [("region",)])
    primary = table.primary(10, zeros=False)
    assert [table.labels[one] for one in np.flatnonzero(primary)] == [("North", "M"), ("West", "M"), ("West", "All")]
    assert set(np.flatnonzero(table.primary(10, zeros=True))) - set(np.flatnonzero(primary)) == {4}


def test_what_is_published_already_is_never_primary_and_never_withheld():
    table = multiway(COUNTS, REGIONS, [], must_show=[("region",)])
    assert not table.primary(10, zeros=True)[table.labels.index(("West", "All"))]
    assert [table.labels[one] for one in np.flatnonzero(table.must_show)] == [
        ("North", "All"), ("South", "All"), ("West", "All"),
    ]  # fmt: skip


def test_withholding_a_number_costs_the_people_it_counts_and_one_at_least():
    table = multiway(COUNTS, REGIONS, [()])
    assert table.costs.tolist() == [20, 3, 40, 50, 1, 9, 122]


def test_a_family_is_one_table_over_the_same_cells():
    first, second = multiway(COUNTS, REGIONS, []), multiway(COUNTS, REGIONS, [("sex",)], inner=False)
    both = first.and_also(second)
    assert counted(both) == counted(first) | counted(second)


def test_tables_of_other_people_are_no_family():
    with pytest.raises(BadInput, match="CONTROL-CELLS"):
        multiway(COUNTS, REGIONS, []).and_also(multiway(COUNTS + 1, REGIONS, []))
