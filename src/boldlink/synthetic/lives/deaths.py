"""Deaths: rare, commoner with age, dependence and physical ill-health, and in the four weeks after release.

Within 28 days of release only the risk of those days counts (`risks.early_death_risk`); the ordinary hazard, which has
no memory, starts afresh after them.
"""

from __future__ import annotations

from datetime import date
from random import Random

from boldlink.synthetic.chance import Choice, between, happens, later
from boldlink.synthetic.events import ENDS, STARTS, Life
from boldlink.synthetic.lives.span import first_day
from boldlink.synthetic.waiting import wait_days

EARLY_DAYS = 28
CAUSES = Choice({"other": 78, "suicide": 14, "alcohol-specific": 5, "drug misuse": 3})
CAUSES_OF_DEPENDENT = Choice({"drug misuse": 45, "other": 30, "suicide": 15, "alcohol-specific": 10})
CAUSES_OF_DRINKERS = Choice({"alcohol-specific": 50, "other": 38, "suicide": 10, "drug misuse": 2})


def expect_death(life: Life, draw: Random) -> None:
    """The ordinary hazard, from the first day."""
    _die_from(life, first_day(life), draw)


def die_early(life: Life, release: date, risk: int, draw: Random) -> None:
    """The four weeks after release: with this risk (ten-thousandths) death in them, otherwise the ordinary hazard after."""
    if happens(draw, risk):
        _die(life, later(release, between(draw, 1, EARLY_DAYS)), draw)
    else:
        _die_from(life, later(release, EARLY_DAYS), draw)


def _die_from(life: Life, day: date, draw: Random) -> None:
    life.died, life.cause = None, ""
    _die(life, later(day, min(wait_days(draw, _hazard(life)), 2_000)), draw)


def _die(life: Life, day: date, draw: Random) -> None:
    if day <= ENDS:
        causes = CAUSES
        if life.needs.drug:
            causes = CAUSES_OF_DRINKERS if life.needs.drug == "Alcohol" else CAUSES_OF_DEPENDENT
        life.died, life.cause = day, causes.draw(draw)


def _hazard(life: Life) -> int:
    """Per 10,000,000 person-days: about 0.1 per 100 person-years at thirty, doubled every ten years."""
    decades = max(0, (STARTS.year - life.person.born.year - 20) // 10)
    return (14 << decades) + (220 if life.needs.drug else 0) + (40 if life.needs.physical else 0)
