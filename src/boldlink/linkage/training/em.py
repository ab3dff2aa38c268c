"""Expectation-maximisation over agreement patterns, held by priors.

Splink's can end in an m of 1e-99, or leave default weights on levels that nobody saw. Here every level keeps a prior share
(Dirichlet), and whether the estimates settled is said truthfully.
Source: Fellegi and Sunter (1969); Winkler (1988); patterns as in fastLink (Enamorado, Fifield, Imai 2019).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldlink.linkage.model.model import Comparison, Model, probabilities
from boldlink.linkage.pairs.count import Patterns

Array = np.ndarray[Any, np.dtype[Any]]
M_PRIOR, U_PRIOR = 20.0, 0.5  # pairs that a prior counts for
MOST_ROUNDS, TOLERANCE = 300, 1e-6
FIRST_SHARE = 0.3


@dataclass(frozen=True)
class Fit:
    """What EM found: m by comparison (from gamma 0 up), how many pairs are true, rounds, and whether it settled."""

    m: Mapping[int, Array]
    true_pairs: float
    rounds: int
    converged: bool


def fit(
    comparisons: Sequence[Comparison],
    u: Sequence[Array],
    taught: Sequence[int],
    patterns: Patterns,
    *,
    most_rounds: int = MOST_ROUNDS,
    tolerance: float = TOLERANCE,
) -> Fit:
    """Find m of the comparisons `taught` among pairs of these patterns; u stays as it is."""
    guesses = {n: guess(comparisons[n]) for n in taught}
    m, share = dict(guesses), FIRST_SHARE
    levels = {n: np.where(patterns.gammas[:, n] < 0, len(m[n]), patterns.gammas[:, n]) for n in taught}
    posterior, rounds, moved = np.zeros(len(patterns.counts)), 0, 1.0
    while rounds < most_rounds and moved > tolerance:
        rounds += 1
        odds = np.full(len(patterns.counts), np.log(share / (1 - share)))
        for n in taught:
            odds += np.append(np.log(m[n]) - np.log(u[n]), 0.0)[levels[n]]
        posterior = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
        before, share = m, _share(posterior, patterns.counts)
        m = {n: _share_of_levels(levels[n], patterns.counts * posterior, guesses[n]) for n in taught}
        m = {n: _kept(comparisons[n], m[n]) for n in taught}
        moved = max((float(np.abs(m[n] - before[n]).max()) for n in taught), default=0.0)
    return Fit(m, float(posterior @ patterns.counts), rounds, moved <= tolerance)


def _share(posterior: Array, counts: Array) -> float:
    return float(np.clip((posterior @ counts + 1) / (counts.sum() + 10), 1e-9, 1 - 1e-9))


def _share_of_levels(levels: Array, weights: Array, prior: Array) -> Array:
    seen = np.bincount(levels, weights=weights, minlength=len(prior) + 1)[: len(prior)]
    return np.asarray((seen + M_PRIOR * prior) / (seen.sum() + M_PRIOR))


def _kept(comparison: Comparison, m: Array) -> Array:
    """Levels whose m is not to be changed keep it; the others share what is left."""
    held = np.array([level.fixed[0] and level.m is not None for level in comparison.by_gamma])
    if not held.any():
        return m
    given = np.array([level.m or 0.0 for level in comparison.by_gamma])
    rest = m[~held].sum()
    left = max(1.0 - given[held].sum(), 1e-9)
    return np.where(held, given, m * left / rest if rest > 0 else m)


def guess(comparison: Comparison) -> Array:
    """m before anything is known, from gamma 0 up: what each level says of itself, or Splink's default."""
    said = [level.guess or probabilities(level, comparison)[0] for level in comparison.by_gamma]
    shares = np.maximum(np.array(said, float), 1e-3)
    return np.asarray(shares / shares.sum())


def u_from(comparisons: Sequence[Comparison], random_pairs: Patterns) -> list[Array]:
    """Shares of levels among random pairs, where nearly none is true, from gamma 0 up.

    A level that no random pair showed is taken to be as rare as half a pair, and no rarer.
    """
    found = []
    for n, comparison in enumerate(comparisons):
        seen = level_counts(random_pairs, n, len(comparison.by_gamma))
        u = (seen + U_PRIOR) / (seen.sum() + U_PRIOR * len(seen))
        held = [(gamma, level.u) for gamma, level in enumerate(comparison.by_gamma) if level.fixed[1] and level.u]
        for gamma, given in held:
            u[gamma] = given
        found.append(u)
    return found


def settled_prior(model: Model, candidates: Patterns, total_pairs: float) -> float:
    """The prior with which the model finds as many true pairs among all candidates as the prior says there are: EM over it.

    m and u stay. A first estimate divides what one rule found by its reach, and reach is overestimated where m is wrong.
    """
    evidence = np.zeros(len(candidates.counts))
    for n, comparison in enumerate(model.comparisons):
        bits = [math.log((level.m or 1.0) / (level.u or 1.0)) for level in comparison.by_gamma]
        evidence += np.append(bits, 0.0)[candidates.gammas[:, n]]
    prior, moved, rounds = model.prior, 1.0, 0
    while moved > TOLERANCE and rounds < MOST_ROUNDS:
        odds = evidence + math.log(prior / (1 - prior))
        true = float((1 / (1 + np.exp(-np.clip(odds, -700, 700)))) @ candidates.counts)
        before, prior, rounds = prior, min(max(true, 0.5) / total_pairs, 0.5), rounds + 1
        moved = abs(math.log(prior / before))
    return prior


def level_counts(patterns: Patterns, comparison: int, levels: int) -> Array:
    """Pairs at each level, from gamma 0 up; missing values do not count."""
    gammas = patterns.gammas[:, comparison]
    present = gammas >= 0
    return np.bincount(gammas[present], weights=patterns.counts[present], minlength=levels).astype(float)
