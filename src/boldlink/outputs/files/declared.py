"""What a file is said to be, and what was found in it.

Nobody guesses what a column means. Whoever asks for an output declares its structure: which columns are keys, counts,
shares, estimates, and what a key may hold. A file that is not what was declared is refused as a whole; what is wrong with
single numbers is a finding on that cell, with the fix, so that everything can be mended at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from boldlink.errors import BadInput
from boldlink.outputs.rules import NOT_APPLICABLE, SUPPRESSED
from boldlink.values import StatTable

MARKS = (SUPPRESSED, NOT_APPLICABLE)


@dataclass(frozen=True)
class Structure:
    """The table that a file holds. Every column of the file is one of its keys, counts, rates or estimates.

    rates: name -> (numerator, denominator), both counts. estimates: name -> decimals. categories: key -> all that it may
    hold; a key without them is for a reviewer to read. sheet: of a spreadsheet, which must have no other.
    """

    title: str
    keys: tuple[str, ...]
    counts: tuple[str, ...]
    rates: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    estimates: Mapping[str, int] = field(default_factory=dict)
    total_label: str = "All"
    overlapping: tuple[str, ...] = ()
    categories: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sheet: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of every column, keys first."""
        return (*self.keys, *self.counts, *self.rates, *self.estimates)

    def table(self, rows: Sequence[Mapping[str, object]]) -> StatTable:
        """The rows as the value that checks and releases know."""
        return StatTable(
            title=self.title,
            keys=self.keys,
            counts=self.counts,
            rows=tuple(rows),
            rates=self.rates,
            total_label=self.total_label,
            overlapping=self.overlapping,
            estimates=self.estimates,
        )


@dataclass(frozen=True)
class Finding:
    """One thing found: fail or review, where (file, or row and column), why in words, and what would pass.

    Like every message it names places and counts of cells, never what a cell holds.
    """

    code: str
    outcome: str
    where: str
    reason: str
    fix: str = ""

    def as_dict(self) -> dict[str, str]:
        """The finding as JSON values."""
        return dict(self.__dict__)


def fail(code: str, where: str, reason: str, fix: str) -> Finding:
    """Something that must be mended."""
    return Finding(code, "fail", where, reason, fix)


def review(code: str, where: str, reason: str) -> Finding:
    """Something that a person must weigh."""
    return Finding(code, "review", where, reason)


def refused(code: str, what: str, why: str, do: str) -> BadInput:
    """A file that is not taken at all."""
    return BadInput(code, what, why, do, "an output checker of the use case")


def at(row: int, column: str = "") -> str:
    """A place in a table; rows count from 1 below the header."""
    return f"row {row}, column {column}" if column else f"row {row}"
