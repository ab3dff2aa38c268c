"""A block: ten thousand people, their lives and every department's rows of them, from a source of chance of its own.

A block depends on the seed, its place and how many there are, on nothing that was made before it: blocks may be made in any
order, in any process, and made again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from boldlink.synthetic.departments import HEADERS, Desk, Row, rows_of
from boldlink.synthetic.events import Life
from boldlink.synthetic.lives import make_lives
from boldlink.synthetic.numbers import Numbers

BLOCK_PEOPLE = 10_000


@dataclass(frozen=True)
class Block:
    """Which people to make: block `place` of `places`, `people` of them."""

    seed: int
    place: int
    places: int
    people: int

    def chance(self, what: str) -> Random:
        """A source of chance for one purpose; seeding with text is the same on every machine."""
        return Random(f"{self.seed}/{self.place}/{what}")


@dataclass(frozen=True)
class World:
    """A block's people and rows, by dataset; the desk can write more about them, under the references it has given."""

    lives: list[Life]
    rows: dict[str, list[Row]]
    desk: Desk


def blocks_of(people: int, seed: int) -> Iterator[Block]:
    """The blocks of a population, the last one smaller."""
    places = -(-people // BLOCK_PEOPLE)
    for place in range(places):
        yield Block(seed, place, places, min(BLOCK_PEOPLE, people - place * BLOCK_PEOPLE))


def make_world(block: Block) -> World:
    """Lives first, then what departments write of them."""
    draw = Random(f"{block.seed}/{block.place}")
    lives = make_lives(block.people, draw)
    desk = Desk(lives, draw, Numbers(block.place, block.places))
    rows: dict[str, list[Row]] = defaultdict(list)
    for life in lives:
        for row in rows_of(life, desk):
            rows[row.dataset].append(row)
    return World(lives, {dataset: rows[dataset] for dataset in HEADERS}, desk)
