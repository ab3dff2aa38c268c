"""What a column is like in each group: mean, spread, percentiles. One value for each person.

A percentile *is* somebody's value, or lies between two people's. So it is shown only with enough people on both of its
sides, and only as coarsely as enough people share: it is rounded to 1, 2, 5, 10 ... until that many have a value that
rounds to it. The smallest and largest value are one person's and are refused, unless they are structural: known of the
scale before anybody was measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from boldlink.errors import BadInput
from boldlink.outputs.checks import Check
from boldlink.outputs.rules import RULES, Rules
from boldlink.outputs.statistics.dominance import dominated, two_valued
from boldlink.outputs.statistics.groups import Categories, Groups, distinct_pairs, groups_of
from boldlink.outputs.statistics.pivot import decimals, signs
from boldlink.outputs.statistics.rows import Floats, Integers, Rows, rows_of
from boldlink.outputs.statistics.statistic import Statistic, failed, passed, review, statistic
from boldlink.values import StatTable

KNOWN = ("mean", "sd", "median", "minimum", "maximum")
STEPS = (1, 2, 5)


def summary(
    data: Any,
    unit: str,
    value: str,
    statistics: Sequence[str | float] = ("mean", "sd", "median"),
    by: Sequence[str] = (),
    rules: Rules = RULES,
    *,
    structural: Mapping[str, float] | None = None,
    categories: Categories | None = None,
    title: str = "",
) -> Statistic:
    """A row for each group and statistic: mean, sd, median, minimum, maximum, or a percentile as a number 0 to 100.

    structural: {"minimum": 0, "maximum": 48}, bounds of the scale itself, which are shown instead of anybody's value.
    Raises BadInput where a person has several rows in a group, and for a statistic that is not known.
    """
    rows = rows_of(data, unit, (*by, value))
    amounts = rows.numbers(value)
    kept, amounts = rows.keep(~np.isnan(amounts)), amounts[~np.isnan(amounts)]
    groups = groups_of(kept, by, categories)
    _one_value_each(kept, groups.group)
    parts = [amounts[groups.group == one] for one in range(int(np.prod(groups.shape, dtype=np.int64)))]
    told = [_row(part, one, rules, structural or {}) for part in parts for one in statistics]
    table = _table(groups, statistics, told, title or f"Summary of {value}", rules.decimals_at_most)
    checks = [*_checks(told, rules), *signs(amounts), *_bounds(amounts, structural or {})]
    return statistic(table, kept.people, checks, rules, [n for n, one in enumerate(told) if one["why"]])


def _row(part: Floats, wanted: str | float, rules: Rules, structural: Mapping[str, float]) -> dict[str, Any]:
    """One statistic of one group: its value, the people behind it, and why it may not be shown, if it may not."""
    if wanted in ("minimum", "maximum"):
        bound = structural.get(str(wanted))
        return {
            "statistic": wanted,
            "people": len(part),
            "value": bound,
            "why": "" if bound is not None else "an extreme value",
        }
    if wanted in ("mean", "sd"):
        value = None if not len(part) else float(part.mean() if wanted == "mean" else part.std(ddof=1 % len(part)))
        places = decimals(np.array([len(part)], dtype=np.int64), rules)
        rounded = None if value is None else round(value, places)
        return {"statistic": wanted, "people": len(part), "value": rounded, "why": _of_amounts(part, rules)}
    return _percentile(part, _percent(wanted), rules)


def _of_amounts(part: Floats, rules: Rules) -> str:
    if len(part) < rules.minimum:
        return "too few people"
    if len(np.unique(part)) == 1:
        return "everybody has the same value"
    if two_valued(part):
        return "only two different values"
    return "dominance" if dominated(part, rules) else ""


def _percent(wanted: str | float) -> float:
    percent = 50.0 if wanted == "median" else wanted
    if isinstance(percent, str) or not 0 < percent < 100:
        raise BadInput(
            "STATISTICS-UNKNOWN",
            f"There is no statistic {wanted}.",
            do=f"use {', '.join(KNOWN)}, or a percentile between 0 and 100",
        )
    return float(percent)


def _percentile(part: Floats, percent: float, rules: Rules) -> dict[str, Any]:
    name = "median" if percent == 50.0 else f"percentile {percent:g}"
    if len(part) < rules.minimum:
        return {"statistic": name, "people": len(part), "value": None, "why": "too few people"}
    value = float(np.percentile(part, percent))
    sides = min(int((part <= value).sum()), int((part >= value).sum()))
    why = "" if sides >= rules.percentile_contributors else "too few people on one side"
    if len(np.unique(part)) == 1:
        why = "everybody has the same value"
    return {"statistic": name, "people": len(part), "value": shared_value(part, value, rules.minimum)[0], "why": why}


def shared_value(values: Floats, value: float, sharers: int) -> tuple[float, float]:
    """The value, rounded to a step of 1, 2, 5, 10 ... (or a tenth of it) until that many values round to it; the step.

    values: (people,), at least as many as sharers. The finest step is a thousandth of their range.
    """
    spread = float(values.max() - values.min())
    exponent = math.floor(math.log10(spread)) - 3 if spread else 0
    while True:
        for step in (one * 10.0**exponent for one in STEPS):
            rounded = round(value / step) * step
            if int((np.abs(values - rounded) <= step / 2).sum()) >= sharers:
                return float(round(rounded, max(-exponent, 0))), step
        exponent += 1


def _table(
    groups: Groups, statistics: Sequence[str | float], told: Sequence[Mapping[str, Any]], title: str, places: int
) -> StatTable:
    made = tuple(
        {
            **groups.names(number // len(statistics)),
            "statistic": one["statistic"],
            "people": one["people"],
            "value": one["value"],
        }
        for number, one in enumerate(told)
    )
    # Statistics of a group are of the same people: they are never added up. Each value is rounded as it was made.
    note = "Percentiles are rounded until enough people share the value that is shown."
    return StatTable(
        title,
        (*groups.keys, "statistic"),
        ("people",),
        made,
        overlapping=("statistic",),
        estimates={"value": places},
        notes=(note,),
    )


def _checks(told: Sequence[Mapping[str, Any]], rules: Rules) -> list[Check]:
    reasons = [one["why"] for one in told if one["why"]]
    asked = (
        ("contributors", "too few people", "larger groups"),
        ("contributors on each side", "too few people on one side", "a percentile nearer to the middle"),
        ("extremes", "an extreme value", "a percentile, or the scale's own bounds declared as structural"),
        ("class disclosure", "everybody has the same value", "broader groups"),
        ("an amount", "only two different values", "a crosstab with the column as outcome"),
        ("dominance", "dominance", "broader groups"),
    )
    checks = []
    for name, why, fix in asked:
        count = reasons.count(why)
        said = f"{count} of {len(told)} statistic(s) are withheld: {why}."
        checks.append(failed(name, said, fix) if count else passed(name, f"None is withheld for {why}."))
    return checks


def _bounds(amounts: Floats, structural: Mapping[str, float]) -> list[Check]:
    """Declared bounds are the scale's if nobody is beyond them; whether they are not somebody's a person must say."""
    if not structural:
        return []
    low, high = structural.get("minimum", -math.inf), structural.get("maximum", math.inf)
    if ((amounts < low) | (amounts > high)).any():
        return [
            failed("structural bounds", "Somebody is beyond a declared bound of the scale.", "the scale's true bounds")
        ]
    return [review("structural bounds", "The smallest or largest value is declared as the scale's own.")]


def _one_value_each(rows: Rows, group: Integers) -> None:
    pairs = len(distinct_pairs(group, rows.person)[0])
    if pairs < len(group):
        raise BadInput(
            "STATISTICS-SEVERAL-ROWS",
            f"{len(group) - pairs} row(s) are of people who have another row in the same group.",
            "a summary is of one value for each person.",
            "work out one value for each person first: the sum, the mean, the last",
        )
