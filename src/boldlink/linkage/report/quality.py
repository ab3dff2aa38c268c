"""What is known of a run without labels: reach of rules, completeness, expected precision and recall. Counts only.

Expected figures come from the model's own probabilities. They are not yet reviewed by people, and say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.linkage.automatic.household import Household
from boldlink.linkage.automatic.sources import Frame
from boldlink.linkage.model import Comparison, Model, weight_bits
from boldlink.linkage.pairs.score import Scored
from boldlink.linkage.training.train import Session

THRESHOLDS = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)
NOT_REVIEWED = "estimated from the model, not yet reviewed by people"


def describe(
    frame: Frame,
    model: Model,
    found: Sequence[Scored],
    sessions: Sequence[Session],
    household: Household,
    pairs: pa.Table,
) -> dict[str, Any]:
    """Everything that a quality report says of a run; plain JSON values, no personal ones."""
    made = Counter[int]()
    for one in found:
        made[one.rule] += one.examined
    return {
        "status": NOT_REVIEWED,
        "profile": "sparse" if frame.sparse else "rich",
        "records": {name: _rows(frame, name) for name in frame.names},
        "candidate_pairs": made.total(),
        "scored_pairs": pairs.num_rows,
        "prior": float(model.prior),
        "household": {
            "relatives_per_true_pair": round(household.relatives, 3),
            "housemates_per_true_pair": round(household.housemates, 3),
        },
        "rules": [{"rule": rule.words, "sql": rule.sql, "pairs": made[n]} for n, rule in enumerate(model.rules)],
        "training": [_session(session, model) for session in sessions],
        "weights": [_levels(comparison) for comparison in model.comparisons],
        "thresholds": expected_by_threshold(pairs),
        "distribution": _distribution(pairs),
        "complete_percent": {name: _completeness(frame, name) for name in frame.names},
        "standardised": {s: {c: dict(r) for c, r in columns.items()} for s, columns in frame.counts.items()},
    }


def _session(session: Session, model: Model) -> dict[str, Any]:
    return {
        "rule": model.rules[session.rule].words or model.rules[session.rule].sql,
        "pairs": session.pairs,
        "true_pairs": round(session.fit.true_pairs, 1),
        "rounds": session.fit.rounds,
        "converged": session.fit.converged,
    }


def expected_by_threshold(pairs: pa.Table) -> list[dict[str, float | int | None]]:
    """For each threshold: pairs kept, and their expected precision and recall among the pairs that were scored."""
    probability = np.asarray(pairs.column("match_probability"), dtype=float)
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


def _rows(frame: Frame, name: str) -> int:
    return int(pc.sum(pc.equal(frame.table.column("source_dataset"), name)).as_py() or 0)


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


def _distribution(pairs: pa.Table) -> list[dict[str, float | int]]:
    weight = np.asarray(pairs.column("match_weight"), dtype=float)
    if not len(weight):
        return []
    low, high = int(np.floor(weight.min() / 5)) * 5, int(np.ceil((weight.max() + 1e-9) / 5)) * 5
    edges = np.arange(low, max(high, low + 5) + 1, 5)
    counts, _ = np.histogram(weight, edges)
    return [
        {"from_bits": int(edge), "to_bits": int(edge) + 5, "pairs": int(count)}
        for edge, count in zip(edges, counts, strict=False)
    ]


def _completeness(frame: Frame, name: str) -> dict[str, float]:
    rows = frame.table.filter(pc.equal(frame.table.column("source_dataset"), name))
    plain = [column for column in frame.columns if not column.endswith("_all")]
    return {c: round(100 * (1 - rows.column(c).null_count / max(rows.num_rows, 1)), 1) for c in plain}
