"""Measures: what is counted, by its official definition or one plainly named as not official. One file each."""

from __future__ import annotations

from collections.abc import Mapping

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures import (
    continuity,
    engagement,
    reoffending,
    representation,
    time_to_reoffence,
    treatment_journey,
)
from boldlink.analysis.measures.example import Example

_FILES = (
    continuity,
    engagement,
    reoffending,
    representation,
    time_to_reoffence,
    treatment_journey,
)
LIBRARY: tuple[Computable, ...] = tuple(one for file in _FILES for one in file.COMPUTABLES)
EXAMPLES: Mapping[str, Example] = {name: one for file in _FILES for name, one in file.EXAMPLES.items()}
