"""Which columns a declared table's file must have, and what the file says of itself before any data is opened.

The columns of a statistic are those that `boldlink.outputs.statistics` gives it, so that a table made there and written to
a file is the declared one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from boldlink.outputs.checks import Check, check_lines, check_rates, check_rounding, check_shape, check_totals
from boldlink.outputs.files import Finding, MadeElsewhere, Structure
from boldlink.outputs.rules import Rules
from boldlink.outputs.statistics.ratios import CELLS
from boldlink.outputs.statistics.ratios import DECIMALS as RATIO_DECIMALS
from boldlink.outputs.submitted.declaration import TableDocument
from boldlink.values import StatTable

INTERVAL = ("value", "low", "high")
# What each statistic adds to the declared keys: more keys, counts, estimates.
COLUMNS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "crosstab": ((), ("people",), ()),
    "pivot": ((), ("people",), ()),
    "summary": (("statistic",), ("people",), ("value",)),
    "survival": (("until_day",), ("at_risk", "events"), INTERVAL),
    "linear": (("covariate",), ("people", "others"), (*INTERVAL, "p")),
    "logistic": (("covariate",), ("people_with", "people_without", "others_with", "others_without"), (*INTERVAL, "p")),
    "ratio": (("ratio",), CELLS, INTERVAL),
}
UNVERIFIED = "FILE-UNVERIFIED"


def structure_of(declared: TableDocument, rules: Rules) -> Structure:
    """The structure of a declared table's file. Estimates have at most the decimals of the rules, and of the declaration."""
    if not declared.can_be_recomputed:
        return Structure(
            declared.title,
            tuple(declared.keys),
            tuple(declared.counts),
            dict(declared.rates),
            dict(declared.estimates),
            overlapping=tuple(declared.overlapping),
            categories=declared.categories,
            sheet=declared.sheet,
        )
    keys, counts, names = COLUMNS[declared.statistic]
    rates: dict[str, tuple[str, str]] = {}
    if declared.statistic == "pivot":
        names = (str(declared.how),)
    if declared.statistic == "crosstab" and declared.outcome:
        counts, rates = (*counts, "of"), {"percent": ("people", "of")}
    estimates = dict.fromkeys(names, decimals_of(declared, rules))
    whole = (*declared.keys, *keys)
    shape = Structure(declared.title, whole, counts, rates, estimates, categories=declared.categories)
    return replace(shape, overlapping=(*keys, *([declared.outcome] if declared.outcome else [])), sheet=declared.sheet)


def decimals_of(declared: TableDocument, rules: Rules) -> int:
    """The most decimals that the declared table's estimates may have."""
    most = min(rules.decimals_at_most, RATIO_DECIMALS) if declared.statistic == "ratio" else rules.decimals_at_most
    return most if declared.decimals is None else min(declared.decimals, most)


def from_itself(found: MadeElsewhere, declared: TableDocument, rules: Rules) -> tuple[Finding, ...]:
    """What is wrong with a file, or must be looked at, from the file alone; nothing is said of what comes later."""
    assert found.table is not None  # a drawing has findings of its own
    known = {UNVERIFIED, *(["FILE-LABELS"] if declared.can_be_recomputed else [])}  # labels are held to the data's
    findings = [one for one in found.findings if one.code not in known]
    totals = check_totals(found.table, found.table, rules)
    if totals.outcome == "fail" and not any(one.code.startswith("CELL-TOTAL") for one in findings):
        findings.append(Finding("CHECK-TOTALS", "fail", "file", totals.explanation))
    return tuple(findings)


def checks_of_file(table: StatTable, rules: Rules) -> list[Check]:
    """The airlock's checks that need no data: shape, rounding, totals, rates, lines."""
    return [
        check(table, table, rules) for check in (check_shape, check_rounding, check_totals, check_rates, check_lines)
    ]
