"""The next offence that is proven after an index event: when it was committed and when it was proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from boldlink.synthetic.chance import Choice, between, happens, later
from boldlink.synthetic.effects import Effects
from boldlink.synthetic.lives.risks import Index, reoffending_risk

YEAR_DAYS, COUNTED_DAYS = 364, 545  # never past 12 and 18 calendar months
TOO_LATE = 300  # risk, in ten-thousandths, of an offence within 12 months that is proven after 18
AFTER_A_YEAR = 2_200  # risk of the next one after 12 months
EXTRA = Choice({0: 38, 1: 21, 2: 14, 3: 10, 4: 7, 5: 5, 7: 3, 9: 2})


@dataclass(frozen=True)
class Proof:
    """An offence and the day of its conviction or caution, and the days of others proven with it."""

    committed: date
    proven: date
    others: tuple[date, ...] = ()


def next_proof(index: Index, effects: Effects, draw: Random) -> Proof | None:
    """The next one, if any: counted by the measure with exactly `reoffending_risk`."""
    if happens(draw, reoffending_risk(index, effects)):
        return _counted(index.on, draw)
    if happens(draw, TOO_LATE):
        return _proof(index.on, between(draw, 1, YEAR_DAYS), between(draw, 555, 700), draw)
    if happens(draw, AFTER_A_YEAR):
        committed = between(draw, 370, 800)
        return _proof(index.on, committed, committed + between(draw, 20, 200), draw)
    return None


def _counted(on: date, draw: Random) -> Proof:
    """Most offences come early: the earlier of two even draws."""
    committed = min(between(draw, 1, YEAR_DAYS), between(draw, 1, YEAR_DAYS))
    proven = min(committed + between(draw, 10, 110) + between(draw, 0, 90), COUNTED_DAYS)
    others = [between(draw, committed, min(proven, YEAR_DAYS)) for _ in range(EXTRA.draw(draw))]
    return _proof(on, committed, proven, draw, others)


def _proof(on: date, committed: int, proven: int, draw: Random, others: list[int] | None = None) -> Proof:
    return Proof(later(on, committed), later(on, proven), tuple(later(on, day) for day in sorted(others or [])))
