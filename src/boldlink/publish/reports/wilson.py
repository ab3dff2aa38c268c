"""Intervals of released rates, worked out from the rounded counts that were released: nothing new leaves a place.

Wilson's score interval, 95 per cent, in per cent of the rate's whole.
"""

from __future__ import annotations

from boldlink.publish.messages import say
from boldlink.publish.released import Cell, ReleasedTable, Row, is_number
from boldlink.values import intervals
from boldlink.wilson import wilson


def with_intervals(table: ReleasedTable) -> ReleasedTable:
    """The table with an interval beside each percentage, if it has none of its own."""
    rates = [name for name in table.rates if name.endswith("_percent")]
    if not rates or intervals((*table.estimates, *table.rates)):
        return table
    bounds = {f"{name}_{side}": 1 for name in rates for side in ("low", "high")}
    labels = {
        f"{name}_{side}": say(key, rate=table.label(name))
        for name in rates
        for side, key in (("low", "report.interval_low"), ("high", "report.interval_high"))
    }
    return table.model_copy(
        update={
            "estimates": {**table.estimates, **bounds},
            "labels": {**table.labels, **labels},
            "rows": tuple({**row, **_bounds(row, table, rates)} for row in table.rows),
            "notes": (*table.notes, say("report.interval_note")),
        }
    )


def _bounds(row: Row, table: ReleasedTable, rates: list[str]) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for name in rates:
        found[f"{name}_low"], found[f"{name}_high"] = _interval(row, name, *table.rates[name])
    return found


def _interval(row: Row, rate: str, part: str, whole: str) -> tuple[Cell, Cell]:
    """Withheld where the rate is; not applicable where part and whole are no share of one another."""
    if not is_number(row[rate]):
        return row[rate], row[rate]
    counted, of = float(row[part]), float(row[whole])
    if not 0 <= counted <= of:
        return "[z]", "[z]"
    low, high = wilson(counted, of)
    return round(100 * low, 1), round(100 * high, 1)
