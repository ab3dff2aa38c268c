"""Why two records weigh what they weigh: every comparison, its level, what that counts, and what the sum says.

Values are shown only where they are asked for: an explanation without them can be passed on, one with them cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from boldlink.linkage.compiled.compiled import Compiled, compile_model, opened
from boldlink.linkage.compiled.weights import bits_of, weights_of
from boldlink.linkage.kernels.stream import Weights
from boldlink.linkage.model import prior_bits
from boldlink.linkage.pairs.candidates import candidates
from boldlink.linkage.pairs.score import Scored, Scoring, as_it_is, probability, score
from boldlink.linkage.pairs.stream import Stream
from boldlink.linkage.training.train import columns_of, unruled

Array = np.ndarray[Any, np.dtype[Any]]
Against = Callable[[Weights, Scored], Array]


@dataclass(frozen=True)
class Step:
    """What one comparison says. bits: its level's weight; rarity_bits: what rarity adds to it."""

    comparison: str
    level: str
    bits: float
    rarity_bits: float
    left: tuple[str, ...]  # values, where they were asked for
    right: tuple[str, ...]

    @property
    def total_bits(self) -> float:
        return self.bits + self.rarity_bits

    @property
    def words(self) -> str:
        """As one would say it."""
        kind = "counts for" if self.total_bits > 0 else "counts against" if self.total_bits < 0 else "says nothing"
        rarity = f", of which {self.rarity_bits:+.2f} for how rare the value is" if self.rarity_bits else ""
        return f"{self.comparison.replace('_', ' ')}: {self.level} ({kind}, {self.total_bits:+.2f} bits{rarity})"


@dataclass(frozen=True)
class Explanation:
    """Two records compared. left, right: source and id of each, the left one first as pairs have them.

    alternatives_bits: what it counts that the two could be relatives, housemates or twins. rule: the first blocking rule
    that makes the pair, in words; None where none does, so that it is in no pairs.parquet.
    """

    left: tuple[str, str]
    right: tuple[str, str]
    prior_bits: float
    steps: tuple[Step, ...]
    alternatives_bits: float
    weight_bits: float
    probability: float
    rule: str | None

    @property
    def summary(self) -> str:
        """In a sentence or three."""
        best = max(self.steps, key=lambda step: step.total_bits)
        worst = min(self.steps, key=lambda step: step.total_bits)
        side = "one person" if self.weight_bits >= 0 else "two people"
        most = [f"Most for it is {best.words}."] if best.total_bits > 0 else []
        most += [f"Most against it is {worst.words}."] if worst.total_bits < 0 else []
        chance = f"a probability of {_chance(self.probability)}"
        return " ".join([f"The two records are more likely of {side}: {self.weight_bits:+.2f} bits, {chance}.", *most])

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "summary": self.summary}


def _chance(probability: float) -> str:
    """A probability without the pretence of certainty."""
    if probability > 0.9999:
        return "more than 0.9999"
    return "less than 0.0001" if probability < 0.0001 else f"{probability:.4f}"


def explain(
    stream: Stream, one: int, other: int, *, against: Against | None = None, values: bool = False
) -> Explanation:
    """Explain two records by their rows (see Linkage.row_of), whichever comes first.

    against: what their weight is when weighed against more than strangers. values: show what they hold.
    """
    left, right = min(one, other), max(one, other)
    compiled = stream.compiled
    weights, found = weights_of(compiled), _scored(stream, left, right)
    weight = found.weight if against is None else against(weights, found)
    names, nodes = compiled.records.names, (compiled.records.source[[left, right]], compiled.records.ids)
    ends = [
        (names[int(source)], str(nodes[1][row].as_py())) for source, row in zip(nodes[0], (left, right), strict=True)
    ]
    return Explanation(
        ends[0], ends[1], prior_bits(compiled.model.prior), tuple(_steps(compiled, weights, found, values)),
        float(weight[0] - found.weight[0]), float(weight[0]), float(probability(weight)[0]),
        _rule_of(compiled, left, right),
    )  # fmt: skip


def _scored(stream: Stream, left: int, right: int) -> Scored:
    job = Scoring(stream.compiled, weights_of(stream.compiled), -np.inf, as_it_is, levels=True)
    rows = np.array([left], np.int32), np.array([right], np.int32)
    return next(one for one in stream.given(job, unruled(stream.compiled), *rows) if len(one.left))


def _steps(compiled: Compiled, weights: Weights, found: Scored, values: bool) -> Sequence[Step]:
    made = []
    assert found.levels is not None
    for n, comparison in enumerate(compiled.model.comparisons):
        level = found.levels[:, n]
        gamma, total = int(level[0]), bits_of(compiled, weights, n, found.left, found.right, level)
        bits = float(weights.bits[n, gamma + 1])
        label = "missing" if gamma < 0 else comparison.by_gamma[gamma].label or comparison.by_gamma[gamma].sql
        looked_at = columns_of(compiled, comparison)
        own_column = {comparison.name.lower()} & looked_at
        shown = sorted(own_column or looked_at) if values else []
        sides = [tuple(_shown(compiled, name, int(row[0])) for name in shown) for row in (found.left, found.right)]
        made.append(Step(comparison.name, label, bits, float(total[0]) - bits, *sides))
    return made


def _shown(compiled: Compiled, column: str, row: int) -> str:
    names = {name.lower(): name for name in compiled.records.table.schema.names}
    value = compiled.records.table.column(names[column])[row].as_py()
    return "(missing)" if value is None else str(value)


def _rule_of(compiled: Compiled, left: int, right: int) -> str | None:
    """The first rule that makes the pair, found by linking the two records alone."""
    records, rows = compiled.records, pa.array([left, right])
    two = replace(
        records, table=records.table.take(rows), ids=records.ids.take(rows), source=records.source[[left, right]]
    )
    with opened(two, 1) as connection:
        stream = Stream(compile_model(compiled.model, two, connection), 1)
        chosen = candidates(stream.compiled, range(len(compiled.model.rules)))
        for one in score(stream, chosen, weights_of(stream.compiled), -np.inf, as_it_is):
            if len(one.left):
                rule = compiled.model.rules[one.rule]
                return rule.words or rule.sql
    return None
