"""Totals over everybody, and a table that keeps them: rounded so that rows add up, withheld so that nobody can subtract.

Sums of the counts that show (protect.py) leave out whoever stands behind [c]. A total over everybody is worth more to a
reader and tells more: a single [c] in its column could be found by subtraction. So all counts are rounded together, each
to a multiple beside it, so that they add up (controlled rounding), and besides the small ones as many are withheld as it
takes, at the least cost, that nobody is left fewer values for a small one than the rules ask (`control/suppress`).

Totals are rows like others here, of groups that share people with the rows that they are over; readers get them back as
totals (`as_totals`). Everything is over the same people: a numerator within its whole, a link confidence within a lower.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import scipy.sparse as sp

from boldlink.errors import BadInput
from boldlink.outputs.checks import Check
from boldlink.outputs.control.audit import audit
from boldlink.outputs.control.populations import atoms
from boldlink.outputs.control.reader import Published
from boldlink.outputs.control.rounding import controlled
from boldlink.outputs.control.suppress import suppress
from boldlink.outputs.control.system import Integers, System
from boldlink.outputs.control.tables import Table
from boldlink.outputs.numbers import Numbers
from boldlink.outputs.protect import (
    WITHHELD_TOO,
    Cell,
    Row,
    base_rows,
    nearly_everybody,
    notes_of,
    shown_estimates,
    with_rates,
)
from boldlink.outputs.rules import SUPPRESSED, Rules
from boldlink.outputs.ways import all_stand_for
from boldlink.values import StatTable

Totals = Mapping[int, tuple[int, ...]]  # row of totals -> rows that it is over
NO_LABEL = ""  # of a table whose totals are rows like others: no key has this value


@dataclass(frozen=True)
class WithTotals:
    """A table with rows of totals after its own. numbers: those of totals last; made_of: of each, the numbers it is over."""

    raw: StatTable
    numbers: Numbers
    totals: Totals
    made_of: tuple[tuple[int, ...], ...]


def with_totals(table: StatTable, numbers: Numbers) -> WithTotals:
    """Totals over every key whose groups share nobody, and over several of them, within each group of the other keys.

    A total counts different people. Raises BadInput OUTPUT-NO-TOTALS where a count is not of people whom the place knows.
    """
    rows, place = base_rows(table), {cell: number for number, cell in enumerate(numbers.cells)}
    unknown = any(row[count] and (at, count) not in place for at, row in enumerate(rows) for count in table.counts)
    if unknown or numbers.records:  # a total over records of the same people is not told by whose they are
        raise _no_totals()
    totals, cells, members, made_of = dict[int, tuple[int, ...]](), [*numbers.cells], [*numbers.members], []
    for labels, over in _totals(rows, table):
        row: Row = {**labels, **dict.fromkeys(table.counts, 0), **dict.fromkeys(table.estimates)}
        for count in table.counts:
            parts = tuple(place[at, count] for at in over if (at, count) in place)
            if parts:
                cells.append((len(rows), count))
                members.append(np.unique(np.concatenate([numbers.members[part] for part in parts])))
                made_of.append(parts)
                row[count] = len(members[-1])
        totals[len(rows)] = over
        rows.append(row)
    raw = replace(table, rows=tuple(rows), overlapping=table.keys, total_label=NO_LABEL)
    return WithTotals(raw, Numbers(tuple(cells), tuple(members)), totals, tuple(made_of))


def _totals(rows: list[Row], table: StatTable) -> Iterator[tuple[Row, tuple[int, ...]]]:
    """Of each total its keys and the rows that it is over. A total over one row alone would say it again."""
    free = [key for key in table.keys if key not in table.overlapping]
    own = len(rows)
    for size in reversed(range(len(free))):
        for kept in combinations(free, size):
            groups: dict[tuple[object, ...], list[int]] = {}
            named = [key for key in table.keys if key in kept or key in table.overlapping]
            for at, row in enumerate(rows[:own]):
                groups.setdefault(tuple(row[key] for key in named), []).append(at)
            for values, over in groups.items():
                if len(over) > 1:
                    labels = dict(zip(named, values, strict=True))
                    yield {key: labels.get(key, table.total_label) for key in table.keys}, tuple(over)


def as_totals(table: StatTable, like: StatTable) -> StatTable:
    """A table whose totals are rows like others, as readers know it."""
    return replace(table, overlapping=like.overlapping, total_label=like.total_label)


def adding_up(
    raw: StatTable, numbers: Numbers, totals: Totals, rules: Rules, withheld: Collection[Cell] = ()
) -> StatTable:
    """The table rounded so that it adds up, with [c] for what is small, what hides it, and what is withheld for others' sake.

    Where no rounding adds up, or what shows cannot be made safe, everything is [c].
    """
    cells, matrix, people = _everything(raw, numbers, totals)
    hidden = np.array(
        [cell in withheld or nearly_everybody(dict(raw.rows[cell[0]]), cell[1], raw, rules) for cell in cells]
    )
    counts = np.rint(matrix @ people).astype(np.int64)
    table = Table(
        people, matrix, np.maximum(counts, 1).astype(float), np.zeros(len(cells), bool), hidden,
        tuple((str(row), count) for row, count in cells),
    )  # fmt: skip
    return _written(raw, dict(zip(cells, _marks(table, rules), strict=True)), rules, bool(withheld))


def _marks(table: Table, rules: Rules) -> list[int | str]:
    """(numbers,) what each number of the table shows as."""
    try:
        rounded = controlled(table, rules.base, most_steps=1)
        published = Published(*all_stand_for(rounded.shown.tolist(), table.counts.tolist(), rules))
        found = suppress(
            table, rules.minimum, zeros=rules.zeros_disclosive, width=rules.width, published=published
        )  # fmt: skip
    except BadInput:
        return [SUPPRESSED] * table.numbers
    return found.marks(rounded.shown.tolist())


def _written(raw: StatTable, marks: Mapping[Cell, int | str], rules: Rules, more: bool) -> StatTable:
    rows = []
    for at, row in enumerate(raw.rows):
        shown: Row = {**{key: row[key] for key in raw.keys}, **{count: marks[at, count] for count in raw.counts}}
        rows.append(with_rates({**shown, **shown_estimates(row, shown, raw)}, raw))
    return replace(raw, rows=tuple(rows), notes=(*raw.notes, *notes_of(rules), *(WITHHELD_TOO if more else ())))


def _everything(raw: StatTable, numbers: Numbers, totals: Totals) -> tuple[list[Cell], sp.csr_array, Integers]:
    """Every number of the table, nobody's too, over cells of people: (numbers,), (numbers, cells) and (cells,) people.

    A number of nobody is a cell of its own, in the totals over it and in its whole: readers do not know that it is empty.
    """
    matrix, people = atoms(numbers.members)
    cells = [(at, count) for at in range(len(raw.rows)) for count in raw.counts]
    place = {cell: number for number, cell in enumerate(cells)}
    nobody = [cell for cell in cells if not raw.rows[cell[0]][cell[1]] and cell[0] not in totals]
    known = sp.csr_array(
        (np.ones(len(numbers.cells)), ([place[cell] for cell in numbers.cells], range(len(numbers.cells)))),
        shape=(len(cells), len(numbers.cells)),
    )  # fmt: skip
    held = [(place[number], column) for column, cell in enumerate(nobody) for number in _holding(cell, raw, totals)]
    empty = sp.csr_array((np.ones(len(held)), tuple(zip(*held, strict=True)) or ([], [])), (len(cells), len(nobody)))
    both = sp.csr_array(sp.hstack([known @ matrix, empty], format="csr"))
    return cells, both, np.concatenate([people, np.zeros(len(nobody), np.int64)])


def _holding(cell: Cell, raw: StatTable, totals: Totals) -> Iterator[Cell]:
    """The numbers in which somebody would be counted who was counted in this one."""
    at, count = cell
    counts = dict.fromkeys([count, *(whole for part, whole in raw.rates.values() if part == count)])
    for row in (at, *(total for total, over in totals.items() if at in over)):
        yield from ((row, name) for name in counts)


def check_totals_hide(shown: StatTable, raw: StatTable, numbers: Numbers, totals: Totals, rules: Rules) -> Check:
    """Asked of the table as it would show, by linear programmes that know nothing of how it was made (`control/audit`)."""
    name = "subtraction from totals"
    cells, matrix, people = _everything(raw, numbers, totals)
    values = [shown.rows[at][count] for at, count in cells]
    if all(value == SUPPRESSED for value in values):
        fix = "ask for it with its counts rounded to the nearest multiple, or for fewer groups"
        said = "No rounding of this table adds up, or what would show gives small counts away."
        return Check(name, "fail", f"{said} What would pass: {fix}.")
    counts = np.rint(matrix @ people).astype(np.int64)
    low, high = all_stand_for(values, counts.tolist(), rules)
    small = np.flatnonzero((counts < rules.minimum) & (rules.zeros_disclosive | (counts > 0)))
    told = np.flatnonzero(np.isfinite(high))
    found = audit(System(sp.csr_array(matrix[told]), low[told], high[told]), sp.csr_array(matrix[small]), rules.width)
    if found.narrow.any():
        fix = "withhold more, or ask for it with its counts rounded to the nearest multiple"
        said = f"{int(found.narrow.sum())} withheld count(s) could be found too narrowly by subtraction."
        return Check(name, "fail", f"{said} What would pass: {fix}.")
    return Check(
        name, "pass", f"Every small count is left at least {rules.width} values by all rows and totals together."
    )


def _no_totals() -> BadInput:
    return BadInput(
        "OUTPUT-NO-TOTALS",
        "This table cannot be rounded so that it adds up to totals.",
        "not all of its counts are of people, or not of people whom the place can tell apart.",
        "ask for it with rounding: nearest or rounding: midpoint",
        "an output checker of the use case",
    )
