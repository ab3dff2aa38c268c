"""The rules of disclosure control in force, as data: they move, so every release records the version it passed.

`RULES` is the house's floor. A department may be stricter about what its data contributes to, never less strict. Sources:

- minimum count 10, zeros and whole groups included: ACRO's default; UK LLC, "no exceptions". Rounding to 5, and rates
  from rounded counts: OpenSAFELY's output checking guidance. 5,000 rows: OpenSAFELY's limit on files.
- width: ours. Whoever sees that a count is withheld knows that it is below the minimum; nobody shall know more.
- dominance (2, 90 %) and p-percent 10: ACRO's defaults. Ten residual degrees of freedom: ACRO's default.
- ten events a parameter: Peduzzi et al. 1996, J Clin Epidemiol 49:1373. Leverage 0.2: Huber 1981, Robust Statistics,
  chapter 7, up to which a fit does not lean on one observation.
- contributors on each side of a percentile, events in a step of a survival curve: the minimum count, applied to both.
- decimals: ours. An estimate with many can be turned back into the counts behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from boldlink.values import Rounding

Dominance = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Rules:
    """What an output must keep. Counts are of people.

    minimum: smallest count that may show. base: counts are rounded to its multiples. rounding: in which way; each table's
    own choice and nobody's rule, since no way leaves a count fewer whole values than the nearest multiple does. width: whole
    values that readers must be left for a count that does not show; not given, one less than the minimum.
    zeros_disclosive: nobody is a small count as well. class_disclosure: a whole group that has, or lacks, something is withheld.
    dominance: (n, k) pairs; the n largest contributors together have at most the share k of a sum. p_percent: what is
    left of a sum without its two largest contributors is at least so many per cent of the largest.
    percentile_contributors: people on each side of a percentile. residual_degrees_of_freedom: people less parameters.
    events_per_parameter: people with the rarer outcome, for each parameter of a model. leverage_at_most: hat value of one
    person, 0 to 1. km_step: events, and people still at risk, in each step of a survival curve. decimals_at_most: of an
    estimate. sources: parameter -> whose rule it is and where it comes from, where that is not the house.
    """

    version: str
    minimum: int
    base: int
    rows_at_most: int = 5_000
    decimals_at_most: int = 3
    width: int = 0
    zeros_disclosive: bool = True
    class_disclosure: bool = True
    dominance: Dominance = ((2, 0.90),)
    p_percent: float = 10.0
    percentile_contributors: int = 10
    residual_degrees_of_freedom: int = 10
    events_per_parameter: int = 10
    leverage_at_most: float = 0.2
    km_step: int = 10
    rounding: Rounding = Rounding.NEAREST
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.width:
            object.__setattr__(self, "width", self.minimum - 1)

    def as_dict(self) -> dict[str, Any]:
        """Everything that a release must have kept, as JSON values."""
        return {
            "version": self.version,
            "minimum_count": self.minimum,
            "rounding_base": self.base,
            "rounding": str(self.rounding),
            "width": self.width,
            "rows_at_most": self.rows_at_most,
            "estimate_decimals_at_most": self.decimals_at_most,
            "zeros_disclosive": self.zeros_disclosive,
            "class_disclosure": self.class_disclosure,
            "dominance": [{"largest": n, "share_at_most": k} for n, k in self.dominance],
            "p_percent": self.p_percent,
            "percentile_contributors": self.percentile_contributors,
            "residual_degrees_of_freedom": self.residual_degrees_of_freedom,
            "events_per_parameter": self.events_per_parameter,
            "leverage_at_most": self.leverage_at_most,
            "km_step": self.km_step,
            "sources": dict(self.sources),
        }


RULES = Rules("2026-11.3", minimum=10, base=5)
SUPPRESSED = "[c]"
NOT_APPLICABLE = "[z]"
