"""A synthetic twin of a research dataset, so that code can be written before access.

It is made from data contracts and tables that were released, and from nothing else: no function here takes a row of the
dataset. Every column is drawn by itself, so a twin has the shape of the data and none of its relations.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from boldlink.synthetic.twin_columns import TwinPart, draw_attribute
from boldlink.values import Column, Confidence, Role, StatTable

PEOPLE = (*(f"person_{confidence}" for confidence in Confidence), "person_exact")
GRADES = (1, 4, 35, 39)  # of linked records
Pool = npt.NDArray[np.uint8]  # n substitutes of 16 bytes


def twin(shares: Sequence[TwinPart], margins: Sequence[StatTable], people: int, seed: int) -> dict[str, pa.Table]:
    """Twins by dataset, with the columns and types of the research datasets; `people` rows each, about the same people.

    Values are the contract's valid values, weighted by `margins` where a released table has the column as a key, else uniform;
    dates are uniform in the agreed period. Pseudonyms are random, and shared so that datasets join: persons by their ids,
    cases by identifiers of one type. The same arguments give the same twin. `people` is at least 1.
    """
    return {share.contract.dataset: _table(share, margins, people, seed) for share in shares}


def _table(share: TwinPart, margins: Sequence[StatTable], people: int, seed: int) -> pa.Table:
    dataset, chance = share.contract.dataset, _chance(seed, share.contract.dataset)
    who = chance.integers(0, people, people)
    made = {name: _substitutes(_pool(people, seed, name), who) for name in PEOPLE}
    made["link_weight"] = pa.array(chance.integers(5, 30, people).astype(np.float64))
    made["link_probability"] = pa.array(chance.integers(900, 1001, people) / 1000)
    made["link_grade"] = pa.array(chance.choice(GRADES, people).astype(np.int8))
    made["unit"] = _substitutes(_pool(people, seed, f"unit of {dataset}"), who)
    made |= {column.name: _column(share, column, margins, people, seed) for column in share.shown}
    return pa.table(made)


def _column(share: TwinPart, column: Column, margins: Sequence[StatTable], people: int, seed: int) -> pa.Array:
    chance = _chance(seed, f"{share.contract.dataset}.{column.name}")
    if column.role is Role.ATTRIBUTE:
        return draw_attribute(share, column, margins, people, chance)
    which = chance.permutation(people) if column.primary_key else chance.integers(0, people, people)
    return _substitutes(_pool(people, seed, column.identifier_type or column.name), which)


def _pool(people: int, seed: int, kind: str) -> Pool:
    """A substitute for each of `people` things of one kind."""
    return _chance(seed, f"pool of {kind}").integers(0, 256, (people, 16), dtype=np.uint8)


def _substitutes(pool: Pool, which: npt.NDArray[np.int64]) -> pa.Array:
    picked = pa.py_buffer(np.ascontiguousarray(pool[which]))
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(which), [None, picked])


def _chance(seed: int, what: str) -> np.random.Generator:
    return np.random.default_rng([seed, *what.encode()])


__all__ = ["TwinPart", "twin"]
