"""Measures and effects over research datasets. What comes out is raw, and goes to `outputs` alone."""

from boldlink.analysis.ask import Ask, Computable, Section
from boldlink.analysis.compute import MEASURES, compute, find
from boldlink.analysis.maturity import immature, require_mature

__all__ = ["MEASURES", "Ask", "Computable", "Section", "compute", "find", "immature", "require_mature"]
