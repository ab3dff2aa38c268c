"""What is wrong with single figures of a table made elsewhere: each a finding on its cell, with the fix.

A table by itself can show that a count is small, unrounded, or given away by a total. Whether it is *true* it cannot show:
that takes the table worked out again from the data. With it every check of the airlock runs; without it the output is
marked unverified, and a reviewer must say why it may leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from boldlink.outputs.checks import run_checks
from boldlink.outputs.files.declared import Finding, Structure, at, fail, review
from boldlink.outputs.protect import with_rates
from boldlink.outputs.rules import SUPPRESSED, Rules
from boldlink.values import StatTable

Row = Mapping[str, Any]


def verdicts(table: StatTable, structure: Structure, rules: Rules, raw: StatTable | None) -> list[Finding]:
    """Every finding on a table's figures. raw: the same table worked out again from the data, if it could be."""
    found = [*_counts(table, rules), *_rates(table), *_estimates(table, rules), *_totals(table)]
    for key in structure.keys:
        if key not in structure.categories:
            said = f"What the column {key} may hold was not declared: a reviewer reads its labels."
            found.append(review("FILE-LABELS", f"column {key}", said))
    return [*found, *_against_data(table, rules, raw)]


def _numbered(table: StatTable) -> Iterator[tuple[int, Row]]:
    yield from enumerate(table.rows, start=1)


def _counts(table: StatTable, rules: Rules) -> Iterator[Finding]:
    low = 0 if rules.zeros_disclosive else 1
    for number, row in _numbered(table):
        for name in table.counts:
            value = row[name]
            if not isinstance(value, int):
                continue
            if low <= value < rules.minimum:
                yield fail(
                    "CELL-SMALL",
                    at(number, name),
                    f"It is a count of fewer than {rules.minimum} people.",
                    f"show {SUPPRESSED}",
                )
            elif value % rules.base:
                yield fail(
                    "CELL-NOT-ROUNDED",
                    at(number, name),
                    f"It is not rounded to {rules.base}.",
                    f"round counts to {rules.base}",
                )
        for part, whole in table.rates.values():
            both = (row[part], row[whole])
            if all(isinstance(one, int) for one in both) and both[1] - both[0] < rules.minimum:
                said = f"It leaves fewer than {rules.minimum} people out: it says something of nearly everybody."
                yield fail("CELL-NEARLY-ALL", at(number, part), said, f"show {SUPPRESSED}")


def _rates(table: StatTable) -> Iterator[Finding]:
    for number, row in _numbered(table):
        expected = with_rates({name: row[name] for name in (*table.keys, *table.counts)}, table)
        for name in table.rates:
            if row[name] != expected[name]:
                yield fail(
                    "CELL-RATE",
                    at(number, name),
                    "It is not that of the counts shown.",
                    "divide rates from rounded counts, to one decimal",
                )


def _estimates(table: StatTable, rules: Rules) -> Iterator[Finding]:
    for number, row in _numbered(table):
        hidden = any(row[count] == SUPPRESSED for count in table.counts) or not table.counts
        for name, places in table.estimates.items():
            where, value = at(number, name), row[name]
            if isinstance(value, str):
                continue
            if hidden:
                yield fail(
                    "CELL-ESTIMATE",
                    where,
                    "It stands beside a count that is withheld, or without any.",
                    f"show {SUPPRESSED}, or give the people behind it",
                )
            elif round(float(value), min(places, rules.decimals_at_most)) != value:
                most = min(places, rules.decimals_at_most)
                yield fail("CELL-DECIMALS", where, f"It has more than {most} decimals.", f"round it to {most}")


def _totals(table: StatTable) -> Iterator[Finding]:
    """Each total against the rows that it is over: they have the same other keys, and no totals of their own in this one."""
    for number, row in _numbered(table):
        for key in (one for one in table.keys if row[one] == table.total_label):
            parts = [one for one in table.rows if one[key] != table.total_label and _same_but(one, row, table, key)]
            if key in table.overlapping or not parts:
                yield fail(
                    "CELL-TOTAL",
                    at(number),
                    f"It is a total by {key} of groups that share people, or of none.",
                    "leave it out",
                )
                continue
            for name in table.counts:
                yield from _total(row[name], [one[name] for one in parts], at(number, name))


def _same_but(one: Row, other: Row, table: StatTable, key: str) -> bool:
    return all(one[name] == other[name] for name in table.keys if name != key)


def _total(total: Any, parts: list[Any], where: str) -> Iterator[Finding]:
    seen = sum(part for part in parts if isinstance(part, int))
    hidden = sum(part == SUPPRESSED for part in parts)
    if not isinstance(total, int) or total == seen:
        return
    if hidden and total > seen:
        said = f"It is more than the sum of what shows: {hidden} withheld count(s) can be bounded by subtraction."
        yield fail("CELL-TOTAL-TELLS", where, said, "sum totals from the rounded cells that show")
    else:
        yield fail("CELL-TOTAL", where, "It is not the sum of its rows.", "sum totals from the rounded cells that show")


def _against_data(table: StatTable, rules: Rules, raw: StatTable | None) -> list[Finding]:
    if raw is None:
        said = "It was not worked out again from the data: a reviewer must give reasons why it may leave."
        return [review("FILE-UNVERIFIED", "file", said)]
    return [
        fail("CHECK-" + check.name.upper().replace(" ", "-"), "file", check.explanation, "see the explanation")
        for check in run_checks(table, raw, rules)
        if check.outcome == "fail"
    ]
