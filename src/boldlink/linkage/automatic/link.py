"""Records in, weighted pairs out, without labels and without a model: what `boldlink link` does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from boldlink.linkage.automatic.household import Household, against_all
from boldlink.linkage.automatic.sources import Source, of_values
from boldlink.linkage.automatic.train import Trained, trained
from boldlink.linkage.compiled.compiled import Compiled
from boldlink.linkage.compiled.weights import weights_of
from boldlink.linkage.kernels.stream import Weights
from boldlink.linkage.model import as_splink, bits_of_probability
from boldlink.linkage.pairs.score import Scored, as_it_is, in_words, probability
from boldlink.linkage.pairs.score import score as score_pairs
from boldlink.linkage.pairs.write import spread_of
from boldlink.linkage.report.quality import describe, expected_by_threshold
from boldlink.linkage.report.unlinkable import unlinkable

Say = Callable[[str], None]
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Linked:
    """A run's results: scored pairs with Splink's names, the model in Splink's format, and what is known of quality.

    records: source_dataset and unique_id of all records, in order of what they hold.
    """

    pairs: pa.Table
    records: pa.Table
    model: Mapping[str, Any]
    quality: Mapping[str, Any]


def score(
    sources: Sequence[Source],
    *,
    threshold_probability: float = 0.01,
    seed: int = 1,
    threads: int | None = None,
    memory_bytes: int | None = None,
    max_pairs: int | None = None,
    levels: bool = False,
    progress: Say | None = None,
) -> Linked:
    """Train without labels and score every candidate pair.

    One source is compared with itself; several are compared with each other and not with themselves. Pairs are all that
    reach the threshold, before any one-to-one choice: source_dataset_l, unique_id_l, source_dataset_r, unique_id_r,
    match_weight (bits), match_probability, match_key (the position of the rule that made the pair); with `levels`, what each
    comparison found as gamma_NAME (int8: -1 missing, 0 something else, and up to the same). The same records give the same
    result, whatever their order or ids. Raises BadRecords.
    """
    say = progress or (lambda text: None)
    with trained(
        sources, seed=seed, threads=threads, memory_bytes=memory_bytes, max_pairs=max_pairs, progress=say
    ) as ready:  # fmt: skip
        say("Weighing pairs")
        weights = weights_of(ready.stream.compiled)
        scored = score_pairs(
            ready.stream, ready.chosen, weights, bits_of_probability(threshold_probability), as_it_is, levels=True
        )
        most = sum(one.most for one in ready.chosen)
        found = list(in_words(scored, lambda one: one.examined, most, say))
        pairs = _named(ready.stream.compiled, weights, found, ready.household, threshold_probability, levels)
        return Linked(pairs, ready.common.table.select(["source_dataset", "unique_id"]), as_splink(ready.model),
                      _described(ready, found, pairs))  # fmt: skip


def _described(ready: Trained, found: Sequence[Scored], pairs: pa.Table) -> dict[str, Any]:
    compiled, examined = ready.stream.compiled, Counter[int]()
    for one in found:
        examined[one.rule] += one.examined
    columns = of_values(compiled.records.table.schema.names)
    told = describe(
        compiled.model, compiled.records, examined, spread_of(np.asarray(pairs.column("match_weight"))),
        columns=[name for name in columns if name not in ("source_dataset", "unique_id")], sessions=ready.sessions,
        unlinkable=unlinkable(ready.stream),
    )  # fmt: skip
    chances = np.asarray(pairs.column("match_probability"))
    return {
        **told,
        "thresholds": expected_by_threshold(chances, chances, float(chances.sum())),
        "expected_reach": round(ready.expected_reach, 4),
        "profile": "sparse" if ready.common.sparse else "rich",
        "household": ready.household.as_dict(),
        "standardised": {s: {c: dict(r) for c, r in columns.items()} for s, columns in ready.common.counts.items()},
    }


def _named(
    compiled: Compiled, weights: Weights, found: Sequence[Scored], household: Household, least: float,
    shown: bool,
) -> pa.Table:  # fmt: skip
    """Pairs at or above a probability with Splink's names, the strongest first, ties by the records' contents."""
    rows, width = np.zeros(0, np.int32), len(compiled.model.comparisons)
    none = Scored(0, rows, rows, np.zeros(0), np.zeros(0), np.zeros((0, width), np.int8), 0)
    left, right, weight = (
        np.concatenate([getattr(one, name) for one in (none, *found)]) for name in ("left", "right", "weight")
    )
    key = np.concatenate([np.full(len(one.left), one.rule) for one in (none, *found)])
    levels = np.concatenate([one.levels for one in (none, *found) if one.levels is not None])
    weight = against_all(compiled, weights, household, left, right, weight, levels)
    keep = np.flatnonzero(weight >= bits_of_probability(least))
    order = keep[np.lexsort((right[keep], left[keep], -weight[keep]))]
    table, names = compiled.records, pa.array(compiled.records.names)
    sides = {"l": left[order], "r": right[order]}
    return pa.table(
        {
            **{
                name: values
                for side, rows in sides.items()
                for name, values in (
                    (f"source_dataset_{side}", names.take(pa.array(table.source[rows]))),
                    (f"unique_id_{side}", table.ids.take(pa.array(rows)).combine_chunks()),
                )
            },
            "match_weight": weight[order],
            "match_probability": probability(weight[order]),
            "match_key": pa.array(key[order]).cast(pa.string()),
            **{f"gamma_{one.name}": levels[order, n] for n, one in enumerate(compiled.model.comparisons) if shown},
        }
    )
