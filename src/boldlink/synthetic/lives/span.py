"""When somebody's life can be seen: from arrival to death, within the years that departments deliver."""

from __future__ import annotations

from datetime import date
from random import Random

from boldlink.synthetic.chance import between, later
from boldlink.synthetic.events import ENDS, STARTS, Life


def first_day(life: Life) -> date:
    """STARTS, or arrival from abroad after it."""
    return max(STARTS, life.person.arrived or STARTS)


def last_day(life: Life) -> date:
    """ENDS, or death before it."""
    return min(ENDS, life.died or ENDS)


def any_day(life: Life, draw: Random) -> date | None:
    """A day of the life, each as likely; None where there is none."""
    first, days = first_day(life), (last_day(life) - first_day(life)).days
    return later(first, between(draw, 0, days)) if days > 0 else None


def in_custody(life: Life, day: date) -> bool:
    """Whether the day was spent in prison; the day of release was not."""
    return any(spell.reception <= day and (spell.release is None or day < spell.release) for spell in life.spells)


def next_reception(life: Life, day: date) -> date | None:
    """The first reception into custody after the day."""
    return next((spell.reception for spell in life.spells if spell.reception > day), None)
