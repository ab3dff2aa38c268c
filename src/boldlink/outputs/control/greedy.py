"""A safe pattern by steps: protect the worst number at the least cost, then the next; then show what is not needed.

The first part withholds too much, because a later number often finds its way through what an earlier one needed. The
second shows numbers again, the dearest first, wherever every number that needs it finds other evidence among what stays
withheld. Costs may be guided by the shares of a relaxed programme: what it withholds anyhow costs less (Fischetti and
Salazar 2001, section 5).
"""

from __future__ import annotations

import numpy as np

from boldlink.errors import BadInput
from boldlink.outputs.control.evidence import Evidence
from boldlink.outputs.control.routes import Routes
from boldlink.outputs.control.system import Flags, Floats


def protect_each(evidence: Evidence, routes: Routes, withheld: Flags, costs: Floats) -> Evidence:
    """Evidence for every number, cheap at these costs, (numbers,) not negative, where `withheld`, (numbers,), cost nothing.

    Raises BadInput CONTROL-UNSAFE if some number stays open even with everything withheld that may be.
    """
    found, scale = evidence.copy(), costs / costs.max(initial=1.0)
    routes.allow(~evidence.table.must_show)
    while len(left := found.open()):
        routes.price(np.where(withheld | found.needed(), 0.0, scale))
        worst = left[np.argmin((found.up.furthest + found.down.furthest)[left])]
        if not found.seek(int(worst), routes):
            raise no_pattern()
    return found


def show_again(evidence: Evidence, primary: Flags) -> Flags:
    """(numbers,) the withheld numbers, without those that every protected number can do without."""
    costs, needed = evidence.table.costs, evidence.needed() | primary
    routes = Routes(evidence.table, evidence.published, needed)
    for number in sorted(np.flatnonzero(needed & ~primary), key=lambda one: (-costs[one], one)):
        needed[number] = False
        found = _without(evidence, routes, int(number), needed)
        needed[number], evidence = (True, evidence) if found is None else (False, found)
    return evidence.needed() | primary


def _without(evidence: Evidence, routes: Routes, number: int, allowed: Flags) -> Evidence | None:
    """Evidence that does not need this number, among the allowed, (numbers,); None if there is none."""
    found, places = evidence.copy(), evidence.needing(number)
    found.forget(places)
    routes.allow(allowed)
    routes.price(np.where(allowed, evidence.table.costs / evidence.table.costs.max(), 0.0))
    safe = all(found.seek(int(place), routes) for place in places if place in found.open())
    return found if safe else None


def no_pattern() -> BadInput:
    """No pattern is safe."""
    return BadInput(
        "CONTROL-UNSAFE",
        "This table cannot be made safe by withholding numbers.",
        "with everything withheld that may be, what must show still bounds a small count too tightly.",
        "ask for a coarser table, or round its numbers and totals",
        "the output checkers of the place, who know what has been released already",
    )
