"""A survival curve in steps that enough people make.

A Kaplan-Meier curve falls at every event, so a curve drawn at each of its days says on which day each person had theirs.
Here the curve is given at the ends of steps: multiples of a declared number of days, so that no step ends on somebody's
day, and joined until each holds enough events and leaves enough people at risk. Where too few are left the curve ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldlink.errors import BadInput
from boldlink.outputs.checks import Check
from boldlink.outputs.rules import RULES, Rules
from boldlink.outputs.statistics.groups import Categories, groups_of
from boldlink.outputs.statistics.rows import Floats, rows_of
from boldlink.outputs.statistics.statistic import Statistic, failed, passed, statistic
from boldlink.values import StatTable


@dataclass(frozen=True)
class Step:
    """until_day: its end. at_risk: people at its beginning. events: in it. left: still at risk after it."""

    until_day: float
    at_risk: int
    events: int
    left: int


def kaplan_meier(
    data: Any,
    unit: str,
    days: str,
    happened: str,
    by: str | None = None,
    rules: Rules = RULES,
    *,
    step_days: int = 30,
    categories: Categories | None = None,
    title: str = "People without the event",
) -> Statistic:
    """The share of people without the event at the end of each step, with its interval, by the categories of a column.

    days: column of days until the event or until last seen; happened: 0 or 1. One row for each person. Raises BadInput
    for several rows of a person, days that are missing or not above 0, an outcome that is not 0 or 1.
    """
    rows = rows_of(data, unit, (*((by,) if by else ()), days, happened))
    if len(rows.person) > rows.people:
        raise _bad("STATISTICS-SEVERAL-ROWS", "Some people have several rows.", "give each person's first event")
    seen, events = rows.numbers(days), _outcome(rows.numbers(happened))
    if np.isnan(seen).any() or (seen <= 0).any() or step_days < 1:
        raise _bad(
            "STATISTICS-NO-TIME", "Some days are missing or not above 0.", "leave out who was not seen for a day"
        )
    groups = groups_of(rows, (by,) if by else (), categories)
    table: list[Mapping[str, Any]] = []
    ended = 0
    for number in range(int(np.prod(groups.shape, dtype=np.int64))):
        inside = groups.group == number
        found, cut = steps(seen[inside], events[inside], step_days, rules)
        ended += cut
        table += _rows(groups.names(number), seen[inside], events[inside], found)
    keys = (*((by,) if by else ()), "until_day")
    places = dict.fromkeys(("value", "low", "high"), rules.decimals_at_most)
    raw = StatTable(title, keys, ("at_risk", "events"), tuple(table), overlapping=("until_day",), estimates=places)
    return statistic(raw, rows.people, [_steps(table, rules), _ends(ended)], rules)


def steps(days: Floats, happened: Floats, step_days: int, rules: Rules) -> tuple[list[Step], bool]:
    """The steps of a curve, and whether it ends before its last event because too few would be in one more.

    days, happened: (people,). Each step has at least `km_step` events and leaves at least that many people, and the
    minimum count, at risk.
    """
    least = max(rules.km_step, rules.minimum)
    last = float(days[happened == 1].max()) if happened.any() else 0.0
    found: list[Step] = []
    begin = 0.0
    for end in np.arange(step_days, last + step_days, step_days, dtype=float):
        events = int(((days > begin) & (days <= end) & (happened == 1)).sum())
        left = int((days > end).sum())
        if left < least:
            break
        if events >= least:
            found.append(Step(float(end), int((days > begin).sum()), events, left))
            begin = float(end)
    return found, bool(((days > begin) & (happened == 1)).any())


def _rows(group: Mapping[str, str], days: Floats, happened: Floats, found: list[Step]) -> Iterator[dict[str, Any]]:
    if not found:
        return
    from boldlink.analysis.methods.survival import kaplan_meier as curve_of

    curve = curve_of(days, happened)
    for step in found:
        at = curve.at(step.until_day)
        yield {
            **group,
            "until_day": int(step.until_day),
            "at_risk": step.at_risk,
            "events": step.events,
            "value": at.value,
            "low": at.low,
            "high": at.high,
        }


def _steps(table: list[Mapping[str, Any]], rules: Rules) -> Check:
    least = max(rules.km_step, rules.minimum)
    if not table:
        said = f"No step has {least} events and leaves {least} people at risk."
        return failed("steps", said, "a longer period, longer steps or fewer groups")
    return passed("steps", f"Each of {len(table)} steps has at least {least} events and leaves as many people at risk.")


def _ends(ended: int) -> Check:
    said = f"{ended} curve(s) end early: too few events or people would be in one more step."
    return passed("end of the curve", said if ended else "Every curve goes on to its last event.")


def _outcome(happened: Floats) -> Floats:
    if not np.isin(happened, (0.0, 1.0)).all():
        raise _bad(
            "STATISTICS-OUTCOME", "The outcome is not 0 or 1 on every row.", "give 1 for who had the event, else 0"
        )
    return happened


def _bad(code: str, what: str, do: str) -> BadInput:
    return BadInput(code, what, do=do)
