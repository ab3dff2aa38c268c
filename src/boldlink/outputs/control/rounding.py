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
from boldlink.outputs.ways import round_to, to_middle

MIDPOINT = 6
_TIES = 0.4


@dataclass(frozen=True)
class Rounded:
    """shown, low, high: (numbers,) what each shows and the counts that show so. steps: multiples that a number may be off
    to either side: 1 is the two next to it. deviation: sum of |shown - count| in people; least: no table that adds up has
    less, which is the deviation itself unless the search was cut short (or did not ask for a sum).
    """

    shown: Integers
    low: Integers
    high: Integers
    base: int
    steps: int
    deviation: int
    least: int

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
    shown = np.array([to_middle(int(count), base) for count in table.counts], np.int64)
    return _rounded(table, shown, np.where(top > 0, top - base + 1, 0), top, base)


def controlled(table: Table, base: int, seed: int = 0, most_steps: int = 4, nodes: int = 2_000) -> Rounded:
    """Neighbouring multiples that add up, at the least total deviation; `seed` chooses among equally good tables.

    Where none exists numbers may go further, up to `most_steps` multiples (never below nought). Three-way tables are hard:
    the search stops after so many nodes with the best table found. Raises BadInput CONTROL-ROUNDING where none was.
    """
    if base < 1:
        raise _no_base(base, "counts are rounded to multiples of a whole number from 1 up.")
    for steps in range(1, most_steps + 1):
        found = _additive(table, base, seed, steps, nodes)
        if found:
            (shown, least), reach = found, base * steps - 1
            return _rounded(table, shown, np.maximum(shown - reach, 0), shown + reach, base, steps, least)
    raise BadInput(
        "CONTROL-ROUNDING",
        f"No table of multiples of {base} near these counts adds up.",
        f"numbers were allowed to go {most_steps} multiples away.",
        "ask for fewer margins, or withhold numbers instead",
        "the analyst who made the table",
    )


def _additive(table: Table, base: int, seed: int, steps: int, nodes: int) -> tuple[Integers, int] | None:
    """(numbers,) multiples that add up, each at most so many steps away, and the least deviation; None if none are found."""
    climb = _Climb(table, *_increments(table, base, steps))
    start = int(np.abs(base * climb.floors - table.counts).sum())
    if not len(climb.costs):  # multiples, all of them
        return base * climb.floors, start
    search = load(solver(mip_rel_gap=0.0, mip_abs_gap=0.499, mip_max_nodes=nodes), climb.programme(seed))
    solved(search, highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kSolutionLimit)
    told = search.getInfo()
    if told.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    numbers, cells = climb.reached(np.round(np.array(search.getSolution().col_value)).astype(np.int64))
    require(np.array_equal(table.matrix @ cells, numbers), "rounding that adds up")
    return base * numbers, start + int(np.ceil(told.mip_dual_bound - _TIES - 0.01))


class _Climb:
    """Numbers climb from their lowest multiples by whole increments; those of several cells climb as their cells do.

    Columns: every number's increments, then what cells without a number of their own show. Rows: numbers of several cells.
    """

    def __init__(self, table: Table, floors: Integers, owners: Integers, costs: Floats) -> None:
        own, numbers, size = own_numbers(table), table.numbers, len(table.people)
        self.floors, self._rises = floors, len(owners)
        self._loose, self._rest = np.flatnonzero(own < 0), np.setdiff1d(np.arange(numbers), own)
        self._climbs = _ones(owners, np.arange(len(owners)), (numbers, len(owners)))
        held = np.flatnonzero(own >= 0)
        self._cells = _ones(held, own[held], (size, numbers))  # the number that a cell is
        self._parts = table.matrix[self._rest]
        self.costs = np.concatenate([costs, np.zeros(len(self._loose))])

    def programme(self, seed: int) -> highspy.HighsLp:
        """The least deviation, as an integer programme."""
        loose = _ones(self._loose, np.arange(len(self._loose)), (self._cells.shape[0], len(self._loose)))
        gained = sp.hstack([self._cells @ self._climbs, loose], format="csr")
        itself = sp.hstack([self._climbs[self._rest], sp.csr_array((len(self._rest), len(self._loose)))], format="csr")
        balance = self.floors[self._rest] - self._parts @ (self._cells @ self.floors)
        highs = np.where(np.arange(len(self.costs)) < self._rises, 1.0, np.inf)
        # Ties together do not outweigh one person: they decide between equally good tables.
        ties = np.random.default_rng(seed).uniform(0.0, _TIES / max(self._rises, 1), len(self.costs))
        costs = np.where(highs == 1.0, self.costs + ties, 0.0)
        made = model(
            sp.csr_array(self._parts @ gained - itself), (balance, balance), (np.zeros(len(highs)), highs), costs
        )
        made.integrality_ = [highspy.HighsVarType.kInteger] * len(costs)
        return made

    def reached(self, found: Integers) -> tuple[Integers, Integers]:
        """Multiples of base: (numbers,) and (cells,)."""
        numbers = self.floors + np.asarray(self._climbs @ found[: self._rises], np.int64)
        cells = np.asarray(self._cells @ numbers, np.int64)
        cells[self._loose] = found[self._rises :]
        return numbers, cells


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


def _ones(rows: Integers, columns: Integers, shape: tuple[int, int]) -> sp.csr_array:
    return sp.csr_array((np.ones(len(rows), np.int64), (rows, columns)), shape=shape)


def _rounded(
    table: Table, shown: Integers, low: Integers, high: Integers, base: int, steps: int = 1, least: int = 0
) -> Rounded:
    return Rounded(shown, low, high, base, steps, int(np.abs(shown - table.counts).sum()), least)


def _no_base(base: int, why: str) -> BadInput:
    return BadInput(
        "CONTROL-BASE",
        f"Counts cannot be rounded with base {base}.",
        why,
        "choose another base",
        "the output checkers of the place",
    )
