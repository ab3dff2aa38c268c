"""What change to a candidate would pass: withhold few of its numbers, round more coarsely, or drop a key.

Tried in this order, because each keeps more than the next; the first that passes is the answer. Every change is put to the
same question as the candidate (`history.Past`). Numbers are withheld for a reason: of those whose limits the dual solution
uses to bound a count too narrowly, the one of fewest people, until nothing is bounded too narrowly. Withholding only widens
what is possible, so that all witnesses found before still hold, and each round solves only for the counts that are left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from boldlink.outputs.control.history import Candidate, Narrowed, Past, Say
from boldlink.outputs.control.protected import SmallCounts, protect
from boldlink.outputs.control.reach import Reach
from boldlink.outputs.control.shown import Shown

COARSER = (10, 15, 20)
FEW = 0.2  # of a candidate's numbers that show: who would lose more is better served by a coarser table


@dataclass(frozen=True)
class Change:
    """kind: withhold, coarser or drop. numbers: to withhold. base: to round to. key: to drop. candidate: as changed."""

    kind: str
    candidate: Candidate
    numbers: tuple[int, ...] = ()
    base: int = 0
    key: str = ""


def change_that_passes(
    past: Past, candidate: Candidate, rule: SmallCounts, say: Say = lambda text: None
) -> Change | None:
    """The first change of a candidate that adds nothing too narrow, or None. The candidate itself does not pass.

    A coarser table has numbers of its own, which may differ from others by few: under the rule those are protected too.
    """
    change = withhold_few(past, candidate, say=say)
    if change is not None:
        return change
    for other in _coarser_or_smaller(candidate):
        say(f"trying another change: {other.kind} {other.key or other.base}")
        asked = _with_its_numbers(past, other.candidate, rule) if other.kind == "drop" else past
        if not asked.narrowed_by(other.candidate.released(past.people).system)[1]:
            return other
    return None


def withhold_few(past: Past, candidate: Candidate, few: float = FEW, say: Say = lambda text: None) -> Change | None:
    """Withhold the numbers through which counts are bounded too narrowly, or None if more than a few would have to go."""
    counts = candidate.counts(past.people)
    shows = ~candidate.hidden & (counts >= candidate.shown.minimum)
    found, narrowed = past.narrowed_by(candidate.released(past.people).system, say=say)
    chosen: set[int] = set()
    while narrowed:
        more = _fewest_people(past, narrowed, found, counts)
        if not more or len(chosen | more) > max(1, few * shows.sum()):
            return None
        chosen |= more
        say(f"withholding {len(chosen)} numbers")
        system = candidate.withhold(sorted(chosen)).released(past.people).system
        found, narrowed = past.narrowed_by(system, found.witnesses)
    numbers = tuple(sorted(chosen))
    return Change("withhold", candidate.withhold(numbers), numbers)


def _with_its_numbers(past: Past, candidate: Candidate, rule: SmallCounts) -> Past:
    return past.also_protecting(protect(past.people, rule, [past.system.matrix, candidate.matrix]))


def _fewest_people(past: Past, narrowed: tuple[Narrowed, ...], found: Reach, counts: np.ndarray) -> set[int]:
    before = past.system.matrix.shape[0]
    chosen: set[int] = set()
    for one in narrowed:
        own = [int(row) - before for row in found.held_by[one.count] if row >= before]
        if own and not chosen & set(own):
            chosen.add(min(own, key=lambda number: (counts[number], number)))
    return chosen


def _coarser_or_smaller(candidate: Candidate) -> Iterator[Change]:
    for base in COARSER:
        if base > candidate.shown.base:
            yield Change("coarser", replace(candidate, shown=Shown(base, candidate.shown.minimum)), base=base)
    if len(candidate.keys) > 1:
        for key in candidate.keys:
            yield Change("drop", candidate.without(key), key=key)
