"""An odds or risk ratio of two groups, through the four counts it is made of.

With one of the four counts and the margins anybody can work the ratio back; so it passes only where all four would.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from boldlink.errors import BadInput
from boldlink.outputs.rules import RULES, Rules
from boldlink.outputs.statistics.groups import groups_of, people_in
from boldlink.outputs.statistics.rows import rows_of
from boldlink.outputs.statistics.statistic import Statistic, failed, passed, refused, statistic
from boldlink.values import StatTable

CELLS = ("exposed_with", "exposed_without", "others_with", "others_without")
DECIMALS = 2  # more would let the four counts be worked out from the ratio beside them


def ratio(
    data: Any,
    unit: str,
    exposure: tuple[str, str],
    outcome: tuple[str, str],
    how: Literal["odds", "risk"] = "odds",
    rules: Rules = RULES,
    *,
    title: str = "",
) -> Statistic:
    """The odds or risk ratio of the outcome, exposed people against others, with its 95 % interval.

    exposure, outcome: a column, and the value of it that counts. Raises BadInput where one person is on both sides of
    either: then there is no two-by-two table of people.
    """
    rows = rows_of(data, unit, (exposure[0], outcome[0]))
    groups = groups_of(rows, (exposure[0], outcome[0]))
    sides = [
        np.array([label != wanted for label in labels])[codes].astype(np.int64)
        for labels, codes, wanted in zip(groups.labels, groups.codes, (exposure[1], outcome[1]), strict=True)
    ]
    counted = people_in(rows.person, sides[0] * 2 + sides[1], 4)
    if int(counted.sum()) != rows.people:
        raise BadInput(
            "STATISTICS-BOTH-SIDES",
            f"{int(counted.sum()) - rows.people} people are on both sides of the exposure or of the outcome.",
            do="work out one value for each person first",
        )
    row = {"ratio": f"{how} ratio", **dict(zip(CELLS, (int(one) for one in counted), strict=True))}
    small = int((counted < rules.minimum).sum())
    places = dict.fromkeys(("value", "low", "high"), min(DECIMALS, rules.decimals_at_most))
    if small:
        said = f"{small} of the four counts under the ratio are of fewer than {rules.minimum} people."
        raw = StatTable(title or f"{how.capitalize()} ratio", ("ratio",), CELLS, (row,))
        return refused(raw, rows.people, [failed("underlying table", said, "broader groups or a longer period")])
    figures = _figures(counted.reshape(2, 2), how)
    raw = StatTable(title or f"{how.capitalize()} ratio", ("ratio",), CELLS, ({**row, **figures},), estimates=places)
    checks = [passed("underlying table", f"All four counts are of at least {rules.minimum} people.")]
    return statistic(raw, rows.people, checks, rules)


def _figures(table: Any, how: str) -> dict[str, float]:
    from statsmodels.stats.contingency_tables import Table2x2

    found = Table2x2(table)
    if how == "odds":
        value, (low, high) = found.oddsratio, found.oddsratio_confint()
    else:
        value, (low, high) = found.riskratio, found.riskratio_confint()
    return {"value": float(value), "low": float(low), "high": float(high)}
