"""Weights from which links are kept, without labels: at the precision that the model itself expects of them.

Estimated from the model, and not yet reviewed by people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from boldlink.linkage.model import prior_bits
from boldlink.values import EXPECTED_PRECISION, Confidence

Array = np.ndarray[Any, np.dtype[Any]]
FLOORS: Mapping[Confidence, float] = {Confidence.HIGH: 0.9, Confidence.MEDIUM: 0.5, Confidence.LOW: 0.15}
MOST_BITS = 60.0


def thresholds_bits(probabilities: Array) -> dict[Confidence, float]:
    """Weights at or above which links are kept: expected precision of what is kept, and never under a floor.

    Expected precision of a set of links is the mean of their probabilities; pairs of one probability are kept together or
    not at all.
    """
    values, counts = np.unique(np.asarray(probabilities, float), return_counts=True)
    values, counts = values[::-1], counts[::-1]
    mean = np.cumsum(values * counts) / np.maximum(np.cumsum(counts), 1)
    found = {}
    for confidence, precision in EXPECTED_PRECISION.items():
        short = np.flatnonzero(mean < precision)
        enough = int(short[0]) if len(short) else len(values)
        lowest = float(values[enough - 1]) if enough else 1.0
        found[confidence] = bits(max(lowest, FLOORS[confidence]))
    return found


def bits(probability: float) -> float:
    """A probability as a weight; certainty is a weight that sums of weights do not reach."""
    return prior_bits(probability) if probability < 1 else MOST_BITS
