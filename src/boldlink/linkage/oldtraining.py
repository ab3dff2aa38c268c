"""Weights without labels: u from random pairs, m by EM over counts of agreement patterns, both held by priors.

Splink's training can end in an m of 1e-99, or leave default weights on levels that nobody saw. Here every level keeps a
prior share (Dirichlet), and weights never rise as agreement falls. EM runs on patterns, thousands of them, and not on
pairs. Each training rule fixes some columns, so comparisons that look at those are trained under another rule.
Source: Fellegi and Sunter (1969); Winkler (1988); agreement patterns as in fastLink (Enamorado, Fifield, Imai 2019).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldlink.linkage.blocking import Rule
from boldlink.linkage.comparisons import Comparison

M_PRIOR, U_PRIOR = 20.0, 0.5  # pairs that the prior counts for
MOST_ITERATIONS, TOLERANCE = 300, 1e-6
LEAST_MATCHES = 20.0  # a session that finds fewer true pairs teaches nothing
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Patterns:
    """Agreement patterns of pairs: gammas (patterns × comparisons; -1 missing) and how many pairs have each."""

    gammas: Array
    counts: Array


@dataclass(frozen=True)
class Trained:
    """m and u per comparison, from the best level to the last; the prior; and what each session found."""

    m: Mapping[str, Array]
    u: Mapping[str, Array]
    prior: float  # probability that two random records are of one person
    sessions: tuple[Mapping[str, Any], ...]


def estimate_u(comparisons: Sequence[Comparison], random_pairs: Patterns) -> dict[str, Array]:
    """Shares of levels among random pairs, where nearly none is a match."""
    found = {}
    for n, comparison in enumerate(comparisons):
        seen = _level_counts(random_pairs.gammas[:, n], random_pairs.counts, len(comparison.levels))
        # A level that no random pair showed is taken to be as rare as half a pair, and no rarer.
        found[comparison.name] = (seen + U_PRIOR) / (seen.sum() + U_PRIOR * len(seen))
    return found


def train(
    comparisons: Sequence[Comparison],
    u: Mapping[str, Array],
    sessions: Mapping[Rule, Patterns],
    random_pairs: Patterns,
    totals: tuple[float, float],
) -> Trained:
    """Fit m under every training rule, put the sessions together, and find the prior from what they found.

    totals: how many pairs of records there are, and the most of them that can be true.
    """
    learnt: dict[str, list[tuple[Array, float]]] = {comparison.name: [] for comparison in comparisons}
    found, told = [], []
    for rule, patterns in sessions.items():
        taught = [n for n, c in enumerate(comparisons) if c.columns[0] not in rule.columns]
        m, matches, rounds, converged = _fit(comparisons, u, taught, patterns)
        told.append(
            {
                "rule": rule.words,
                "pairs": int(patterns.counts.sum()),
                "true_pairs": round(matches, 1),
                "rounds": rounds,
                "converged": converged,
            }
        )
        if matches >= LEAST_MATCHES:
            found.append((rule, matches))
            for n in taught:
                learnt[comparisons[n].name].append((m[comparisons[n].name], matches))
    m = {c.name: _falling(_together(learnt[c.name], c), u[c.name]) for c in comparisons}
    prior = _prior(comparisons, m, found, random_pairs, totals)
    return Trained(m, u, prior, tuple(told))


def guess(comparison: Comparison) -> Array:
    """The prior's shape for m: what the level says of itself."""
    shares = np.array([max(level.guess, 1e-3) for level in comparison.levels])
    return np.asarray(shares / shares.sum())


def weights(m: Array, u: Array) -> Array:
    """Match weights in bits, from the best level to the last."""
    return np.log2(m / u)


def _fit(
    comparisons: Sequence[Comparison], u: Mapping[str, Array], taught: Sequence[int], patterns: Patterns
) -> tuple[dict[str, Array], float, int, bool]:
    """EM with u fixed. Returns m, how many pairs are true, rounds, and whether it settled."""
    m = {comparisons[n].name: guess(comparisons[n]) for n in taught}
    share, counts = 0.3, patterns.counts.astype(float)
    rounds, moved = 0, 1.0
    posterior = np.zeros(len(counts))
    while rounds < MOST_ITERATIONS and moved > TOLERANCE:
        rounds += 1
        odds = np.full(len(counts), np.log(share / (1 - share)))
        for n in taught:
            name = comparisons[n].name
            odds += np.append((np.log(m[name]) - np.log(u[name]))[::-1], 0.0)[patterns.gammas[:, n]]
        posterior = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
        before = {name: values.copy() for name, values in m.items()}
        share = float(np.clip((posterior @ counts + 1) / (counts.sum() + 10), 1e-9, 1 - 1e-9))
        for n in taught:
            seen = _level_counts(patterns.gammas[:, n], counts * posterior, len(comparisons[n].levels))
            prior = M_PRIOR * guess(comparisons[n])
            m[comparisons[n].name] = (seen + prior) / (seen.sum() + M_PRIOR)
        moved = max((float(np.abs(m[name] - before[name]).max()) for name in m), default=0.0)
    return m, float(posterior @ counts), rounds, moved <= TOLERANCE


def _level_counts(gammas: Array, counts: Array, levels: int) -> Array:
    """Pairs at each level, from the best to the last; missing values do not count."""
    present = gammas >= 0
    return np.bincount(gammas[present], weights=counts[present], minlength=levels)[::-1].astype(float)


def _together(learnt: Sequence[tuple[Array, float]], comparison: Comparison) -> Array:
    """Sessions weighed by the true pairs they found; a comparison that no session taught keeps its first guess."""
    if not learnt:
        return guess(comparison)
    weight = np.array([matches for _, matches in learnt])
    mixed = (np.stack([m for m, _ in learnt]) * weight[:, None]).sum(axis=0) / weight.sum()
    return np.asarray(mixed / mixed.sum())


def _falling(m: Array, u: Array) -> Array:
    """m changed as little as makes weights fall with agreement: neighbours that rise are put together."""
    groups = [[n] for n in range(len(m))]

    def ratio(group: list[int]) -> float:
        return float(m[group].sum() / u[group].sum())

    n = 0
    while n + 1 < len(groups):
        if ratio(groups[n]) < ratio(groups[n + 1]):
            groups[n : n + 2] = [groups[n] + groups[n + 1]]
            n = max(n - 1, 0)
        else:
            n += 1
    made = m.copy()
    for group in groups:
        made[group] = u[group] * ratio(group)
    return np.asarray(made / made.sum())


def _prior(
    comparisons: Sequence[Comparison],
    m: Mapping[str, Array],
    found: Sequence[tuple[Rule, float]],
    random_pairs: Patterns,
    totals: tuple[float, float],
) -> float:
    """True pairs found under a rule, divided by the share of true pairs that the rule reaches; the median of rules.

    A rule reaches a true pair whose values are there and agree.
    """
    pairs, most = totals
    estimates = []
    for rule, matches in found:
        reach = 1.0
        for n, comparison in enumerate(comparisons):
            if comparison.columns[0] in rule.columns:
                reach *= float(m[comparison.name][0]) * presence(random_pairs, n)
        estimates.append(matches / max(reach, 0.05))
    expected = float(np.median(estimates)) if estimates else 1.0
    return min(max(min(expected, most), 0.5) / pairs, 0.5)


def presence(patterns: Patterns, n: int) -> float:
    """Share of pairs in which both sides hold what a comparison looks at."""
    return float(patterns.counts[patterns.gammas[:, n] >= 0].sum() / max(patterns.counts.sum(), 1.0))
