"""Coarser values, as an agreement asks: dates to months or years, years to bands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc


def to_month(values: pa.Array) -> pa.Array:
    """Dates to the first day of their month."""
    return pc.floor_temporal(values, unit="month").cast(pa.date32())


def to_year(values: pa.Array) -> pa.Array:
    """Dates to their year, an integer."""
    return pc.year(values)


def to_band(width: int) -> Callable[[pa.Array], pa.Array]:
    """Integers to bands of `width` starting at multiples of it, written as 1980-1984."""

    def band(values: pa.Array) -> pa.Array:
        floor = pc.multiply(
            pc.cast(pc.floor(pc.divide(pc.cast(values, pa.float64()), float(width))), pa.int64()), width
        )
        texts = (pc.cast(edge, pa.string()) for edge in (floor, pc.add(floor, width - 1)))
        return pc.binary_join_element_wise(*texts, "-")

    return band


GENERALISATIONS: Mapping[str, Callable[[pa.Array], pa.Array]] = {
    "month": to_month,
    "year": to_year,
    "band5": to_band(5),
    "band10": to_band(10),
}


def generalise(values: pa.Array, rule: str | None) -> pa.Array:
    """Apply one of GENERALISATIONS; None leaves values as they are."""
    return GENERALISATIONS[rule](values) if rule else values
