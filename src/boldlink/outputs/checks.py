"""The machine's checks of a table that asks to leave: each is worked out again from the raw counts, inside the place.

What the table says of itself is no evidence. Every check says in words what it found and what would pass.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from boldlink.outputs.protect import base_rows, may_total, shown_estimates, total_row, with_rates
from boldlink.outputs.rules import SUPPRESSED, Rules
from boldlink.outputs.ways import is_rounded, may_show_as
from boldlink.values import StatTable, intervals

Cell = tuple[tuple[Any, ...], str]
Position = tuple[int, str]  # row of the table as it would be shown, from 1, and column
POSITIONS_AT_MOST = 100  # that are written down; all are counted


@dataclass(frozen=True)
class Check:
    """One check: pass, fail, or review by people; why, in words with counts of cells; and where, never a cell's value."""

    name: str
    outcome: str
    explanation: str
    cells: tuple[Position, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        at = [list(position) for position in self.cells[:POSITIONS_AT_MOST]]
        told = {"name": self.name, "outcome": self.outcome, "explanation": self.explanation}
        return {**told, "cells": {"count": len(self.cells), "at": at}}


def run_checks(
    shown: StatTable,
    raw: StatTable,
    rules: Rules,
    history: Sequence[StatTable] = (),
    compared: Collection[str] = (),
) -> tuple[Check, ...]:
    """Every check of a table against the raw counts it was made from and the releases before it.

    compared: counts that were compared with other outputs as sets of people (boldlink.outputs.families), which says more
    than the movement of a cell does.
    """
    checks: tuple[Callable[[StatTable, StatTable, Rules], Check], ...] = (
        check_shape,
        check_minimum,
        check_rounding,
        check_totals,
        check_rates,
        check_estimates,
        check_lines,
        check_against_data,
        check_anything_left,
    )
    told = (check_overlaps(shown, raw, rules, compared), check_history(shown, history, rules, compared))
    return (*(check(shown, raw, rules) for check in checks), *told)


def check_shape(shown: StatTable, raw: StatTable, rules: Rules) -> Check:
    """A table of counts by groups, not a list of people."""
    names = {*shown.keys, *shown.counts, *shown.rates, *shown.estimates}
    extra = sorted({name for row in shown.rows for name in row} - names)
    if extra:
        return _fail(
            "structure",
            f"{len(extra)} column(s) are not declared as key, count, rate or estimate.",
            "declare or drop them",
        )
    if len(shown.rows) > rules.rows_at_most:
        return _fail("structure", f"{len(shown.rows)} rows are more than {rules.rows_at_most}.", "use fewer groups")
    return _pass("structure", f"{len(shown.rows)} rows of declared keys, counts, rates and estimates.")


def check_minimum(shown: StatTable, raw: StatTable, rules: Rules) -> Check:
    """No count of people under the minimum shows, zeros included, nor a numerator that is nearly everybody."""
    truth = _cells(base_rows(raw), raw)
    small = [cell for cell in _visible(base_rows(shown), shown) if truth.get(cell, 0) < rules.minimum]
    nearly = [
        cell
        for cell in _visible(base_rows(shown), shown)
        if cell not in small and _is_nearly_all(cell, truth, raw, rules)
    ]
    if small or nearly:
        said = f"{len(small)} cell(s) are of fewer than {rules.minimum} people; {len(nearly)} leave fewer than {rules.minimum} out."
        fix = f"show them as {SUPPRESSED}, or use a coarser breakdown"
        return _fail("minimum count", said, fix, _at([*small, *nearly], shown))
    return _pass("minimum count", f"Every count that shows is of at least {rules.minimum} people.")


def check_rounding(shown: StatTable, raw: StatTable, rules: Rules) -> Check:
    """Counts that show are rounded in the table's way. Totals are sums, which have a check of their own."""
    odd = [cell for cell, value in _cells(base_rows(shown), shown).items() if not is_rounded(value, rules)]
    if odd:
        return _fail(
            "rounding",
            f"{len(odd)} count(s) are not rounded with base {rules.base} ({rules.rounding}).",
            f"round counts with base {rules.base} ({rules.rounding})",
            _at(odd, shown),
        )
    return _pass("rounding", f"Every count is rounded with base {rules.base} ({rules.rounding}).")


def check_totals(shown: StatTable, raw: StatTable, rules: Rules) -> Check:
    """Totals are sums of the rounded cells that show, never of the raw ones."""
    totals = [dict(row) for row in shown.rows if any(row[key] == shown.total_label for key in shown.keys)]
    if not totals:
        return _pass("totals", "The table shows no totals that are sums of its rows.")
    expected = total_row(base_rows(shown), shown)
    wrong = [(_keys(row, shown), count) for row in totals for count in shown.counts if row[count] != expected[count]]
    if wrong or len(totals) > 1 or not may_total(shown):
        said = f"{len(wrong)} total(s) are not the sum of the rounded counts shown."
        return _fail(
            "totals",
            said,
            "make totals from the rounded cells, one row for a table of one key whose groups share nobody and that has no estimates",
            _at(wrong, shown),
        )
    return _pass("totals", "Totals are sums of the rounded counts shown.")


def check_rates(shown: StatTable, raw: StatTable, rules: Rules) -> Check:
    """Rates are divided from counts as shown; a rate of a suppressed count is suppressed."""
    wrong = [
        (number, name)
        for number, row in enumerate(shown.rows, start=1)
        for name in shown.rates
        if name in row and row[name] != with_rates({k: row[k] for k in (*shown.keys, *shown.counts)}, shown)[name]
    ]
    if wrong:
        return _fail(
            "rates",
            f"{len(wrong)} rate(s) are not those of the counts shown.",
            "divide rates from rounded counts",
            tuple(wrong),
        )
    return _pass("rates", "Rates are those of the rounded counts shown.")


def check_estimates(shown: StatTable, raw: StatTable, rules: Rules) -> Check:
    """What a model gave is of people whose counts all show, is what the data gives, rounded, and no interval is inverted."""
    if not shown.estimates:
        return _pass("estimates", "The table shows no estimates.")
    if not shown.counts or max(shown.estimates.values()) > rules.decimals_at_most:
        fix = f"give the people behind each estimate, and at most {rules.decimals_at_most} decimals"
        return _fail("estimates", "Estimates have no counts of people, or too many decimals.", fix)
    truth = {_keys(row, raw): row for row in base_rows(raw)}
    rows = base_rows(shown)
    wrong = [row for row in rows if not _estimates_hold(row, truth.get(_keys(row, shown)), shown)]
    inverted = [row for row in rows if _is_inverted(row, shown)]
    if wrong or inverted or shown.estimates != raw.estimates:
        said = f"The estimates of {len(wrong)} row(s) are not those of the data or stand beside a withheld count; {len(inverted)} interval(s) are inverted."
        cells = [(_keys(row, shown), name) for row in rows if row in (*wrong, *inverted) for name in shown.estimates]
        fix = "round what was estimated, and withhold it where a count is withheld"
        return _fail("estimates", said, fix, _at(cells, shown))
    return _pass("estimates", "Estimates show only where all their counts do, and are those of the data, rounded.")


def _keys(row: Mapping[str, Any], table: StatTable) -> tuple[Any, ...]:
    return tuple(row[key] for key in table.keys)


def _estimates_hold(row: Mapping[str, Any], raw: Mapping[str, Any] | None, table: StatTable) -> bool:
    if raw is None or any(name not in found for name in table.estimates for found in (row, raw)):
        return False
    return {name: row[name] for name in table.estimates} == shown_estimates(raw, row, table)


def _is_inverted(row: Mapping[str, Any], table: StatTable) -> bool:
    bounds: list[list[Any]] = [
        [row.get(name) for name in (low, value, high)] for value, low, high in intervals(table.estimates)
    ]
    return any(numbers != sorted(numbers) for one in bounds if (numbers := [n for n in one if _is_number(n)]))


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def check_lines(shown: StatTable, raw: StatTable, rules: Rules) -> Check:
    """No row or column lets a suppressed cell be found by subtraction from a total that includes it."""
    found: list[Cell] = []
    for count in shown.counts:
        cells = base_rows(shown)
        hidden = [row for row in cells if row[count] == SUPPRESSED]
        totals = [row for row in shown.rows if any(row[k] == shown.total_label for k in shown.keys)]
        visible = sum(row[count] for row in cells if row[count] != SUPPRESSED)
        over = [row for row in totals if hidden and row[count] != SUPPRESSED and row[count] > visible]
        found += [(_keys(row, shown), count) for row in over]
    if found:
        return _fail(
            "rows and columns",
            f"{len(found)} total(s) include suppressed cells.",
            "sum totals from the cells that show",
            _at(found, shown),
        )
    return _pass("rows and columns", "No suppressed cell can be found by subtraction within the table.")


def check_against_data(shown: StatTable, raw: StatTable, rules: Rules) -> Check:
    """What shows is what the research dataset gives: each count equals the raw count, rounded."""
    truth, values = _cells(base_rows(raw), raw), _cells(base_rows(shown), shown)
    wrong = [c for c, v in values.items() if c not in truth or not (v == truth[c] or may_show_as(truth[c], v, rules))]
    if wrong:
        return _fail(
            "worked out again",
            f"{len(wrong)} count(s) are not what the data gives.",
            "submit what was computed",
            _at(wrong, shown),
        )
    return _pass("worked out again", "Every count was worked out again from the research dataset.")


def check_overlaps(shown: StatTable, raw: StatTable, rules: Rules, compared: Collection[str] = ()) -> Check:
    """Groups that share people (link confidences) differ by few: said to the reviewers, who weigh it."""
    truth = _cells(base_rows(raw), raw)
    visible = [cell for cell in _visible(base_rows(shown), shown) if cell[1] not in compared]
    close = [
        (one, other)
        for one, other in combinations(visible, 2)
        if one[1] == other[1] and _same_but_overlapping(one[0], other[0], shown)
        if 0 < abs(truth[one] - truth[other]) < rules.minimum
    ]
    if not close:
        return _pass(
            "overlapping groups", "No groups that share people and were compared with nothing else differ by few."
        )
    said = f"{len(close)} pair(s) of groups that share people differ by fewer than {rules.minimum}; rounding hides by how many."
    cells = _at(dict.fromkeys(cell for pair in close for cell in pair), shown)
    return Check("overlapping groups", "review", said, cells)


def _same_but_overlapping(one: tuple[Any, ...], other: tuple[Any, ...], table: StatTable) -> bool:
    pairs = zip(table.keys, one, other, strict=True)
    return all(left == right or key in table.overlapping for key, left, right in pairs)


def check_anything_left(shown: StatTable, raw: StatTable, rules: Rules) -> Check:
    """A table of which every cell is withheld tells readers nothing, and is not worth two reviews and a place on record."""
    if not any(_is_number(row.get(name)) for row in base_rows(shown) for name in (*shown.counts, *shown.estimates)):
        fix = "ask for a longer period, or for fewer and larger groups"
        return _fail("anything left", f"There is nothing left to show: every cell is {SUPPRESSED}.", fix)
    return _pass("anything left", "At least one figure shows.")


def check_history(
    shown: StatTable, history: Sequence[StatTable], rules: Rules, compared: Collection[str] = ()
) -> Check:
    """Against earlier releases of the same table: a cell moves by nothing, or by at least the minimum."""
    now = {one: value for one, value in _cells(list(map(dict, shown.rows)), shown).items() if one[1] not in compared}
    moved: list[Cell] = []
    for earlier in history:
        before = _cells(list(map(dict, earlier.rows)), earlier)
        moved += [cell for cell in now if cell in before and 0 < abs(now[cell] - before[cell]) < rules.minimum]
    if moved:
        said = f"{len(moved)} count(s) differ from an earlier release by fewer than {rules.minimum} people."
        return _fail("earlier releases", said, "wait for a later period, or release a coarser table", _at(moved, shown))
    return _pass("earlier releases", f"No small difference from {len(history)} earlier release(s) of this table.")


def _cells(rows: Sequence[Mapping[str, Any]], table: StatTable) -> dict[Cell, int]:
    return {
        (tuple(row[key] for key in table.keys), count): row[count]
        for row in rows
        for count in table.counts
        if isinstance(row.get(count), int)
    }


def _visible(rows: Sequence[Mapping[str, Any]], table: StatTable) -> list[Cell]:
    return list(_cells(rows, table))


def _is_nearly_all(cell: Cell, truth: Mapping[Cell, int], raw: StatTable, rules: Rules) -> bool:
    keys, count = cell
    wholes = [whole for part, whole in raw.rates.values() if part == count]
    return any(truth.get((keys, whole), 0) - truth.get(cell, 0) < rules.minimum for whole in wholes)


def _pass(name: str, explanation: str) -> Check:
    return Check(name, "pass", explanation)


def _fail(name: str, found: str, fix: str, cells: tuple[Position, ...] = ()) -> Check:
    return Check(name, "fail", f"{found} What would pass: {fix}.", cells)


def _at(cells: Iterable[Cell], table: StatTable) -> tuple[Position, ...]:
    """Where cells stand in the table, in its order."""
    rows = {_keys(row, table): number for number, row in enumerate(table.rows, start=1)}
    return tuple(sorted((rows[keys], column) for keys, column in cells if keys in rows))
