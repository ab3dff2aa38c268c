"""Evidence that a pattern is safe: for every number to protect, two ways that things could be which a reader cannot tell apart.

A deviation that stays inside everything that shows is a way that things could be. For each number the furthest ones up
and down that were seen are kept, with the withheld numbers which they need. While those are withheld the number is
protected, whatever else is shown: so showing one number again questions only the evidence that needs it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from boldlink.outputs.control.reader import Published, Reader
from boldlink.outputs.control.routes import Route, Routes
from boldlink.outputs.control.system import Flags, Floats, Integers
from boldlink.outputs.control.tables import Table


@dataclass
class Side:
    """What was seen of one direction: furthest, (protected,) whole people; needs: numbers withheld for each."""

    furthest: Integers
    needs: list[frozenset[int]]


class Evidence:
    """Of the numbers to protect, (protected,), each to `reach` people between its furthest values."""

    def __init__(self, table: Table, published: Published, protected: Integers, reach: int) -> None:
        self.table, self.published, self.protected, self.reach = table, published, protected, reach
        self.up, self.down = (Side(np.zeros_like(protected), [frozenset()] * len(protected)) for _ in range(2))

    def see(self, route: Route) -> None:
        """Keep what this deviation shows of every number that it moves further than was seen."""
        moves, needs = route.moves[self.protected], frozenset(route.needs.tolist())
        for side, by in ((self.up, moves), (self.down, -moves)):
            whole = np.floor(np.minimum(by, self.reach) + 1e-6).astype(np.int64)
            for place in np.flatnonzero(whole > side.furthest):
                side.furthest[place], side.needs[place] = whole[place], needs

    def open(self) -> Integers:
        """Places among the protected whose evidence does not reach yet."""
        return np.flatnonzero(self.up.furthest + self.down.furthest < self.reach)

    def needing(self, number: int) -> Integers:
        """Places among the protected whose evidence needs this number withheld."""
        both = zip(self.up.needs, self.down.needs, strict=True)
        return np.flatnonzero([number in up or number in down for up, down in both])

    def needed(self) -> Flags:
        """(numbers,) those that some evidence needs withheld."""
        found = np.zeros(self.table.numbers, bool)
        found[list(frozenset().union(*self.up.needs, *self.down.needs))] = True
        return found

    def copy(self) -> Evidence:
        """The same evidence, to be changed apart."""
        other = Evidence(self.table, self.published, self.protected, self.reach)
        other.up, other.down = (Side(side.furthest.copy(), list(side.needs)) for side in (self.up, self.down))
        return other

    def forget(self, places: Integers) -> None:
        """Drop the evidence of these."""
        for side in (self.up, self.down):
            side.furthest[places] = 0
            for place in places:
                side.needs[place] = frozenset()

    def seek(self, place: int, routes: Routes) -> bool:
        """Look for the cheapest evidence of one: as far down as may be, the rest up. False if there is none."""
        number = int(self.protected[place])
        down = min(int(self.table.counts[number]), self.reach)
        route = routes.towards(number, down, upper=False) if down else None
        if down and route is None:
            down = routes.furthest_down(number)
            route = routes.towards(number, down, upper=False) if down else None
        if route:
            self.see(route)
        up = self.reach - int(self.down.furthest[place])
        route = routes.towards(number, up, upper=True) if up else None
        if route:
            self.see(route)
        return up == 0 or route is not None


def survey(evidence: Evidence, reader: Reader, withheld: Flags, needed: Flags) -> None:
    """See what this pattern shows by itself: random directions over all numbers still open, as long as they help.

    One linear programme in a random direction moves hundreds of numbers at once. `needed`, (numbers,), is what the
    deviations found are said to need: those of `withheld` that may yet be shown again.
    """
    table, draw = evidence.table, np.random.default_rng(0)
    reader.withhold(withheld)
    chosen = table.matrix[evidence.protected]
    said = np.flatnonzero(needed)

    def see(people: Floats) -> None:
        moves = table.matrix @ people - table.counts
        evidence.see(Route(moves, said[np.abs(moves[said]) > 1e-6]))

    idle = 0
    while idle < 3 and len(left := evidence.open()):
        weights = np.zeros(len(evidence.protected))
        weights[left] = draw.choice([-1.0, 1.0], len(left)) * draw.uniform(0.5, 1.5, len(left))
        objective = np.asarray(chosen.T @ weights, float)
        for upper in (True, False):
            reader.limit(objective, upper, see)
        idle = idle + 1 if len(evidence.open()) == len(left) else 0
