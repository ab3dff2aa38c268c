"""Cases before the courts: those behind convictions, and those of crimes that were charged with a victim behind them.

The defendant of a charged crime is somebody of the same block who offends. The case does not enter that person's proven
offences: they are drawn by risk alone, so that the truth about reoffending stays exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from boldlink.synthetic.chance import between, happens, later
from boldlink.synthetic.events import ENDS, STARTS, Case, Crime, Life, Offence
from boldlink.synthetic.lives.span import first_day, last_day

CROWN = {"Robbery": 7_500, "Sexual": 6_500, "Drugs": 4_500, "Violence": 2_600, "Domestic abuse": 1_500}
OTHER_CROWN = 1_000
DISMISSED = 1_800  # cases without a conviction for each hundred with one, in ten-thousandths


def hear_own_cases(life: Life, draw: Random) -> None:
    """A case behind each conviction that was charged in the window, and some that ended without one."""
    seen = set()
    for offence in life.offences:
        if offence.disposal != "Caution" and offence.proven not in seen:
            seen.add(offence.proven)
            _hear(life, offence, draw)
    life.cases.sort(key=lambda case: case.charged)


def _hear(life: Life, offence: Offence, draw: Random) -> None:
    waited = (offence.proven - offence.committed).days
    charged = later(offence.proven, -between(draw, 0, max(1, waited)))
    hearing = later(charged, between(draw, 0, max(1, (offence.proven - charged).days)))
    court, plea = _court(offence.group, draw), "guilty" if happens(draw, 7_200) else "not guilty"
    if charged >= first_day(life):
        life.cases.append(Case(charged, hearing, offence.proven, court, offence.group, plea, "convicted"))
        if happens(draw, DISMISSED):
            _dismiss(life, offence, draw)


def _dismiss(life: Life, offence: Offence, draw: Random) -> None:
    charged = later(offence.proven, between(draw, 10, 400))
    hearing, done = later(charged, between(draw, 14, 60)), later(charged, between(draw, 60, 300))
    if hearing <= last_day(life):
        over = done <= last_day(life)
        result = ("acquitted" if happens(draw, 4_500) else "discontinued") if over else "pending"
        court = _court(offence.group, draw)
        life.cases.append(Case(charged, hearing, done if over else None, court, offence.group, "not guilty", result))


def _court(group: str, draw: Random) -> str:
    return "crown" if happens(draw, CROWN.get(group, OTHER_CROWN)) else "magistrates"


def charge_defendants(lives: Sequence[Life], draw: Random) -> None:
    """For every charged crime of the block a defendant who was there all along, and a case with the crime's number."""
    defendants = [life for life in lives if life.offences and (first_day(life), last_day(life)) == (STARTS, ENDS)]
    for victim in lives:
        for crime in victim.crimes:
            if crime.urn and crime.decided_on and defendants:
                _charge(defendants[between(draw, 0, len(defendants))], crime, crime.decided_on, draw)


def _charge(life: Life, crime: Crime, charged: date, draw: Random) -> None:
    done = crime.prosecution_ended
    hearing = later(charged, between(draw, 14, 50))
    result = {"stopped": "discontinued"}.get(crime.prosecution, crime.prosecution)
    plea = "guilty" if result == "convicted" and happens(draw, 6_500) else "not guilty" if done else "none"
    case = Case(
        charged, min(hearing, done or ENDS, ENDS), done, _court(crime.group, draw), crime.group, plea, result, crime.urn
    )
    life.cases.append(case)
    life.cases.sort(key=lambda one: one.charged)
