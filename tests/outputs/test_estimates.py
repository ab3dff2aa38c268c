"""Estimates leave only beside people who show: rounded, as the data gives them, with intervals the right way round."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.outputs import NOT_APPLICABLE, RULES, SUPPRESSED, as_json, from_json, protect, run_checks
from boldlink.values import StatTable, intervals

NAMES = ("what", "people", "events", "value", "low", "high")


def table(*rows):
    made = tuple(dict(zip(NAMES, row, strict=True)) for row in rows)
    return StatTable(
        "T", ("what",), ("people", "events"), made, labels={"value": "Hazard ratio"},
        estimates={"value": 2, "low": 2, "high": 2},
    )  # fmt: skip


def failed(shown, raw):
    return {check.name for check in run_checks(shown, raw, RULES) if check.outcome == "fail"}


def test_an_estimate_shows_rounded_to_its_decimals():
    shown = protect(table(("Support", 203, 47, 0.7349, 0.6111, 0.8852)), RULES)
    assert shown.rows == ({"what": "Support", "people": 205, "events": 45, "value": 0.73, "low": 0.61, "high": 0.89},)


def test_an_estimate_is_withheld_with_any_count_of_its_row():
    shown = protect(table(("Support", 203, 4, 0.7349, 0.6111, 0.8852)), RULES)
    assert [shown.rows[0][name] for name in NAMES[1:]] == [205, *[SUPPRESSED] * 4]


def test_an_estimate_that_does_not_exist_is_not_applicable_and_an_endless_one_neither():
    shown = protect(table(("Support", 203, 47, None, 0.6111, float("inf"))), RULES)
    assert [shown.rows[0][name] for name in ("value", "low", "high")] == [NOT_APPLICABLE, 0.61, NOT_APPLICABLE]


def test_an_estimate_in_whole_days_is_a_whole_number():
    shown = protect(
        replace(table(("Support", 203, 47, 91.5, 60.2, 100.0)), estimates={"value": 0, "low": 0, "high": 0}), RULES
    )
    assert [repr(shown.rows[0][name]) for name in ("value", "low", "high")] == ["92", "60", "100"]


def test_a_table_with_estimates_has_no_total_because_estimates_do_not_add_up():
    raw = table(("Support", 203, 47, 0.7, 0.6, 0.8), ("Housing", 310, 62, 1.0, 0.9, 1.1))
    assert [row["what"] for row in protect(raw, RULES).rows] == ["Support", "Housing"]
    shown = protect(raw, RULES)
    total = {"what": "All", "people": 515, "events": 105, "value": 0.9, "low": 0.8, "high": 1.0}
    assert "totals" in failed(replace(shown, rows=(*shown.rows, total)), raw)


@pytest.mark.parametrize("change", [{"value": 0.5}, {"value": 0.7349}, {"low": SUPPRESSED}, {"high": NOT_APPLICABLE}])
def test_an_estimate_that_the_data_does_not_give_is_refused(change):
    raw = table(("Support", 203, 47, 0.7349, 0.6111, 0.8852))
    shown = protect(raw, RULES)
    assert failed(replace(shown, rows=({**shown.rows[0], **change},)), raw) == {"estimates"}


def test_an_estimate_beside_a_withheld_count_is_refused():
    raw = table(("Support", 203, 4, 0.7349, 0.6111, 0.8852))
    shown = protect(raw, RULES)
    leaky = {**shown.rows[0], "value": 0.73, "low": 0.61, "high": 0.89}
    assert failed(replace(shown, rows=(leaky,)), raw) == {"estimates"}


def test_an_inverted_interval_is_refused():
    raw = table(("Support", 203, 47, 0.7, 0.9, 0.6))
    assert failed(protect(raw, RULES), raw) == {"estimates"}


def test_an_estimate_that_names_nobody_or_too_many_decimals_is_refused():
    raw = table(("Support", 203, 47, 0.7349, 0.6111, 0.8852))
    sharp = replace(raw, estimates={"value": 4, "low": 2, "high": 2})
    assert "estimates" in failed(protect(sharp, RULES), sharp)
    nobody = replace(
        raw, counts=(), rows=tuple({k: v for k, v in row.items() if k not in raw.counts} for row in raw.rows)
    )
    assert "estimates" in failed(protect(nobody, RULES), nobody)


def test_a_row_that_the_data_does_not_have_is_refused():
    raw = table(("Support", 203, 47, 0.7349, 0.6111, 0.8852))
    shown = protect(raw, RULES)
    assert "estimates" in failed(replace(shown, rows=({**shown.rows[0], "what": "Housing"},)), raw)


def test_estimates_are_frozen_and_thawed():
    raw = table(("Support", 203, 47, 0.7349, None, 0.8852))
    assert from_json(as_json(raw)) == replace(raw, rows=tuple(raw.rows))
    before = {name: value for name, value in as_json(raw).items() if name != "estimates"}
    assert from_json(before).estimates == {}


def test_bounds_are_found_by_their_names():
    assert intervals(["value", "low", "high"]) == (("value", "low", "high"),)
    assert intervals(["odds", "odds_low", "odds_high", "p"]) == (("odds", "odds_low", "odds_high"),)
    assert intervals(["low", "high"]) == () and intervals(["value", "low"]) == ()


bounded = st.lists(st.floats(-50, 50), min_size=3, max_size=3).map(sorted)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40), bounded), min_size=1, max_size=8))
def test_whatever_is_protected_and_shows_anything_passes_every_check_and_shows_no_estimate_of_few(rows):
    raw = table(
        *((f"W{at}", people, events, value, low, high) for at, (people, events, (low, value, high)) in enumerate(rows))
    )
    shown = protect(raw, RULES)
    anything = any(isinstance(row[count], int) for row in shown.rows for count in shown.counts)
    assert failed(shown, raw) == (set() if anything else {"anything left"})
    for row, (people, events, _) in zip(shown.rows, rows, strict=True):
        assert (row["value"] == SUPPRESSED) == (min(people, events) < RULES.minimum)
