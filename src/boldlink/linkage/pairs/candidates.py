"""Candidate pairs of a model's rules: which blocks make them, and what gives a pair to an earlier rule."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from boldlink.linkage.compiled.compiled import Compiled
from boldlink.linkage.kernels.stream import Blocks, Earlier
from boldlink.linkage.pairs.blocks import Keys, blocks_of, pair_count

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Candidates:
    """One rule's pairs, and what makes a pair another's. blocks: None where DuckDB makes the pairs."""

    rule: int
    blocks: Blocks | None
    earlier: Earlier

    @property
    def most(self) -> int:
        """As many pairs as blocks make before any is passed over; 0 where DuckDB makes them."""
        return pair_count(self.blocks) if self.blocks else 0


def candidates(compiled: Compiled, rules: Sequence[int], *, alone: bool = False, threads: int = 2) -> list[Candidates]:
    """The pairs of these rules, in this order; alone: each rule's, whether or not another makes them too."""
    plans = [compiled.plans[rule] for rule in rules]
    keys = [None if plan.by_duckdb else Keys(plan, compiled.columns, compiled.records.rows) for plan in plans]
    with ThreadPoolExecutor(threads) as pool:
        made = list(pool.map(lambda one: one[1] and blocks_of(one[0], one[1], compiled.encoded, compiled.records),
                             zip(plans, keys, strict=True)))  # fmt: skip
    found: list[Candidates] = []
    taken = _Taken(compiled, 0 if alone else len(rules))
    for rule, one in zip(rules, made, strict=True):
        found.append(Candidates(rule, one[0] if one else None, taken.before(compiled.rest[rule])))
        taken.add(rule, one[1:] if one else None)
    return [replace(one, earlier=taken.final(one.earlier)) for one in found]


class _Taken:
    """What earlier rules' pairs are known by: a key for each record, or a condition."""

    def __init__(self, compiled: Compiled, rules: int) -> None:
        self._compiled, self._wanted = compiled, rules > 0
        self._left = np.full((compiled.records.rows, max(rules, 1)), -1, np.int32)
        self._right = self._left
        self._columns = 0
        self._programs: list[int] = []

    def before(self, own: int) -> Earlier:
        """What stands before a rule, whose own condition is given too (-1: none)."""
        programs, owned = np.array(self._programs, np.int32), np.array([own] if own >= 0 else [], np.int32)
        return Earlier(self._left, self._right, np.array([self._columns], np.int64), programs, owned)

    def add(self, rule: int, keys: tuple[Array, Array] | None) -> None:
        if not self._wanted:
            return
        if self._compiled.whole[rule] >= 0:
            self._programs.append(self._compiled.whole[rule])
        elif keys is not None:
            if keys[0] is not keys[1] and self._right is self._left:
                self._right = self._left.copy()
            self._left[:, self._columns] = keys[0]
            self._right[:, self._columns] = keys[1]
            self._columns += 1

    def final(self, earlier: Earlier) -> Earlier:
        return earlier._replace(left=self._left, right=self._right)
