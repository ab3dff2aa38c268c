"""What readers can bound: for each protected count, the smallest and largest number of people that it may hold.

The formulation. Published numbers are intervals on sums of shared cells, low <= A x <= high, x >= 0 (`System`). A protected
count is the sum of a set of cells. Readers can bound it by the two linear programmes min and max of that sum over all x
that the numbers allow. With thousands of protected counts, two programmes each would take hours; but only the counts that
are bounded too narrowly matter, and for all others it is enough to show two answers that differ by the width. So:

1. Every x that the numbers allow is a witness: for all protected counts at once it shows one possible value. The true
   people are the first. Whatever count has witnesses from a to b with b - a + 1 >= width whole values is settled.
2. An objective over many unsettled counts at once (`objectives`) makes one witness that settles dozens or hundreds of them.
   The next objective has only what is left, until one settles too few to be worth it. Chance is drawn from a fixed seed.
3. Only for what is left are the two programmes solved exactly, the higher end first (small counts can rise further than
   they can fall); each solution is a witness for all others too. Ends are rounded inwards to whole people.

The same numbers are asked about again and again while tables are made safe (`Readers`): a number that is withheld leaves all
witnesses possible, and the solver goes on from its last corner. What is bounded too narrowly is told as soon as it is known, so that it
can be mended before the rest is asked.

Before that the question is made smaller (`reduce`). No status of the solver but an answer is taken for one, and every
witness is put into the numbers again before it counts.

What is assumed of readers: they know every published number, how it was rounded, which cells are the shared ones, and
nothing of any single person. They may reason with fractions of people: where they reason with whole people only, they can
know more than the linear programmes say.
Source: random objectives as in issue 6; intervals by linear programming as in the audit of cell suppression (Fischetti
and Salazar 2001, Management Science 47).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy.sparse as sp

from boldlink.errors import BadInput
from boldlink.outputs.control.objectives import objectives
from boldlink.outputs.control.protected import Protected
from boldlink.outputs.control.reduce import Reduced, reduce
from boldlink.outputs.control.solve import TOLERANCE, UNSOLVED, Answer, Programme
from boldlink.outputs.control.system import Flags, Floats, Integers, System

WITNESSES_AT_MOST = 200  # of one kind of objective
MANY = 10  # counts, for which one witness of many is sought before each is asked about
SAID_EVERY = 50
Say = Callable[[str], None]


@dataclass(frozen=True)
class Reach:
    """low, high: (counts,) whole people; where `exact`, what readers can bound, else what witnesses show to be possible.

    width: whole values that readers must be left. held_by: for each count that is bounded too narrowly, the numbers (rows of
    the system) that together bound it so. programmes: how many were solved.
    """

    low: Floats
    high: Floats
    exact: Flags
    width: int
    held_by: Mapping[int, Integers]
    programmes: int

    @property
    def narrow(self) -> Integers:
        """Positions of the counts that readers can bound to fewer values than the width."""
        return np.flatnonzero(self.exact & (self.high - self.low + 1 < self.width))

    @property
    def safe(self) -> bool:
        return not len(self.narrow)


def reach(system: System, protected: Protected, people: Integers, say: Say = lambda text: None) -> Reach:
    """What readers of the numbers can bound of each protected count. people: (cells,) true people. Raises as `Readers`."""
    readers = Readers(system.matrix, protected, people)
    readers.see(system.low, system.high)
    return readers.reach(say)


class Readers:
    """Who reads the same numbers, asked again and again while how they show changes. First they are to `see` something.

    matrix: (numbers, cells). people: (cells,) true people. witnesses: each (cells,), the true people first. What was seen to be possible stays so while numbers only come to say less; then the solver goes
    on from where it stood. A count for which the solver gives no answer counts as bounded too narrowly.
    """

    def __init__(self, matrix: sp.csr_array, protected: Protected, people: Integers) -> None:
        self.matrix, self.protected, self.people = matrix, protected, people
        self.system: System | None = None
        self.reduced: Reduced | None = None
        self.witnesses = [people.astype(float)]
        self.low = self.high = np.empty(0)
        self.exact = np.zeros(len(protected), dtype=bool)
        self.held_by: dict[int, Integers] = {}
        self.programmes = 0
        self._corner: Programme | None = None

    def see(self, low: Floats, high: Floats) -> None:
        """Numbers show so that readers conclude low..high, (numbers,), from now on.

        Raises BadInput CONTROL-UNTRUE if these are not the numbers of the people.
        """
        before, self.system = self.system, System(self.matrix, low, high)
        if before and np.array_equal(low, before.low) and np.array_equal(high, before.high):
            return
        if not self.system.holds(self.people):
            raise _untrue()
        if before is None or np.any((low > before.low) | (high < before.high)):
            self._weigh_again()
        self.reduced = self.reduced and self.reduced.showing(self.system)
        if self.reduced is None:
            self.reduced, self._corner = reduce(self.system, self.protected), None
        elif self._corner:
            self._corner.bound(self.reduced.system.low, self.reduced.system.high)
        self.high = np.where(self.reduced.unlimited, np.inf, self.high)
        self.exact[:] = False
        self.held_by.clear()

    def reach(self, say: Say = lambda text: None) -> Reach:
        """What they can bound of each protected count."""
        for _ in self.narrow(say):
            pass
        low, high = _inwards(self.low, self.high)
        return Reach(low, high, self.exact.copy(), self.protected.width, dict(self.held_by), self.programmes)

    def narrow(self, say: Say = lambda text: None) -> Iterator[int]:
        """Counts that they can bound too narrowly, one after another, each as soon as it is known."""
        yield from [*self.held_by]
        self._many_at_once(say)
        left = self.unsettled
        for asked, count in enumerate(left.tolist()):
            if self._settled(count):
                continue
            self._both_ends(count)
            if count in self.held_by:
                yield count
            if not asked % SAID_EVERY:
                now = len(self.unsettled)
                say(f"{now} small counts to bound exactly, {len(self.held_by)} bounded too narrowly")

    def ends(self, count: int) -> tuple[float, float]:
        """Whole people, what they can bound one count to; where it is wide enough, values that are certainly possible."""
        if not self._settled(count):
            self._both_ends(count)
        low, high = _inwards(self.low[[count]], self.high[[count]])
        return float(low[0]), float(high[0])

    @property
    def unsettled(self) -> Integers:
        low, high = _inwards(self.low, self.high)
        return np.flatnonzero((high - low + 1 < self.protected.width) & ~self.exact)

    def _settled(self, count: int) -> bool:
        low, high = _inwards(self.low[[count]], self.high[[count]])
        return bool(self.exact[count] or high[0] - low[0] + 1 >= self.protected.width)

    def _weigh_again(self) -> None:
        """Which witnesses the numbers still allow, and what those show."""
        assert self.system is not None
        several = np.array(self.witnesses)
        allowed = several[self.system.holding(several, TOLERANCE)]
        self.witnesses = list(allowed)
        sums = self.protected.sums @ allowed.T
        self.low, self.high = sums.min(axis=1, initial=np.inf), sums.max(axis=1, initial=-np.inf)

    def _answered(self, ask: Callable[[], Answer]) -> Answer | None:
        """An answer, each of which is a witness; None where the solver stopped without one."""
        assert self.reduced is not None
        try:
            answer = ask()
        except BadInput as refusal:
            if refusal.code != UNSOLVED:
                raise
            return None
        self.programmes += 1
        people = self.reduced.spread(answer.people)
        sums = self.protected.sums @ people
        self.low, self.high = np.minimum(self.low, sums), np.maximum(self.high, sums)
        self.witnesses.append(people)
        return answer

    def _many_at_once(self, say: Say) -> None:
        """Witnesses that move many unsettled counts, while each settles enough of them to be worth it."""
        assert self.reduced is not None
        left = self.unsettled
        if len(left) < MANY:
            return
        for asked in objectives(self.reduced.system, self.reduced.sums, self._solver):
            for _ in range(WITNESSES_AT_MOST):
                answer = self._answered(partial(asked.solver.highest, asked.next(left)))
                before, left = len(left), self.unsettled
                say(f"{len(left)} of {len(self.protected)} small counts not settled")
                if answer is None or before - len(left) < asked.worth:
                    break

    def _sum_of(self, counts: Sequence[int]) -> Floats:
        """(cells,) how often these counts count each cell."""
        assert self.reduced is not None
        found: Floats = np.asarray(self.reduced.sums[counts].sum(axis=0), float).ravel()
        return found

    @property
    def _solver(self) -> Programme:
        assert self.reduced is not None
        self._corner = self._corner or Programme(self.reduced.system)
        return self._corner

    def _both_ends(self, count: int) -> None:
        ends = []
        for end in (self._solver.highest, self._solver.lowest):
            answer = self._answered(partial(end, self._sum_of([count])))
            if answer is None:
                self._unanswered(count)
                return
            ends.append(answer)
            if self._settled(count):
                return
        highest, lowest = ends
        self.low[count], self.high[count] = lowest.value, highest.value
        if not self._settled(count):
            self.held_by[count] = np.unique(np.concatenate([self._held_by(lowest), self._held_by(highest)]))
        self.exact[count] = True

    def _unanswered(self, count: int) -> None:
        """No answer counts as unsafe: bounded to what was seen, by every number that any of its people is in."""
        cells = self.protected.sums[[count]].indices
        told = np.flatnonzero(sp.csr_array(self.matrix[:, cells]).count_nonzero(axis=1))
        self.held_by[count], self.exact[count] = told, True

    def _held_by(self, answer: Answer) -> Integers:
        """The numbers that hold an end: the first of those with the limit that carries a dual."""
        assert self.reduced is not None and self.system is not None
        merged, whole = self.reduced.system, self.system
        carrying = np.flatnonzero(np.abs(answer.row_duals) > TOLERANCE)
        sums = merged.matrix @ answer.people
        found: list[np.int64] = []
        for row in carrying:
            same = np.flatnonzero(self.reduced.row_of == row)
            to_high, to_low = abs(sums[row] - merged.high[row]), abs(sums[row] - merged.low[row])
            if to_high <= to_low:
                found.append(same[whole.high[same] == merged.high[row]][0])
            if to_low <= to_high:  # both, where two numbers together leave one value
                found.append(same[whole.low[same] == merged.low[row]][0])
        return np.unique(np.array(found, dtype=np.int64))


def _inwards(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    return np.ceil(low - TOLERANCE), np.floor(high + TOLERANCE)


def _untrue() -> BadInput:
    return BadInput(
        "CONTROL-UNTRUE",
        "The numbers are not those of the people they are said to count.",
        "at least one published interval does not hold the true number",
        "work the numbers out again from the same data",
        "whoever made the table",
    )
