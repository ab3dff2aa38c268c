"""Links broken on purpose: some missed, some false, at random or where life is least settled.

Applied to the dataset that a question is linked to. A missed person's rows stand under a new id; a false link puts a
person's rows under somebody else's. Every link gets a probability that is honest: of links that say 0.8, four in five are
true. Informative: people without a home or with a dependence are missed three times as often as the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from boldlink.synthetic.events import Life
from boldlink.synthetic.perfect import PEOPLE, person_id, research_tables

RATES_PERCENT = (5, 10, 20)
FALSE_OF_MISSED = 0.25  # false links for each missed one
HARDER = 3.0
CERTAINTIES = (0.98, 0.9, 0.7)  # what links that may be false say of themselves
CERTAIN = 0.999


@dataclass(frozen=True)
class Fault:
    """How links are wrong: missed_percent of the people in a dataset, and whether it is the same people whatever they live with."""

    id: str
    missed_percent: int
    informative: bool = False

    @property
    def false_share(self) -> float:
        """Share of links that are false."""
        return FALSE_OF_MISSED * self.missed_percent / 100


NONE = Fault("none", 0)
FAULTS: tuple[Fault, ...] = (
    NONE,
    *(Fault(f"random {rate} %", rate) for rate in RATES_PERCENT),
    *(Fault(f"informative {rate} %", rate, True) for rate in RATES_PERCENT),
)


def hard_to_link(lives: Sequence[Life]) -> np.ndarray:
    """(people,) True for whom linking finds hard: no home, or a dependence."""
    return np.array([life.person.no_fixed_abode or bool(life.needs.drug) for life in lives])


@dataclass(frozen=True)
class World:
    """Research tables without a fault, and for each the position of the person in every row. hard: (people,)."""

    tables: Mapping[str, pa.Table]
    rows: Mapping[str, np.ndarray]
    hard: np.ndarray

    @classmethod
    def of(cls, lives: Sequence[Life]) -> World:
        """The world of these lives."""
        tables = research_tables(lives)
        rows = {
            name: np.array([int.from_bytes(one, "big") for one in table.column(PEOPLE[0]).to_pylist()], dtype=np.int64)
            for name, table in tables.items()
        }
        return cls(tables, rows, hard_to_link(lives))


def break_links(world: World, dataset: str, fault: Fault, generator: np.random.Generator) -> dict[str, pa.Table]:
    """The same tables, with one dataset's person ids and link probabilities as a linking with this fault leaves them."""
    if fault.missed_percent == 0:
        return dict(world.tables)
    people = len(world.hard)
    ids, chance = _as_linked(people, fault, world.hard, generator)
    made, rows = world.tables[dataset], world.rows[dataset]
    names = pa.array([person_id(int(one)) for one in ids], pa.binary(16)).take(pa.array(rows))
    for name in PEOPLE:
        made = made.set_column(made.schema.get_field_index(name), name, names)
    # Rows of the other datasets know how sure the link of their person is.
    by_id = np.zeros(2 * people)
    by_id[ids] = chance
    others = {name: _with_chance(table, by_id[world.rows[name]]) for name, table in world.tables.items()}
    return {**others, dataset: _with_chance(made, chance[rows])}


def _as_linked(
    people: int, fault: Fault, hard: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """For each person the id that the dataset's rows of theirs stand under, and what the link says of itself."""
    weight = np.where(hard, HARDER, 1.0) if fault.informative else np.ones(people)
    missed = generator.random(people) < np.minimum(fault.missed_percent / 100 * weight / weight.mean(), 0.95)
    ids = np.arange(people)
    ids[missed] = people + np.flatnonzero(missed)
    chance = np.full(people, CERTAIN)
    doubtful = ~missed & (generator.random(people) < fault.false_share / (1 - np.mean(CERTAINTIES)))
    chance[doubtful] = generator.choice(CERTAINTIES, int(doubtful.sum()))
    false = np.flatnonzero(doubtful & (generator.random(people) > chance))
    ids[false] = ids[generator.permutation(false)] if len(false) > 1 else ids[false]
    chance[missed] = 0.0
    return ids, chance


def _with_chance(table: pa.Table, chance: np.ndarray) -> pa.Table:
    where = table.schema.get_field_index("link_probability")
    return table.set_column(where, "link_probability", pa.array(chance, pa.float64()))
