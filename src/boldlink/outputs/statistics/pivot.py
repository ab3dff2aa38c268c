"""Sums and means of an amount by groups: per person first, so that somebody's twelve rows are one contribution.

A sum that few people dominate is withheld with its row. Amounts may be negative (debts, adjustments): then the shares that
the dominance rule compares say little, and a person looks as well. A column of two values is no amount: its mean is a
share of people, and belongs in a table of counts, where numerators are checked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from boldlink.outputs.checks import Check
from boldlink.outputs.rules import RULES, Rules
from boldlink.outputs.statistics.dominance import contributions, dominated, parts_of, two_valued
from boldlink.outputs.statistics.groups import Categories, groups_of, shared_keys
from boldlink.outputs.statistics.rows import Floats, Integers, rows_of
from boldlink.outputs.statistics.statistic import Statistic, failed, passed, review, statistic
from boldlink.values import StatTable


def pivot(
    data: Any,
    unit: str,
    value: str,
    keys: Sequence[str],
    how: Literal["sum", "mean"] = "sum",
    rules: Rules = RULES,
    *,
    categories: Categories | None = None,
    title: str = "",
) -> Statistic:
    """The sum of a column, or its mean for each person, by every combination of the keys' categories.

    Rows without a value are left out, and said. A person's amount is the sum of their rows in the group.
    """
    rows = rows_of(data, unit, (*keys, value))
    amounts = rows.numbers(value)
    missing = int(np.isnan(amounts).sum())
    kept = rows.keep(~np.isnan(amounts))
    amounts = amounts[~np.isnan(amounts)]
    groups = groups_of(kept, keys, categories)
    number = int(np.prod(groups.shape, dtype=np.int64))
    group, given = contributions(kept.person, groups.group, amounts, kept.people)
    people, sums = np.bincount(group, minlength=number), np.bincount(group, weights=given, minlength=number)
    values = sums / np.maximum(people, 1) if how == "mean" else sums
    places = decimals(people, rules) if how == "mean" else 0
    made = tuple(
        {**groups.names(one), "people": int(people[one]), how: float(values[one]) if people[one] else None}
        for one in range(number)
    )
    raw = StatTable(
        title or f"{how.capitalize()} of {value}",
        groups.keys,
        ("people",),
        made,
        overlapping=shared_keys(kept, groups),
        estimates={how: places},
    )
    parts = parts_of(group, given, number)
    low = [one for one, part in enumerate(parts) if dominated(part, rules)]
    shares = [one for one, part in enumerate(parts) if len(part) and two_valued(part)]
    checks = [
        _unit(len(amounts), kept.people, missing),
        contributors(people, rules),
        dominance(len(low), number, rules),
    ]
    checks += [an_amount(len(shares), number), *signs(given)]
    return statistic(raw, kept.people, checks, rules, {*low, *shares})


def decimals(people: Integers, rules: Rules) -> int:
    """Decimals that a mean of whole numbers may have without telling how many people stand behind it.

    A mean of n whole numbers is a multiple of 1/n; shown to more than log10(n) decimals, it says which n it can be
    (Brown and Heathers 2017, Social Psychological and Personality Science 8:363), and undoes the rounding of counts.
    n is the smallest that the rounded count leaves possible.
    """
    shown = people[people >= rules.minimum] - rules.base // 2
    return min(rules.decimals_at_most, int(math.log10(max(shown.min(), 1)))) if len(shown) else 0


def _unit(rows: int, people: int, missing: int) -> Check:
    said = f"{rows} rows of {people} people: each person's amounts are added up first."
    return passed("unit", f"{said} {missing} row(s) without a value are left out." if missing else said)


def contributors(people: Integers, rules: Rules) -> Check:
    """Whether every group's figure comes from enough people."""
    small = int((people < rules.minimum).sum())
    if small:
        said = f"{small} of {len(people)} group(s) have fewer than {rules.minimum} contributors."
        return failed("contributors", said, "fewer or broader groups; until then these are withheld")
    return passed("contributors", f"Every figure comes from at least {rules.minimum} people.")


def dominance(low: int, groups: int, rules: Rules) -> Check:
    """Whether somebody's own amount could be read off a group's."""
    if low:
        pairs = " or ".join(f"the largest {n} give more than {k:.0%}" for n, k in rules.dominance)
        said = f"In {low} of {groups} group(s) {pairs}, or the rest is under {rules.p_percent:g} % of the largest."
        return failed("dominance", said, "broader groups, or amounts capped by a stated rule before they are added")
    return passed("dominance", "No one or two people make up a figure.")


def signs(given: Floats) -> list[Check]:
    """A review where amounts are negative: shares of a sum that cancels mean little."""
    if (given < 0).any():
        return [review("negative amounts", "Some amounts are negative, so dominance was judged on their sizes.")]
    return []


def an_amount(shares: int, groups: int) -> Check:
    """Whether a mean or sum is a share of people in disguise."""
    if shares:
        said = (
            f"In {shares} of {groups} group(s) there are at most two different amounts, so a mean or sum counts people."
        )
        return failed("an amount", said, "a crosstab with the column as outcome, whose counts are checked")
    return passed("an amount", "Amounts take more than two values, so their mean or sum counts nobody.")
