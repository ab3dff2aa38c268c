"""The rules of disclosure control in force, as data: they move, so every release records the version it passed.

An estimate with many decimals can be turned back into the counts behind it, so its decimals are bounded (ours).
Source: minimum count 10 (ACRO's default, UK LLC: zeros included); rounding to 5 and rates from rounded counts
(OpenSAFELY's output checking guidance).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rules:
    """minimum: smallest count of people that may show. base: counts are rounded to its multiples. Both in people.

    decimals_at_most: of an estimate that a model gave.
    """

    version: str
    minimum: int
    base: int
    rows_at_most: int = 5_000
    decimals_at_most: int = 3

    def as_dict(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "minimum_count": self.minimum,
            "rounding_base": self.base,
            "rows_at_most": self.rows_at_most,
            "estimate_decimals_at_most": self.decimals_at_most,
        }


RULES = Rules("2026-11.2", minimum=10, base=5)
SUPPRESSED = "[c]"
NOT_APPLICABLE = "[z]"
