"""Crimes and their victims: police, prosecutors, court, and the wish to go on, which may end at every stage.

While a case is open the victim withdraws with the hazard of its stage and offence; support acts on that hazard from the
day it starts and no sooner. Whoever withdraws before support starts never gets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from boldlink.synthetic.chance import Choice, between, happens, later
from boldlink.synthetic.effects import Effects, scaled
from boldlink.synthetic.events import Crime, Life
from boldlink.synthetic.lives.span import any_day, last_day
from boldlink.synthetic.lives.support import give_support, offer_support
from boldlink.synthetic.waiting import wait_days, wait_through

KINDS = {
    "F": Choice({"Violence": 24, "Domestic abuse": 30, "Sexual": 12, "Theft": 22, "Robbery": 4, "Public order": 8}),
    "M": Choice({"Violence": 38, "Domestic abuse": 9, "Sexual": 2, "Theft": 34, "Robbery": 8, "Public order": 9}),
}
COUNT = Choice({1: 78, 2: 16, 3: 6})
VICTIM = {"F": 2_500, "M": 1_500}  # risks in ten-thousandths; doubled without a home


@dataclass(frozen=True)
class Course:
    """How crimes of a group go: risks in ten-thousandths, hazards per 10,000,000 person-days."""

    suspect: int
    decides: int  # hazard of the police decision
    withdraws: int  # hazard of withdrawal while the police investigate
    referred: int  # risk of referral to the prosecutors, if the victim stays


COURSES = {
    "Violence": Course(7_200, 160_000, 73_000, 4_200),
    "Domestic abuse": Course(9_200, 150_000, 110_000, 4_400),
    "Sexual": Course(7_000, 70_000, 55_000, 3_600),
    "Theft": Course(2_200, 330_000, 42_500, 5_000),
    "Robbery": Course(4_000, 150_000, 50_000, 4_600),
    "Public order": Course(5_000, 220_000, 66_000, 3_800),
}
CPS_DECIDES, WITHDRAWS_AT_CPS = 260_000, 52_000
COURT_ENDS, WITHDRAWS_AT_COURT = 45_000, 650
CHARGED = 7_400  # of referrals whose victim stayed
WITHOUT_REFERRAL = Choice({"15": 54, "8": 24, "21": 6, "10": 5, "22": 7, "17": 4})
VERDICTS = Choice({"convicted": 74, "acquitted": 18, "stopped": 8})


def suffer_crimes(life: Life, draw: Random, effects: Effects) -> None:
    """The crimes of which one person was the victim, in order of recording."""
    risk = VICTIM[life.person.sex] * (2 if life.person.no_fixed_abode else 1)
    if happens(draw, risk):
        days = {any_day(life, draw) for _ in range(COUNT.draw(draw))}
        life.crimes = [_Case(life, day, draw, effects).run() for day in sorted(day for day in days if day)]


class _Case:
    """One crime on its way: each stage either ends by itself or by withdrawal, whichever comes first."""

    def __init__(self, life: Life, day: date, draw: Random, effects: Effects) -> None:
        group = KINDS[life.person.sex].draw(draw)
        self.draw, self.effects, self.last, self.course = draw, effects, last_day(life), COURSES[group]
        self.crime = Crime(day, group, happens(draw, self.course.suspect))
        self.area = life.person.area
        self.offer = offer_support(day, group, draw)

    def run(self) -> Crime:
        """Through every stage that is reached by the last day; then what support there was."""
        self._police()
        if self.offer:
            self.crime.support = give_support(self.offer, self.crime, self.last, self.draw, self.effects)
        return self.crime

    def _stage(self, begins: date, ends: int, withdraws: int) -> tuple[date, bool] | None:
        """The day a stage was over and whether by withdrawal; None if it is still open on the last day."""
        over = later(begins, min(wait_days(self.draw, ends), 2_000))
        withdrew = wait_through(self.draw, self._stretches(begins, over, withdraws))
        day = withdrew or over
        return (day, withdrew is not None) if day <= self.last else None

    def _stretches(self, begins: date, over: date, hazard: int) -> Iterator[tuple[date, date, int]]:
        """Before and after support starts."""
        if self.offer is None or self.offer.starts >= over:
            yield begins, over, hazard
            return
        starts = max(begins, self.offer.starts)
        if starts > begins:
            yield begins, starts, hazard
        yield starts, over, scaled(hazard, self.effects[self.offer.effect].hundredths)

    def _police(self) -> None:
        crime = self.crime
        over = self._stage(crime.recorded, self.course.decides, self.course.withdraws)
        if over is None:
            return
        day, withdrew = over
        if withdrew:
            crime.withdrew_on = day
            self._close("16" if crime.suspect else "14", min(later(day, between(self.draw, 0, 10)), self.last))
        elif not crime.suspect:
            self._close("18", day)
        elif happens(self.draw, self.course.referred):
            crime.referred_to_cps, crime.decision = day, "pending"
            self._prosecutors(day)
        else:
            self._close(WITHOUT_REFERRAL.draw(self.draw), day)

    def _close(self, outcome: str, day: date) -> None:
        self.crime.outcome, self.crime.outcome_on = outcome, day

    def _prosecutors(self, referred: date) -> None:
        crime = self.crime
        over = self._stage(referred, CPS_DECIDES, WITHDRAWS_AT_CPS)
        if over is None:
            return
        day, withdrew = over
        crime.decided_on = day
        crime.withdrew_on = day if withdrew else None
        crime.decision = "charge" if not withdrew and happens(self.draw, CHARGED) else "no further action"
        self._close("1" if crime.decision == "charge" else "16" if withdrew else "15", day)
        if crime.decision == "charge":
            crime.urn = f"{self.area:02d}{self.draw.getrandbits(52):016d}"
            self._court(day)

    def _court(self, charged: date) -> None:
        crime = self.crime
        over = self._stage(charged, COURT_ENDS, WITHDRAWS_AT_COURT)
        crime.prosecution = "pending"
        if over:
            crime.prosecution_ended, withdrew = over
            crime.withdrew_on = crime.prosecution_ended if withdrew else None
            crime.prosecution = "stopped" if withdrew else VERDICTS.draw(self.draw)
