"""What of a table is drawn: which figure, over which groups and series, and in which form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from boldlink.publish.grid import decimals, show
from boldlink.publish.messages import say
from boldlink.publish.released import ReleasedTable, Row, is_number
from boldlink.values import intervals

MOST_SERIES = 6  # as many as the palette has colours
_PERIOD = re.compile(r"(19|20)\d\d\b")  # 2023, 2023-04, 2023 Q2, 2023/24
_QUARTER = re.compile(r"\d{4}\W*Q([1-4])\b")
_MONTH = re.compile(r"\d{4}-(\d\d)\b")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\b")
_RATIO = re.compile(r"\bratio\b")


@dataclass(frozen=True)
class Bar:
    """One figure: its group, its series within the group (empty when there is one series), its interval if it has one.

    stretch: of a group that is a period, how many breaks of the series came by its first day; no line is drawn from one
    stretch to another.
    """

    group: str
    series: str
    figure: float
    low: float | None = None
    high: float | None = None
    stretch: int = 0

    @property
    def name(self) -> str:
        """Group and series as a reader would say them."""
        return f"{self.group}, {self.series}" if self.series else self.group


@dataclass(frozen=True)
class Chosen:
    """What is drawn of a table.

    null: the figure that stands for no effect (1 for ratios, 0 for differences), None when there is none. omitted: rows
    without a figure. held: keys drawn at their totals only. overall: the figure over everybody, in words, or empty.
    """

    measure: str
    unit: str
    places: int
    bars: tuple[Bar, ...]
    null: float | None
    over_time: bool
    omitted: tuple[str, ...]
    held: tuple[str, ...]
    overall: str

    def label(self, bar: Bar) -> str:
        """The figure as it stands in the picture, with its interval if it has one: 31.0% (28.2 to 33.9)."""
        return self._told(bar, "chart.label")

    def words(self, bar: Bar) -> str:
        """The figure as it stands in a sentence: 31.0%, 95% interval 28.2 to 33.9."""
        return self._told(bar, "chart.words")

    def figure(self, bar: Bar) -> str:
        """The figure alone: 31.0%."""
        return f"{show(bar.figure, self.places)}{self.unit}"

    def _told(self, bar: Bar, key: str) -> str:
        if bar.low is None or bar.high is None:
            return self.figure(bar)
        return say(key, figure=self.figure(bar), low=show(bar.low, self.places), high=show(bar.high, self.places))

    @property
    def has_intervals(self) -> bool:
        return any(bar.low is not None for bar in self.bars)


@dataclass(frozen=True)
class _Axes:
    groups: tuple[str, ...]
    series: str | None
    held: tuple[str, ...]


def choose(table: ReleasedTable, figure: str = "", breaks: Sequence[str] = ()) -> Chosen:
    """The figure of that name, else a table's first that has an interval, else its first rate, estimate or count.

    breaks: "2024-05-01: why", days across which a series over periods must not be read.
    """
    found = {value: (value, low, high) for value, low, high in intervals(table.figures)}
    name = figure or next(iter((*found, *table.figures[len(table.counts) :], *table.counts)))
    bounds = found.get(name)
    axes = _choose_axes(table)
    rows = _choose_rows(table, axes)
    bars = tuple(_bar(axes, row, name, bounds) for row in rows if is_number(row[name]))
    over_time = _is_over_time(table, axes)
    if over_time:
        bars = tuple(replace(bar, stretch=_stretch(bar.group, breaks)) for bar in bars)
    measure, unit = _measure(table, name)
    places = table.estimates.get(name, decimals([figure for bar in bars for figure in (bar.figure, bar.low)]))
    return Chosen(
        measure=measure,
        unit=unit,
        places=places,
        bars=bars,
        null=_null(table.label(name)) if bounds else None,
        over_time=over_time,
        omitted=tuple(_name(axes, row) for row in rows if not is_number(row[name])),
        held=tuple(table.label(key) for key in axes.held),
        overall=_overall(table, name, places, unit),
    )


def _measure(table: ReleasedTable, name: str) -> tuple[str, str]:
    """What is drawn, as a sentence begins it, and its unit. A percentage says what it is a share of."""
    if name not in table.rates or not name.endswith("_percent"):
        return table.label(name), ""
    part, whole = (table.label(count) for count in table.rates[name])
    return say("chart.share", part=part, whole=whole[:1].lower() + whole[1:]), "%"


def _null(label: str) -> float | None:
    spoken = label.casefold()
    return 1.0 if _RATIO.search(spoken) else 0.0 if "difference" in spoken or "change" in spoken else None


def _choose_axes(table: ReleasedTable) -> _Axes:
    varying = [key for key in table.keys if len(_details(table, key)) > 1] or list(table.keys[:1])
    series = _choose_series(table, varying)
    others = [key for key in varying if key != series]
    spare = [key for key in table.keys if key not in (series, *others[:1])]
    held = [key for key in spare if any(row[key] == table.total_label for row in table.rows)]
    return _Axes(tuple(key for key in others if key not in held), series, tuple(held))


def _choose_series(table: ReleasedTable, varying: Sequence[str]) -> str | None:
    """Link confidence if the table has it, else the last key with few enough values to tell apart; never a period."""
    fitting = [key for key in varying if _may_be_series(table, key, [one for one in varying if one != key])]
    if len(varying) < 2 or not fitting:
        return None
    return next((key for key in fitting if "confidence" in key), fitting[-1])


def _may_be_series(table: ReleasedTable, key: str, others: Sequence[str]) -> bool:
    """Few enough values, no period, and met with at least half of the other keys' groups (not nested in them)."""
    values, rows = _details(table, key), [r for r in table.rows if all(r[k] != table.total_label for k in table.keys)]
    crossed = len(values) * len({tuple(row[one] for one in others) for row in rows})
    return len(values) <= MOST_SERIES and not _is_period(table, key) and crossed <= 2 * max(len(rows), 1)


def _details(table: ReleasedTable, key: str) -> list[Any]:
    return list(dict.fromkeys(row[key] for row in table.rows if row[key] != table.total_label))


def _is_period(table: ReleasedTable, key: str) -> bool:
    values = _details(table, key)
    return len(values) > 2 and all(_PERIOD.match(str(value)) for value in values)


def _is_over_time(table: ReleasedTable, axes: _Axes) -> bool:
    return len(axes.groups) == 1 and _is_period(table, axes.groups[0])


def _stretch(period: str, breaks: Sequence[str]) -> int:
    """How many breaks came by the first day of a period; a break without its day is none that can be drawn."""
    return sum(found[0] <= _first_day(period) for one in breaks if (found := _DAY.match(one)))


def _first_day(period: str) -> str:
    """2023-04-01 of "2023-04" and of "2023 Q2", 2023-01-01 of "2023" and of "2023/24"."""
    year, quarter, month = period[:4], _QUARTER.match(period), _MONTH.match(period)
    first = 3 * int(quarter[1]) - 2 if quarter else int(month[1]) if month else 1
    return f"{year}-{first:02d}-01"


def _choose_rows(table: ReleasedTable, axes: _Axes) -> list[Row]:
    rows = [row for row in table.rows if all(row[key] == table.total_label for key in axes.held)]
    drawn = (*axes.groups, *((axes.series,) if axes.series else ()))
    details = [row for row in rows if all(row[key] != table.total_label for key in drawn)]
    return details or rows or list(table.rows)


def _name(axes: _Axes, row: Row) -> str:
    return Bar(*_place(axes, row), 0).name


def _place(axes: _Axes, row: Row) -> tuple[str, str]:
    return ", ".join(str(row[key]) for key in axes.groups), str(row[axes.series]) if axes.series else ""


def _bar(axes: _Axes, row: Row, name: str, bounds: tuple[str, str, str] | None) -> Bar:
    low, high = (row[bounds[1]], row[bounds[2]]) if bounds else (None, None)
    if not (is_number(low) and is_number(high)):
        low = high = None
    return Bar(*_place(axes, row), row[name], low, high)  # type: ignore[arg-type]  # both are numbers or None


def _overall(table: ReleasedTable, name: str, places: int, unit: str) -> str:
    """The rate over everybody, if the table gives it; a total of counts says nothing beside its parts."""
    total = [row for row in table.rows if all(row[key] == table.total_label for key in table.keys)]
    if name not in table.rates or len(total) != 1 or not is_number(total[0][name]):
        return ""
    return f"{show(total[0][name], max(places, decimals([total[0][name]])))}{unit}"
