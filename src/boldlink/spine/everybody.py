"""Everybody of one use case as whole numbers: source people in one fixed order, and edges between their positions.

People stand dataset after dataset by name, within one in the order of what their records say. Tokens are keyed afresh in
every place, so that no choice between equals may depend on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.spine.people import People

Array = np.ndarray[Any, np.dtype[Any]]
WIDTH = 9  # digits of a person's name: names sort as positions do


@dataclass(frozen=True)
class Edges:
    """Edges of one pair of datasets between positions (int64), with weight in bits, probability, exact, reference."""

    left: Array
    right: Array
    weight: Array
    probability: Array
    exact: Array
    reference: Array

    @property
    def deterministic(self) -> Array:
        """Which edges the deterministic method makes (bool): exact, and one to one.

        A key that is not unique on a side is dropped, as in public code that links police and treatment records; this
        removes common initials and large areas, and is not neutral.
        """
        left, right = self.left[self.exact], self.right[self.exact]
        once = np.zeros(len(self.left), bool)
        once[self.exact] = (_times(left) == 1) & (_times(right) == 1)
        return once


@dataclass(frozen=True)
class Everybody:
    """The source people of a use case (n): dataset -> their tokens, in order of their position."""

    tokens: Mapping[str, pa.Array]

    @classmethod
    def of(cls, people: Sequence[People]) -> Everybody:
        ordered = sorted(people, key=lambda one: one.dataset)
        return cls({one.dataset: one.node_person.dictionary_encode().dictionary for one in ordered})

    @cached_property
    def first(self) -> dict[str, int]:
        """The position of each dataset's first person."""
        starts = np.cumsum([0, *(len(tokens) for tokens in self.tokens.values())])
        return dict(zip(self.tokens, starts.tolist(), strict=False))

    @cached_property
    def dataset(self) -> Array:
        """Each person's dataset, by its place in the order (int64, n)."""
        return np.repeat(np.arange(len(self.tokens)), [len(tokens) for tokens in self.tokens.values()])

    @property
    def number(self) -> int:
        return len(self.dataset)

    @cached_property
    def numbered(self) -> Array:
        """The first position of each person's token (int64, n).

        Two datasets hold one token only where their owners share a numbering; other tokens are under a key of their own.
        """
        tokens = pa.concat_arrays([pa.array([], pa.binary(16)), *self.tokens.values()]).dictionary_encode()
        own = np.asarray(tokens.indices)
        first: Array = np.unique(own, return_index=True)[1]
        return np.asarray(first[own])

    def nodes(self) -> pa.Table:
        """Everybody as the engine clusters them: source_dataset, unique_id (n rows, in order of position)."""
        return pa.table({"source_dataset": self._dataset_names(), "unique_id": self._names()})

    def positions(self, dataset: str, tokens: pa.Array | pa.ChunkedArray) -> Array:
        """Where people of a dataset stand (int64), -1 for whoever is not of this use case."""
        if dataset not in self.tokens:
            return np.full(len(tokens), -1, np.int64)
        found = pc.index_in(tokens, self.tokens[dataset]).cast(pa.int64())
        found = pc.fill_null(pc.add(found, self.first[dataset]), -1)
        return np.asarray(found)

    def edges(self, table: pa.Table) -> Edges:
        """Edges between people of this use case; those of others' people are left out."""
        left, right = (self._ends(table, side) for side in ("l", "r"))
        inside = (left >= 0) & (right >= 0)
        rest = (np.asarray(table.column(name))[inside] for name in table.schema.names[4:])
        return Edges(left[inside], right[inside], *rest)

    def pairs(self, edges: Sequence[Edges]) -> pa.Table:
        """Edges with Splink's names, as the engine clusters them."""
        weight, probability = (_joined(edges, name, np.float64) for name in ("weight", "probability"))
        named: dict[str, Any] = {}
        for side, rows in (("l", _joined(edges, "left")), ("r", _joined(edges, "right"))):
            for name, values in zip(("source_dataset", "unique_id"), self.nodes().columns, strict=True):
                named[f"{name}_{side}"] = values.take(pa.array(rows))
        return pa.table({**named, "match_weight": weight, "match_probability": probability})

    def _ends(self, table: pa.Table, side: str) -> Array:
        found = np.full(table.num_rows, -1, np.int64)
        datasets, tokens = table.column(f"dataset_{side}"), table.column(f"person_{side}")
        for dataset in self.tokens:
            own = np.asarray(pc.equal(datasets, dataset))
            found[own] = self.positions(dataset, tokens.filter(pa.array(own)))
        return found

    def _dataset_names(self) -> pa.Array:
        return pa.array(list(self.tokens), pa.string()).take(pa.array(self.dataset))

    def _names(self) -> pa.Array:
        return pc.utf8_lpad(pa.array(np.arange(self.number)).cast(pa.string()), WIDTH, "0")


def _joined(edges: Sequence[Edges], name: str, kind: Any = np.int64) -> Array:
    return np.concatenate([np.zeros(0, kind), *(getattr(one, name) for one in edges)])


def _times(values: Array) -> Array:
    """How often each value stands in the array."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return counts[inverse]
