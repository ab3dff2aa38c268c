"""A disclosure-risk report of one dataset: k-anonymity, uniqueness, special uniques, l-diversity. Counts of people.

Sources: UKAN Anonymisation Decision-Making Framework, component 4 (the data); Sweeney (2002), k-anonymity; Elliot, Manning
and Ford (2002), special uniques; Machanavajjhala et al. (2007), l-diversity, in its distinct form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.datasets.risk.uniques import alone, grouped, minimal_uniques, people_per_group
from boldlink.values import Column, DataClass, Role

Array = np.ndarray[Any, np.dtype[Any]]
SMALL = 10
KNOWN_TO_OTHERS = frozenset({DataClass.PERSONAL, DataClass.SPECIAL_CATEGORY})


@dataclass(frozen=True)
class RiskReport:
    """How many people the keys tell apart, in per cent of people.

    smallest_group: people in the smallest group with equal keys (k). special_unique_by_size: size of a subset of the keys ->
    people alone on such a subset and on no part of it. distinct_values: sensitive column -> fewest different values in any
    group of at least ten people (l); who stands in a smaller group is counted there.
    """

    over: tuple[str, ...]
    people: int
    smallest_group: int | None = None
    alone_percent: float | None = None
    small_group_percent: float | None = None
    special_unique_percent: float | None = None
    special_unique_by_size: Mapping[str, float] = field(default_factory=dict)
    distinct_values: Mapping[str, int | None] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "over": list(self.over)}


def quasi_identifiers(columns: Sequence[Column]) -> list[str]:
    """Attributes that others may know of a person: personal or special category, and not a date of an event."""
    return [
        c.name for c in columns if c.role is Role.ATTRIBUTE and c.logical_type != "date" and c.classes & KNOWN_TO_OTHERS
    ]


def risk_report(
    person: pa.Array, columns: Mapping[str, pa.Array], keys: Sequence[str], sensitive: Sequence[str] = ()
) -> RiskReport:
    """person: whose row it is (n). columns: keys and sensitive columns as research would see them (n each)."""
    whose = _numbers(person)
    people = len(np.unique(whose))
    if not keys or not people:
        return RiskReport(tuple(keys), people)
    numbers = {name: _numbers(columns[name]) for name in dict.fromkeys([*keys, *sensitive])}
    whose, numbers = _once(whose, numbers)
    group = grouped([numbers[name] for name in keys])
    sizes = people_per_group(whose, group)
    minimal = minimal_uniques(whose, {name: numbers[name] for name in keys})
    special = np.logical_or.reduce([np.zeros(len(whose), bool), *minimal.values()])

    def percent(rows: Array) -> float:
        return round(100 * len(np.unique(whose[rows])) / people, 2)

    return RiskReport(
        tuple(keys),
        people,
        int(sizes.min()),
        percent(alone(whose, group)),
        percent(sizes[group] < SMALL),
        percent(special),
        {str(size): percent(rows) for size, rows in minimal.items()},
        {name: _fewest(numbers[name], group, sizes) for name in sensitive},
    )


def _numbers(values: pa.Array) -> Array:
    """Values as whole numbers from 0 on; missing is a value like others."""
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    return np.asarray(pc.fill_null(encoded.indices, len(encoded.dictionary))).astype(np.int64)


def _once(person: Array, numbers: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
    """Rows that say the same of the same person, once."""
    _, first = np.unique(grouped([person, *numbers.values()]), return_index=True)
    return person[first], {name: values[first] for name, values in numbers.items()}


def _fewest(values: Array, group: Array, sizes: Array) -> int | None:
    """Fewest different values in a group of at least SMALL people; None if there is no such group."""
    different = np.bincount(np.unique(group * (int(values.max()) + 1) + values) // (int(values.max()) + 1))
    large = different[sizes >= SMALL]
    return int(large.min()) if len(large) else None
