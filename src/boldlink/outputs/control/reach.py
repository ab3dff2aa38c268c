"""What readers can bound: for each protected count, the smallest and largest number of people that it may hold.

The formulation. Published numbers are intervals on sums of shared cells, low <= A x <= high, x >= 0 (`System`). A protected
count is the sum of a set of cells. Readers can bound it by the two linear programmes min and max of that sum over all x
that the numbers allow. With thousands of protected counts, two programmes each would take hours; but only the counts that
are bounded too narrowly matter, and for all others it is enough to show two answers that differ by the width. So:

1. Every x that the numbers allow is a witness: for all protected counts at once it shows one possible value. The true
   people are the first. Whatever count has witnesses from a to b with b - a + 1 >= width whole values is settled.
2. An objective with a random positive weight on every unsettled count makes one witness that moves hundreds of them at
   once. Weights are drawn from a fixed seed. The next objective has only what is left, until one settles too few to be worth it.
3. Only for what is left are the two programmes solved exactly, the higher end first (small counts can rise further than
   they can fall); each solution is a witness for all others too. Ends are rounded inwards to whole people.

Before that the question is made smaller (`reduce`). No status of the solver but an answer is taken for one, and every
witness is put into the numbers again before it counts.

What is assumed of readers: they know every published number, how it was rounded, which cells are the shared ones, and
nothing of any single person. They may reason with fractions of people: where they reason with whole people only, they can
know more than the linear programmes say. `whole` tells for which counts whole people are at hand as witnesses.
Source: random objectives as in issue 6; intervals by linear programming as in the audit of cell suppression (Fischetti
and Salazar 2001, Management Science 47).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy.sparse as sp

from boldlink.errors import BadInput
from boldlink.outputs.control.protected import Protected
from boldlink.outputs.control.reduce import Reduced, reduce
from boldlink.outputs.control.solve import TOLERANCE, UNSOLVED, Answer, Programme
from boldlink.outputs.control.system import Floats, Integers, System, Witnesses

WITNESSES_AT_MOST = 200
WORTH_A_WITNESS = 40  # an inner solution costs as much as the ends of about five counts, which settle others too
SAID_EVERY = 50


@dataclass(frozen=True)
class Reach:
    """low, high: (counts,) whole people; where `exact`, what readers can bound, else what witnesses show to be possible.

    width: whole values that readers must be left. witnesses: (witnesses, cells). held_by: for each count that is bounded too
    narrowly, the numbers (rows of the system) that together bound it so. programmes: how many were solved.
    """

    low: Floats
    high: Floats
    exact: np.ndarray[tuple[int], np.dtype[np.bool_]]
    width: int
    witnesses: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    held_by: dict[int, Integers]
    programmes: int

    @property
    def narrow(self) -> Integers:
        """Positions of the counts that readers can bound to fewer values than the width."""
        return np.flatnonzero(self.exact & (self.high - self.low + 1 < self.width))

    @property
    def safe(self) -> bool:
        return not len(self.narrow)


def reach(
    system: System,
    protected: Protected,
    people: Integers,
    known: Iterable[Floats] = (),
    say: Callable[[str], None] = lambda text: None,
) -> Reach:
    """What readers of the numbers can bound of each protected count.

    people: (cells,) true people. known: (witnesses, cells) of an earlier question; those that the numbers still allow
    count. say: told of progress. Raises BadInput CONTROL-UNTRUE if the numbers are not those of the people. A count for
    which the solver gives no answer counts as bounded too narrowly.
    """
    if not system.holds(people):
        raise BadInput(
            "CONTROL-UNTRUE",
            "The numbers are not those of the people they are said to count.",
            "at least one published interval does not hold the true number",
            "work the numbers out again from the same data",
            "whoever made the table",
        )
    search = _Search(system, protected, people)
    if len(before := np.array([*known])):
        search.see_all(before[system.holding(before, TOLERANCE)])
    _by_random_objectives(search, say)
    _exactly(search, say)
    return search.found()


class _Search:
    """How far each count is known to reach, as witnesses come in."""

    def __init__(self, system: System, protected: Protected, people: Integers) -> None:
        self.system, self.protected = system, protected
        self.reduced: Reduced = reduce(system, protected)
        self.low = np.full(len(protected), np.inf)
        self.high = np.where(self.reduced.unlimited, np.inf, -np.inf)
        self.exact = np.zeros(len(protected), dtype=bool)
        self.witnesses: list[Floats] = []
        self.held_by: dict[int, Integers] = {}
        self.programmes = 0
        self.see(people.astype(float))

    def see(self, people: Floats) -> None:
        """A witness over the cells of the system."""
        self.see_all(people.reshape(1, -1))

    def see_all(self, several: Witnesses) -> None:
        """(witnesses, cells) at once."""
        sums = self.protected.sums @ several.T
        self.low = np.minimum(self.low, sums.min(axis=1, initial=np.inf))
        self.high = np.maximum(self.high, sums.max(axis=1, initial=-np.inf))
        self.witnesses.extend(several)

    def answered(self, answer: Answer) -> None:
        """Each solution of a programme over the reduced question is a witness."""
        self.programmes += 1
        self.see(self.reduced.spread(answer.people))

    def unanswered(self, count: int) -> None:
        """No answer counts as unsafe: bounded to what was seen, by every number that any of its people is in."""
        cells = self.protected.sums[[count]].indices
        told = np.flatnonzero(sp.csr_array(self.system.matrix[:, cells]).count_nonzero(axis=1))
        self.held_by[count], self.exact[count] = told, True

    @property
    def unsettled(self) -> Integers:
        values = _inwards(self.low, self.high)
        return np.flatnonzero((values[1] - values[0] + 1 < self.protected.width) & ~self.exact)

    def found(self) -> Reach:
        low, high = _inwards(self.low, self.high)
        seen = np.array(self.witnesses)
        return Reach(low, high, self.exact, self.protected.width, seen, self.held_by, self.programmes)


def _inwards(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    return np.ceil(low - TOLERANCE), np.floor(high + TOLERANCE)


def _by_random_objectives(search: _Search, say: Callable[[str], None]) -> None:
    left = search.unsettled
    if len(left) < 2:
        return
    inner = Programme(search.reduced.system, inner=True)
    draw = np.random.default_rng(len(search.protected))
    for number in range(WITNESSES_AT_MOST):
        weights = np.zeros(len(search.protected))
        weights[left] = 0.5 + draw.random(len(left))
        answer = _answered(partial(inner.highest, search.reduced.sums.T @ weights))
        if answer is None:  # a help, and no more: what it would have settled is asked exactly
            return
        search.answered(answer)
        before, left = len(left), search.unsettled
        say(f"witness {number + 1}: {len(left)} of {len(search.protected)} small counts not settled")
        if len(left) < 2 or before - len(left) < WORTH_A_WITNESS:
            return


def _exactly(search: _Search, say: Callable[[str], None]) -> None:
    left = search.unsettled
    if not len(left):
        return
    corner = Programme(search.reduced.system)
    for asked, count in enumerate(left):
        if count in search.unsettled:
            _both_ends(search, corner, int(count))
        if not asked % SAID_EVERY:
            now = len(search.unsettled)
            say(f"{now} small counts to bound exactly, {len(search.held_by)} bounded too narrowly")


def _both_ends(search: _Search, corner: Programme, count: int) -> None:
    objective = search.reduced.sums[[count]].toarray().ravel()
    ends = []
    for end in (corner.highest, corner.lowest):
        answer = _answered(partial(end, objective))
        if answer is None:
            search.unanswered(count)
            return
        search.answered(answer)
        ends.append(answer)
        if count not in search.unsettled:
            return
    highest, lowest = ends
    search.low[count], search.high[count] = lowest.value, highest.value
    if count in search.unsettled:
        held = [_held_by(search, answer) for answer in (lowest, highest)]
        search.held_by[count] = np.unique(np.concatenate(held))
    search.exact[count] = True


def _answered(ask: Callable[[], Answer]) -> Answer | None:
    """An answer, or None where the solver stopped without one."""
    try:
        return ask()
    except BadInput as refusal:
        if refusal.code != UNSOLVED:
            raise
        return None


def _held_by(search: _Search, answer: Answer) -> Integers:
    """The numbers of the system that hold an end: the first of those with the limit that carries a dual."""
    merged, whole = search.reduced.system, search.system
    carrying = np.flatnonzero(np.abs(answer.row_duals) > TOLERANCE)
    sums = merged.matrix @ answer.people
    found: list[np.int64] = []
    for row in carrying:
        same = np.flatnonzero(search.reduced.row_of == row)
        to_high, to_low = abs(sums[row] - merged.high[row]), abs(sums[row] - merged.low[row])
        if to_high <= to_low:
            found.append(same[whole.high[same] == merged.high[row]][0])
        if to_low <= to_high:  # both, where two numbers together leave one value
            found.append(same[whole.low[same] == merged.low[row]][0])
    return np.unique(np.array(found, dtype=np.int64))
