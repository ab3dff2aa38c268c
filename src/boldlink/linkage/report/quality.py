"""What is known of a run without labels: reach of rules, completeness, expected precision and recall. Counts only.

Expected figures come from the model's own probabilities. They are not yet reviewed by people, and say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from boldlink.linkage.model import Comparison, Model, weight_bits
from boldlink.linkage.pairs.write import SPAN_BITS
from boldlink.linkage.records import Records
from boldlink.linkage.training.train import Session

Array = np.ndarray[Any, np.dtype[Any]]
THRESHOLDS = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)
NOT_REVIEWED = "estimated from the model, not yet reviewed by people"


def describe(
    model: Model,
    records: Records,
    examined: Mapping[int, int],
    spread: Mapping[int, int],
    *,
    columns: Sequence[str],
    sessions: Sequence[Session] = (),
    unlinkable: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Everything that a quality report says of a run; plain JSON values, no personal ones.

    examined: candidate pairs by rule. spread: of the weights of the pairs written (pairs.write.spread_of). columns: whose completeness is told.
    """
    return {
        "status": NOT_REVIEWED,
        "records": {name: int((records.source == n).sum()) for n, name in enumerate(records.names)},
        "candidate_pairs": sum(examined.values()),
        "all_pairs": records.pairs,
        "scored_pairs": sum(spread.values()),
        "prior": float(model.prior),
        "rules": [
            {"rule": rule.words or rule.sql, "sql": rule.sql, "pairs": int(examined.get(n, 0))}
            for n, rule in enumerate(model.rules)
        ],
        "training": [_session(session, model) for session in sessions],
        "weights": [_levels(comparison) for comparison in model.comparisons],
        "distribution": _distribution(spread),
        "unlinkable": list(unlinkable),
        "complete_percent": {
            name: _completeness(records.table, columns, records.source == n) for n, name in enumerate(records.names)
        },
    }


def _session(session: Session, model: Model) -> dict[str, Any]:
    return {
        "rule": model.rules[session.rule].words or model.rules[session.rule].sql,
        "pairs": session.pairs,
        "true_pairs": round(session.fit.true_pairs, 1),
        "rounds": session.fit.rounds,
        "converged": session.fit.converged,
    }


def expected_by_threshold(probability: Array, chances: Array, all_true: float) -> list[dict[str, float | int | None]]:
    """For each threshold of match probability: pairs kept, and their expected precision and recall.

    probability, chances: of each pair, by its own weight and with all that is known. all_true: true pairs expected anywhere.
    """
    found: list[dict[str, float | int | None]] = []
    for threshold in THRESHOLDS:
        kept = chances[probability >= threshold]
        true = float(kept.sum())
        found.append(
            {
                "threshold": threshold,
                "pairs": len(kept),
                "expected_precision": round(true / len(kept), 4) if len(kept) else None,
                "expected_recall": round(min(true / all_true, 1.0), 4) if all_true else None,
            }
        )
    return found


def _levels(comparison: Comparison) -> dict[str, Any]:
    levels = [
        {
            "level": level.label,
            "m": level.m,
            "u": level.u,
            "weight_bits": round(weight_bits(level, comparison), 2),
        }
        for level in reversed(comparison.by_gamma)
    ]
    return {"comparison": comparison.name, "levels": levels}


def _distribution(spread: Mapping[int, int]) -> list[dict[str, int]]:
    """Pairs by match weight, from the lowest span to the highest, empty ones between them included."""
    spans = range(min(spread), max(spread) + 1) if spread else ()
    return [{"from_bits": SPAN_BITS * n, "to_bits": SPAN_BITS * (n + 1), "pairs": int(spread.get(n, 0))} for n in spans]


def _completeness(table: pa.Table, columns: Sequence[str], own: Array) -> dict[str, float]:
    chosen = np.flatnonzero(own)
    there = {name: np.asarray(table.column(name).is_valid())[chosen] for name in columns}
    return {name: round(100 * float(values.mean()) if len(values) else 0.0, 1) for name, values in there.items()}
