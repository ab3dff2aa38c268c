"""Vega-Lite specifications: bars, points with whiskers, lines over periods. The order of the table is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boldlink.publish.charts.choice import Bar, Chosen

PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4], [1, 3])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
WIDTH_PIXELS = 520
RATIO_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 5, 10, 20, 50, 100)
MARGIN = 1.1  # of the figures that an axis of ratios leaves free at its ends


def spec(chosen: Chosen) -> Mapping[str, Any]:
    """The picture of what was chosen, in the form that suits it."""
    form = _lines if chosen.over_time else _whiskers if chosen.has_intervals else _bars
    last = {bar.series: bar for bar in chosen.bars}
    values = [{**_value(chosen, bar), "last": bar is last[bar.series]} for bar in chosen.bars]
    return {"data": {"values": values}, "width": WIDTH_PIXELS, "config": _LOOK, **form(chosen)}


def _value(chosen: Chosen, bar: Bar) -> dict[str, Any]:
    label = chosen.label(bar)
    return {
        "group": bar.group,
        "series": bar.series,
        "figure": bar.figure,
        "end": max(bar.figure, 0),  # beside a bar that points left, its figure stands on the right of nought
        "low": bar.figure if bar.low is None else bar.low,
        "high": bar.figure if bar.high is None else bar.high,
        "text": f"{label}  {bar.series}" if bar.series else label,
    }


def _bars(chosen: Chosen) -> dict[str, Any]:
    """Figures written at the ends of the bars."""
    end = {"field": "end", "type": "quantitative"}
    text = {"mark": {"type": "text", "align": "left", "dx": 6}, "encoding": {"x": end, "text": {"field": "text"}}}
    bar = {"mark": {"type": "bar"}, "encoding": {"color": _by_series(chosen, PALETTE)}}
    return {
        "height": {"step": _step(chosen)},
        "encoding": {**_groups(chosen), "x": _figure(chosen, {"zero": True})},
        "layer": [bar, text],
    }


def _whiskers(chosen: Chosen) -> dict[str, Any]:
    """A point and the line of its interval; a line where there would be no effect. Ratios on a logarithmic scale."""
    series = _by_series(chosen, PALETTE)
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "rule", "size": 2}, "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "color": series}},
        {"mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
         "encoding": {"color": series, "shape": _by_series(chosen, SHAPES)}},
        {"mark": {"type": "text", "align": "left", "dx": 8},
         "encoding": {"x": {"field": "high", "type": "quantitative"}, "text": {"field": "text"}}},
    ]  # fmt: skip
    if chosen.null is not None:
        layers.insert(0, _line_at(chosen.null))
    return {
        "height": {"step": _step(chosen)},
        "encoding": {**_groups(chosen), "x": _ratio(chosen) if _is_ratio(chosen) else _figure(chosen, {"zero": False})},
        "layer": layers,
    }


def _line_at(null: float) -> dict[str, Any]:
    mark = {"type": "rule", "strokeDash": [4, 3], "color": "#0b0c0c"}
    return {"data": {"values": [{"null": null}]}, "mark": mark,
            "encoding": {"x": {"field": "null", "type": "quantitative"}, "y": None, "yOffset": None}}  # fmt: skip


def _lines(chosen: Chosen) -> dict[str, Any]:
    """A line for each series, told by its dashes and named at its last point."""
    period = {"field": "group", "type": "ordinal", "sort": _groups_of(chosen), "axis": {"title": None, "labelAngle": 0}}
    figure = {"field": "figure", "type": "quantitative", "scale": {"zero": True}, "axis": {"title": chosen.measure}}
    return {
        "height": 260,
        "encoding": {"x": period, "y": figure, "color": _by_series(chosen, PALETTE)},
        "layer": [
            {"mark": {"type": "line", "size": 3}, "encoding": {"strokeDash": _by_series(chosen, DASHES)}},
            {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1}},
            {"mark": {"type": "text", "align": "left", "dx": 8}, "transform": [{"filter": "datum.last"}],
             "encoding": {"text": {"field": "text"}, "color": {"value": "#0b0c0c"}}},
        ],
    }  # fmt: skip


def _is_ratio(chosen: Chosen) -> bool:
    return chosen.null == 1.0 and all((bar.figure if bar.low is None else bar.low) > 0 for bar in chosen.bars)


def _ratio(chosen: Chosen) -> dict[str, Any]:
    """A logarithmic axis, so that half and double stand equally far from one; no wider than its figures."""
    low = min(1.0, *(bar.figure if bar.low is None else bar.low for bar in chosen.bars)) / MARGIN
    high = max(1.0, *(bar.figure if bar.high is None else bar.high for bar in chosen.bars)) * MARGIN
    figure = _figure(chosen, {"type": "log", "nice": False, "domain": [low, high]})
    ticks = [tick for tick in RATIO_TICKS if low <= tick <= high]
    return {**figure, "axis": {**figure["axis"], "values": ticks, "format": "~g"}}


def _step(chosen: Chosen) -> int:
    return 26 if len(_series_of(chosen)) > 1 else 34


def _groups_of(chosen: Chosen) -> list[str]:
    return list(dict.fromkeys(bar.group for bar in chosen.bars))


def _series_of(chosen: Chosen) -> list[str]:
    return list(dict.fromkeys(bar.series for bar in chosen.bars))


def _groups(chosen: Chosen) -> dict[str, Any]:
    axis = {"title": None, "labelLimit": 300, "ticks": False, "domain": False, "labelPadding": 8}
    group = {"y": {"field": "group", "type": "nominal", "sort": _groups_of(chosen), "axis": axis}}
    if len(series := _series_of(chosen)) > 1:
        return {**group, "yOffset": {"field": "series", "type": "nominal", "sort": series}}
    return group


def _figure(chosen: Chosen, scale: Mapping[str, Any]) -> dict[str, Any]:
    axis = {"title": chosen.measure, "tickCount": 5}
    return {"field": "figure", "type": "quantitative", "scale": scale, "axis": axis}


def _by_series(chosen: Chosen, values: tuple[Any, ...]) -> dict[str, Any]:
    series = _series_of(chosen)
    return {"field": "series", "type": "nominal", "legend": None,
            "scale": {"domain": series, "range": list(values[: len(series)])}}  # fmt: skip


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
