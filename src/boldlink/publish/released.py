"""A released table: keys, counts, rates and estimates, where what is withheld is marked and never left blank.

Markers: Government Analysis Function, "Symbols in tables": [c] confidential, [x] not available, [z] not
applicable, [low] rounds to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from boldlink.values import intervals

MARKERS = ("[c]", "[x]", "[z]", "[low]")
Marker = Literal["[c]", "[x]", "[z]", "[low]"]


def _readable(text: str) -> str:
    if any(ord(character) < 32 and character not in "\n\t" for character in text):
        raise ValueError("text holds a control character")
    return text


Text = Annotated[str, Field(max_length=20_000), AfterValidator(_readable)]
Name = Annotated[Text, Field(pattern="[A-Za-z0-9]")]  # what heads a page, a row or a column can be read aloud
Cell = int | float | Text
Row = Mapping[str, Cell]
_LETTER_OR_DIGIT = re.compile("[A-Za-z0-9]")


class ReleasedTable(BaseModel):
    """Rows of key cells, count cells, rate cells and estimate cells.

    `rates` names each rate's numerator and denominator; `estimates` gives the decimals of what a model estimated for the
    people counted in the row. A row whose key equals `total_label` is a total over that key. Rates named `..._percent`
    are percentages.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    title: Name
    keys: tuple[Name, ...]
    counts: tuple[Name, ...]
    rates: Mapping[Name, tuple[str, str]]
    estimates: Mapping[Name, Annotated[int, Field(ge=0)]] = {}
    total_label: str
    labels: Mapping[str, Text]
    rows: tuple[Row, ...] = Field(min_length=1)
    notes: tuple[Text, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns in reading order: keys, counts, rates, estimates."""
        return (*self.keys, *self.figures)

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the columns that hold figures: counts, then rates in the order of these, then estimates.

        An export keeps no order of rates and estimates, so it is made anew: an interval follows what it bounds.
        """
        places = {count: place for place, count in enumerate(self.counts)}
        rates = sorted(self.rates, key=lambda name: places.get(self.rates[name][0], len(places)))
        bounds = {value: (value, low, high) for value, low, high in intervals((*self.estimates, *self.rates))}
        bounding = {name for value, *sides in bounds.values() for name in sides}
        free = [name for name in (*rates, *self.estimates) if name not in bounding]
        return (*self.counts, *(name for one in free for name in bounds.get(one, (one,))))

    def label(self, column: str) -> str:
        """What a reader sees at the head of a column."""
        spoken = re.sub("_percent$", " (%)", column).replace("_", " ")
        return self.labels.get(column) or spoken[:1].upper() + spoken[1:]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for problem in _problems(self):
            raise ValueError(problem)
        return self


def is_marker(cell: object) -> bool:
    """True when a cell is withheld or missing by design."""
    return isinstance(cell, str) and cell in MARKERS


def is_number(cell: object) -> bool:
    """True when a cell holds a figure."""
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _problems(table: ReleasedTable) -> list[str]:
    return [*_shape_problems(table), *(_cell_problems(table) if not _shape_problems(table) else ())]


def _shape_problems(table: ReleasedTable) -> list[str]:
    found = []
    if not table.keys or not table.counts:
        found.append("a table needs at least one key column and one count column")
    if len(set(table.columns)) != len(table.columns):
        found.append("two columns have the same name")
    if len({table.label(name).casefold() for name in table.columns}) != len(table.columns):
        found.append("two columns have the same label")
    if any(name not in table.counts for pair in table.rates.values() for name in pair):
        found.append("a rate is made from a column that is not a count")
    if faulty := sum(set(row) != set(table.columns) for row in table.rows):
        found.append(f"{faulty} rows do not have exactly the table's columns")
    return found


def _cell_problems(table: ReleasedTable) -> list[str]:
    found = []
    for name in table.keys:
        if blank := sum(not _LETTER_OR_DIGIT.search(str(row[name])) for row in table.rows):
            found.append(f"column {name}: {blank} key cells have neither letter nor digit")
    for name in table.figures:
        if odd := sum(not (is_number(row[name]) or is_marker(row[name])) for row in table.rows):
            found.append(f"column {name}: {odd} cells are neither a number nor one of {', '.join(MARKERS)}")
    if len({tuple(row[name] for name in table.keys) for row in table.rows}) != len(table.rows):
        found.append("two rows have the same keys")
    return found + _leaks(table)


def _leaks(table: ReleasedTable) -> list[str]:
    """A rate shown beside a withheld count gives the count away to anybody who can multiply; an estimate hints at it."""
    found = []
    for rate, parts in table.rates.items():
        shown = [row for row in table.rows if is_number(row[rate])]
        if leaking := sum("[c]" in (row[parts[0]], row[parts[1]]) for row in shown):
            found.append(f"column {rate}: {leaking} rates are shown although a count behind them is withheld")
    for name in table.estimates:
        shown = [row for row in table.rows if is_number(row[name])]
        if leaking := sum("[c]" in [row[count] for count in table.counts] for row in shown):
            found.append(f"column {name}: {leaking} estimates are shown although a count behind them is withheld")
    return found
