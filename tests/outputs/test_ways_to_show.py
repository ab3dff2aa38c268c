"""Three ways to show a count: what readers must think possible, against all counts tried one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.cli.output import Way
from boldlink.outputs import RULES, SUPPRESSED, Rules, in_way, protect, run_checks
from boldlink.outputs.ways import as_shown, coarser, is_rounded, may_show_as, stands_for
from boldlink.values import Rounding, StatTable

MIDDLES = in_way(RULES, Rounding.MIDPOINT)
BY_ITSELF = [RULES, MIDDLES, coarser(RULES), coarser(MIDDLES)]


def test_the_command_offers_every_way():
    assert list(get_args(Way)) == [str(one) for one in Rounding]


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, 3), (6, 3), (7, 9), (12, 9), (13, 15), (100, 99)])
def test_midpoint_6_is_that_of_opensafely(count: int, shown: int):
    assert (MIDDLES.base, as_shown(count, MIDDLES)) == (6, shown)


@pytest.mark.parametrize(("base", "even"), [(5, 6), (6, 6), (7, 8), (10, 10)])
def test_a_midpoint_is_never_less_coarse_than_the_rules_ask(base: int, even: int):
    assert in_way(replace(RULES, base=base), Rounding.MIDPOINT).base == even


@pytest.mark.parametrize("rules", BY_ITSELF, ids=lambda rules: f"{rules.rounding} {rules.base}")
@given(count=st.integers(10, 300))
def test_a_value_stands_for_exactly_the_counts_that_show_so(rules: Rules, count: int):
    value = as_shown(count, rules)
    low, high = stands_for(value, count, rules)
    possible = [other for other in range(400) if other >= rules.minimum and as_shown(other, rules) == value]
    assert (low[0], high[0]) == (possible[0], possible[-1])
    assert is_rounded(value, rules) and may_show_as(count, value, rules)


@given(count=st.integers(10, 300), value=st.integers(0, 400))
def test_a_controlled_value_is_one_of_the_two_multiples_beside_the_count(count: int, value: int):
    rules = in_way(RULES, Rounding.CONTROLLED)
    beside = {count // 5 * 5, -(-count // 5) * 5}
    assert may_show_as(count, value, rules) is (value in beside)
    low, high = stands_for(value, count, rules)
    if value in beside:  # whoever takes it for the nearest multiple must not be wrong about what stays possible
        nearest = [other for other in range(10, 400) if as_shown(other, RULES) == value]
        assert (low[0], high[0]) == (min([*nearest, count]), max([*nearest, count]))


@pytest.mark.parametrize("rules", BY_ITSELF, ids=lambda rules: f"{rules.rounding} {rules.base}")
def test_a_value_that_the_rules_do_not_give_is_read_as_the_truth(rules: Rules):
    assert [side[0] for side in stands_for(37, 38, rules)] == [38, 38]
    assert [side[0] for side in stands_for(5, 7, rules)] == [7, 7]  # small, and shows all the same


@pytest.mark.parametrize("rules", [coarser(RULES), coarser(MIDDLES)], ids=["nearest", "midpoint"])
@given(less=st.integers(10, 200), more=st.integers(1, 9))
def test_the_coarsest_way_leaves_ten_values_for_any_small_difference(rules: Rules, less: int, more: int):
    (low, high), (low_of_more, high_of_more) = (stands_for(as_shown(n, rules), n, rules) for n in (less, less + more))
    fewest, most = max(0, low_of_more[0] - high[0]), high_of_more[0] - low[0]
    assert most - fewest + 1 >= RULES.width or low[0] == RULES.minimum  # at the minimum one end is cut off


def test_a_table_in_midpoints_passes_the_checks_and_says_how_it_counts():
    raw = StatTable(
        "A table",
        ("region",),
        ("people",),
        ({"region": "North", "people": 62}, {"region": "South", "people": 3}, {"region": "East", "people": 24}),
    )
    shown = protect(raw, MIDDLES)
    assert [row["people"] for row in shown.rows] == [63, SUPPRESSED, 21, 84]
    assert {check.outcome for check in run_checks(shown, raw, MIDDLES)} == {"pass"}
    assert any("7 to 12 as 9" in note for note in shown.notes)
    assert [check.name for check in run_checks(shown, raw, RULES) if check.outcome == "fail"] == [
        "rounding",
        "worked out again",
    ]
