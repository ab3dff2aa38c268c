"""The six faults of ACRO 1.0.2: each passes there (benchmarks/acro.py runs it) and is caught here.

ACRO needs an older pandas and is not installed beside boldlink, so only our side of each input is tested; the inputs are
those of the benchmark.
"""

import sys
from itertools import product
from pathlib import Path

import pytest

from boldlink.outputs import RULES, SUPPRESSED, run_checks
from boldlink.outputs.statistics import crosstab, linear, logistic, pivot

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from acro_inputs import INPUTS

ANSWERS = {"answer": ("no", "yes")}


def failures(found):
    return set(found.failed())


def test_two_tables_that_differ_by_one_person_do_not_both_leave():
    frame = INPUTS["differencing"]()
    first, second = (crosstab(one, "person", ["area", "answer"], categories=ANSWERS) for one in (frame, frame[:-1]))
    exact = {c.name for c in run_checks(second.raw, second.raw, RULES, [first.raw]) if c.outcome == "fail"}
    shown = {c.name for c in run_checks(second.shown, second.raw, RULES, [first.shown]) if c.outcome == "fail"}
    assert "earlier releases" in exact and shown == {"earlier releases"}


def test_a_withheld_cell_is_not_the_difference_of_what_shows():
    """Whatever true counts a reader tries: with what shows, the withheld one has as many values left as the rules ask."""
    frame = INPUTS["suppression"]()
    cells = crosstab(frame, "person", ["area", "answer"], categories=ANSWERS).shown
    totals = crosstab(frame, "person", ["area"]).shown
    shown = {(row["area"], row["answer"]): row["people"] for row in cells.rows}
    total = next(row["people"] for row in totals.rows if row["area"] == "North")
    assert shown["North", "yes"] == SUPPRESSED
    near = range(-(RULES.base // 2), RULES.base // 2 + 1)
    left = {
        hidden
        for hidden, one, other in product(range(RULES.minimum), near, near)
        if hidden + shown["North", "no"] + one == total + other
    }
    assert 3 in left and len(left) >= RULES.width


def test_one_person_of_twelve_rows_is_no_group_of_twelve():
    found = crosstab(INPUTS["rows"](), "person", ["area", "answer"])
    assert "minimum count" in failures(found) and found.shown is None and found.people == 1


def test_one_person_of_twelve_rows_does_not_hide_in_a_sum():
    rows = INPUTS["rows"]().assign(paid=range(100, 112))
    assert {"contributors", "dominance"} <= failures(pivot(rows, "person", "paid", ["area"]))


def test_forty_of_forty_tell_of_each_of_them_though_nobody_said_no():
    found = crosstab(INPUTS["classes"](), "person", ["area", "answer"], outcome="answer", categories=ANSWERS)
    assert "class disclosure" in failures(found) and found.shown is None
    bare = crosstab(INPUTS["classes"](), "person", ["area", "answer"])  # nobody said what could have been answered
    assert bare.outcome == "review"


@pytest.mark.parametrize(
    ("name", "fit", "wanted"),
    [
        ("dummy", lambda f: linear(f, "person", "debt", ["age", "marked"]), {"groups behind dummies", "leverage"}),
        ("events", lambda f: logistic(f, "person", "back", ["age"]), {"events for each parameter"}),
    ],
    ids=["a dummy for one person", "three events"],
)
def test_degrees_of_freedom_are_not_enough_for_a_regression(name, fit, wanted):
    found = fit(INPUTS[name]())
    assert wanted <= failures(found) and found.shown is None
    assert "degrees of freedom" not in failures(found)  # the one check that ACRO makes passes here too
    assert "987654" not in str(found.checks)


def test_rounding_makes_shares_coarse_and_not_nought():
    found = crosstab(INPUTS["shares"](), "person", ["area", "answer"], outcome="answer", categories=ANSWERS)
    assert [row["percent"] for row in found.shown.rows] == [75.0, 25.0, 50.0, 50.0] and found.outcome == "pass"
