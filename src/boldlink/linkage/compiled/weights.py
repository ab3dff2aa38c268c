"""A model's weights as arrays, to the last bit as Splink has DuckDB read them, and how early a pair can be given up."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from boldlink.linkage.compiled.compiled import Compiled, rarity_base
from boldlink.linkage.compiled.sql import Expressions
from boldlink.linkage.kernels import branches
from boldlink.linkage.kernels.stream import Weights
from boldlink.linkage.model.model import Comparison, Model, prior_bits, weight_bits

Array = np.ndarray[Any, np.dtype[Any]]
COSTS = {
    branches.JARO: 8.0, branches.JARO_WINKLER: 8.0, branches.LEVENSHTEIN: 10.0, branches.DAMERAU: 16.0,
    branches.SHARED: 4.0, branches.SHARES_ANY: 4.0,
}  # fmt: skip
ASKING = 200.0  # what a question to DuckDB costs, where an answer from memory costs 1


def weights_of(compiled: Compiled, model: Model | None = None) -> Weights:
    """The weights of the compiled model, or of the same model trained anew."""
    model = model or compiled.model
    width = 1 + max(len(comparison.by_gamma) for comparison in model.comparisons)
    shape = (len(model.comparisons), width)
    found = Weights(
        np.array(_literals(compiled, [prior_bits(model.prior)])),
        np.zeros(shape), np.full(shape, -1, np.int32), np.zeros(shape), np.zeros(shape), np.full(shape, -np.inf),
        np.zeros(shape[0], np.int32), np.full(len(compiled.program.question), np.inf), np.zeros(shape[0] + 1),
    )  # fmt: skip
    for n, comparison in enumerate(model.comparisons):
        _fill(found, n, comparison, compiled)
    levels = [_most_by_level(found, n, comparison, compiled) for n, comparison in enumerate(model.comparisons)]
    most = [max(bits.values()) for bits in levels]
    for n, bits in enumerate(levels):
        _reach(found.reach, n, bits, compiled)
    order = sorted(range(shape[0]), key=lambda n: (_cost(compiled, n), n))
    still = np.concatenate([np.cumsum(np.array(most)[order][::-1])[::-1], [0.0]])
    return found._replace(order=np.array(order, np.int32), still=still)


def _fill(found: Weights, n: int, comparison: Comparison, compiled: Compiled) -> None:
    levels = comparison.by_gamma
    found.bits[n, 1 : len(levels) + 1] = _literals(compiled, [weight_bits(level, comparison) for level in levels])
    for gamma, level in enumerate(levels):
        if level.rarity and not level.otherwise:
            base = math.log2(rarity_base(level, comparison, Expressions(compiled.columns.connection, "suffix")))
            found.rarity[n, gamma + 1] = compiled.rarity[level.rarity]
            found.share_weight[n, gamma + 1] = level.rarity_weight
            found.share_base[n, gamma + 1] = _literals(compiled, [base])[0]
            if level.rarity_least > 0:
                found.share_least[n, gamma + 1] = math.log2(level.rarity_least)


def _literals(compiled: Compiled, numbers: list[float]) -> list[float]:
    """Numbers as DuckDB reads them from SQL: it takes a literal for a decimal first, and may round it."""
    finite = [number for number in numbers if math.isfinite(number)]
    listed = ", ".join(f"cast({number!r} as float8)" for number in finite)
    rows = compiled.columns.connection.execute(f"SELECT [{listed}]").fetchall() if finite else []
    read = iter(rows[0][0] if rows else [])
    return [next(read) if math.isfinite(number) else number for number in numbers]


def _most_by_level(found: Weights, n: int, comparison: Comparison, compiled: Compiled) -> dict[int, float]:
    """The most bits that each level of a comparison can add; a missing value adds 0."""
    logs, codes = compiled.encoded.values.log_share, compiled.encoded.values.codes
    best = {-1: 0.0} if any(level.missing for level in comparison.levels) else {}
    for gamma in range(len(comparison.by_gamma)):
        bits, key = float(found.bits[n, gamma + 1]), found.rarity[n, gamma + 1]
        if key >= 0:
            held = codes[:, key]
            rarest = float(np.nanmin(logs[held[held >= 0]], initial=0.0)) if len(held) else 0.0
            share = max(rarest, found.share_least[n, gamma + 1])
            added = found.share_weight[n, gamma + 1] * (found.share_base[n, gamma + 1] - np.array([share, 0.0]))
            bits = max(bits, bits + float(added.max()))
        best[gamma] = bits
    return best


def _reach(reach: Array, n: int, bits: dict[int, float], compiled: Compiled) -> None:
    """The most bits of any level that each node of a comparison's program can still lead to."""
    program = compiled.program
    for node in reversed(range(program.first[n], program.first[n + 1])):
        exits = (int(program.yes[node]), int(program.no[node]), int(program.unknown[node]))
        reach[node] = max(reach[exit_] if exit_ >= 0 else bits.get(-2 - exit_, 0.0) for exit_ in exits)


def _cost(compiled: Compiled, n: int) -> float:
    """What a comparison costs to look at: cheap ones go first, and often settle the pair."""
    program = compiled.program
    nodes = range(program.first[n], program.first[n + 1])
    measures = range(program.first_measure[n], program.first_measure[n + 1])
    asked = sum(program.question[node] == branches.ASKED for node in nodes)
    measuring = sum(COSTS.get(int(program.measure[measure]), 1.0) for measure in measures)
    return float(len(nodes) + ASKING * asked + measuring)


def bits_of(compiled: Compiled, weights: Weights, n: int, left: Array, right: Array, level: Array) -> Array:
    """What one comparison adds to pairs' weights, rarity included."""
    codes, logs = compiled.encoded.values.codes, compiled.encoded.values.log_share
    place = level.astype(np.int64) + 1
    found = weights.bits[n][place].copy()
    for g in np.flatnonzero(weights.rarity[n] >= 0):
        rows = np.flatnonzero(place == g)
        a, b = codes[left[rows], weights.rarity[n, g]], codes[right[rows], weights.rarity[n, g]]
        share = np.maximum(np.where(a < 0, -np.inf, logs[a]), np.where(b < 0, -np.inf, logs[b]))
        share = np.maximum(share, weights.share_least[n, g])
        added = weights.share_weight[n, g] * (weights.share_base[n, g] - share)
        found[rows] += np.where((a < 0) & (b < 0), 0.0, added)
    return np.asarray(found)
