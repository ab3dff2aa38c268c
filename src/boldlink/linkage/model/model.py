"""A linkage model in Splink's terms: comparisons, each a list of levels; blocking rules; a prior.

    Model ── Comparison ── Level      what is compared, and what each level of agreement weighs
          └─ Rule                     which pairs are looked at

Levels are counted as Splink counts them: gamma is -1 at every level for missing values, wherever in the list it stands,
and falls from n - 1 to 0 over the n others. Source: Fellegi and Sunter (1969); Splink's model format, versions 4 and 5.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

LinkType = Literal["dedupe_only", "link_only", "link_and_dedupe"]
LEAST_PROBABILITY = 1e-300  # what Splink clamps m and u to
UNTRAINED_PRIOR = 1e-4  # what Splink writes where nobody estimated it
ELSE = "ELSE"


@dataclass(frozen=True)
class Level:
    """One level of agreement. m, u: its share among true pairs and among others; None where not trained."""

    sql: str  # a condition over column_l and column_r, or ELSE
    label: str = ""
    m: float | None = None
    u: float | None = None
    missing: bool = False
    rarity: str | None = None  # the column whose values' shares count (Splink's term frequency adjustment)
    rarity_weight: float = 1.0
    rarity_least: float = 0.0  # the least share taken into account
    own_u: bool = False  # rarity starts from this level's u, not from an exact match's
    fixed: tuple[bool, bool] = (False, False)  # whether training leaves m, and u, as they are
    guess: float | None = None  # m before anything is known, for training with priors

    @property
    def otherwise(self) -> bool:
        return self.sql.strip().upper() == ELSE


@dataclass(frozen=True)
class Comparison:
    """What one part of two records says: levels in the order in which they are tried, the last ELSE."""

    name: str
    levels: tuple[Level, ...]
    description: str = ""

    @property
    def gammas(self) -> tuple[int, ...]:
        """Each level's number, in the list's order."""
        left = sum(not level.missing for level in self.levels)
        found = []
        for level in self.levels:
            left -= not level.missing
            found.append(-1 if level.missing else left)
        return tuple(found)

    @property
    def by_gamma(self) -> tuple[Level, ...]:
        """Levels that are not for missing values, from gamma 0 (ELSE) up."""
        return tuple(reversed([level for level in self.levels if not level.missing]))

    def with_probabilities(self, m: tuple[float, ...] | None = None, u: tuple[float, ...] | None = None) -> Comparison:
        """The comparison with new m or u, given from gamma 0 up; fixed ones stay."""
        numbers = dict(zip(range(len(self.levels)), self.gammas, strict=True))

        def new(position: int, level: Level) -> Level:
            gamma = numbers[position]
            if gamma < 0:
                return level
            keep_m, keep_u = level.fixed
            return replace(
                level,
                m=level.m if m is None or keep_m else m[gamma],
                u=level.u if u is None or keep_u else u[gamma],
            )

        return replace(self, levels=tuple(new(n, level) for n, level in enumerate(self.levels)))


@dataclass(frozen=True)
class Rule:
    """A blocking rule: a condition over l and r; explode: array columns of which each item counts on its own."""

    sql: str
    explode: tuple[str, ...] = ()
    words: str = ""  # as a reader would say it


@dataclass(frozen=True)
class Model:
    """A whole model. `settings` keeps what Splink's format holds beside it, for a model that is written again."""

    link_type: LinkType
    comparisons: tuple[Comparison, ...]
    rules: tuple[Rule, ...]
    prior: float = UNTRAINED_PRIOR  # probability that two random records are of one person
    unique_id: str = "unique_id"
    source_dataset: str = "source_dataset"
    settings: Mapping[str, Any] = field(default_factory=dict)


def weight_bits(level: Level, comparison: Comparison) -> float:
    """A level's match weight, log2(m/u); 0 where a value is missing. An untrained level weighs what Splink gives it."""
    if level.missing:
        return 0.0
    m, u = probabilities(level, comparison)
    return math.log2(max(m, LEAST_PROBABILITY) / max(u, LEAST_PROBABILITY))


def probabilities(level: Level, comparison: Comparison) -> tuple[float, float]:
    """m and u of a level, Splink's defaults where it is not trained."""
    levels = comparison.by_gamma
    gamma = levels.index(level)
    top = len(levels) - 1
    default_m = 0.95 if gamma == top else (1 - 0.95) / top
    bits = 10.0 if gamma == top else (-5.0 if top == 1 else -5.0 + gamma * (8.0 / (top - 1)))
    default_u = default_m / 2**bits
    return (default_m if level.m is None else level.m, default_u if level.u is None else level.u)


def trained_already(model: Model) -> bool:
    """Whether every level that is not for missing values has its m and u."""
    return all(level.m is not None and level.u is not None for one in model.comparisons for level in one.by_gamma)


def prior_bits(prior: float) -> float:
    """A probability as a weight."""
    return math.inf if prior >= 1 else math.log2(prior / (1 - prior))


def bits_of_probability(probability: float) -> float:
    """A threshold's probability as a weight in bits; all pairs reach 0, none reaches 1."""
    return -math.inf if probability <= 0 else prior_bits(probability)
