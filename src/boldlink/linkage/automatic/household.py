"""Relatives and housemates: different people whom an address, and often a surname, makes look like one.

Weights take columns as independent among different people. Within a household they are not: who shares a house number
shares the street, the town, the postcode and mostly the surname. So a pair is weighed against three alternatives and
not one: strangers (as Fellegi and Sunter do), housemates (they share all of an address) and relatives (an address and
a surname). What is left to tell these apart is what belongs to a person alone: forename, date of birth, numbers. How
common they are is estimated from the pairs themselves, without labels. Twins stay hard: they share a date of birth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldlink.linkage.model import Comparison, Model
from boldlink.linkage.pairs.count import Patterns

PLACE = frozenset({"postcode", "outcode", "area", "address", "house_number", "town", "region"})
DWELLINGS = (("address", "house_number"), ("address",), ("postcode",))  # what names a dwelling, the best first
FAMILY = frozenset({"surname", "surname_initial"})
ROUNDS = 100
LEAST_SHARE = 0.1
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Household:
    """Pairs of relatives and of housemates for every true pair; 0 where there is no sign of any."""

    relatives: float
    housemates: float

    @property
    def alternatives(self) -> tuple[tuple[frozenset[str], float], ...]:
        """What each alternative shares with a person as if it were one, and log2 of true pairs per pair of its kind."""
        kinds = ((PLACE | FAMILY, self.relatives), (PLACE, self.housemates))
        return tuple((shared, -math.log2(share)) for shared, share in kinds if share > 0)


def dwelling(comparisons: Sequence[Comparison]) -> tuple[str, ...]:
    """The compared columns that name a dwelling together; none if no address is compared."""
    names = {comparison.name for comparison in comparisons}
    return next((columns for columns in DWELLINGS if set(columns) <= names), ())


def estimate_household(
    model: Model, candidates: Patterns, random_pairs: Patterns, dwelling_pairs: int, total_pairs: float
) -> Household:
    """How common pairs of relatives and housemates are.

    candidates, random_pairs: patterns of each. dwelling_pairs: pairs of records with one dwelling.
    Where surname and dwelling agree, what belongs to a person alone says which pairs are true; of the others, more than
    chance would bring together are relatives. Housemates likewise, from the pairs that share the dwelling only.
    """
    columns, names = dwelling(model.comparisons), [comparison.name for comparison in model.comparisons]
    personal = [n for n, name in enumerate(names) if name not in PLACE | FAMILY]
    if not columns or not personal or "surname" not in names:
        return Household(0.0, 0.0)
    surname = names.index("surname")
    there = presence(random_pairs, surname)
    if not there:
        return Household(0.0, 0.0)
    best = model.comparisons[surname].by_gamma[-1]
    shared = _agreeing(model, candidates, (*columns, "surname"))
    true = max(_true_pairs(model, shared, personal), 0.5)
    chance = math.prod(float(c.by_gamma[-1].u or 0.0) for c in model.comparisons if c.name in columns)
    reach = float(best.m or 0.0) * there  # of true pairs with one dwelling, those that show one surname
    relatives = max(shared.pairs - true - total_pairs * chance * float(best.u or 0.0) * there, 0.0)
    housemates = dwelling_pairs - (true + relatives) / reach - total_pairs * chance
    return Household(_noticed(relatives / true), _noticed(housemates * reach / true))


def _noticed(share: float) -> float:
    """A share of pairs; nothing where it is within what the estimates may miss by."""
    return float(share) if share > LEAST_SHARE else 0.0


def _agreeing(model: Model, candidates: Patterns, names: Sequence[str]) -> Patterns:
    """The patterns in which all these comparisons are at their best level."""
    keep = np.ones(len(candidates.counts), dtype=bool)
    for n, comparison in enumerate(model.comparisons):
        if comparison.name in names:
            keep &= candidates.gammas[:, n] == len(comparison.by_gamma) - 1
    return Patterns(candidates.gammas[keep], candidates.counts[keep])


def _true_pairs(model: Model, pairs: Patterns, personal: Sequence[int]) -> float:
    """How many pairs are true, judged by what belongs to a person alone: EM over one share."""
    evidence = np.zeros(len(pairs.counts))
    for n in personal:
        bits = [math.log((level.m or 1.0) / (level.u or 1.0)) for level in model.comparisons[n].by_gamma]
        evidence += np.append(bits, 0.0)[pairs.gammas[:, n]]
    share, posterior = 0.5, np.zeros(len(pairs.counts))
    for _ in range(ROUNDS if len(pairs.counts) else 0):
        odds = evidence + math.log(share / (1 - share))
        posterior = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
        share = float(np.clip(posterior @ pairs.counts / pairs.counts.sum(), 1e-6, 1 - 1e-6))
    return float(posterior @ pairs.counts)


def presence(patterns: Patterns, n: int) -> float:
    """Share of pairs in which both sides hold what a comparison looks at."""
    return float(patterns.counts[patterns.gammas[:, n] >= 0].sum() / max(patterns.counts.sum(), 1.0))
