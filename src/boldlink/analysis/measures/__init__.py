"""Measures: what is counted, by its official definition or one plainly named as not official. One file each."""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures import continuity

LIBRARY: tuple[Computable, ...] = (*continuity.COMPUTABLES,)
