"""Twins, relatives and housemates: different people whom a date of birth, an address or a surname makes look like one.

Weights take columns as independent among different people. Within a household they are not: who shares a house number
shares the street, the town, the postcode and mostly the surname; and twins share their date of birth as well. So a pair is
weighed against four alternatives and not one: strangers (as Fellegi and Sunter do), housemates (they share all of an
address), relatives (an address and a surname), twins (these and a date of birth). What is left to tell these apart is what
belongs to a person alone: forename, middle name, numbers. How common each is, is estimated from the pairs themselves,
without labels: a fixed rule for twins would part the records of people whose forename one office wrote wrongly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldlink.linkage.compiled.compiled import Compiled
from boldlink.linkage.compiled.weights import bits_of
from boldlink.linkage.kernels.stream import Weights
from boldlink.linkage.model import Comparison, Model, prior_bits
from boldlink.linkage.pairs.count import Patterns

PLACE = frozenset({"postcode", "outcode", "area", "address", "house_number", "town", "region"})
DWELLINGS = (("address", "house_number"), ("address",), ("postcode",))  # what names a dwelling, the best first
FAMILY = frozenset({"surname", "surname_initial"})
BIRTH = frozenset({"date_of_birth"})
ROUNDS = 100
LEAST_SHARE, LEAST_TWINS = 0.1, 0.002  # of true pairs: fewer are within what the estimates may miss by
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Household:
    """Pairs of relatives, of housemates and of twins for every true pair; 0 where there is no sign of any."""

    relatives: float = 0.0
    housemates: float = 0.0
    twins: float = 0.0

    @property
    def alternatives(self) -> tuple[tuple[frozenset[str], float], ...]:
        """What each alternative shares with a person as if it were one, and log2 of true pairs per pair of its kind."""
        kinds = ((PLACE | FAMILY, self.relatives), (PLACE, self.housemates), (PLACE | FAMILY | BIRTH, self.twins))
        return tuple((shared, -math.log2(share)) for shared, share in kinds if share > 0)

    def as_dict(self) -> dict[str, float]:
        """For a report: pairs of each kind for every true pair."""
        kinds = {"relatives": self.relatives, "housemates": self.housemates, "twins": self.twins}
        return {f"{name}_per_true_pair": round(share, 4) for name, share in kinds.items()}


def dwelling(comparisons: Sequence[Comparison]) -> tuple[str, ...]:
    """The compared columns that name a dwelling together; none if no address is compared."""
    names = {comparison.name for comparison in comparisons}
    return next((columns for columns in DWELLINGS if set(columns) <= names), ())


def estimate_household(
    model: Model, candidates: Patterns, random_pairs: Patterns, dwelling_pairs: int, total_pairs: float
) -> Household:
    """How common pairs of relatives, housemates and twins are.

    candidates, random_pairs: patterns of each. dwelling_pairs: pairs of records with one dwelling.
    Where surname and dwelling agree, what belongs to a person alone says which pairs are true; of the others, more than
    chance would bring together are relatives. Housemates likewise, from the pairs that share the dwelling only; twins,
    from those that share surname and date of birth.
    """
    names = [comparison.name for comparison in model.comparisons]
    if "surname" not in names or not presence(random_pairs, names.index("surname")):
        return Household()
    found = _Families(model, names, candidates, random_pairs, total_pairs)
    twins = _noticed(found.beyond(("date_of_birth", "surname"), BIRTH)[1], LEAST_TWINS)
    columns = dwelling(model.comparisons)
    if not columns:
        return Household(twins=twins)
    true, relatives = found.beyond((*columns, "surname"), frozenset())
    surname = names.index("surname")
    best = model.comparisons[surname].by_gamma[-1]
    reach = float(best.m or 0.0) * presence(random_pairs, surname)  # of true pairs at home, those that show one surname
    housemates = dwelling_pairs - true * (1 + relatives) / reach - total_pairs * found.chance(columns)
    return Household(_noticed(relatives, LEAST_SHARE), _noticed(housemates * reach / true, LEAST_SHARE), twins)


@dataclass(frozen=True)
class _Families:
    """Candidate pairs that share what families share, told apart by what they do not."""

    model: Model
    names: Sequence[str]
    candidates: Patterns
    random_pairs: Patterns
    total_pairs: float

    def beyond(self, columns: Sequence[str], shared: frozenset[str]) -> tuple[float, float]:
        """Of pairs that agree on these columns: true ones, and others beyond chance for every true one.

        shared: what the others share besides place and surname, and so says nothing.
        """
        personal = [n for n, name in enumerate(self.names) if name not in PLACE | FAMILY | shared]
        if not personal or not set(columns) <= set(self.names):
            return 0.5, 0.0
        pairs = _agreeing(self.model, self.candidates, columns)
        true = max(_true_pairs(self.model, pairs, personal), 0.5)
        return true, max(pairs.pairs - true - self.total_pairs * self.chance(columns), 0.0) / true

    def chance(self, columns: Sequence[str]) -> float:
        """The share of strangers who agree on these columns, and hold a surname if it is one of them."""
        found = math.prod(float(c.by_gamma[-1].u or 0.0) for c in self.model.comparisons if c.name in columns)
        return found * (presence(self.random_pairs, self.names.index("surname")) if "surname" in columns else 1.0)


def _noticed(share: float, least: float) -> float:
    """A share of pairs; nothing where it is within what the estimates may miss by."""
    return float(share) if share > least else 0.0


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


def against_all(
    compiled: Compiled, weights: Weights, household: Household, left: Array, right: Array, weight: Array, levels: Array
) -> Array:
    """Weights against strangers, housemates, relatives and twins together: -log2 of the sum of 2^-weight.

    What an alternative shares with a person as if it were one says nothing against it, and is left out of its weight.
    """
    names = [comparison.name for comparison in compiled.model.comparisons]
    bits = {n: bits_of(compiled, weights, n, left, right, levels[:, n]) for n, name in enumerate(names)}
    kinds = [weight]
    for shared, prior in household.alternatives:
        same = sum((bits[n] for n, name in enumerate(names) if name in shared), np.zeros(len(weight)))
        kinds.append(weight - prior_bits(compiled.model.prior) + prior - same)
    return weight if len(kinds) == 1 else -np.logaddexp2.reduce([-one for one in kinds])
