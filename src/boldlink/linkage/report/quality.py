"""What is known of a run without labels: reach of rules, completeness, expected precision and recall. Counts only.

Expected figures come from the model's own probabilities. They are not yet reviewed by people, and say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from boldlink.linkage.model import Comparison, Model, weight_bits
from boldlink.linkage.pairs.records import Records
from boldlink.linkage.training.train import Session

Array = np.ndarray[Any, np.dtype[Any]]
THRESHOLDS = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)
NOT_REVIEWED = "estimated from the model, not yet reviewed by people"


def describe(
    model: Model,
    records: Records,
    examined: Mapping[int, int],
    probability: Array,
    weight: Array,
    *,
    columns: Sequence[str],
    sessions: Sequence[Session] = (),
    unlinkable: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Everything that a quality report says of a run; plain JSON values, no personal ones.

    examined: candidate pairs by rule. probability, weight: of the pairs written. columns: whose completeness is told.
    """
    return {
        "status": NOT_REVIEWED,
        "records": {name: int((records.source == n).sum()) for n, name in enumerate(records.names)},
        "candidate_pairs": sum(examined.values()),
        "all_pairs": records.pairs,
        "scored_pairs": len(weight),
        "prior": float(model.prior),
        "rules": [
            {"rule": rule.words or rule.sql, "sql": rule.sql, "pairs": int(examined.get(n, 0))}
            for n, rule in enumerate(model.rules)
        ],
        "training": [_session(session, model) for session in sessions],
        "weights": [_levels(comparison) for comparison in model.comparisons],
        "thresholds": expected_by_threshold(probability),
        "distribution": _distribution(weight),
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


def expected_by_threshold(probability: Array) -> list[dict[str, float | int | None]]:
    """For each threshold: pairs kept, and their expected precision and recall among the pairs that were scored."""
    everything = float(probability.sum())
    found: list[dict[str, float | int | None]] = []
    for threshold in THRESHOLDS:
        kept = probability[probability >= threshold]
        true = float(kept.sum())
        precision = round(true / len(kept), 4) if len(kept) else None
        recall = round(true / everything, 4) if everything else None
        found.append(
            {
                "threshold": threshold,
                "pairs": len(kept),
                "expected_precision": precision,
                "expected_recall": recall,
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


def _distribution(weight: Array) -> list[dict[str, float | int]]:
    if not len(weight):
        return []
    low, high = int(np.floor(weight.min() / 5)) * 5, int(np.ceil((weight.max() + 1e-9) / 5)) * 5
    edges = np.arange(low, max(high, low + 5) + 1, 5)
    counts, _ = np.histogram(weight, edges)
    return [
        {"from_bits": int(edge), "to_bits": int(edge) + 5, "pairs": int(count)}
        for edge, count in zip(edges, counts, strict=False)
    ]


def _completeness(table: pa.Table, columns: Sequence[str], own: Array) -> dict[str, float]:
    chosen = np.flatnonzero(own)
    there = {name: np.asarray(table.column(name).is_valid())[chosen] for name in columns}
    return {name: round(100 * float(values.mean()) if len(values) else 0.0, 1) for name, values in there.items()}
