"""A chart draws what the table says, says it in one sentence, and never draws what is withheld."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.publish.charts import MOST_BARS, PALETTE, Bar, Chart, Chosen, choose, draw, finding
from boldlink.publish.charts.layout import lay_out
from boldlink.publish.charts.specs import spec
from boldlink.publish.released import ReleasedTable

Table = Callable[..., ReleasedTable]
SVG = "{http://www.w3.org/2000/svg}"


def texts(chart: Chart) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(chart.svg).iter(f"{SVG}text")]


def bars(chart: Chart) -> list[str]:
    """Fill colours of the bars, in drawing order."""
    drawn = ElementTree.fromstring(chart.svg).iter(f"{SVG}path")
    return [path.get("fill", "") for path in drawn if path.get("fill") in PALETTE]


def chosen(*drawn: Bar) -> Chosen:
    return Chosen("M", "", 1, drawn, null=None, over_time=False, omitted=(), held=(), overall="")


def crossed(**cells: list[Any]) -> list[dict[str, Any]]:
    """Rows of counts for every pair of sex and confidence."""
    pairs = [(sex, level) for sex in cells["sex"] for level in cells["confidence"]]
    return [{"sex": sex, "confidence": level, "n": 10 * at + 10} for at, (sex, level) in enumerate(pairs)]


def test_the_finding_names_the_highest_the_lowest_and_everybody(table: Table) -> None:
    assert draw(table()).finding == (
        "Engaged as a share of released: highest for North (40.5%) and lowest for London (25.0%),"
        " against 30.6% overall."
    )


def test_a_rate_that_is_no_percentage_goes_by_its_own_label(table: Table) -> None:
    rows = [{"region": "London", "released": 200, "engaged": 50, "per_head": 0.25}]
    chart = draw(table(rates={"per_head": ["engaged", "released"]}, rows=rows))
    assert chart.finding == "Per head: 0.25 for London."


def test_a_withheld_figure_is_not_drawn_and_the_chart_says_whose(table: Table) -> None:
    chart = draw(table())
    assert len(bars(chart)) == 2
    assert "Wales" not in texts(chart)
    assert chart.remarks == ("Not drawn because their figure is withheld or not available: Wales.",)


def test_the_total_is_not_drawn_beside_its_parts(table: Table) -> None:
    assert "All" not in texts(draw(table()))


def test_bars_stand_in_the_order_of_the_table_with_their_figures(table: Table) -> None:
    said = texts(draw(table()))
    assert said.index("London") < said.index("North")
    assert [text for text in said if text.endswith("%")] == ["25.0%", "40.5%"]


def test_the_picture_has_a_role_a_name_and_a_description(table: Table) -> None:
    root = ElementTree.fromstring(draw(table()).svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "chart-title chart-description"
    assert root.findtext(f"{SVG}title") == "Chart: Starts"
    assert "highest for North" in (root.findtext(f"{SVG}desc") or "")


def test_a_picture_needs_no_style_that_the_page_forbids(table: Table) -> None:
    svg = draw(table()).svg
    assert "style=" not in svg and "<style" not in svg and "<script" not in svg


def test_hostile_labels_stay_text_in_the_picture(table: Table) -> None:
    rows = [{"region": '<script>alert("1")</script>&', "released": 10}]
    chart = draw(table(title="</title><script>", rows=rows, counts=["released"], rates={}))
    assert "<script" not in chart.svg
    assert '<script>alert("1")</script>&' in texts(chart)


def test_a_table_without_rates_draws_its_first_count(table: Table) -> None:
    rows = [{"region": "London", "released": 1200}, {"region": "North", "released": 800}]
    chart = draw(table(rows=rows, counts=["released"], rates={}))
    assert chart.finding == "Released: highest for London (1,200) and lowest for North (800)."


def test_a_total_of_counts_is_not_compared_with_its_parts(table: Table) -> None:
    rows = [{"region": name, "released": count} for name, count in (("A", 1), ("B", 2), ("All", 3))]
    assert "overall" not in draw(table(rows=rows, counts=["released"], rates={})).finding


def test_each_series_has_its_own_colour_and_its_name_at_the_bar(table: Table) -> None:
    rows = crossed(sex=["Female", "Male"], confidence=["high", "medium", "low"])
    chart = draw(table(keys=["sex", "confidence"], counts=["n"], rates={}, rows=rows))
    assert sorted(set(bars(chart))) == sorted(PALETTE[:3])
    assert [text for text in texts(chart) if text in ("high", "medium", "low")] == ["high", "medium", "low"] * 2


def test_groups_are_compared_at_the_middle_confidence_and_confidences_where_there_is_one_group(table: Table) -> None:
    rows = crossed(sex=["Female", "Male"], confidence=["High", "Medium", "Low"])
    shown = {"keys": ["sex", "confidence"], "counts": ["n"], "rates": {}}
    assert draw(table(**shown, rows=rows)).finding == (
        "N, at medium link confidence: highest for Male (50) and lowest for Female (20)."
    )
    assert draw(table(**shown, rows=rows[:3])).finding == "N: highest for Low (30) and lowest for High (10)."
    assert (
        "highest for Male, Low (60)"
        in draw(table(**shown, rows=[r for r in rows if r["confidence"] != "Medium"])).finding
    )


def test_confidence_is_the_series_even_when_it_is_the_first_key(table: Table) -> None:
    rows = crossed(sex=["Female", "Male"], confidence=["high", "low"])
    chart = draw(table(keys=["confidence", "sex"], counts=["n"], rates={}, rows=rows))
    assert {"Female", "Male"} <= set(texts(chart))


def test_a_third_key_is_drawn_at_its_total_and_the_chart_says_so(table: Table) -> None:
    rows = [
        {**row, "area": area, "n": row["n"] + extra}
        for row in crossed(sex=["Female", "Male"], confidence=["high", "low"])
        for area, extra in (("London", 1), ("All", 2))
    ]
    chart = draw(table(keys=["sex", "area", "confidence"], counts=["n"], rates={}, rows=rows))
    assert len(bars(chart)) == 4
    assert chart.remarks == ("Drawn for the totals of: Area.",)


def test_more_series_than_colours_become_groups_of_their_own(table: Table) -> None:
    rows = crossed(sex=[f"g{i}" for i in range(7)], confidence=[f"l{i}" for i in range(7)])
    chart = draw(table(keys=["sex", "confidence"], counts=["n"], rates={}, rows=rows))
    assert set(bars(chart)) == {PALETTE[0]}
    assert "g0, l0" in texts(chart)


def test_too_many_bars_are_left_to_the_table(table: Table) -> None:
    rows = [{"region": f"r{i}", "released": i} for i in range(MOST_BARS + 1)]
    chart = draw(table(rows=rows, counts=["released"], rates={}))
    assert chart.svg == ""
    assert chart.remarks == (f"No chart is drawn, because {MOST_BARS + 1} bars would be too many to read;"
                             " the table holds every figure.",)  # fmt: skip


def test_a_table_of_withheld_figures_has_no_chart_and_says_why(table: Table) -> None:
    chart = draw(table(rows=[{"region": "Wales", "released": "[c]"}], counts=["released"], rates={}))
    assert chart.svg == ""
    assert chart.finding == "No chart is drawn: every figure of Released is withheld or not available."


def test_a_table_of_totals_only_draws_them(table: Table) -> None:
    chart = draw(table(rows=[{"region": "All", "released": 5}], counts=["released"], rates={}))
    assert chart.finding == "Released: 5 for All."
    assert len(bars(chart)) == 1


def test_the_same_table_gives_the_same_picture(table: Table) -> None:
    assert draw(table()).svg == draw(table()).svg


@pytest.mark.parametrize(
    ("names", "said"),
    [("AB", "A and B"), ("ABC", "A, B and C"), ("ABCD", "A, B and 2 others")],
)
def test_groups_that_share_the_highest_figure_are_all_counted(names: str, said: str) -> None:
    tied = chosen(*(Bar(name, "", 9.0) for name in names), Bar("Z", "", 1.0))
    assert finding(tied) == f"M: highest for {said} (9.0) and lowest for Z (1.0)."


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12))
def test_the_finding_always_gives_the_highest_figure(figures: list[float]) -> None:
    drawn = chosen(*(Bar(f"g{at}", "", figure) for at, figure in enumerate(figures)))
    assert f"{max(figures):.1f}" in finding(drawn)


def effects(label: str = "Hazard ratio", **figures: tuple[Any, Any, Any]) -> dict[str, Any]:
    """Fields of a table with one effect to a group: value, low, high."""
    rows = [{"region": name, "n": 50, "value": v, "low": low, "high": high} for name, (v, low, high) in figures.items()]
    return {"counts": ["n"], "rates": {}, "rows": rows, "estimates": {"value": 2, "low": 2, "high": 2},
            "labels": {"region": "Region", "value": label}}  # fmt: skip


def test_an_effect_is_told_from_none_by_its_interval_alone(table: Table) -> None:
    chart = draw(table(**effects(A=(0.7, 0.6, 0.8), B=(1.5, 1.2, 1.9), C=(0.9, 0.7, 1.2), D=("[c]", "[c]", "[c]"))))
    assert chart.finding == "Hazard ratio: below 1 for A; above 1 for B; no clear difference from 1 for C."
    assert {"0.70 (0.60 to 0.80)", "1.50 (1.20 to 1.90)"} <= set(texts(chart)) and "D" not in texts(chart)


def test_a_difference_is_compared_with_nought_and_other_estimates_with_nothing(table: Table) -> None:
    figures = {"A": (-3.0, -5.0, -1.0), "B": (2.0, -1.0, 5.0)}
    assert draw(table(**effects("Risk difference per 100 people", **figures))).finding == (
        "Risk difference per 100 people: below 0 for A; no clear difference from 0 for B."
    )
    assert draw(table(**effects("Median days", A=(40, 30, 50), B=(60, 50, 75)))).finding == (
        "Median days: highest for B (60.00, 95% interval 50.00 to 75.00) and lowest for A (40.00, 95% interval 30.00 to 50.00)."
    )


def test_an_effect_without_bounds_tells_no_direction(table: Table) -> None:
    finding = draw(table(**effects(A=(0.5, "[z]", "[z]"), B=(2.0, 1.5, 3.0)))).finding
    assert finding == "Hazard ratio: above 1 for B; no clear difference from 1 for A."


def test_a_ratio_stands_on_a_logarithmic_axis_and_a_difference_does_not(table: Table) -> None:
    ratio = spec(choose(table(**effects(A=(0.7, 0.6, 0.8)))))["encoding"]["x"]["scale"]
    assert ratio["type"] == "log" and ratio["domain"][0] < 0.6 and ratio["domain"][1] > 1
    assert "type" not in spec(choose(table(**effects("Risk difference", A=(0.7, 0.6, 0.8)))))["encoding"]["x"]["scale"]
    assert "type" not in spec(choose(table(**effects(A=(0.7, 0, 0.8)))))["encoding"]["x"]["scale"]


def test_a_group_that_points_both_ways_is_named_with_its_series(table: Table) -> None:
    rows = [
        {"region": "A", "confidence": level, "n": 50, "value": v, "low": v - 0.2, "high": v + 0.2}
        for level, v in (("High", 0.5), ("Medium", 0.6), ("Low", 1.0))
    ]
    chart = draw(table(**{**effects(), "rows": rows, "keys": ["region", "confidence"]}))
    assert chart.finding == "Hazard ratio: below 1 for High and Medium; no clear difference from 1 for Low."
    both = [*rows, *({**row, "region": "B"} for row in rows)]
    chart = draw(table(**{**effects(), "rows": both, "keys": ["region", "confidence"]}))
    assert "below 1 for A (High, Medium) and B (High, Medium)" in chart.finding


def test_periods_are_drawn_as_lines_with_dashes_of_their_own(table: Table) -> None:
    rows = [
        {"year": f"{year}", "sex": sex, "n": year - 2000 + at}
        for year in (2021, 2022, 2023)
        for at, sex in enumerate(("Female", "Male"))
    ]
    chart = draw(table(keys=["year", "sex"], counts=["n"], rates={}, rows=rows))
    dashes = {node.get("stroke-dasharray") for node in ElementTree.fromstring(chart.svg).iter(f"{SVG}path")}
    assert len(dashes - {None, ""}) >= 2
    assert {"2021", "2022", "2023", "23  Female", "24  Male"} <= set(texts(chart))


RESET = "2024-05-01: probation reset"


@pytest.mark.parametrize(
    ("periods", "breaks", "stretches"),
    [
        (("2024-04", "2024-05", "2024-06"), [RESET], [0, 1, 1]),
        (("2024 Q1", "2024 Q2", "2024 Q3"), [RESET], [0, 0, 1]),  # what straddles the break belongs to what was before
        (("2023", "2024", "2025"), [RESET], [0, 0, 1]),
        (("2023/24", "2024/25", "2025/26"), [RESET, "2025-01-01: x"], [0, 0, 2]),
        (("2024-04", "2024-05", "2024-06"), ["in the spring: no day"], [0, 0, 0]),
        (("2024-04", "2024-05", "2024-06"), [], [0, 0, 0]),
    ],
)
def test_a_period_that_begins_after_a_break_is_on_the_other_side_of_it(
    table: Table, periods, breaks, stretches
) -> None:  # type: ignore[no-untyped-def]
    rows = [{"period": period, "n": 10} for period in periods]
    found = choose(table(keys=["period"], counts=["n"], rates={}, rows=rows), breaks=breaks)
    assert [bar.stretch for bar in found.bars] == stretches


def lines(chart: Chart) -> int:
    """How many lines are drawn: strokes that go somewhere, in a colour of the palette."""
    drawn = ElementTree.fromstring(chart.svg).iter(f"{SVG}path")
    return sum(path.get("stroke") in PALETTE and "L" in (path.get("d") or "") for path in drawn)


def test_a_line_is_drawn_with_a_gap_where_its_series_breaks_and_that_is_said(table: Table) -> None:
    rows = [{"period": f"2024-{month:02d}", "n": 10 + month} for month in range(2, 8)]
    shown = table(keys=["period"], counts=["n"], rates={}, rows=rows)
    whole, broken = draw(shown), draw(shown, breaks=[RESET])
    assert (lines(whole), lines(broken)) == (1, 2)
    said = "The line is broken where the series is"
    assert any(said in one for one in broken.remarks) and not any(said in one for one in whole.remarks)


def test_bars_that_are_no_periods_know_no_breaks(table: Table) -> None:
    assert {bar.stretch for bar in choose(table(), breaks=[RESET]).bars} == {0}


def test_two_periods_are_no_trend(table: Table) -> None:
    rows = [{"year": year, "n": 10} for year in ("2021", "2022")]
    assert not choose(table(keys=["year"], counts=["n"], rates={}, rows=rows)).over_time


def test_a_key_that_is_nested_in_another_is_named_with_it(table: Table) -> None:
    rows = [
        {"characteristic": kind, "group": group, "n": 10 + at}
        for kind, groups in (("Sex", "FM"), ("Age", "123"), ("Region", "NS"))
        for at, group in enumerate(groups)
    ]
    chart = draw(table(keys=["characteristic", "group"], counts=["n"], rates={}, rows=rows))
    assert {"Sex, F", "Age, 3", "Region, N"} <= set(texts(chart))


def laid_out(*drawn: Bar) -> list[tuple[str, str]]:
    return [(line.text, line.align) for line in lay_out(chosen(*drawn)).lines]


def test_a_name_stands_beside_its_figure_or_above_it_where_there_is_no_room() -> None:
    assert laid_out(Bar("North", "", 9.0)) == [("North", "left"), ("9.0", "right")]
    assert laid_out(Bar("a " * 40 + "name", "", 9.0))[-2:] == [
        ("a a a a a a a a a a a a a a a a a name", "left"),
        ("9.0", "right"),
    ]
    assert laid_out(Bar("n" * 46, "", 1234.0)) == [("n" * 46, "left"), ("1,234.0", "right")]
    assert len({line.middle for line in lay_out(chosen(Bar("n" * 46, "", 1234.0))).lines}) == 2


def test_several_series_of_a_group_stand_under_its_name() -> None:
    assert [text for text, _ in laid_out(Bar("North", "High", 1.0), Bar("North", "Low", 2.0))] == [
        "North",
        "High",
        "1.0",
        "Low",
        "2.0",
    ]


@given(
    st.lists(
        st.tuples(st.text("ab ", min_size=1, max_size=90), st.sampled_from(["", "x", "y"])), min_size=1, max_size=9
    )
)
def test_no_two_marks_and_no_mark_and_text_overlap(named: list[tuple[str, str]]) -> None:
    layout = lay_out(chosen(*(Bar(group, series, 1.0) for group, series in dict.fromkeys(named))))
    edges = [edge for place in layout.places for edge in (place.top, place.bottom)]
    assert edges == sorted(edges) and layout.height >= edges[-1]
    for line in layout.lines:
        assert all(line.middle + 9 <= place.top or line.middle - 9 >= place.bottom for place in layout.places)


def test_every_chart_is_as_wide_as_a_telephone(table: Table) -> None:
    long = "A name of a group that goes on and on, as names of stages and of methods do now and then"
    svg = ElementTree.fromstring(draw(table(rows=[{"region": long, "released": 5}], counts=["released"], rates={})).svg)
    assert float(svg.get("width", "0")) <= 375
