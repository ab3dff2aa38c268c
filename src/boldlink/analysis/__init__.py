"""Measures with official definitions over research datasets. What comes out is raw, and goes to `outputs` alone."""

from boldlink.analysis.measures import MEASURES, Computable, compute

__all__ = ["MEASURES", "Computable", "compute"]
