"""Counts, shares, sums and summaries are of people, and say what stands behind them."""

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import BadInput
from boldlink.outputs import RULES, SUPPRESSED, Rules, run_checks
from boldlink.outputs.statistics import Statistic, admit, crosstab, pivot, ratio, summary
from boldlink.outputs.statistics.dominance import dominated
from boldlink.outputs.statistics.pivot import decimals
from boldlink.outputs.statistics.summary import shared_value

SMALL = Rules("small", minimum=3, base=1, percentile_contributors=3)


def frame(*groups, **columns):
    """Groups of (people, {column: value}), each person on one row; further columns run over all rows."""
    rows = [values for people, values in groups for _ in range(people)]
    made = pd.DataFrame(rows).assign(person=[f"p{number}" for number in range(len(rows))])
    return made.assign(**columns)


def cells(found, *names):
    return [tuple(row[name] for name in names) for row in found.rows]


def failures(found):
    return set(found.failed())


REGIONS = frame(
    (30, {"region": "North", "back": "no"}),
    (12, {"region": "North", "back": "yes"}),
    (41, {"region": "South", "back": "no"}),
    (4, {"region": "South", "back": "yes"}),
)


def test_a_table_is_suppressed_and_rounded_and_its_shares_divide_rounded_counts():
    found = crosstab(REGIONS, "person", ["region", "back"], outcome="back")
    assert cells(found.shown, "region", "back", "people", "of", "percent") == [
        ("North", "no", 30, 40, 75.0),
        ("North", "yes", 10, 40, 25.0),
        ("South", "no", SUPPRESSED, 45, SUPPRESSED),
        ("South", "yes", SUPPRESSED, 45, SUPPRESSED),
    ]
    assert failures(found) == {"minimum count"} and found.outcome == "fail"


def test_one_person_of_twelve_rows_is_one_person():
    rows = frame((1, {"region": "North"})).loc[np.zeros(12, int)]
    found = crosstab(rows, "person", ["region"])
    assert cells(found.raw, "people") == [(1,)]
    assert "minimum count" in failures(found) and found.shown is None


def test_a_declared_category_that_never_occurs_is_a_group_of_nobody():
    everybody = frame((40, {"answer": "yes"}))
    found = crosstab(everybody, "person", ["answer"], outcome="answer", categories={"answer": ["no", "yes"]})
    assert cells(found.raw, "answer", "people") == [("no", 0), ("yes", 40)]
    assert failures(found) >= {"minimum count", "class disclosure"} and found.shown is None


def test_a_group_in_which_everybody_has_the_same_is_withheld_without_a_declared_outcome_too():
    rows = frame(
        (40, {"area": "A", "back": "yes"}), (20, {"area": "B", "back": "yes"}), (20, {"area": "B", "back": "no"})
    )
    found = crosstab(rows, "person", ["area", "back"])
    assert "class disclosure" in failures(found)
    assert cells(found.shown, "area", "back", "people")[:2] == [("A", "no", SUPPRESSED), ("A", "yes", SUPPRESSED)]


def test_nobody_is_a_small_count_only_where_the_rules_say_so():
    rows = frame(
        (40, {"area": "A", "back": "yes"}), (20, {"area": "B", "back": "yes"}), (20, {"area": "B", "back": "no"})
    )
    lenient = Rules("x", minimum=10, base=5, zeros_disclosive=False, class_disclosure=False)
    assert not failures(crosstab(rows, "person", ["area", "back"], lenient))


def test_groups_that_share_people_are_never_added_up():
    rows = pd.concat([frame((40, {"offence": "theft"})), frame((30, {"offence": "drugs"}))])
    found = crosstab(rows, "person", ["offence"])
    assert found.people == 40 and found.raw.overlapping == ("offence",)
    assert cells(found.shown, "offence", "people") == [("drugs", 30), ("theft", 40)]


def test_who_has_no_value_is_a_group_as_well():
    rows = frame((20, {"region": "North"}), (15, {"region": None}))
    assert cells(crosstab(rows, "person", ["region"]).raw, "region", "people") == [("North", 20), ("Not recorded", 15)]


@pytest.mark.parametrize(
    "made", [pa.Table.from_pandas, lambda f: pa.Table.from_pandas(f).to_reader(), lambda f: duckdb.connect().from_df(f)]
)
def test_any_frame_gives_the_same_table(made):
    wanted = crosstab(REGIONS, "person", ["region", "back"], outcome="back")
    assert crosstab(made(REGIONS), "person", ["region", "back"], outcome="back") == wanted


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: crosstab(REGIONS, "nobody", ["region"]), "STATISTICS-NO-COLUMN"),
        (lambda: crosstab(REGIONS, "person", ["region"], outcome="back"), "STATISTICS-OUTCOME"),
        (lambda: crosstab(REGIONS.assign(person=None), "person", ["region"]), "STATISTICS-NO-UNIT"),
        (lambda: crosstab(REGIONS.assign(person=[1.0] * 86 + [float("nan")]), "person", ["region"]), "STATISTICS-NO-UNIT"),
        (lambda: crosstab(REGIONS.assign(region="All"), "person", ["region"]), "STATISTICS-TOTAL"),
        (lambda: crosstab(REGIONS[:0], "person", ["region"]), "STATISTICS-NOBODY"),
        (lambda: pivot(REGIONS.assign(x=float("nan")), "person", "x", ["region"]), "STATISTICS-NOBODY"),
        (lambda: crosstab([1, 2], "person", ["region"]), "STATISTICS-NO-FRAME"),
        (lambda: crosstab(REGIONS, "person", ["back"], categories={"back": ["no"]}), "STATISTICS-CATEGORIES"),
        (lambda: pivot(REGIONS, "person", "back", ["region"]), "STATISTICS-NOT-NUMBERS"),
        (lambda: summary(REGIONS.assign(x=1.0), "person", "x", ["mode"]), "STATISTICS-UNKNOWN"),
        (lambda: crosstab(REGIONS.assign(one=range(87), two=range(87), x=range(87), y=range(87)), "person", ["one", "two", "x", "y"]), "STATISTICS-TOO-FINE"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused_in_words_and_without_a_value(call, code):
    with pytest.raises(BadInput) as caught:
        call()
    assert caught.value.code == code and caught.value.do


ROWS = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from("ABC"), st.sampled_from(["x", "y"])), min_size=1, max_size=120
)


@given(ROWS)
def test_every_cell_holds_the_different_people_that_plain_counting_finds(rows):
    made = pd.DataFrame(rows, columns=["person", "area", "kind"])
    found = crosstab(made, "person", ["area", "kind"], SMALL, outcome="kind", categories={"area": "ABC", "kind": "xy"})
    for row in found.raw.rows:
        here = {person for person, area, kind in rows if (area, kind) == (row["area"], row["kind"])}
        group = {person for person, area, _ in rows if area == row["area"]}
        assert (row["people"], row["of"]) == (len(here), len(group))
    if found.shown:
        assert all(check.outcome != "fail" for check in run_checks(found.shown, found.raw, SMALL))
        for row, true in zip(found.shown.rows, found.raw.rows, strict=True):
            assert row["people"] == SUPPRESSED or SMALL.minimum <= true["people"] <= true["of"] - SMALL.minimum


# ---- sums and means


def amounts(*values, **more):
    return pd.DataFrame({"person": [f"p{number}" for number in range(len(values))], "paid": values, **more})


def test_a_sum_of_even_amounts_passes_and_one_that_somebody_dominates_does_not():
    even = amounts(*[100.0 + n for n in range(20)])
    assert pivot(even, "person", "paid", []).shown.rows == ({"people": 20, "sum": 2190.0},)
    one = amounts(*[100.0 + n for n in range(20)], 90_000.0)
    found = pivot(one, "person", "paid", [])
    assert failures(found) == {"dominance", "anything left"} and found.shown is None


def test_twelve_rows_of_one_person_are_one_contribution():
    rows = pd.concat([amounts(*range(1, 21)), pd.DataFrame({"person": ["p0"] * 12, "paid": [300.0] * 12})])
    assert "dominance" in failures(pivot(rows, "person", "paid", []))


def test_a_dominated_group_is_withheld_with_its_count_and_others_stay():
    rows = amounts(*range(1, 21), *range(1, 20), 9_000, area=["A"] * 20 + ["B"] * 20)
    assert cells(pivot(rows, "person", "paid", ["area"]).shown, "area", "people", "sum") == [
        ("A", 20, 210),
        ("B", SUPPRESSED, SUPPRESSED),
    ]


def test_negative_amounts_are_for_a_person_to_weigh():
    found = pivot(amounts(*range(-10, 15)), "person", "paid", [])
    assert found.outcome == "review" and "negative amounts" in {c.name for c in found.checks if c.outcome == "review"}


def test_the_mean_of_a_yes_or_no_is_a_share_and_is_refused():
    found = pivot(amounts(*[0, 1] * 30), "person", "paid", [], "mean")
    assert failures(found) == {"an amount", "anything left"} and found.shown is None


def test_a_group_of_two_values_is_withheld_and_others_stay():
    rows = amounts(*[2, 5] * 10, *range(1, 21), area=["A"] * 20 + ["B"] * 20)
    for found in (pivot(rows, "person", "paid", ["area"], "mean"), summary(rows, "person", "paid", ["mean"], ["area"])):
        assert failures(found) == {"an amount"}
        assert [row["people"] for row in found.shown.rows] == [SUPPRESSED, 20]


@pytest.mark.parametrize(
    ("sizes", "reason"),
    [
        ([100] * 20, None),
        ([0] * 20, "nothing but zeros says that nobody has anything"),
        ([1] * 10 + [1000], "the largest is nearly all"),
        ([50, 45] + [1] * 9, "the two largest are more than 90 per cent"),
        ([5, 5], "without the two largest nothing is left"),
        ([-1000] + [1] * 10, "sizes count, not signs"),
    ],
)
def test_dominance(sizes, reason):
    assert dominated(np.array(sizes, float), RULES) == (reason is not None)


def test_p_percent_finds_what_the_two_largest_do_not_dominate():
    sizes = np.array([100.0, 4.0, *[0.9] * 10])  # the rest is 9 % of the largest
    apart = Rules("x", minimum=10, base=5, dominance=(), p_percent=10)
    assert dominated(sizes, apart) and not dominated(sizes, Rules("x", minimum=10, base=5, dominance=(), p_percent=8))


@given(st.integers(10, 5_000), st.integers(0, 10**7))
def test_a_mean_does_not_tell_how_many_people_are_behind_it(people, total):
    places = decimals(np.array([people]), RULES)
    shown = round(total / people, places)
    near = [n for n in range(people - 2, people + 3) if abs(round(shown * n) / n - shown) <= 0.5 * 10**-places + 1e-9]
    assert len(near) == 5  # each count that the rounded one leaves possible explains the mean


# ---- summaries


def test_mean_spread_and_median_with_the_people_behind_them():
    values = np.arange(1.0, 101.0)
    found = summary(amounts(*values), "person", "paid", ["mean", "sd", "median"])
    assert not failures(found)
    assert cells(found.shown, "statistic", "people") == [("mean", 100), ("sd", 100), ("median", 100)]
    mean, sd, median = (row["value"] for row in found.shown.rows)
    assert (mean, sd) == (50.5, round(values.std(ddof=1), 1))
    assert abs(median - 50.5) <= 5 and (np.abs(values - median) <= 5).sum() >= 10


def test_the_largest_value_is_somebodys_unless_the_scale_has_it():
    values = amounts(*[3.0, 7.0, 15.0, 22.0, 31.0] * 8)
    assert "extremes" in failures(summary(values, "person", "paid", ["mean", "maximum"]))
    found = summary(values, "person", "paid", ["minimum", "maximum"], structural={"minimum": 0, "maximum": 48})
    assert found.outcome == "review" and cells(found.shown, "statistic", "value") == [("minimum", 0), ("maximum", 48)]
    beyond = summary(values, "person", "paid", ["maximum"], structural={"maximum": 30})
    assert "structural bounds" in failures(beyond)


def test_a_percentile_needs_people_on_both_sides():
    found = summary(amounts(*range(1, 101)), "person", "paid", [50, 95])
    assert failures(found) == {"contributors on each side"}
    assert cells(found.shown, "statistic", "value")[1] == ("percentile 95", SUPPRESSED)


def test_a_group_in_which_everybody_has_the_same_value_is_withheld():
    rows = amounts(*[5] * 20, *range(1, 21), area=["A"] * 20 + ["B"] * 20)
    found = summary(rows, "person", "paid", ["mean", "median"], ["area"])
    assert "class disclosure" in failures(found)
    assert [row["people"] for row in found.shown.rows] == [SUPPRESSED, SUPPRESSED, 20, 20]


def test_a_summary_is_of_one_value_for_each_person():
    with pytest.raises(BadInput, match="STATISTICS-SEVERAL-ROWS"):
        summary(pd.concat([amounts(1, 2, 3), amounts(4)]), "person", "paid")


@given(st.lists(st.floats(-1e6, 1e6).map(lambda one: round(one, 2)), min_size=10, max_size=60), st.integers(1, 99))
def test_a_percentile_that_shows_is_shared_by_enough_people(values, percent):
    people = np.array(values)
    value = float(np.percentile(people, percent))
    shown, step = shared_value(people, value, 10)
    slack = 1e-9 * max(1.0, abs(value))
    assert abs(shown - value) <= step / 2 + slack and abs(shown / step - round(shown / step)) < 1e-6
    assert (np.abs(people - shown) <= step / 2 + slack).sum() >= 10


# ---- ratios, and what is no output


def test_a_ratio_passes_only_where_the_four_counts_under_it_do():
    rows = frame(
        (20, {"helped": "yes", "back": "yes"}), (40, {"helped": "yes", "back": "no"}),
        (30, {"helped": "no", "back": "yes"}), (30, {"helped": "no", "back": "no"}),
    )  # fmt: skip
    found = ratio(rows, "person", ("helped", "yes"), ("back", "yes"))
    assert found.shown.rows[0]["value"] == 0.5 and found.outcome == "pass"  # (20/40) / (30/30)
    assert ratio(rows, "person", ("helped", "yes"), ("back", "yes"), "risk").shown.rows[0]["value"] == 0.67
    few = ratio(rows.iloc[15:], "person", ("helped", "yes"), ("back", "yes"))
    assert failures(few) == {"underlying table"} and few.shown is None and not few.raw.estimates


def test_nobody_stands_on_both_sides_of_a_ratio():
    rows = frame((20, {"helped": "yes", "back": "yes"}), (20, {"helped": "no", "back": "no"}))
    with pytest.raises(BadInput, match="STATISTICS-BOTH-SIDES"):
        ratio(pd.concat([rows, rows.assign(back="yes")]), "person", ("helped", "yes"), ("back", "yes"))


class Fitted:
    def predict(self):
        return []


@pytest.mark.parametrize(
    ("thing", "code"),
    [
        (Fitted(), "OUTPUT-MODEL"),
        ("They all came back.", "OUTPUT-TEXT"),
        (np.zeros(40), "OUTPUT-PER-PERSON"),
        (REGIONS, "OUTPUT-PER-PERSON"),
        (pa.table({"score": [0.2]}), "OUTPUT-PER-PERSON"),
        (4, "OUTPUT-KIND"),
        (crosstab(REGIONS.iloc[:5], "person", ["region"]), "OUTPUT-CHECKS"),
    ],
    ids=["a fitted model", "words", "residuals", "rows of people", "scores", "a number", "a table that fails"],
)
def test_what_is_no_table_of_groups_does_not_leave(thing, code):
    with pytest.raises(BadInput) as caught:
        admit(thing)
    assert caught.value.code == code


def test_a_statistic_that_passes_is_admitted_as_its_protected_table():
    found = crosstab(REGIONS, "person", ["region"])
    assert isinstance(found, Statistic) and admit(found) is found.shown
