"""Objectives that move many small counts at once: what a solution makes of each may settle it without a programme of its own.

Two kinds, each where it is fast (docs/disclosure-control.md). Apart: the solver goes on from its last corner, and is asked for
counts that share no cell, so that none takes another's people. Inside: of many numbers the first corners are far apart;
there solutions inside what is possible come sooner, with a random weight on every count that is left.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.solve import Programme
from boldlink.outputs.control.system import Floats, Integers, System

NUMBERS_AT_MOST = 500  # that a corner is left for the next one among


@dataclass
class Objectives(ABC):
    """solver: of which the next objective is asked. sums: (counts, cells). worth: how many counts each must settle for the
    next to be asked.
    """

    solver: Programme
    sums: sp.csr_array
    draw: np.random.Generator
    worth: ClassVar[int]

    @abstractmethod
    def next(self, left: Integers) -> Floats:
        """(cells,) an objective that moves many of the counts that are left."""


class Apart(Objectives):
    """Counts that share no cell, in random order: each can have all the people that it takes."""

    worth = 5

    def next(self, left: Integers) -> Floats:
        """(cells,) of 0 and 1."""
        used = np.zeros(self.sums.shape[1], dtype=bool)
        for count in self.draw.permutation(left).tolist():
            cells = self.sums.indices[self.sums.indptr[count] : self.sums.indptr[count + 1]]
            if not used[cells].any():
                used[cells] = True
        return used.astype(float)


class Inside(Objectives):
    """Every count with a random weight. A solution costs as much as the ends of about five counts, which settle others too."""

    worth = 40

    def next(self, left: Integers) -> Floats:
        """(cells,) the sum of the weights of the counts in which a cell is."""
        weights = np.zeros(self.sums.shape[0])
        weights[left] = 0.5 + self.draw.random(len(left))
        found: Floats = self.sums.T @ weights
        return found


def objectives(system: System, sums: sp.csr_array, corner: Programme) -> Iterator[Objectives]:
    """One kind after another. corner: a solver of the system that goes on from where it stood."""
    draw = np.random.default_rng(sums.shape[0])
    if len(system.low) > NUMBERS_AT_MOST:
        yield Inside(Programme(system, inner=True), sums, draw)
    yield Apart(corner, sums, draw)
