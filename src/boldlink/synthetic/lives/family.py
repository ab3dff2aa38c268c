"""Child benefit: one claimant in a household; an award ends when its claimant goes to prison, and resumes for some."""

from __future__ import annotations

from datetime import date
from random import Random

from boldlink.synthetic.chance import Choice, between, happens, later
from boldlink.synthetic.events import STARTS, Award, Life
from boldlink.synthetic.lives.span import last_day

CHILDREN = Choice({1: 46, 2: 36, 3: 13, 4: 5})
CLAIMS = {"F": 4_200, "M": 600}  # risks in ten-thousandths, between 18 and 52
RESUMED = 5_500  # after release
PAID_YEARS = 16


def support_family(life: Life, draw: Random) -> None:
    """Awards of one claimant, in order; the first may have begun before the window."""
    person = life.person
    age = STARTS.year - person.born.year
    if not 18 <= age <= 52 or not happens(draw, CLAIMS[person.sex]):
        return
    grown = max(later(person.born, 18 * 365), later(STARTS, -14 * 365), person.arrived or STARTS.replace(year=2000))
    starts, children = later(grown, between(draw, 0, max(1, (STARTS - grown).days + 300))), CHILDREN.draw(draw)
    for spell in life.spells:
        if starts < spell.reception:
            _award(life, starts, later(spell.reception, between(draw, 0, 30)), children)
            if not happens(draw, RESUMED):
                return
        if spell.release is None:
            return
        starts = max(starts, later(spell.release, between(draw, 31, 90)))
    _award(life, starts, later(starts, PAID_YEARS * 365), children)


def _award(life: Life, starts: date, ends: date, children: int) -> None:
    """In payment until it ended, or until death; nothing where it would have begun after the last day."""
    last = last_day(life)
    if starts <= last:
        closed = ends if ends <= last else life.died
        life.awards.append(Award(starts, closed, children))
