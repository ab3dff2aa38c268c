"""Cell suppression: which numbers of a table to withhold, so that nobody can work out the small ones from the rest.

Primary numbers are withheld because of what they are: fewer people than the minimum. Withholding them alone protects
nothing where totals show, so others are withheld to hide them, at the least cost. Which, is the integer programme of
Fischetti and Salazar (2001):

    minimise    sum of costs[r] * x[r]                          x[r] = 1 where number r is withheld
    so that     for every primary p:  highest(p | x) - lowest(p | x) >= reach

where highest and lowest are what a reader can conclude, themselves linear programmes over the people who could be in the
cells. Duality turns each way of concluding too much into one inequality on x (cuts.py). There are too many to write down;
they are found as they are broken:

1. A safe pattern by steps (greedy.py), so that there is an answer whatever happens next.
2. The relaxed programme, x between 0 and 1 (master.py): solved, asked where its shares let a reader conclude too much,
   cut, solved again. Its shares guide another safe pattern.
3. The whole programme: what it proposes is examined as a pattern, cut where it is unsafe, and made safe by steps.
4. The best safe pattern is audited by linear programmes that know nothing of 1 to 3 (audit.py).

The best bound of 2 and 3 is what any safe pattern costs at least; the gap to it is reported. Effort is counted, never
timed, so that the same table gives the same pattern everywhere. Primary and secondary numbers look the same: `[c]`.

Source: M. Fischetti, J. J. Salazar (2001), Solving the cell suppression problem on tabular data with linear constraints,
Management Science 47(7), 1008-1027.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from boldlink.outputs.control.audit import audit
from boldlink.outputs.control.cuts import Cut, Pricing
from boldlink.outputs.control.evidence import Evidence, survey
from boldlink.outputs.control.greedy import no_pattern, protect_each, show_again
from boldlink.outputs.control.master import Master
from boldlink.outputs.control.reader import Bound, Published, Reader, whole_values
from boldlink.outputs.control.routes import Routes
from boldlink.outputs.control.system import Flags, Floats, Integers, System
from boldlink.outputs.control.tables import Table
from boldlink.outputs.rules import SUPPRESSED


@dataclass(frozen=True)
class Effort:
    """How long the search for a cheaper pattern and a better bound goes on; the pattern found first is safe already.

    programmes: linear programmes that look for cuts of shares; at_once: cuts found before the relaxed programme is solved
    again. searches: whole programmes; nodes: of each one's search tree; entries: whole programmes of more coefficients
    than this are not tried, since their first node alone takes longer than everything else. steps: simplex steps that all
    programmes which look for cuts may take together.
    """

    programmes: int = 2_500
    steps: int = 75_000
    at_once: int = 15
    searches: int = 20
    nodes: int = 2_000
    entries: int = 100_000


@dataclass(frozen=True)
class Suppression:
    """A safe pattern. withheld, primary: (numbers,). cost: of what is withheld besides the primary numbers, in the table's
    costs; bound: what any safe pattern costs at least. reader: what somebody who has the redacted table knows, history
    included. programmes, cuts: how many linear programmes and inequalities it took.
    """

    withheld: Flags
    primary: Flags
    cost: float
    bound: float
    reader: System
    programmes: int
    cuts: int

    @property
    def gap(self) -> float:
        """By what share of the cost a cheaper pattern could still be cheaper: 0 is proved to be cheapest."""
        return 0.0 if self.cost <= self.bound else (self.cost - self.bound) / self.cost

    def marks(self, shown: Sequence[Any]) -> list[Any]:
        """The numbers as they would show, one a number, with [c] for those withheld."""
        return [SUPPRESSED if hidden else one for one, hidden in zip(shown, self.withheld, strict=True)]


def suppress(
    table: Table, minimum: int, *, zeros: bool = False, width: int | None = None, published: Published | None = None,
    effort: Effort = Effort(),
) -> Suppression:  # fmt: skip
    """Withhold numbers of 1 to minimum - 1 people (0 too if zeros disclose), and what hides them at least cost.

    width: whole values that must stay possible for each, minimum - 1 if not said. published: what numbers tell where they
    show, and what is known already; exact counts if not said. Raises BadInput CONTROL-UNSAFE if no pattern is safe.
    """
    counts = table.counts.astype(float)
    asked = minimum - 1 if width is None else width
    search = _Search(
        table, published or Published(counts, counts), table.primary(minimum, zeros), max(asked, 1), effort
    )
    return search.answer()


class _Search:
    """The steps above, with the best pattern and bound so far."""

    def __init__(self, table: Table, published: Published, primary: Flags, width: int, effort: Effort) -> None:
        self.table, self.published, self.primary, self.width, self.effort = table, published, primary, width, effort
        self.protected = np.flatnonzero(primary)
        self.reader, self.routes = Reader(table, published), Routes(table, published)
        self.pricing = Pricing(table, published, primary)
        self.master = Master(table.costs, primary, table.must_show)
        self.alone = Evidence(table, published, self.protected, width - 1)
        survey(self.alone, self.reader, primary, np.zeros(table.numbers, bool))
        self.turns = deque(self.alone.open().tolist())
        self.bound, self.audits = 0.0, 0
        self.best = self._safe(table.costs, primary)

    def answer(self) -> Suppression:
        """The best pattern, audited."""
        self._relaxed()
        self._whole()
        self._audited()
        system, past = self._system(), self.published.history
        return Suppression(
            self.best, self.primary, self._cost(self.best), self.bound, system.and_also(past) if past else system,
            self.reader.solved + self.routes.solved + self.audits, self.master.cuts,
        )  # fmt: skip

    def _safe(self, costs: Floats, withheld: Flags) -> Flags:
        """A safe pattern by steps."""
        return show_again(protect_each(self.alone, self.routes, withheld, costs), self.primary)

    def _cost(self, pattern: Flags) -> float:
        return float(self.table.costs[pattern & ~self.primary].sum())

    def _improve(self, pattern: Flags) -> None:
        if self._cost(pattern) < self._cost(self.best):
            self.best = pattern

    def _done(self) -> bool:
        """Whether there is nothing left to find, or no effort to find it with."""
        return self._cost(self.best) <= self.bound + 1e-6 or self.reader.steps >= self.effort.steps

    def _relaxed(self) -> None:
        """Cut shares until no cut is found; then look for a pattern where the shares point."""
        shares = self.primary.astype(float)
        while self.reader.solved < self.effort.programmes and not self._done():
            self.reader.withhold_in_part(shares, self.width - 1.0)
            if not self.master.add(islice(self._cuts(shares, whole=False), self.effort.at_once)):
                break
            proposal = self.master.relaxed()
            shares, self.bound = proposal.shares, max(self.bound, proposal.bound)
        if self.master.cuts and self._cost(self.best) > self.bound:
            self._improve(self._safe(self.table.costs * (1.001 - shares), self.primary))

    def _whole(self) -> None:
        """Cut whole patterns until one is safe; make each safe by steps meanwhile."""
        for _ in range(self.effort.searches):
            if self._done() or self.master.entries > self.effort.entries:
                return
            proposal = self.master.whole(self.effort.nodes)
            self.bound = max(self.bound, proposal.bound)
            pattern = proposal.shares > 0.5
            self.reader.withhold(pattern)
            if not self.master.add(self._cuts(pattern.astype(float), whole=True)):
                self._improve(pattern)
                return
            self._improve(self._safe(self.table.costs * np.where(pattern, 0.001, 1.0), self.primary))

    def _cuts(self, shares: Floats, whole: bool) -> Iterator[Cut]:
        """What the reader of these shares, (numbers,), can conclude too narrowly, as cuts that the shares break.

        It takes up where it was left the last time, so that every number gets its turn.
        """
        seen = _Seen(self.table, self.protected)
        for _ in range(len(self.turns)):
            self.turns.rotate(-1)
            place = self.turns[-1]
            bounds = self._bounds(place, seen, whole)
            cut = self.pricing.cut(*bounds, self.width - 1.0) if bounds else None
            if bounds and whole and (cut is None or cut.short(shares) < 1e-6):
                cut = self.pricing.support(*bounds, shares > 0.5)
            if cut and cut.short(shares) > 1e-4:
                yield cut

    def _bounds(self, place: int, seen: _Seen, whole: bool) -> tuple[Bound, Bound] | None:
        """Proofs of both ends of one number; None as soon as values far enough apart have been seen."""
        objective, found = self.reader.objective(int(self.protected[place])), []
        for upper in (True, False):
            if seen.wide(place, self.width, whole):
                return None
            found.append(self.reader.limit(objective, upper, seen.people))
            if not np.isfinite(found[-1].value):
                return None
        return None if seen.wide(place, self.width, whole) else (found[0], found[1])

    def _system(self) -> System:
        return self.table.system(self.published.low, self.published.high, self.best)

    def _audited(self) -> None:
        """The last audit. What it still finds too narrow has another number withheld that its proof uses."""
        chosen = self.table.matrix[self.protected]
        while True:
            system, past = self._system(), self.published.history
            found = audit(system.and_also(past) if past else system, chosen, self.width)
            self.audits += found.programmes
            if not np.any(found.narrow):
                return
            self.reader.withhold(self.best)
            self._one_more(self.protected[found.narrow])

    def _one_more(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            objective = self.reader.objective(int(number))
            highest, lowest = self.reader.limit(objective, upper=True), self.reader.limit(objective, upper=False)
            used = self.pricing.support(highest, lowest, self.best).numbers
            if not len(used):
                raise no_pattern()
            self.best[used[np.argmin(self.table.costs[used])]] = True


class _Seen:
    """Values of protected numbers, (protected,), that one reader cannot rule out."""

    def __init__(self, table: Table, protected: Integers) -> None:
        self._chosen = table.matrix[protected]
        self.low = table.counts[protected].astype(float)
        self.high = self.low.copy()

    def people(self, people: Floats) -> None:
        """Note what these people in cells, (cells,), make of every number."""
        values = self._chosen @ people
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)

    def wide(self, place: int, width: int, whole: bool) -> bool:
        """Whether enough has been seen of one."""
        low, high = self.low[place], self.high[place]
        return bool(whole_values(low, high) >= width if whole else high - low >= width - 1 - 1e-6)
