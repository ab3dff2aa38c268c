"""One population of thirty thousand for every test of lives."""

from __future__ import annotations

from random import Random

import pytest

from boldlink.synthetic.lives import make_lives


@pytest.fixture(scope="session")
def lives():
    return make_lives(30_000, Random("a fixed seed"))
