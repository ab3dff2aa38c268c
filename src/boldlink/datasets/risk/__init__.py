"""How recognisable people are in a research dataset, before it is built; above the agreement's bounds it is not."""

from boldlink.datasets.risk.bounds import exceeded, require_cohort, require_within
from boldlink.datasets.risk.report import RiskReport, quasi_identifiers, risk_report

__all__ = ["RiskReport", "exceeded", "quasi_identifiers", "require_cohort", "require_within", "risk_report"]
