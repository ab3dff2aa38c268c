"""A model over records: the engine as a library.

    with prepared({"people": table}, read_model(path)) as linkage:
        for scored, batch in linkage.score_named(threshold_bits=0.0):
            writer.write_batch(batch)

What would not fit is refused before anything starts: too many pairs, too little memory, columns that are not there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from boldlink.errors import BadRecords
from boldlink.linkage.compiled.compiled import Compiled, Shares, compile_model, opened, rules_of
from boldlink.linkage.compiled.weights import weights_of
from boldlink.linkage.model import Model, Rule
from boldlink.linkage.pairs.candidates import Candidates, candidates
from boldlink.linkage.pairs.count import count
from boldlink.linkage.pairs.score import Scored, as_it_is, score
from boldlink.linkage.pairs.stream import Stream
from boldlink.linkage.records import together
from boldlink.linkage.training.em import settled_prior
from boldlink.linkage.training.train import estimate_prior, train

Array = np.ndarray[Any, np.dtype[Any]]
BYTES_PER_KEY, BYTES_PER_RULE, BYTES_PER_RECORD, BYTES_ANYWAY = (
    12,
    20,
    60,
    400 << 20,
)  # measured on 1 and 10 million records


class Linkage:
    """A model that is ready to score records. rules: how many of the compiled rules are the model's own."""

    def __init__(self, stream: Stream, rules: int) -> None:
        self.stream, self.rules = stream, rules

    @property
    def compiled(self) -> Compiled:
        return self.stream.compiled

    @property
    def model(self) -> Model:
        return self.compiled.model

    @cached_property
    def candidates(self) -> list[Candidates]:
        """The model's candidate pairs, rule after rule, each pair under the first rule that makes it."""
        return candidates(self.compiled, range(self.rules), threads=self.stream.threads)

    @property
    def most_pairs(self) -> list[int]:
        """No fewer pairs than each rule makes; every pair there is, where DuckDB has to make them."""
        return [one.most if one.blocks else self.compiled.records.pairs for one in self.candidates]

    def trained(
        self,
        rules: Sequence[int],
        *,
        prior_rules: Sequence[int] = (),
        recall: float = 1.0,
        settle: bool = False,
        seed: int = 1,
    ) -> Linkage:
        """The same records under the model trained without labels, by these of the compiled rules.

        prior_rules: rules that are nearly always right, which between them find a share `recall` of the true pairs; none
        leaves the model's prior. settle: whether the prior then moves to what the model's own candidates bear out. The same
        records and seed give the same model.
        """
        prior = estimate_prior(self.stream, prior_rules, recall) if prior_rules else self.model.prior
        model, _ = train(self.stream, rules, prior=prior, seed=seed)
        if settle:
            patterns = count(self.stream, self.candidates, range(len(model.comparisons)))
            model = replace(model, prior=settled_prior(model, patterns, max(self.compiled.records.pairs, 1)))
        return self.under(model)

    def under(self, model: Model) -> Linkage:
        """The same records under the same model with other weights."""
        made = Linkage(Stream(replace(self.compiled, model=model), self.stream.threads), self.rules)
        made.candidates = self.candidates
        return made

    def score(self, threshold_bits: float = -np.inf, *, levels: bool = False) -> Iterator[Scored]:
        """Pairs of at least a match weight, as they are found; in the same order on any number of threads."""
        return score(self.stream, self.candidates, weights_of(self.compiled), threshold_bits, as_it_is, levels=levels)

    def score_named(
        self, threshold_bits: float = -np.inf, *, levels: bool = False, sources: bool | None = None
    ) -> Iterator[tuple[Scored, pa.RecordBatch]]:
        """The same, each with its batch of named pairs; sources: whether they are named, if not only where several are."""
        several = len(self.compiled.records.names) > 1
        weights = weights_of(self.compiled)

        def named(one: Scored) -> pa.RecordBatch:
            return self.named(one, sources=several if sources is None else sources)

        return score(
            self.stream, self.candidates, weights, threshold_bits, lambda one: (one, named(one)), levels=levels
        )

    def row_of(self, source: str, unique_id: str) -> int:
        """The row of a record. Raises KeyError if there is none."""
        found = self.compiled.records.row_of(source, unique_id)
        if found is None:
            raise KeyError("no such record")
        return found

    def schema(self, *, levels: bool = False, sources: bool | None = None) -> pa.Schema:
        """The columns of named pairs (see `score_named`)."""
        none, several = np.zeros(0, np.int32), len(self.compiled.records.names) > 1
        gammas = np.zeros((0, len(self.model.comparisons)), np.int8) if levels else None
        empty = Scored(0, none, none, np.zeros(0), np.zeros(0), gammas, 0)
        return self.named(empty, sources=several if sources is None else sources).schema

    @property
    def nodes(self) -> pa.Table:
        """source_dataset and unique_id (text) of every record, in order of rows."""
        records = self.compiled.records
        names = pa.array(records.names).take(pa.array(records.source, pa.int32()))
        return pa.table({"source_dataset": names, "unique_id": records.ids.cast(pa.string())})

    def ends(self, left: Array, right: Array, probability: Array) -> pa.Table:
        """Pairs of rows by their records' names, with a probability."""
        nodes, sides = self.nodes, {"l": pa.array(left), "r": pa.array(right)}
        columns = {
            f"{name}_{side}": nodes.column(name).take(rows)
            for side, rows in sides.items()
            for name in nodes.schema.names
        }
        return pa.table({**columns, "match_probability": probability})

    def named(self, scored: Scored, *, sources: bool) -> pa.RecordBatch:
        """Pairs with Splink's names: match_weight, match_probability, ids and sources, match_key, gammas if asked for."""
        records, model = self.compiled.records, self.model
        sides = {"l": pa.array(scored.left), "r": pa.array(scored.right)}
        columns: dict[str, Any] = {"match_weight": scored.weight, "match_probability": scored.probability}
        for side, rows in sides.items():
            if sources:
                source = pa.array(records.source[np.asarray(rows)], pa.int32())
                columns[f"{model.source_dataset}_{side}"] = pa.DictionaryArray.from_arrays(
                    source, pa.array(records.names)
                )
            columns[f"{model.unique_id}_{side}"] = _taken(records.ids, rows)
        if scored.levels is not None:
            columns |= {f"gamma_{one.name}": scored.levels[:, n] for n, one in enumerate(model.comparisons)}
        key = pa.array(np.zeros(len(scored.left), np.int8))
        columns["match_key"] = pa.DictionaryArray.from_arrays(key, pa.array([str(scored.rule)]))
        return pa.record_batch(columns)


def _taken(ids: pa.ChunkedArray, rows: pa.Array) -> pa.Array:
    found = ids.take(rows)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


@contextmanager
def prepared(
    tables: Mapping[str, pa.Table],
    model: Model,
    *,
    more_rules: tuple[Rule, ...] = (),
    shares: Shares | None = None,
    threads: int | None = None,
    memory_bytes: int | None = None,
    max_pairs: int | None = None,
) -> Iterator[Linkage]:
    """Make a model and records ready.

    tables: one table of records by source's name, with the columns that the model names. more_rules: rules besides the
    model's own, for training. shares: a column's values -> their shares, for rarity, in place of those among the records.
    Raises BadRecords for what cannot be honoured or would not fit.
    """
    threads = threads or os.cpu_count() or 1
    records = together(tables, model)
    check_memory(records.rows, model, len(more_rules), memory_bytes)
    limit = None if memory_bytes is None else f"{max(memory_bytes // 2, 64 << 20)}B"
    with opened(records, threads, limit) as connection:
        compiled = compile_model(model, records, connection, more_rules=more_rules, shares=shares)
        linkage = Linkage(Stream(compiled, threads), len(rules_of(model)))
        _check_pairs(linkage, max_pairs)
        yield linkage


def needed_bytes(rows: int, model: Model, more_rules: int = 0) -> int:
    """About how much memory scoring takes, pairs that are kept not counted."""
    keys = sum(len(comparison.levels) for comparison in model.comparisons)
    return BYTES_ANYWAY + rows * (
        BYTES_PER_RECORD + BYTES_PER_KEY * keys + BYTES_PER_RULE * (len(model.rules) + more_rules)
    )


def check_memory(rows: int, model: Model, more_rules: int, given: int | None) -> None:
    """Raises BadRecords (LINK-MEMORY) where so many records need more than was given."""
    needed = needed_bytes(rows, model, more_rules)
    if given is not None and needed > given:
        raise BadRecords(
            "LINK-MEMORY",
            f"{rows:,} records need about {needed / 1e6:,.0f} MB, and {given / 1e6:,.0f} MB were given.",
            do="give more with --memory, or link fewer records at a time",
        )


def _check_pairs(linkage: Linkage, most: int | None) -> None:
    if most is None:
        return
    counts = linkage.most_pairs
    if sum(counts) > most:
        worst = max(range(len(counts)), key=counts.__getitem__)
        raise BadRecords(
            "LINK-TOO-MANY-PAIRS",
            f"The model's blocking rules would make up to {sum(counts):,} pairs, and at most {most:,} are allowed.",
            f"rule {worst} alone makes up to {counts[worst]:,}: {rules_of(linkage.model)[worst].sql[:100]}.",
            "tighten that rule, or allow more with --max-pairs",
        )
