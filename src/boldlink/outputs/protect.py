"""Make a raw table safe to show: suppress, round, and build everything else from what is left.

Counts under the minimum, zeros included, become `[c]`; so does a numerator that comes within the minimum of its
denominator, because it would say something of nearly everybody. What stays is rounded. Totals are summed from the
rounded cells that show, rates are divided from rounded counts: nothing in the table knows more than its cells.
Estimates are what a model gave for the people of their row: they show, rounded, only where every count of the row does.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from boldlink.outputs.rules import NOT_APPLICABLE, SUPPRESSED, Rules
from boldlink.outputs.ways import as_shown, in_words
from boldlink.values import StatTable

Row = dict[str, Any]
WITHHELD_TOO = ("Some more counts are withheld, because beside other tables they would tell of few people.",)
Cell = tuple[int, str]  # a row's position in its table, and the name of a count


def protect(table: StatTable, rules: Rules, withheld: Collection[Cell] = ()) -> StatTable:
    """Raw counts in, a table that may be shown out. Total rows of the input are dropped and made anew.

    withheld: counts to withhold for the sake of other tables, though they are not small.
    """
    cells = [
        _protected(dict(table.rows[place]), table, rules, {count for row, count in withheld if row == place})
        for place in base_positions(table)
    ]
    if len(cells) > 1 and may_total(table):
        cells.append(total_row(cells, table))
    rows = tuple(with_rates(row, table) for row in cells)
    return replace(table, rows=rows, notes=(*table.notes, *notes_of(rules), *(WITHHELD_TOO if withheld else ())))


def notes_of(rules: Rules) -> tuple[str, ...]:
    """What every reader of a protected table is told of its marks and its rounding."""
    return (
        f"Counts under {rules.minimum} people, or that would say something of nearly everybody, are shown as {SUPPRESSED}.",
        in_words(rules),
    )


def may_total(table: StatTable) -> bool:
    """Whether a row of totals is true: one key, whose groups share nobody, and no estimates, which never add up."""
    return len(table.keys) == 1 and not table.overlapping and not table.estimates


def base_rows(table: StatTable) -> list[Row]:
    """Rows that are no totals over others."""
    return [dict(table.rows[place]) for place in base_positions(table)]


def base_positions(table: StatTable) -> list[int]:
    """Where the rows stand that are no totals over others."""
    rows = enumerate(table.rows)
    return [place for place, row in rows if not any(row[key] == table.total_label for key in table.keys)]


def _protected(row: Row, table: StatTable, rules: Rules, withheld: Collection[str]) -> Row:
    shown = {key: row[key] for key in table.keys}
    for count in table.counts:
        small = count in withheld or row[count] < rules.minimum or nearly_everybody(row, count, table, rules)
        shown[count] = SUPPRESSED if small else as_shown(row[count], rules)
    return {**shown, **shown_estimates(row, shown, table)}


def shown_estimates(row: Mapping[str, Any], shown: Mapping[str, Any], table: StatTable) -> Row:
    """A row's estimates as they may show beside its counts as shown. One that does not exist is marked [z]."""
    hidden = any(shown[count] == SUPPRESSED for count in table.counts)
    return {
        name: SUPPRESSED if hidden else _rounded(row[name], places)
        for name, places in table.estimates.items()
    }  # fmt: skip


def _rounded(value: float | None, places: int) -> Any:
    if value is None or not math.isfinite(value):
        return NOT_APPLICABLE
    return round(float(value), places or None) + 0  # plus 0: no minus nought


def nearly_everybody(row: Mapping[str, Any], count: str, table: StatTable, rules: Rules) -> bool:
    """Whether a numerator leaves out fewer people than the minimum."""
    wholes = [whole for part, whole in table.rates.values() if part == count]
    return any(row[whole] - row[count] < rules.minimum for whole in wholes)


def total_row(cells: list[Row], table: StatTable) -> Row:
    """The row of totals over the cells that show; a count of which nothing shows has no total."""
    total: Row = dict.fromkeys(table.keys, table.total_label)
    for count in table.counts:
        # A total over fewer rows than its denominator's would make a false rate: it counts complete rows only.
        seen = [row[count] for row in cells if all(row[other] != SUPPRESSED for other in table.counts)]
        total[count] = sum(seen) if seen else SUPPRESSED
    return total


def with_rates(row: Row, table: StatTable) -> Row:
    """Add the rates, in per cent to one decimal, from the counts as shown."""
    rates: Row = {}
    for name, (part, whole) in table.rates.items():
        hidden = SUPPRESSED in (row[part], row[whole]) or not row[whole]
        rates[name] = SUPPRESSED if hidden else round(100 * row[part] / row[whole], 1)
    return {**row, **rates}
