"""Time at risk as intervals (entry, exit]: the one shape that Cox, recurrent events and exposures in time share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from boldlink.analysis.ask import bad
from boldlink.analysis.methods.estimate import Floats, Integers


@dataclass(frozen=True)
class Intervals:
    """Stretches of days in which one person was at risk, open at entry, closed at exit.

    person: (intervals,) row of the person, from 0. entry_days, exit_days: (intervals,) since the index date. happened:
    (intervals,) 1.0 where the event came at the exit.
    """

    person: Integers
    entry_days: Floats
    exit_days: Floats
    happened: Floats

    def __post_init__(self) -> None:
        if not len(self.person) == len(self.entry_days) == len(self.exit_days) == len(self.happened):
            raise bad("METHODS-LENGTHS", "Persons, entries, exits and events are not of one length.")
        if len(self.person) and not (self.exit_days > self.entry_days).all():
            raise bad(
                "METHODS-NO-TIME",
                "Some intervals end on or before the day they begin.",
                "count days so that the first day at risk is day 1, and leave out who was never at risk",
            )

    def take(self, rows: Integers) -> Intervals:
        """These intervals alone, in this order."""
        return Intervals(self.person[rows], self.entry_days[rows], self.exit_days[rows], self.happened[rows])


def followed(days: Any, happened: Any) -> Intervals:
    """One interval a person, from the index date. days: (people,) above 0; happened: (people,) of 0 and 1."""
    until = np.asarray(days, dtype=float)
    return Intervals(np.arange(len(until)), np.zeros(len(until)), until, np.asarray(happened, dtype=float))


def cut(intervals: Intervals, edges: Floats) -> tuple[Intervals, Integers, Integers]:
    """The same time in more pieces, none across an edge; then each piece's place between edges and its old row.

    edges: rising days. Pieces are (edge, next edge]; place 0 lies before the first edge.
    """
    first = np.searchsorted(edges, intervals.entry_days, "right")
    last = np.searchsorted(edges, intervals.exit_days, "left")
    pieces = last - first + 1
    row = np.repeat(np.arange(len(pieces)), pieces)
    place = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces) + first[row]
    bounds = np.concatenate([[-np.inf], edges, [np.inf]])
    entry = np.maximum(intervals.entry_days[row], bounds[place])
    ended = np.minimum(intervals.exit_days[row], bounds[place + 1])
    happened = np.where(place == last[row], intervals.happened[row], 0.0)
    return Intervals(intervals.person[row], entry, ended, happened), place, row
