"""A released table as horizontal bars: which bars, what they show in one sentence, and the SVG.

Colours: Government Analysis Function palette. No bar is told from another by colour alone: each carries its
name. Withheld figures are never drawn, and the chart says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from boldlink.publish.grid import decimals, show
from boldlink.publish.messages import say
from boldlink.publish.parts import part
from boldlink.publish.released import ReleasedTable, Row, is_number

PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
MOST_BARS = 60
VEGA_LITE = "6.1"  # named, so that a newer renderer cannot redraw what was published


@dataclass(frozen=True)
class Bar:
    """One bar: its group, its series within the group (empty when there is one series), its figure."""

    group: str
    series: str
    figure: float

    @property
    def name(self) -> str:
        """Group and series as a reader would say them."""
        return f"{self.group}, {self.series}" if self.series else self.group


@dataclass(frozen=True)
class Chart:
    """What a release page shows above its table. `svg` is empty when there is nothing to draw."""

    measure: str
    finding: str
    remarks: tuple[str, ...]
    svg: str


@dataclass(frozen=True)
class _Axes:
    groups: tuple[str, ...]
    series: str | None
    held: tuple[str, ...]  # keys drawn at their total only


def draw(table: ReleasedTable) -> Chart:
    """The chart of a table's first rate, or of its first count when it has no rates."""
    name = next(iter(table.rates), table.counts[0])
    axes = _choose_axes(table)
    rows = _choose_rows(table, axes)
    bars = [_bar(axes, row, row[name]) for row in rows if is_number(row[name])]
    measure, unit = _measure(table, name)
    places = decimals([bar.figure for bar in bars])
    labels = [f"{show(bar.figure, places)}{unit}" for bar in bars]
    finding = _finding(measure, bars, labels, _overall(table, name, places, unit))
    drawable = 0 < len(bars) <= MOST_BARS
    return Chart(
        measure=measure,
        finding=finding,
        remarks=tuple(_remarks(table, axes, [row for row in rows if not is_number(row[name])], len(bars))),
        svg=_svg(table, finding, _spec(bars, labels, measure)) if drawable else "",
    )


def _measure(table: ReleasedTable, name: str) -> tuple[str, str]:
    """What is drawn, as a sentence begins it, and its unit. A percentage says what it is a share of."""
    if name not in table.rates or not name.endswith("_percent"):
        return table.label(name), ""
    part_label, whole = (table.label(count) for count in table.rates[name])
    return say("chart.share", part=part_label, whole=whole[:1].lower() + whole[1:]), "%"


def _choose_axes(table: ReleasedTable) -> _Axes:
    varying = [key for key in table.keys if len(_details(table, key)) > 1] or list(table.keys[:1])
    series = _choose_series(table, varying)
    others = [key for key in varying if key != series]
    spare = [key for key in table.keys if key not in (series, *others[:1])]
    held = [key for key in spare if any(row[key] == table.total_label for row in table.rows)]
    return _Axes(tuple(key for key in others if key not in held), series, tuple(held))


def _choose_series(table: ReleasedTable, varying: Sequence[str]) -> str | None:
    """Link confidence if the table has it, else the last key with few enough values to tell apart."""
    fitting = [key for key in varying if len(_details(table, key)) <= len(PALETTE)]
    if len(varying) < 2 or not fitting:
        return None
    return next((key for key in fitting if "confidence" in key), fitting[-1])


def _details(table: ReleasedTable, key: str) -> list[Any]:
    return list(dict.fromkeys(row[key] for row in table.rows if row[key] != table.total_label))


def _choose_rows(table: ReleasedTable, axes: _Axes) -> list[Row]:
    rows = [row for row in table.rows if all(row[key] == table.total_label for key in axes.held)]
    drawn = (*axes.groups, *((axes.series,) if axes.series else ()))
    details = [row for row in rows if all(row[key] != table.total_label for key in drawn)]
    return details or rows or list(table.rows)


def _bar(axes: _Axes, row: Row, figure: Any) -> Bar:
    series = str(row[axes.series]) if axes.series else ""
    return Bar(", ".join(str(row[key]) for key in axes.groups), series, figure)


def _overall(table: ReleasedTable, name: str, places: int, unit: str) -> str:
    """The rate over everybody, if the table gives it; a total of counts says nothing beside its parts."""
    total = [row for row in table.rows if all(row[key] == table.total_label for key in table.keys)]
    if name not in table.rates or len(total) != 1 or not is_number(total[0][name]):
        return ""
    return f"{show(total[0][name], max(places, decimals([total[0][name]])))}{unit}"


def _finding(measure: str, bars: Sequence[Bar], labels: Sequence[str], overall: str) -> str:
    if not bars:
        return say("chart.nothing", measure=measure)
    top, bottom = max(bar.figure for bar in bars), min(bar.figure for bar in bars)
    said = dict(zip((bar.figure for bar in bars), labels, strict=True))
    high = _listed([bar.name for bar in bars if bar.figure == top])
    if len(bars) == 1:
        return say("chart.single", measure=measure, high=high, high_value=said[top])
    if top == bottom:
        return say("chart.same", measure=measure, high_value=said[top])
    return say(
        "chart.range_overall" if overall else "chart.range",
        measure=measure,
        high=high,
        high_value=said[top],
        low=_listed([bar.name for bar in bars if bar.figure == bottom]),
        low_value=said[bottom],
        overall=overall,
    )


def _listed(names: Sequence[str]) -> str:
    if len(names) > 3:
        return say("chart.others", names=", ".join(names[:2]), count=len(names) - 2)
    return say("chart.and").join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _remarks(table: ReleasedTable, axes: _Axes, omitted: Sequence[Row], bars: int) -> Iterable[str]:
    if axes.held:
        yield say("chart.held", keys=", ".join(table.label(key) for key in axes.held))
    if omitted and bars:
        yield say("chart.omitted", groups="; ".join(_bar(axes, row, 0).name for row in omitted))
    if bars > MOST_BARS:
        yield say("chart.crowded", bars=bars)


def _spec(bars: Sequence[Bar], labels: Sequence[str], measure: str) -> Mapping[str, Any]:
    """The Vega-Lite specification: order of the table kept, figures written at the ends of the bars."""
    series = list(dict.fromkeys(bar.series for bar in bars))
    values = [
        {"group": bar.group, "series": bar.series, "figure": bar.figure, "text": _end(label, bar)}
        for bar, label in zip(bars, labels, strict=True)
    ]
    encoding: dict[str, Any] = {
        "y": {"field": "group", "type": "nominal", "sort": list(dict.fromkeys(bar.group for bar in bars)),
              "axis": {"title": None, "labelLimit": 300, "ticks": False, "domain": False, "labelPadding": 8}},
        "x": {"field": "figure", "type": "quantitative", "scale": {"zero": True},
              "axis": {"title": measure, "tickCount": 5}},
    }  # fmt: skip
    if len(series) > 1:
        encoding["yOffset"] = {"field": "series", "type": "nominal", "sort": series}
    colour = {"field": "series", "type": "nominal", "legend": None,
              "scale": {"domain": series, "range": list(PALETTE[: len(series)])}}  # fmt: skip
    return {
        "data": {"values": values},
        "width": 520,
        "height": {"step": 26 if len(series) > 1 else 34},
        "encoding": encoding,
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"color": colour}},
            {"mark": {"type": "text", "align": "left", "dx": 6}, "encoding": {"text": {"field": "text"}}},
        ],
        "config": _LOOK,
    }


_LOOK: Mapping[str, Any] = {
    "aria": False,  # the figure names and describes the whole picture; the table under it holds the figures
    "background": None,
    "font": "Arial, Helvetica, sans-serif",
    "view": {"stroke": None},
    "text": {"fontSize": 14, "fill": "#0b0c0c"},
    "axis": {"labelFontSize": 14, "titleFontSize": 14, "titleFontWeight": "normal", "titlePadding": 10,
             "labelColor": "#0b0c0c", "titleColor": "#0b0c0c", "gridColor": "#d8dde0",
             "domainColor": "#6f777b"},
    "scale": {"bandPaddingInner": 0.25, "offsetBandPaddingInner": 0.1},
}  # fmt: skip


def _end(label: str, bar: Bar) -> str:
    return f"{label}  {bar.series}" if bar.series else label


def _svg(table: ReleasedTable, finding: str, spec: Mapping[str, Any]) -> str:
    """The picture with a name and a description of its own, which the renderer does not give it."""
    drawn = str(part("vl_convert").vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[]))
    title = escape(say("release.chart_title", title=table.title))
    description = escape(say("release.chart_description", finding=finding))
    named = '<svg role="img" aria-labelledby="chart-title chart-description"'
    start, rest = drawn.removesuffix("</svg>").split(">", 1)
    told = f'<title id="chart-title">{title}</title><desc id="chart-description">{description}</desc>'
    # The renderer gives roles without names to parts of the picture: the parts are hidden from readers.
    return f'{start.replace("<svg", named, 1)}>{told}<g aria-hidden="true">{rest}</g></svg>'
