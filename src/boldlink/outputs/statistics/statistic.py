"""A statistic with its evidence: what was worked out, what may be shown of it, and every check in words.

`raw` never leaves. `shown` is what would pass the airlock today; it is put together by the same rules that check it, and
checked once more here, so that an error in one shows as a refusal and not as a release.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from boldlink.outputs.checks import Check, run_checks
from boldlink.outputs.protect import protect, with_rates
from boldlink.outputs.rules import SUPPRESSED, Rules
from boldlink.values import StatTable


@dataclass(frozen=True)
class Statistic:
    """raw: as the data give it. shown: what may be shown of it, None if nothing may. people: who contributed, in all.

    checks: of the statistic as it was asked for. Each says what it found; one that fails says what would pass.
    """

    raw: StatTable
    shown: StatTable | None
    people: int
    checks: tuple[Check, ...]

    @property
    def outcome(self) -> str:
        """fail if a check failed, else review if somebody must look, else pass."""
        found = {check.outcome for check in self.checks}
        return next(one for one in ("fail", "review", "pass") if one in found or one == "pass")

    def failed(self) -> tuple[str, ...]:
        """Names of the checks that failed."""
        return tuple(check.name for check in self.checks if check.outcome == "fail")


def statistic(
    raw: StatTable, people: int, checks: Sequence[Check], rules: Rules, withheld: Collection[int] = ()
) -> Statistic:
    """Protect a raw table, withhold whole rows by their number besides, and check what is left against the data."""
    shown = _without(protect(raw, rules), set(withheld))
    wrong = [check for check in run_checks(shown, raw, rules) if check.outcome == "fail"]
    nothing = all(SUPPRESSED in row.values() for row in shown.rows) and bool(raw.rows)
    if nothing and not wrong:
        wrong = [failed("anything left", "Nothing of it can be shown.", "fewer and larger groups")]
    return Statistic(raw, None if wrong else shown, people, (*checks, *wrong))


def refused(raw: StatTable, people: int, checks: Sequence[Check]) -> Statistic:
    """A statistic of which nothing may be shown while a check fails."""
    return Statistic(raw, None, people, tuple(checks))


def _without(shown: StatTable, withheld: set[int]) -> StatTable:
    """Rows that are withheld show their keys alone, and totals over them are left out."""
    if not withheld:
        return shown
    rows: list[dict[str, Any]] = []
    base = [row for row in shown.rows if not any(row[key] == shown.total_label for key in shown.keys)]
    for number, row in enumerate(base):
        hidden = {name: SUPPRESSED for name in (*shown.counts, *shown.estimates) if number in withheld}
        rows.append(with_rates({**row, **hidden}, shown))
    return replace(shown, rows=tuple(rows))


def passed(name: str, found: str) -> Check:
    """A check that passed, with what it found."""
    return Check(name, "pass", found)


def failed(name: str, found: str, fix: str) -> Check:
    """A check that failed, with what it found and what would pass."""
    return Check(name, "fail", f"{found} What would pass: {fix}.")


def review(name: str, found: str) -> Check:
    """A check that a person must weigh."""
    return Check(name, "review", f"{found} A reviewer weighs it.")
