"""Every check says which cells it found, by row and column, and never what stands in them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from boldlink.outputs import RULES, SUPPRESSED, Check, protect, run_checks
from boldlink.outputs.checks import POSITIONS_AT_MOST
from boldlink.values import StatTable

RAW = StatTable(
    "T",
    ("region",),
    ("released", "engaged"),
    (
        {"region": "North", "released": 123, "engaged": 47},
        {"region": "South", "released": 62, "engaged": 31},
        {"region": "East", "released": 48, "engaged": 4},
    ),
    {"engaged_percent": ("engaged", "released")},
)
SHOWN = protect(RAW, RULES)


def changed(row, **cells):
    """The protected table with other cells in one of its rows."""
    rows = list(SHOWN.rows)
    rows[row - 1] = {**rows[row - 1], **cells}
    return replace(SHOWN, rows=tuple(rows))


def found(shown, raw=RAW, history=()):
    return {one.name: one for one in run_checks(shown, raw, RULES, history)}


@pytest.mark.parametrize(
    ("shown", "check", "cells"),
    [
        (changed(3, engaged=5), "minimum count", ((3, "engaged"),)),
        (changed(1, released=123), "rounding", ((1, "released"),)),
        (changed(4, released=500), "totals", ((4, "released"),)),
        (changed(4, released=500), "rows and columns", ()),  # nothing is withheld among what was released
        (changed(4, engaged=85), "rows and columns", ((4, "engaged"),)),
        (changed(2, engaged_percent=12.5), "rates", ((2, "engaged_percent"),)),
        (changed(2, released=90), "worked out again", ((2, "released"),)),
    ],
)
def test_a_check_points_to_the_cells_that_it_found(shown, check, cells):
    one = found(shown)[check]
    assert (one.outcome == "fail", one.cells) == (bool(cells), cells)


def test_what_passes_points_nowhere():
    checks = found(SHOWN).values()
    assert {one.cells for one in checks} == {()} and {one.outcome for one in checks} == {"pass"}


def test_a_count_that_moved_by_few_since_an_earlier_release_is_pointed_to():
    earlier = replace(SHOWN, rows=(dict(SHOWN.rows[0], released=130), *SHOWN.rows[1:]))
    assert found(SHOWN, history=[earlier])["earlier releases"].cells == ((1, "released"),)


def test_groups_that_share_people_and_differ_by_few_are_left_to_reviewers_to_weigh():
    rows = (("High", 100, 40), ("Medium", 104, 60), ("Low", 150, 90))
    raw = replace(RAW, keys=("confidence",), overlapping=("confidence",), rows=tuple(
        {"confidence": name, "released": released, "engaged": engaged} for name, released, engaged in rows
    ))  # fmt: skip
    one = found(protect(raw, RULES), raw)["overlapping groups"]
    assert one.outcome == "review" and one.cells == ((1, "released"), (2, "released"))
    assert one.explanation.startswith("1 pair(s) of groups")


def test_estimates_that_are_not_the_datas_are_pointed_to():
    raw = replace(RAW, rows=tuple({**row, "odds": 1.25} for row in RAW.rows), estimates={"odds": 2})
    shown = protect(raw, RULES)
    assert shown.rows[2]["odds"] == SUPPRESSED
    wrong = replace(shown, rows=(dict(shown.rows[0], odds=1.5), *shown.rows[1:]))
    assert found(shown, raw)["estimates"].cells == ()
    assert found(wrong, raw)["estimates"].cells == ((1, "odds"),)


def test_what_is_written_down_counts_all_cells_names_some_and_holds_no_value():
    many = Check("c", "fail", "Why.", tuple((row, "n") for row in range(1, POSITIONS_AT_MOST + 51)))
    told = many.as_dict()
    assert told["cells"]["count"] == POSITIONS_AT_MOST + 50
    assert told["cells"]["at"] == [[row, "n"] for row in range(1, POSITIONS_AT_MOST + 1)]
    small = found(changed(3, engaged=4))["minimum count"].as_dict()
    assert small["cells"] == {"count": 1, "at": [[3, "engaged"]]} and small.keys() == {"name", "outcome", "explanation", "cells"}  # fmt: skip
