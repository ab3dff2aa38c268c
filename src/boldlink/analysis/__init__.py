"""Measures and effects over research datasets. What comes out is raw, and goes to `outputs` alone."""

from boldlink.analysis.ask import Ask, Computable, Section
from boldlink.analysis.compute import MEASURES, compute, compute_with_people, find
from boldlink.analysis.maturity import immature, require_mature

__all__ = [
    "MEASURES", "Ask", "Computable", "Section", "compute", "compute_with_people", "find", "immature", "require_mature",
]  # fmt: skip
