"""What linking knows of itself: how many links between two datasets are expected to be false, and how many missing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import duckdb

from boldlink.analysis.ask import QUALITY, bad

BEST = 0.999  # no link by comparison is certain: an estimate of 1 would leave nothing to carry


@dataclass(frozen=True)
class Linking:
    """Precision and recall of the links of one dataset to another: as expected, and from worst to best."""

    precision: float
    recall: float
    precisions: tuple[float, float]
    recalls: tuple[float, float]


def linking(connection: duckdb.DuckDBPyConnection, of: str, to: str) -> Linking:
    """From the linkage-quality report beside the research dataset. Raises BadInput ANALYSIS-NO-QUALITY without figures."""
    pair = next((one for one in _pairs(connection) if (one["of"], one["to"]) == (of, to)), None)
    if pair is None or not pair["linked"] or pair["missed_links"] is None:
        raise bad("ANALYSIS-NO-QUALITY", f"Nothing is known of how well {of} is linked to {to}.")
    return _of(pair["linked"], pair["false_links"], pair["missed_links"])


def _pairs(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What every report says of pairs of datasets; nothing where no report stands beside the tables."""
    if not connection.sql("select 1 from duckdb_views() where view_name = $name", params={"name": QUALITY}):
        return []
    reports = connection.sql(f'select report from "{QUALITY}"').fetchall()
    return [pair for (report,) in reports for pair in json.loads(report)["pairs"]]


def _of(linked: int, false: dict[str, Any], missed: dict[str, Any]) -> Linking:
    precision = {name: _within(1 - false[name] / linked) for name in ("expected", "low", "high")}
    correct = linked * precision["expected"]
    recall = {name: _within(correct / (correct + missed[name])) for name in ("expected", "low", "high")}
    return Linking(
        precision["expected"],
        recall["expected"],
        (precision["high"], precision["low"]),  # many false links: low precision
        (recall["high"], recall["low"]),
    )


def _within(share: float) -> float:
    return min(BEST, max(1 - BEST, share))
