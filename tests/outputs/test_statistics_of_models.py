"""A survival curve in steps, and coefficients with what stands behind them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import BadInput
from boldlink.outputs import RULES, Rules
from boldlink.outputs.statistics import kaplan_meier, linear, logistic
from boldlink.outputs.statistics.design import Evidence, hats
from boldlink.outputs.statistics.survival import steps

CHANCE = np.random.default_rng(20)


def people(count, **columns):
    return pd.DataFrame({"person": [f"p{number}" for number in range(count)], **columns})


def failures(found):
    return set(found.failed())


# ---- survival


def test_a_curve_is_given_at_the_ends_of_steps_that_enough_people_make():
    days = np.repeat([5, 25, 45, 100, 300], [4, 9, 12, 30, 45])
    happened = (days < 100).astype(int)
    found = kaplan_meier(people(100, days=days, back=happened), "person", "days", "back", step_days=30)
    assert [(row["until_day"], row["at_risk"], row["events"], row["value"]) for row in found.shown.rows] == [
        (30, 100, 15, 0.87),  # 13 events until day 30, shown to the nearest 5
        (60, 85, 10, 0.75),
    ]
    assert found.outcome == "pass"


def test_steps_are_joined_until_they_hold_enough_events():
    days = np.repeat([5, 35, 65, 95, 400], [4, 4, 4, 4, 84]).astype(float)
    found, early = steps(days, (days < 400).astype(float), 30, RULES)
    assert [(one.until_day, one.events, one.left) for one in found] == [(90.0, 12, 88)]
    assert early  # the four events after day 90 are too few for a step of their own


def test_a_curve_ends_where_too_few_are_left_and_says_so():
    days = np.repeat([5, 35, 65], [20, 15, 5]).astype(float)
    found = kaplan_meier(people(40, days=days, back=1), "person", "days", "back")
    assert [row["until_day"] for row in found.raw.rows] == [30]
    assert "1 curve(s) end early" in next(c.explanation for c in found.checks if c.name == "end of the curve")


def test_a_curve_of_too_few_events_is_refused():
    found = kaplan_meier(people(50, days=range(1, 51), back=[1] * 5 + [0] * 45), "person", "days", "back")
    assert failures(found) >= {"steps"} and found.raw.rows == () and found.outcome == "fail"


@pytest.mark.parametrize(
    ("days", "back", "code"),
    [([0, 5], [1, 0], "STATISTICS-NO-TIME"), ([3, None], [1, 0], "STATISTICS-NO-TIME"), ([3, 5], [1, 2], "STATISTICS-OUTCOME")],
)  # fmt: skip
def test_days_and_outcomes_that_mean_nothing_are_refused(days, back, code):
    with pytest.raises(BadInput) as caught:
        kaplan_meier(people(2, days=days, back=back), "person", "days", "back")
    assert caught.value.code == code


def test_a_curve_is_of_one_row_for_each_person():
    rows = people(2, days=[3, 4], back=[1, 0])
    with pytest.raises(BadInput, match="STATISTICS-SEVERAL-ROWS"):
        kaplan_meier(pd.concat([rows, rows]), "person", "days", "back")


@given(st.lists(st.tuples(st.integers(1, 400), st.booleans()), min_size=1, max_size=150), st.integers(1, 60))
def test_no_step_ends_on_anybodys_day_or_holds_few(rows, step_days):
    days, happened = np.array([d for d, _ in rows], float), np.array([h for _, h in rows], float)
    rules = Rules("x", minimum=4, base=1, km_step=4)
    found, _ = steps(days, happened, step_days, rules)
    begin = 0.0
    for one in found:
        inside = [h for d, h in rows if begin < d <= one.until_day]
        assert one.until_day % step_days == 0 and sum(inside) == one.events >= 4
        assert (
            one.at_risk == sum(d > begin for d, _ in rows) and one.left == sum(d > one.until_day for d, _ in rows) >= 4
        )
        begin = one.until_day


# ---- models


def good(count=400):
    rows = people(count, age=CHANCE.integers(18, 80, count), region=CHANCE.choice(["N", "S", "E"], count))
    score = 2.0 * rows.age + 30 * (rows.region == "S") + CHANCE.normal(0, 10, count)
    return rows.assign(score=score, back=(score + CHANCE.normal(0, 40, count) > 110).astype(int))


def test_coefficients_pass_with_their_evidence_and_are_those_of_least_squares():
    rows = good()
    found = linear(rows, "person", "score", ["age"])
    slope = np.polyfit(rows.age, rows.score, 1)[0]
    assert found.outcome == "pass" and found.shown.rows[0]["value"] == round(slope, 3)
    assert found.shown.rows[0]["low"] < slope < found.shown.rows[0]["high"]
    assert "intercept" not in str(found.shown).lower()


def test_an_odds_ratio_passes_with_the_people_on_both_sides_of_both():
    found = logistic(good(), "person", "back", ["age", "region"])
    assert found.outcome == "pass"
    assert set(found.shown.counts) == {"people_with", "people_without", "others_with", "others_without"}
    assert all(min(row[name] for name in found.raw.counts) >= 10 for row in found.raw.rows)


def test_an_odds_ratio_of_one_dummy_is_that_of_the_two_by_two_table():
    rows = people(200, group=["a"] * 100 + ["b"] * 100, back=[1] * 30 + [0] * 70 + [1] * 60 + [0] * 40)
    value = logistic(rows, "person", "back", ["group"]).raw.rows[0]["value"]
    assert min(abs(value - one) for one in ((30 * 40) / (70 * 60), (70 * 60) / (30 * 40))) < 1e-6


def test_a_dummy_for_one_person_is_refused_whatever_the_degrees_of_freedom():
    found = linear(good().assign(me=[1] + [0] * 399), "person", "score", ["age", "me"])
    assert failures(found) == {"groups behind dummies", "leverage", "saturated groups"} and found.shown is None


def test_an_amount_that_only_one_person_has_is_found_by_leverage():
    found = linear(good().assign(debt=[9_000.0, 1.0, *[0.0] * 398]), "person", "score", ["age", "debt"])
    assert failures(found) == {"leverage"} and found.shown is None


def test_one_enormous_outcome_in_a_group_of_twelve_is_found_by_dominance():
    rows = people(60, group=["a"] * 48 + ["b"] * 12, debt=[1000.0 + number * 7 % 90 for number in range(60)])
    assert linear(rows, "person", "debt", ["group"]).outcome == "pass"
    rows.loc[59, "debt"] = 987_654.0
    found = linear(rows, "person", "debt", ["group"])
    assert failures(found) == {"dominance"} and found.shown is None and "987" not in str(found.checks)


def test_many_rows_of_one_person_lean_together():
    rows = good(60)
    rows = pd.concat([rows, *[rows.iloc[:1]] * 40]).assign(age=lambda f: f.age.astype(float))
    rows.loc[rows.person == "p0", "age"] = 25.0 + np.arange(41)
    found = linear(rows, "person", "score", ["age"])
    assert "leverage" in failures(found) and found.people == 60


def test_few_events_for_each_parameter_are_refused():
    rows = good().assign(back=[1] * 3 + [0] * 397)
    found = logistic(rows, "person", "back", ["age", "region"])
    assert failures(found) >= {"events for each parameter", "groups behind dummies"} and found.shown is None


def test_a_group_where_everybody_has_the_outcome_is_refused_with_its_evidence():
    rows = people(100, group=["a"] * 50 + ["b"] * 50, back=[1] * 50 + [1, 0] * 25)
    found = logistic(rows, "person", "back", ["group"])
    assert failures(found) >= {"an answer", "groups behind dummies"} and found.shown is None


def test_a_saturated_model_is_a_table_and_its_cells_must_be_large_enough():
    rows = people(
        124, one=["x"] * 64 + ["y"] * 60, two=["u"] * 60 + ["v"] * 4 + ["u"] * 30 + ["v"] * 30, score=range(124)
    ).assign(both=lambda f: (f.one + f.two == "xv").astype(int) * 1.0)
    assert "saturated groups" in failures(linear(rows, "person", "score", ["one", "two", "both"]))


def test_the_reference_group_counts_as_well():
    rows = people(212, area=["a"] * 100 + ["b"] * 100 + ["c"] * 12, back=[1, 0] * 50 + [1, 0] * 50 + [1] * 9 + [0] * 3)
    found = logistic(rows, "person", "back", ["area"])
    assert "groups behind dummies" in failures(found)


def test_too_few_people_for_the_parameters_are_refused():
    found = linear(people(11, age=range(11), score=[1, 3, 2, 5, 4, 6, 8, 7, 9, 11, 10]), "person", "score", ["age"])
    assert "degrees of freedom" in failures(found)


@given(st.integers(0, 2**32))
def test_leverage_is_the_diagonal_of_the_hat_matrix_and_of_a_person_the_eigenvalue_of_a_block(seed):
    chance = np.random.default_rng(seed)
    matrix = np.column_stack([np.ones(14), chance.normal(size=(14, 2))])
    person, weights = np.array([*range(10), 0, 0, 1, 2]), chance.uniform(0.1, 1, 14)
    root = np.diag(np.sqrt(weights))
    hat = root @ matrix @ np.linalg.inv(matrix.T @ root @ root @ matrix) @ matrix.T @ root
    of_rows, of_people = hats(Evidence(("a", "b"), ("", ""), matrix, person, weights))
    assert np.allclose(of_rows, np.diag(hat))
    blocks = [np.linalg.eigvalsh(hat[np.ix_(person == one, person == one)]).max() for one in range(10)]
    assert np.allclose(of_people, blocks)
