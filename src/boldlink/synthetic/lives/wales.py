"""Referrals to Welsh substance misuse agencies: assessment, treatment, closure."""

from __future__ import annotations

from datetime import date
from random import Random

from boldlink.synthetic.chance import Choice, between, happens, later
from boldlink.synthetic.events import Life, Referral
from boldlink.synthetic.lives.span import any_day, last_day

COUNT = Choice({1: 62, 2: 26, 3: 12})
SOURCES = Choice({"self": 40, "GP": 18, "criminal justice": 22, "hospital": 10, "social services": 10})
SUBSTANCES = {
    "Opiates": "Heroin", "Alcohol": "Alcohol", "Cannabis": "Cannabis", "Cocaine": "Cocaine", "Crack": "Cocaine",
    "Amphetamines": "Amphetamines", "Benzodiazepines": "Benzodiazepines",
}  # fmt: skip
# Among closed referrals: half planned, a tenth gone before assessment (Wales, January to March 2018).
PLANNED = {
    "treatment complete - substance free": 160,
    "treatment complete": 215,
    "referred on": 115,
    "moved to GP-led prescribing": 45,
}
BEFORE_ASSESSMENT = "DNA before assessment"
BEFORE_TREATMENT = frozenset({"DNA before treatment", "inappropriate referral", "declined"})
CLOSURES = Choice({
    **PLANNED, BEFORE_ASSESSMENT: 92, "DNA before treatment": 85, "DNA during treatment": 165, "withdrawn by provider": 40,
    "inappropriate referral": 43, "declined": 60,
})  # fmt: skip
NOT_DEPENDENT = 700  # referred although not dependent; risk in ten-thousandths


def refer_in_wales(life: Life, draw: Random) -> None:
    """Referrals of somebody who lives in Wales, in order of time."""
    if not life.person.in_wales or not happens(draw, 8_000 if life.needs.drug else NOT_DEPENDENT):
        return
    days = {any_day(life, draw) for _ in range(COUNT.draw(draw))}
    life.referrals = [_refer(life, day, draw) for day in sorted(day for day in days if day)]


def _refer(life: Life, day: date, draw: Random) -> Referral:
    """One referral; most of those who start do so within 20 working days."""
    reason = CLOSURES.draw(draw)
    assessed = later(day, between(draw, 1, 15))
    started = later(assessed, min(between(draw, 0, 45), between(draw, 0, 45)))
    stage = day if reason == BEFORE_ASSESSMENT else assessed if reason in BEFORE_TREATMENT else started
    closed = later(stage, between(draw, 10, 40) if stage < started else between(draw, 20, 260))
    substance = SUBSTANCES.get(life.needs.drug, "Other")
    seen = last_day(life)
    return Referral(
        day, assessed if reason != BEFORE_ASSESSMENT and assessed <= seen else None,
        started if stage == started and started <= seen else None,
        closed if closed <= seen else None, reason if closed <= seen else "", substance, SOURCES.draw(draw),
    )  # fmt: skip
