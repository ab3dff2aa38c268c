"""A model trained without labels: the prior, u from random pairs, m by EM under rules that each leave something free.

Each training rule fixes some columns, so comparisons that look at those are trained under another rule. Sessions are put
together by how many true pairs each found, and weights never rise as agreement falls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from boldlink.linkage.compiled.compiled import Compiled
from boldlink.linkage.compiled.sql import Expressions, columns
from boldlink.linkage.kernels.stream import Earlier
from boldlink.linkage.model.model import Comparison, Model
from boldlink.linkage.pairs.candidates import Candidates, candidates
from boldlink.linkage.pairs.count import Counting, Patterns, count
from boldlink.linkage.pairs.stream import Stream
from boldlink.linkage.training.em import Fit, fit, guess, u_from

Array = np.ndarray[Any, np.dtype[Any]]
RANDOM_PAIRS = 1_000_000
LEAST_MATCHES = 20.0  # a session that finds fewer true pairs teaches nothing


@dataclass(frozen=True)
class Session:
    """One rule's EM: what it was taught, and what it found."""

    rule: int
    taught: tuple[int, ...]
    pairs: int
    fit: Fit

    @property
    def enough(self) -> bool:
        """Whether it found enough true pairs to teach anything."""
        return self.fit.true_pairs >= LEAST_MATCHES


def estimate_prior(stream: Stream, rules: Sequence[int], recall: float) -> float:
    """The probability that two random records are of one person, from rules that are nearly always right.

    recall: the share of true pairs that the rules are thought to find. Rules that find nothing are taken to have found
    half a pair.
    """
    found = count(stream, candidates(stream.compiled, rules), []).pairs
    return float(min(max(found, 0.5) / recall / max(stream.compiled.records.pairs, 1), 0.5))


def random_patterns(stream: Stream, *, most_pairs: int = RANDOM_PAIRS, seed: int = 1) -> Patterns:
    """Patterns of random pairs, drawn by the records' contents: neither ids nor the order of rows matter."""
    compiled = stream.compiled
    left, right = random_pairs(compiled, most_pairs, seed)
    job = Counting(compiled, range(len(compiled.model.comparisons)), stream.threads)
    list(stream.given(job, unruled(compiled), left, right))
    return job.patterns()


def random_pairs(compiled: Compiled, most: int, seed: int) -> tuple[Array, Array]:
    """Rows of random pairs that could be candidates (int32), left before right."""
    rows, source = compiled.records.rows, compiled.records.source
    drawn = np.random.default_rng(seed).integers(0, max(rows, 1), (2, most if rows > 1 else 0))
    a, b = by_content(compiled)[drawn]
    there = source[a] != source[b] if compiled.records.link_type == "link_only" else a != b
    left, right = np.minimum(a, b)[there], np.maximum(a, b)[there]
    return left.astype(np.int32), right.astype(np.int32)


def by_content(compiled: Compiled) -> Array:
    """Rows in an order that depends on nothing but what the records hold."""
    used = sorted({name for one in compiled.model.comparisons for name in columns_of(compiled, one)})
    held = compiled.columns.hashed(used)
    return np.argsort(held)


def columns_of(compiled: Compiled, comparison: Comparison) -> set[str]:
    """The columns that a comparison looks at, in lower case."""
    read = Expressions(compiled.columns.connection, "suffix")
    return {
        names[0][:-2].lower()
        for level in comparison.levels
        if not level.otherwise
        for names, _ in columns(read.parse(level.sql), frozenset())
    }


def rule_columns(compiled: Compiled, rule: int) -> set[str]:
    """The columns that a rule looks at, in lower case."""
    tree = Expressions(compiled.columns.connection, "table").parse(compiled.plans[rule].rule.sql)
    return {names[1].lower() for names, _ in columns(tree, frozenset())}


def unruled(compiled: Compiled) -> Candidates:
    """Pairs that no rule makes, and that are nobody else's."""
    none = np.full((compiled.records.rows, 1), -1, np.int32)
    earlier = Earlier(none, none, np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32))
    return Candidates(-1, None, earlier)


def lessons_of(compiled: Compiled, rules: Sequence[int]) -> dict[int, list[int]]:
    """What each rule teaches, as Splink has it: the comparisons that look at none of its columns."""
    looked_at = [columns_of(compiled, one) for one in compiled.model.comparisons]
    fixed = {rule: rule_columns(compiled, rule) for rule in rules}
    return {rule: [n for n, names in enumerate(looked_at) if not names & fixed[rule]] for rule in rules}


def rules_to_train_by(compiled: Compiled, rules: Sequence[int], most: int = 4) -> list[int]:
    """Rules that between them leave every comparison free somewhere, those that leave the most free first."""
    free = {rule: taught for rule, taught in lessons_of(compiled, rules).items() if taught}
    free = {rule: taught for rule, taught in free.items() if not compiled.plans[rule].everything}
    chosen: list[int] = []
    taught: set[int] = set()
    for rule in sorted(free, key=lambda one: -len(free[one])):
        if len(chosen) < most and set(free[rule]) - taught:
            chosen.append(rule)
            taught |= set(free[rule])
    return chosen


def sessions_of(
    stream: Stream, lessons: Mapping[int, Sequence[int]], u: Sequence[Array], **limits: Any
) -> list[Session]:
    """EM among all pairs of each rule, over the comparisons that it teaches."""
    found = []
    for one in candidates(stream.compiled, list(lessons), alone=True, threads=stream.threads):
        taught = lessons[one.rule]
        patterns = count(stream, [one], taught)
        if patterns.pairs:
            result = fit(stream.compiled.model.comparisons, u, taught, patterns, **limits)
            found.append(Session(one.rule, tuple(taught), int(patterns.pairs), result))
    return found


def with_sessions(model: Model, u: Sequence[Array], sessions: Sequence[Session], *, prior: float) -> Model:
    """The model with m, u and prior. A comparison that no session taught keeps the m that it had, or its first guess."""
    learnt = [
        together([(one.fit.m[n], one.fit.true_pairs) for one in sessions if n in one.taught]) for n in range(len(u))
    ]
    made = []
    for n, comparison in enumerate(model.comparisons):
        m = learnt[n]
        if m is None:
            given = [level.m for level in comparison.by_gamma]
            m = guess(comparison) if None in given else np.array(given, float)
        m = falling(m, u[n]) if not any(any(level.fixed) for level in comparison.levels) else m
        made.append(comparison.with_probabilities(tuple(map(float, m)), tuple(map(float, u[n]))))
    return replace(model, comparisons=tuple(made), prior=prior)


def together(learnt: Sequence[tuple[Array, float]]) -> Array | None:
    """Sessions weighed by the true pairs that they found; those that found hardly any teach nothing."""
    enough = [(m, matches) for m, matches in learnt if matches >= LEAST_MATCHES]
    if not enough:
        return None
    weight = np.array([matches for _, matches in enough])
    mixed = (np.stack([m for m, _ in enough]) * weight[:, None]).sum(axis=0) / weight.sum()
    return np.asarray(mixed / mixed.sum())


def falling(m: Array, u: Array) -> Array:
    """m changed as little as makes weights fall with agreement: neighbours that rise are put together."""
    groups = [[n] for n in reversed(range(len(m)))]  # from the best level down

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


def train(
    stream: Stream, rules: Sequence[int], *, prior: float, most_pairs: int = RANDOM_PAIRS, seed: int = 1
) -> tuple[Model, list[Session]]:
    """Train a compiled model by these of its rules. The same records and seed give the same model."""
    model = stream.compiled.model
    u = u_from(model.comparisons, random_patterns(stream, most_pairs=most_pairs, seed=seed))
    limits = {
        "most_rounds": int(model.settings.get("max_iterations", 300)),
        "tolerance": float(model.settings.get("em_convergence", 1e-6)),
    }
    sessions = sessions_of(stream, lessons_of(stream.compiled, rules), u, **limits)
    return with_sessions(model, u, sessions, prior=prior), sessions
