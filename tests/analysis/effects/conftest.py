"""One world for every test of effects: everybody recorded, every link right."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest

from boldlink.analysis.engine import tables
from boldlink.synthetic.lives import make_lives
from boldlink.synthetic.perfect import research_tables

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
PEOPLE, FEWER = 24_000, 15_000


@pytest.fixture(scope="session")
def world():
    """Lives of so many people that every method has enough of them; the seed was not chosen by its answers."""
    return make_lives(PEOPLE, Random("effects"))


@pytest.fixture(scope="session")
def connection(world):
    """Their research tables, by name."""
    with tables(research_tables(world)) as opened:
        yield opened


@pytest.fixture(scope="session")
def perfect(world):
    """Research tables of fewer of them, for tables that are made again and again."""
    return research_tables(world[:FEWER])
