"""Research datasets: declared columns, per-use-case pseudonyms, generalised, risk-assessed."""

from boldlink.datasets.build import Part, build, schema_of
from boldlink.datasets.risk import risk_report

__all__ = ["Part", "build", "risk_report", "schema_of"]
