"""Nights on which outreach met somebody sleeping rough: those without a home, and others in hard times."""

from __future__ import annotations

from random import Random

from boldlink.synthetic.chance import Choice, between, happens
from boldlink.synthetic.events import Contact, Life
from boldlink.synthetic.lives.span import any_day, in_custody
from boldlink.synthetic.population import AREAS, WELSH_AREAS

NIGHTS = Choice({1: 34, 2: 22, 3: 15, 4: 11, 6: 10, 9: 8})
OTHER_COUNCIL = 1_200  # risk, in ten-thousandths, of being met elsewhere


def sleep_rough(life: Life, draw: Random) -> None:
    """Contacts in England, never on a day in custody; about a third of those with a dependence are referred on."""
    if life.person.in_wales or not happens(draw, _risk(life)):
        return
    days = {any_day(life, draw) for _ in range(NIGHTS.draw(draw))}
    for day in sorted(day for day in days if day and not in_custody(life, day)):
        area = between(draw, 0, len(AREAS) - WELSH_AREAS) if happens(draw, OTHER_COUNCIL) else life.person.area
        life.rough_sleeping.append(Contact(day, area, bool(life.needs.drug) and happens(draw, 3_300)))


def _risk(life: Life) -> int:
    needs = life.needs
    housed = 60 + (350 if needs.drug else 0) + (250 if needs.mental else 0)
    outside = sum(one.first_night == "A08A" for one in life.supervised)
    return 5_500 if life.person.no_fixed_abode or outside else housed
