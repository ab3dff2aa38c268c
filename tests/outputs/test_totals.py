"""Tables that keep totals over everybody: they add up, and nobody can subtract. Asked of scipy, which made none of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from boldlink.errors import BadInput
from boldlink.outputs import (
    RULES,
    SUPPRESSED,
    Asked,
    Numbers,
    as_totals,
    check_totals_hide,
    in_way,
    protect_together,
    run_checks,
    with_totals,
)  # fmt: skip
from boldlink.outputs.totals import WithTotals, adding_up
from boldlink.values import Rounding, StatTable

ADDING_UP = in_way(RULES, Rounding.CONTROLLED)
REGIONS = ("North", "East", "South", "West")


def of(groups: dict[str, range], key: str = "region") -> tuple[StatTable, Numbers]:
    """A table of groups of people, and whose its numbers are."""
    rows = tuple({key: name, "people": len(members)} for name, members in groups.items())
    some = [(at, members) for at, members in enumerate(groups.values()) if len(members)]
    return StatTable("A table", (key,), ("people",), rows), Numbers(
        tuple((at, "people") for at, _ in some), tuple(np.array(members) for _, members in some)
    )


def in_a_row(*sizes: int) -> dict[str, range]:
    ends = np.cumsum(sizes).tolist()
    return {f"Group {n}": range(end - size, end) for n, (size, end) in enumerate(zip(sizes, ends, strict=True))}


def shown(found: WithTotals) -> StatTable:
    return adding_up(found.raw, found.numbers, found.totals, ADDING_UP)


def checked(found: WithTotals, table: StatTable) -> str:
    return check_totals_hide(table, found.raw, found.numbers, found.totals, ADDING_UP).outcome


def people(table: StatTable) -> list[int | str]:
    return [row["people"] for row in table.rows]


def test_rows_add_up_to_a_total_over_everybody():
    found = with_totals(*of(in_a_row(62, 141, 33, 12)))
    table = shown(found)
    *rows, total = people(table)
    assert sum(rows) == total and abs(total - 248) < 5
    assert all(value % 5 == 0 and abs(value - true) < 5 for value, true in zip(rows, (62, 141, 33, 12), strict=True))
    assert checked(found, table) == "pass"


def test_a_small_count_that_rounding_hides_takes_no_other_with_it():
    found = with_totals(*of(in_a_row(62, 141, 33, 4)))
    table = shown(found)
    assert [value == SUPPRESSED for value in people(table)] == [False, False, False, True, False]
    assert checked(found, table) == "pass"  # four rounded numbers leave it nought to 13


def test_a_small_count_takes_another_with_it_where_the_total_would_tell_it():
    found = with_totals(*of(in_a_row(33, 0)))
    table = shown(found)
    assert people(table) == [SUPPRESSED, SUPPRESSED, 35]  # a group of nobody is hidden like a small one
    assert checked(found, table) == "pass"
    alone = replace(
        table, rows=tuple({**row, "people": value} for row, value in zip(table.rows, (35, SUPPRESSED, 35), strict=True))
    )
    assert checked(found, alone) == "fail"  # nought to four


def test_totals_are_over_every_key_whose_groups_share_nobody_within_each_confidence():
    rows = [
        (c, r, range(100 * n, 100 * n + size)) for c, size in (("High", 60), ("Low", 80)) for n, r in enumerate(REGIONS)
    ]
    table = StatTable("A table", ("confidence", "region"), ("people",),
                      tuple({"confidence": c, "region": r, "people": len(m)} for c, r, m in rows), overlapping=("confidence",))  # fmt: skip
    numbers = Numbers(tuple((at, "people") for at in range(8)), tuple(np.array(m) for *_, m in rows))
    found = with_totals(table, numbers)
    assert [tuple(row.values()) for row in found.raw.rows[8:]] == [("High", "All", 240), ("Low", "All", 320)]
    assert (found.totals, found.made_of) == ({8: (0, 1, 2, 3), 9: (4, 5, 6, 7)}, ((0, 1, 2, 3), (4, 5, 6, 7)))


def test_two_keys_have_totals_of_each_and_of_both():
    sizes = {("N", "M"): range(30), ("N", "F"): range(30, 70), ("S", "M"): range(70, 120), ("S", "F"): range(120, 180)}
    table = StatTable(
        "T",
        ("region", "sex"),
        ("people",),
        tuple({"region": r, "sex": s, "people": len(m)} for (r, s), m in sizes.items()),
    )
    found = with_totals(
        table, Numbers(tuple((at, "people") for at in range(4)), tuple(np.array(m) for m in sizes.values()))
    )
    assert [tuple(row.values()) for row in found.raw.rows[4:]] == [
        ("N", "All", 70), ("S", "All", 110), ("All", "M", 80), ("All", "F", 100), ("All", "All", 180),
    ]  # fmt: skip
    assert checked(found, shown(found)) == "pass"


def test_people_in_two_rows_are_counted_once_in_the_total():
    found = with_totals(*of({"North": range(40), "South": range(20, 90)}))
    assert people(found.raw) == [40, 70, 90]


def test_counts_of_no_people_have_no_such_totals():
    table, numbers = of(in_a_row(62, 141))
    with pytest.raises(BadInput, match="OUTPUT-NO-TOTALS"):
        with_totals(table, Numbers(numbers.cells[:1], numbers.members[:1]))


def test_readers_have_it_back_with_its_totals_marked():
    table, numbers = of(in_a_row(62, 141))
    found = with_totals(table, numbers)
    given_ = as_totals(shown(found), table)
    assert (given_.total_label, given_.overlapping, given_.rows[-1]["region"]) == ("All", (), "All")


def test_a_numerator_is_rounded_within_its_whole_and_its_rate_is_of_what_shows():
    rows = (
        {"region": "North", "left": 100, "housed": 40},
        {"region": "South", "left": 60, "housed": 55},
        {"region": "West", "left": 80, "housed": 31},
    )
    table = StatTable("T", ("region",), ("left", "housed"), rows, rates={"percent": ("housed", "left")})
    starts = (0, 100, 160)
    members = [
        range(start, start + row[c]) for start, row in zip(starts, rows, strict=True) for c in ("left", "housed")
    ]
    found = with_totals(
        table, Numbers(tuple((at, c) for at in range(3) for c in ("left", "housed")), tuple(map(np.array, members)))
    )
    given_ = shown(found)
    assert given_.rows[1]["housed"] == SUPPRESSED  # 55 of 60 is nearly everybody
    for row in given_.rows:
        seen = SUPPRESSED not in (row["left"], row["housed"])
        assert row["percent"] == (round(100 * row["housed"] / row["left"], 1) if seen else SUPPRESSED)
    checks = (
        *run_checks(given_, found.raw, ADDING_UP, (), ("left", "housed")),
        check_totals_hide(given_, found.raw, found.numbers, found.totals, ADDING_UP),
    )
    assert {check.outcome for check in checks} == {"pass"}


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.integers(0, 60), min_size=2, max_size=4), min_size=2, max_size=4).filter(
        lambda rows: len({*map(len, rows)}) == 1
    )
)
def test_nobody_is_left_fewer_values_than_the_rules_ask(sizes: list[list[int]]):
    ends = np.cumsum([n for row in sizes for n in row]).reshape(np.shape(sizes))
    cells = [(r, c) for r in range(len(sizes)) for c in range(len(sizes[0]))]
    rows = tuple({"r": f"R{r}", "c": f"C{c}", "people": sizes[r][c]} for r, c in cells)
    some = [
        (at, np.arange(ends[one] - sizes[one[0]][one[1]], ends[one]))
        for at, one in enumerate(cells)
        if sizes[one[0]][one[1]]
    ]
    if not some:
        return
    table = StatTable("T", ("r", "c"), ("people",), rows)
    found = with_totals(table, Numbers(tuple((at, "people") for at, _ in some), tuple(members for _, members in some)))
    given_ = shown(found)
    over = np.array(
        [[float(at in found.totals.get(row, (row,))) for at in range(len(cells))] for row in range(len(found.raw.rows))]
    )
    every = zip(over, people(given_), people(found.raw), strict=True)
    known = [(line, value, true) for line, value, true in every if value != SUPPRESSED]
    above = np.array([sign * line for line, *_ in known for sign in (1, -1)]).reshape(-1, len(cells))
    ends_of = [end for _, value, true in known for end in (max(true, value + 2), -max(10, min(true, value - 2)))]
    for row, line in enumerate(over):
        if found.raw.rows[row]["people"] < 10:
            assert given_.rows[row]["people"] == SUPPRESSED
            least, most = (linprog(sign * line, A_ub=above, b_ub=ends_of) if known else None for sign in (1, -1))
            if known and most.status == 0:
                assert np.floor(-most.fun + 1e-6) - np.ceil(least.fun - 1e-6) + 1 >= ADDING_UP.width
    if all(value != SUPPRESSED for value in people(given_)):
        assert np.allclose(over @ people(given_)[: len(cells)], people(given_))


def test_a_family_that_would_give_few_people_away_withholds_more_of_a_table_that_adds_up():
    found = with_totals(*of(in_a_row(62, 141, 33, 40)))
    also = with_totals(
        *of(
            {
                name: range(one.start, one.stop + (n == 0) * 0)
                for n, (name, one) in enumerate(in_a_row(62, 141, 33, 36).items())
            }
        )
    )
    both = protect_together(
        [
            Asked(name, one.raw, one.numbers, ADDING_UP, None, one.totals)
            for name, one in (("one", found), ("two", also))
        ],
        [],
    )
    for name, one in (("one", found), ("two", also)):
        assert not both[name].revealed
        assert check_totals_hide(both[name].shown, one.raw, one.numbers, one.totals, both[name].rules).outcome == "pass"


def test_a_table_that_no_rounding_fits_is_refused_in_words(monkeypatch):
    found = with_totals(*of(in_a_row(62, 141)))
    nothing = replace(found.raw, rows=tuple({**row, "people": SUPPRESSED} for row in found.raw.rows))
    check = check_totals_hide(nothing, found.raw, found.numbers, found.totals, ADDING_UP)
    assert check.outcome == "fail" and "nearest" in check.explanation
