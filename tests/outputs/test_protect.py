"""Tables made safe, and checked again from the raw counts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.outputs import RULES, SUPPRESSED, protect, run_checks
from boldlink.outputs.ways import round_to
from boldlink.values import StatTable

RATES = {"engaged_percent": ("engaged", "released")}


def table(rows, keys=("region",)):
    made = tuple(dict(zip((*keys, "released", "engaged"), row, strict=True)) for row in rows)
    return StatTable("T", keys, ("released", "engaged"), made, RATES)


def failed(shown, raw, history=()):
    return {check.name for check in run_checks(shown, raw, RULES, history) if check.outcome == "fail"}


def test_small_counts_are_suppressed_and_the_rest_is_rounded_to_5():
    shown = protect(table([("North", 123, 47), ("South", 62, 9), ("East", 8, 3)]), RULES)
    assert [(row["region"], row["released"], row["engaged"]) for row in shown.rows] == [
        ("North", 125, 45),
        ("South", 60, SUPPRESSED),
        ("East", SUPPRESSED, SUPPRESSED),
        ("All", 125, 45),
    ]


def test_totals_add_up_from_what_shows_and_rates_divide_what_shows():
    shown = protect(table([("North", 123, 47), ("South", 62, 31)]), RULES)
    assert shown.rows[-1] == {"region": "All", "released": 185, "engaged": 75, "engaged_percent": 40.5}
    assert shown.rows[0]["engaged_percent"] == 36.0


def test_a_zero_says_something_of_everybody_and_is_suppressed():
    assert protect(table([("North", 50, 0)]), RULES).rows[0]["engaged"] == SUPPRESSED


def test_nearly_everybody_is_suppressed_as_well():
    assert protect(table([("North", 50, 45)]), RULES).rows[0]["engaged"] == SUPPRESSED


def test_totals_of_the_raw_table_are_dropped_and_made_anew():
    shown = protect(table([("North", 123, 47), ("South", 4, 1), ("All", 127, 48)]), RULES)
    assert shown.rows[-1]["released"] == 125


@pytest.mark.parametrize(("count", "rounded"), [(10, 10), (12, 10), (13, 15), (17, 15), (18, 20)])
def test_counts_go_to_the_nearest_five(count, rounded):
    assert round_to(count, 5) == rounded


counts = st.integers(0, 400).flatmap(lambda whole: st.tuples(st.just(whole), st.integers(0, whole)))


@given(st.lists(counts, min_size=1, max_size=12))
def test_whatever_is_protected_and_shows_anything_passes_every_check_and_shows_nothing_small(pairs):
    raw = table([(f"R{number}", whole, part) for number, (whole, part) in enumerate(pairs)])
    shown = protect(raw, RULES)
    anything = any(isinstance(row[count], int) for row in shown.rows for count in shown.counts)
    assert failed(shown, raw) == (set() if anything else {"anything left"})
    truth = {row["region"]: row for row in raw.rows}
    for row in shown.rows:
        for count in ("released", "engaged"):
            if row["region"] != "All" and row[count] != SUPPRESSED:
                assert truth[row["region"]][count] >= RULES.minimum


@given(st.lists(counts, min_size=2, max_size=12))
def test_a_total_never_gives_a_suppressed_cell_away(pairs):
    shown = protect(table([(f"R{number}", whole, part) for number, (whole, part) in enumerate(pairs)]), RULES)
    for count in ("released", "engaged"):
        visible = [row[count] for row in shown.rows[:-1] if row[count] != SUPPRESSED]
        total = shown.rows[-1][count]
        assert total == SUPPRESSED or total <= sum(visible)


def test_a_raw_table_is_refused_for_small_counts_rounding_and_rates():
    raw = table([("North", 123, 47), ("South", 62, 3)])
    assert {"minimum count", "rounding"} <= failed(raw, raw)


def test_rounding_by_hand_without_suppression_is_refused():
    raw = table([("North", 123, 47), ("South", 62, 3)])
    shown = table([("North", 125, 45), ("South", 60, 5)])
    assert "minimum count" in failed(shown, raw)


def test_a_total_that_includes_a_suppressed_cell_is_refused():
    raw = table([("North", 123, 47), ("South", 62, 3)])
    shown = protect(raw, RULES)
    leaky = replace(shown, rows=(*shown.rows[:-1], {**shown.rows[-1], "engaged": 50}))
    assert {"totals", "rows and columns"} <= failed(leaky, raw)


def test_numbers_that_the_data_does_not_give_are_refused():
    raw = table([("North", 123, 47), ("South", 62, 30)])
    shown = protect(raw, RULES)
    invented = replace(shown, rows=({**shown.rows[0], "released": 200}, *shown.rows[1:]))
    assert "worked out again" in failed(invented, raw)


def test_a_rate_that_was_divided_from_raw_counts_is_refused():
    raw = table([("North", 123, 47), ("South", 62, 30)])
    shown = protect(raw, RULES)
    sharp = replace(shown, rows=({**shown.rows[0], "engaged_percent": round(100 * 47 / 123, 1)}, *shown.rows[1:]))
    assert "rates" in failed(sharp, raw)


def test_a_rate_beside_a_suppressed_count_is_refused():
    raw = table([("North", 123, 3), ("South", 62, 30)])
    shown = protect(raw, RULES)
    leaky = replace(shown, rows=({**shown.rows[0], "engaged_percent": 2.4}, *shown.rows[1:]))
    assert "rates" in failed(leaky, raw)


def test_a_table_of_which_every_cell_is_withheld_is_refused_and_what_would_pass_is_said():
    raw = table([("North", 8, 3), ("South", 9, 0)])
    shown = protect(raw, RULES)
    assert failed(shown, raw) == {"anything left"}
    (check,) = [one for one in run_checks(shown, raw, RULES) if one.name == "anything left"]
    assert (
        "nothing left to show" in check.explanation and "What would pass: ask for a longer period" in check.explanation
    )


def test_a_table_of_which_one_cell_shows_has_something_left():
    raw = table([("North", 8, 3), ("South", 62, 3)])
    assert failed(protect(raw, RULES), raw) == set()


def test_columns_that_nobody_declared_are_refused():
    raw = table([("North", 123, 47)])
    shown = protect(raw, RULES)
    extra = replace(shown, rows=({**shown.rows[0], "name": "somebody"},))
    assert "structure" in failed(extra, raw)


def test_a_cell_that_moved_by_a_few_people_since_an_earlier_release_is_refused():
    before = protect(table([("North", 123, 47), ("South", 62, 30)]), RULES)
    raw = table([("North", 128, 47), ("South", 62, 30)])
    assert "earlier releases" in failed(protect(raw, RULES), raw, [before])
    assert "earlier releases" not in failed(before, table([("North", 123, 47), ("South", 62, 30)]), [before])


def test_every_failed_check_says_what_would_pass_and_no_check_shows_a_value():
    raw = table([("North", 123, 47), ("South", 62, 3)])
    for check in run_checks(raw, raw, RULES):
        if check.outcome == "fail":
            assert "What would pass" in check.explanation
        assert "South" not in check.explanation
