"""One column of a synthetic twin: which values it may take, how often, and how coarse they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from boldlink.datasets.generalise import generalise
from boldlink.values import ARROW_TYPES, Column, Contract, Role, StatTable

Weights = Mapping[str, int]
YEARS = (1940, 2006)  # from, up to
SMALL_NUMBERS = (0, 100)
INVENTED_LABELS = 9


@dataclass(frozen=True)
class TwinPart:
    """One dataset of a use case as its agreement shares it: columns and their roles, how coarse, and the period."""

    contract: Contract
    columns: Mapping[str, Role]
    generalise: Mapping[str, str]
    starts: date
    ends: date

    @property
    def shown(self) -> tuple[Column, ...]:
        """Columns that research may see: attributes, and identifiers by their substitutes."""
        wanted = (Role.ATTRIBUTE, Role.IDENTIFIER)
        return tuple(c for c in self.contract.columns if self.columns.get(c.name) in wanted and c.role in wanted)


def draw_attribute(
    share: TwinPart, column: Column, margins: Sequence[StatTable], rows: int, chance: np.random.Generator
) -> pa.Array:
    """`rows` values of an attribute, as its contract, the agreement and the released margins allow."""
    rule, weights = share.generalise.get(column.name), weights_of(column.name, margins)
    if rule and weights and column.logical_type != "date":
        return _chosen(tuple(weights), weights, rows, chance)  # released in bands: bands are drawn as they stand
    drawn = _plain(share, column, weights, rows, chance).cast(ARROW_TYPES[column.logical_type])
    return pa.chunked_array([generalise(pa.chunked_array([drawn]), rule)]).combine_chunks() if rule else drawn


def weights_of(name: str, margins: Sequence[StatTable]) -> Weights:
    """How often each value of a column stands in the first released table that has it as a key: value -> count.

    The rows that are totals over every other key count; without such rows, those that are totals over none. A cell that was
    suppressed has no weight.
    """
    for table in margins:
        if name in table.keys and table.counts:
            return _sums(name, table)
    return {}


def _sums(name: str, table: StatTable) -> Weights:
    others = [key for key in table.keys if key != name]
    rows = [row for row in table.rows if row.get(name) != table.total_label]
    margin = [row for row in rows if all(row.get(key) == table.total_label for key in others)]
    inside = [row for row in rows if all(row.get(key) != table.total_label for key in others)]
    sums: dict[str, int] = defaultdict(int)
    for row in margin or inside:
        count = row.get(table.counts[0])
        sums[_text(row.get(name))] += count if isinstance(count, int) else 0
    return {value: weight for value, weight in sums.items() if weight > 0}


def _plain(share: TwinPart, column: Column, weights: Weights, rows: int, chance: np.random.Generator) -> pa.Array:
    """Values before they are made coarse."""
    if column.logical_type == "date":
        return _dates(share, rows, chance)
    if column.logical_type in ("integer", "number"):
        least, most = YEARS if column.derivation == "year" else SMALL_NUMBERS
        numbers = tuple(value for value in weights if value.isdigit())
        return _chosen(numbers, weights, rows, chance) if numbers else pa.array(chance.integers(least, most, rows))
    return _chosen(_possible(share.contract, column, weights), weights, rows, chance)


def _possible(contract: Contract, column: Column, weights: Weights) -> Sequence[str]:
    """The contract's valid values; where it lists none, those that were released; where none were, invented labels."""
    if column.logical_type == "boolean":
        return ("false", "true")
    valid = (contract.column(column.derived_from[0]) if column.derivation == "copy" else column).valid_values
    return valid or tuple(weights) or [f"{column.name} {place}" for place in range(1, INVENTED_LABELS + 1)]


def _chosen(values: Sequence[str], weights: Weights, rows: int, chance: np.random.Generator) -> pa.Array:
    """Values by their weights. One that may stand there and was not released is as rare as can be."""
    edges = np.cumsum([max(weights.get(value, 1), 1) for value in values])
    places = np.searchsorted(edges, chance.integers(0, edges[-1], rows), side="right")
    return pa.array(values, pa.string()).take(pa.array(places))


def _dates(share: TwinPart, rows: int, chance: np.random.Generator) -> pa.Array:
    first, last = ((day - date(1970, 1, 1)).days for day in (share.starts, share.ends))
    return pa.array(chance.integers(first, last + 1, rows).astype(np.int32)).cast(pa.date32())


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
