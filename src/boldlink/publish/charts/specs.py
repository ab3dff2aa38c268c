"""Vega-Lite specifications: bars, points with whiskers, lines over periods. The order of the table is kept.

A chart is as wide as a telephone: what is told stands above its mark, name on the left and figure on the right (see
`layout`), so that no label takes width from the figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from boldlink.publish.charts.choice import Chosen
from boldlink.publish.charts.layout import MOST_LETTERS, WIDTH_PIXELS, Layout, Place, lay_out

PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4], [1, 3])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
INK = "#0b0c0c"
RATIO_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 5, 10, 20, 50, 100)
MARGIN = 1.1  # of the figures that an axis of ratios leaves free at its ends


def spec(chosen: Chosen) -> Mapping[str, Any]:
    """The picture of what was chosen, in the form that suits it."""
    form = _lines if chosen.over_time else _marks
    return {"width": WIDTH_PIXELS, "config": _LOOK, **form(chosen)}


def _marks(chosen: Chosen) -> dict[str, Any]:
    """Points with whiskers where there are intervals, else bars; ratios on a logarithmic axis."""
    layout = lay_out(chosen)
    marks = _whiskers(chosen, layout) if chosen.has_intervals else _bars(chosen, layout)
    return {
        "data": {"values": [_value(place) for place in layout.places]},
        "height": layout.height,
        "encoding": {"x": _ratio(chosen) if _is_ratio(chosen) else _figure(chosen, {"zero": not chosen.has_intervals})},
        "layer": [*marks, *_told(layout)],
    }


def _value(place: Place) -> dict[str, Any]:
    bar = place.bar
    return {
        "series": bar.series,
        "figure": bar.figure,
        "low": bar.figure if bar.low is None else bar.low,
        "high": bar.figure if bar.high is None else bar.high,
        "top": place.top,
        "middle": (place.top + place.bottom) / 2,
        "bottom": place.bottom,
    }


def _down(layout: Layout, field: str) -> dict[str, Any]:
    """A place in pixels from the top."""
    scale = {"domain": [layout.height, 0], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": None}


def _told(layout: Layout) -> list[dict[str, Any]]:
    """Names on the left, those of groups in bold, and figures on the right."""
    found = []
    for align, x in (("left", 0), ("right", WIDTH_PIXELS)):
        for weight in ("bold", "normal"):
            lines = [line for line in layout.lines if line.align == align and line.weight == weight]
            if lines:
                mark = {"type": "text", "align": align, "baseline": "middle", "fontWeight": weight}
                found.append({"data": {"values": [{"text": line.text, "middle": line.middle} for line in lines]},
                              "mark": mark,
                              "encoding": {"x": {"value": x}, "y": _down(layout, "middle"), "text": {"field": "text"}}})  # fmt: skip
    return found


def _bars(chosen: Chosen, layout: Layout) -> list[dict[str, Any]]:
    """From nought to the figure."""
    box = {"x2": {"datum": 0}, "y": _down(layout, "top"), "y2": {"field": "bottom"}}
    return [{"mark": {"type": "rect"}, "encoding": {**box, "color": _by_series(chosen, PALETTE)}}]


def _whiskers(chosen: Chosen, layout: Layout) -> list[dict[str, Any]]:
    """A point and the line of its interval; beside each a stroke where there would be no effect."""
    series, middle = _by_series(chosen, PALETTE), _down(layout, "middle")
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "rule", "size": 2}, 
         "encoding": {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}, "y": middle, "color": series}},
        {"mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
         "encoding": {"y": middle, "color": series, "shape": _by_series(chosen, SHAPES)}},
    ]  # fmt: skip
    if chosen.null is not None:
        stroke = {"y": _down(layout, "top"), "y2": {"field": "bottom"}}
        mark = {"type": "rule", "strokeDash": [3, 2], "color": INK}
        layers.insert(0, {"mark": mark, "encoding": {"x": {"datum": chosen.null, "type": "quantitative"}, **stroke}})
    return layers


def _lines(chosen: Chosen) -> dict[str, Any]:
    """A line for each series, told by its dashes and named at its last point; a gap where the series breaks."""
    period = {"field": "group", "type": "ordinal", "sort": _groups_of(chosen), "axis": {"title": None, "labelAngle": 0}}
    figure = {
        "field": "figure",
        "type": "quantitative",
        "scale": {"zero": True},
        "axis": {"title": _wrapped(chosen.measure)},
    }
    last = {bar.series: bar for bar in chosen.bars}
    values = [{"group": bar.group, "series": bar.series, "figure": bar.figure, "last": bar is last[bar.series],
               "stretch": bar.stretch, "text": f"{chosen.label(bar)}  {bar.series}".strip()} for bar in chosen.bars]  # fmt: skip
    return {
        "data": {"values": values},
        "height": 260,
        "encoding": {"x": period, "y": figure, "color": _by_series(chosen, PALETTE)},
        "layer": [
            {"mark": {"type": "line", "size": 3}, "encoding": {"strokeDash": _by_series(chosen, DASHES), "detail": {"field": "stretch", "type": "nominal"}}},
            {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1}},
            {"mark": {"type": "text", "align": "left", "dx": 8}, "transform": [{"filter": "datum.last"}],
             "encoding": {"text": {"field": "text"}, "color": {"value": INK}}},
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


def _groups_of(chosen: Chosen) -> list[str]:
    return list(dict.fromkeys(bar.group for bar in chosen.bars))


def _series_of(chosen: Chosen) -> list[str]:
    return list(dict.fromkeys(bar.series for bar in chosen.bars))


def _figure(chosen: Chosen, scale: Mapping[str, Any]) -> dict[str, Any]:
    axis = {"title": _wrapped(chosen.measure), "tickCount": 5, "grid": False}
    return {"field": "figure", "type": "quantitative", "scale": scale, "axis": axis}


def _wrapped(title: str) -> list[str]:
    return wrap(title, MOST_LETTERS)


def _by_series(chosen: Chosen, values: tuple[Any, ...]) -> dict[str, Any]:
    series = _series_of(chosen)
    return {"field": "series", "type": "nominal", "legend": None,
            "scale": {"domain": series, "range": list(values[: len(series)])}}  # fmt: skip


_LOOK: Mapping[str, Any] = {
    "aria": False,  # the figure names and describes the whole picture; the table under it holds the figures
    "background": None,
    "font": "Arial, Helvetica, sans-serif",
    "view": {"stroke": None},
    "text": {"fontSize": 14, "fill": INK},
    "axis": {"labelFontSize": 14, "titleFontSize": 14, "titleFontWeight": "normal", "titlePadding": 10,
             "labelColor": INK, "titleColor": INK, "gridColor": "#d8dde0",
             "domainColor": "#6f777b"},
}  # fmt: skip
