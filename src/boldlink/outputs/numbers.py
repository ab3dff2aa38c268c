"""A table's numbers of people: where each stands, whose it is, and what readers conclude from it as it shows."""

from __future__ import annotations

from dataclasses import dataclass

from boldlink.outputs.control.system import Floats, Integers
from boldlink.outputs.protect import Cell, base_positions
from boldlink.outputs.rules import SUPPRESSED, Rules
from boldlink.outputs.ways import all_stand_for
from boldlink.values import StatTable


@dataclass(frozen=True)
class Numbers:
    """Numbers of people in a table, or of records of theirs. cells: where each stands. members: of each, the sorted ids of
    its people or records. records: cells of records.
    """

    cells: tuple[Cell, ...]
    members: tuple[Integers, ...]
    records: frozenset[Cell] = frozenset()


def concluded(shown: StatTable, raw: StatTable, numbers: Numbers, rules: Rules) -> tuple[Floats, Floats]:
    """(numbers,) each: the interval that a reader concludes from a number as it shows in a table."""
    rows = dict(zip(base_positions(raw), (shown.rows[place] for place in base_positions(shown)), strict=True))
    # Totals that are sums are made anew from what shows.
    values = [rows.get(row, {}).get(count, SUPPRESSED) for row, count in numbers.cells]
    return all_stand_for(values, [len(members) for members in numbers.members], rules)


def in_words(table: StatTable, cell: Cell) -> str:
    """A cell as a reader finds it: its keys, then its column."""
    row, count = cell
    keys = [f"{table.labels.get(key, key)}: {table.rows[row][key]}" for key in table.keys]
    return ", ".join([*keys, table.labels.get(count, count.replace("_", " "))])
