"""Records that hold too little to be linked: compared with themselves, they would not reach the threshold.

Source: the unlinkable-records chart of Splink's documentation.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from boldlink.linkage.compiled.weights import weights_of
from boldlink.linkage.model import prior_bits
from boldlink.linkage.pairs.score import Scoring, as_it_is
from boldlink.linkage.pairs.stream import Stream
from boldlink.linkage.training.train import unruled

PROBABILITIES = (0.5, 0.9, 0.95, 0.99)


def unlinkable(stream: Stream) -> list[dict[str, Any]]:
    """For each match probability, how many records do not reach it even when compared with themselves."""
    compiled = stream.compiled
    rows = np.arange(compiled.records.rows, dtype=np.int32)
    job = Scoring(compiled, weights_of(compiled), -np.inf, as_it_is, levels=False)
    weight = np.concatenate([np.zeros(0), *(one.weight for one in stream.given(job, unruled(compiled), rows, rows))])
    return [
        {
            "threshold": probability,
            "records": int((weight < prior_bits(probability)).sum()),
            "percent": round(100 * float((weight < prior_bits(probability)).mean()), 2) if len(weight) else 0.0,
        }
        for probability in PROBABILITIES
    ]
