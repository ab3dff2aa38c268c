"""Rounding instead of withholding: every number shows, none exactly, and each says which interval its count lies in.

Three ways. To the nearest multiple of a base, number by number (protect.py's). Midpoint-6, OpenSAFELY's: 1 to 6 people
show as 3, 7 to 12 as 9, nobody as 0. Controlled: every number goes to one of its two neighbouring multiples, multiples
stay, and the table still adds up; among all such tables the one nearest to the truth. The first two do not add up, so a
reader may combine the intervals; what a system of them allows to conclude is for the audit to say.

A two-way table with margins always has a controlled rounding (Cox 1987: it is a network, and networks of whole numbers
have whole flows). Tables of three ways and more need not have one (Ernst 1989). Then all numbers may go one multiple
further, and so on; `steps` says how far it went, and the intervals are as much wider.

Sources: L. H. Cox (1987), A constructive procedure for unbiased controlled rounding, JASA 82, 520-524; OpenSAFELY,
output checking guidance, midpoint-6: ceil(count / 6) * 6 - 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp

from boldlink.errors import BadInput
from boldlink.outputs.control.highs import load, model, require, solved, solver
from boldlink.outputs.control.reader import Published, own_numbers
from boldlink.outputs.control.system import Floats, Integers, System
from boldlink.outputs.control.tables import Table
from boldlink.outputs.protect import round_to

MIDPOINT = 6
_NONE = (highspy.HighsModelStatus.kInfeasible,)


@dataclass(frozen=True)
class Rounded:
    """shown, low, high: (numbers,) what each shows and the counts that show so. steps: multiples that a number may be off
    to either side: 1 is the two next to it. deviation: sum of |shown - count| in people.
    """

    shown: Integers
    low: Integers
    high: Integers
    base: int
    steps: int
    deviation: int

    def published(self, history: System | None = None) -> Published:
        """What a reader has of numbers that show, for suppression of some of them."""
        return Published(self.low.astype(float), self.high.astype(float), history)

    def system(self, table: Table) -> System:
        """What a reader has when all of them show."""
        return System(table.matrix, self.low.astype(float), self.high.astype(float))


def nearest(table: Table, base: int) -> Rounded:
    """Each number to the nearest multiple, halves up: whole counts from base / 2 below to less than base / 2 above."""
    shown = np.array([round_to(int(count), base) for count in table.counts], np.int64)
    return _rounded(table, shown, np.maximum(shown - base // 2, 0), shown + (base - 1) // 2, base)


def midpoint(table: Table, base: int = MIDPOINT) -> Rounded:
    """Each number above nought to the middle of its group of `base` whole numbers, an even base; nobody shows as 0."""
    if base % 2:
        raise _no_base(base, "a group's middle is a whole number only for an even base.")
    top = -(-table.counts // base) * base
    shown = np.where(top > 0, top - base // 2, 0)
    return _rounded(table, shown, np.where(top > 0, top - base + 1, 0), top, base)


def controlled(table: Table, base: int, seed: int = 0, most_steps: int = 4) -> Rounded:
    """Neighbouring multiples that add up, at the least total deviation; `seed` chooses among equally good tables.

    Where none exists numbers may go further, up to `most_steps` multiples (never below nought). Raises BadInput
    CONTROL-ROUNDING where that is not enough either.
    """
    if base < 1:
        raise _no_base(base, "counts are rounded to multiples of a whole number from 1 up.")
    for steps in range(1, most_steps + 1):
        shown = _additive(table, base, seed, steps)
        if shown is not None:
            reach = base * steps - 1
            return _rounded(table, shown, np.maximum(shown - reach, 0), shown + reach, base, steps)
    raise BadInput(
        "CONTROL-ROUNDING",
        f"No table of multiples of {base} near these counts adds up.",
        f"numbers were allowed to go {most_steps} multiples away.",
        "ask for fewer margins, or withhold numbers instead",
        "the analyst who made the table",
    )


def _additive(table: Table, base: int, seed: int, steps: int) -> Integers | None:
    """(numbers,) multiples that add up, each at most so many steps away; None if there are none."""
    floors, owners, costs = _increments(table, base, steps)
    own = own_numbers(table)
    loose, rest = np.flatnonzero(own < 0), np.setdiff1d(np.arange(table.numbers), own)
    climbs = _ones(owners, np.arange(len(owners)), (table.numbers, len(owners)))  # increments of each number
    if not len(owners) and not len(loose):  # multiples, all of them
        return base * floors
    held = np.flatnonzero(own >= 0)
    cells = sp.csr_array(_ones(held, own[held], (len(own), table.numbers)))  # the number that a cell is
    beyond = _ones(loose, np.arange(len(loose)), (len(own), len(loose)))
    gained = sp.hstack([cells @ climbs, beyond], format="csr")
    parts, itself = table.matrix[rest], sp.hstack([climbs[rest], sp.csr_array((len(rest), len(loose)))], format="csr")
    balance = floors[rest] - parts @ (cells @ floors)
    highs = np.concatenate([np.ones(len(owners)), np.full(len(loose), np.inf)])
    tied = np.concatenate([costs + _ties(len(owners), seed), np.zeros(len(loose))])
    programme = model(sp.csr_array(parts @ gained - itself), (balance, balance), (np.zeros(len(highs)), highs), tied)
    programme.integrality_ = [highspy.HighsVarType.kInteger] * len(highs)
    search = load(solver(mip_rel_gap=0.0, mip_abs_gap=0.499), programme)
    if solved(search, *_NONE) in _NONE:
        return None
    found = np.round(np.array(search.getSolution().col_value)).astype(np.int64)
    shown = base * (floors + np.asarray(climbs @ found[: len(owners)], np.int64))
    cells_show = np.asarray(cells @ shown, np.int64)
    cells_show[loose] = base * found[len(owners) :]
    require(np.array_equal(table.matrix @ cells_show, shown), "rounding that adds up")
    return shown


def _increments(table: Table, base: int, steps: int) -> tuple[Integers, Integers, Floats]:
    """The lowest multiple of each number, (numbers,); then for every multiple more its number and what it adds to the
    deviation. What they add grows from one to the next, so that a relaxed programme climbs in order.
    """
    counts = table.counts
    floors = np.maximum(counts // base - (steps - 1), 0)
    levels = -(-counts // base) + (steps - 1) - floors
    owners = np.repeat(np.arange(table.numbers), levels)
    climbed = np.arange(len(owners)) - np.repeat(np.cumsum(levels) - levels, levels)
    at = base * (floors[owners] + climbed)
    return floors, owners, (np.abs(at + base - counts[owners]) - np.abs(at - counts[owners])).astype(float)


def _ties(size: int, seed: int) -> Floats:
    """(size,) costs that together do not outweigh one person, but differ: they decide between equally good tables."""
    return np.random.default_rng(seed).uniform(0.0, 0.4 / max(size, 1), size)


def _ones(rows: Integers, columns: Integers, shape: tuple[int, int]) -> sp.csr_array:
    return sp.csr_array((np.ones(len(rows), np.int64), (rows, columns)), shape=shape)


def _rounded(table: Table, shown: Integers, low: Integers, high: Integers, base: int, steps: int = 1) -> Rounded:
    return Rounded(shown, low, high, base, steps, int(np.abs(shown - table.counts).sum()))


def _no_base(base: int, why: str) -> BadInput:
    return BadInput(
        "CONTROL-BASE",
        f"Counts cannot be rounded with base {base}.",
        why,
        "choose another base",
        "the output checkers of the place",
    )
