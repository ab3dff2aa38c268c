"""Waiting times by integer arithmetic alone: the same days for a seed on every processor.

An exponential wait is a whole number of halvings (each lasts ln 2) and a rest below one halving, whose quantiles stand
in a table. The table is made with `decimal`, which is software: no logarithm of a processor is asked. A hazard is an
integer, in events per PER person-days, so hazards that stand in a ratio give waits that do, up to rounding to days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, localcontext
from functools import cache
from random import Random

PER = 10_000_000  # person-days: a hazard of 1 is one event in ten million of them
MILLION = 1_000_000
STEPS_BITS, BETWEEN_BITS, HALVING_BITS = 10, 14, 40
NEVER = 10**9  # days


@cache
def rests() -> tuple[int, ...]:
    """Quantiles -ln(1 - u/2) for u = 0, 1/1024 ... 1, in millionths of the mean: from 0 to ln 2."""
    steps = 1 << STEPS_BITS
    with localcontext() as exact:
        exact.prec = 16
        return tuple(int(-MILLION * (1 - Decimal(step) / (2 * steps)).ln()) for step in range(steps + 1))


def unit_exponential(draw: Random) -> int:
    """A wait with mean 1, in millionths."""
    table, bits = rests(), draw.getrandbits(HALVING_BITS + STEPS_BITS + BETWEEN_BITS)
    coins = bits & ((1 << HALVING_BITS) - 1)
    halvings = (coins & -coins).bit_length() - 1 if coins else HALVING_BITS
    place = bits >> HALVING_BITS
    step, between = place >> BETWEEN_BITS, place & ((1 << BETWEEN_BITS) - 1)
    low = table[step]
    return halvings * table[-1] + low + ((table[step + 1] - low) * between >> BETWEEN_BITS)


def wait_days(draw: Random, hazard: int) -> int:
    """Days until an event that comes `hazard` times in PER person-days: at least 1, NEVER where the hazard is 0."""
    return unit_exponential(draw) * (PER // MILLION) // hazard + 1 if hazard > 0 else NEVER


def wait_through(draw: Random, stretches: Iterable[tuple[date, date, int]]) -> date | None:
    """The day of an event whose hazard changes: stretches of (from, until, hazard), in order; None if it outlasts them.

    A day of a stretch is at risk if from < day <= until.
    """
    left = unit_exponential(draw) * (PER // MILLION)
    for begins, until, hazard in stretches:
        spent = hazard * (until - begins).days
        if spent > left:
            return date.fromordinal(begins.toordinal() + left // hazard + 1)
        left -= spent
    return None
