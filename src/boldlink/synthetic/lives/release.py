"""What is offered in custody and at the gate, and what follows it: home and work.

Support, services and opioid substitution are offered by what departments record; the accredited programme is taken up
by those with resolve, which nobody records.
"""

from __future__ import annotations

from datetime import date
from random import Random

from boldlink.synthetic.chance import Choice, between, happens, later
from boldlink.synthetic.effects import Effects, scaled
from boldlink.synthetic.events import ENDS, Life, Needs, Spell, Supervision
from boldlink.synthetic.lives.risks import EMPLOYED, SHORT_DAYS, Index, employment_risk
from boldlink.synthetic.population import Person

HOMELESS_SERVICES = {"None": 26, "CAS3": 26, "CRS accommodation": 28, "Housing advice": 20}
OTHER_SERVICES = {"None": 62, "CAS3": 6, "CRS accommodation": 14, "Housing advice": 18}
EARLY_CAS3 = frozenset({"North West", "Yorkshire and the Humber", "East of England", "South East", "Wales"})
HOUSED = Choice({"A01C": 22, "A01D": 26, "A01A": 6, "A07B": 40, "A04": 6})
TEMPORARY = Choice({"A07A": 40, "A03": 22, "A02": 20, "A04": 10, "A01C": 8})
UNHOUSED = Choice({"A08A": 52, "A08C": 34, "A08": 14})
UNSETTLED = Choice({"A07A": 38, "A03": 20, "A08A": 14, "A08C": 10, "A02": 12, "A08": 6})
SIX_WEEKS_DAYS, THREE_MONTHS_DAYS, SIX_MONTHS_DAYS = 42, 91, 182


def offer_in_custody(spell: Spell, person: Person, needs: Needs, priors: int, draw: Random) -> None:
    """Support, programme, service and substitution of one spell that ends in release."""
    short, age = spell.sentence_days < SHORT_DAYS, spell.reception.year - person.born.year
    spell.employment_support = happens(draw, _support_offer(short, age, priors, person.sex))
    spell.accredited_programme = happens(draw, 7_000 if needs.resolve else 2_000)
    spell.service = _SERVICES[spell.homeless_before, person.region in EARLY_CAS3, short, person.sex].draw(draw)
    treated = needs.drug == "Opiates" and not person.in_wales
    substitution = 5_000 + (0 if short else 1_500) + (1_000 if age >= 35 else 0) + (500 if person.sex == "F" else 0)
    spell.opioid_substitution = treated and happens(draw, substitution)


def _support_offer(short: bool, age: int, priors: int, sex: str) -> int:
    offer = 2_500 if short else 4_800
    return scaled(
        offer, 120 if age < 30 else 100 if age < 50 else 70, 110 if priors < 3 else 90, 100 if sex == "M" else 85
    )


def _services(homeless: bool, early: bool, short: bool, sex: str) -> Choice[str]:
    weights = {name: 10 * weight for name, weight in (HOMELESS_SERVICES if homeless else OTHER_SERVICES).items()}
    weights["CAS3"] = scaled(weights["CAS3"], 140 if early else 80, 120 if short else 90)
    weights["CRS accommodation"] = scaled(
        weights["CRS accommodation"], 90 if short else 120, 130 if sex == "F" else 100
    )
    return Choice(weights)


_SERVICES = {
    (homeless, early, short, sex): _services(homeless, early, short, sex)
    for homeless in (True, False) for early in (True, False) for short in (True, False) for sex in "MF"
}  # fmt: skip


def follow_up(life: Life, index: Index, effects: Effects, homeless: bool, draw: Random) -> Supervision:
    """The licence or community sentence of an index event: first night, home at three months, work. `homeless` before.

    Support changes work at six months only, and services the first night only, so that their effects on reoffending
    do not pass through home or early work.
    """
    needs, service = life.needs, index.spell.service if index.spell else "None"
    settled = happens(draw, (5_100 if homeless else 8_900) - (600 if needs.drug else 0) - (500 if needs.mental else 0))
    night, kept = _first_night(settled, service, draw), HOUSED.draw(draw) if settled else UNSETTLED.draw(draw)
    able, early, lasting = not happens(draw, 1_200), happens(draw, 1_400 if needs.drug else 2_600), happens(draw, employment_risk(index, effects))  # fmt: skip
    custodial = index.spell is not None
    days = between(draw, 180, 400) if custodial else between(draw, 180, 720)
    return Supervision(
        started=index.on, ended=_seen(later(index.on, days), life), disposal="LIC" if custodial else _order(draw),
        requirement="NONE", first_night=night,
        three_months=_at(index.on, THREE_MONTHS_DAYS, kept, life),
        employed_6_weeks=_at(index.on, SIX_WEEKS_DAYS, _work(able, early), life),
        employed_6_months=_at(index.on, SIX_MONTHS_DAYS, _work(able, lasting), life),
    )  # fmt: skip


def _order(draw: Random) -> str:
    return "CO" if happens(draw, 6_000) else "SSO"


def _first_night(settled: bool, service: str, draw: Random) -> str:
    if service == "CAS3":
        return "A17"
    if settled:
        return HOUSED.draw(draw) if happens(draw, 8_800) else TEMPORARY.draw(draw)
    return TEMPORARY.draw(draw) if happens(draw, 2_600) else UNHOUSED.draw(draw)


def _work(able: bool, employed: bool) -> str:
    return "Unavailable for work" if not able else EMPLOYED if employed else "Unemployed"


def _at(start: date, days: int, state: str, life: Life) -> str:
    """The state if the day has come and the person lived to see it; otherwise nothing."""
    day = later(start, days)
    return state if day <= ENDS and (life.died is None or day <= life.died) else ""


def _seen(day: date, life: Life) -> date | None:
    return day if day <= ENDS and (life.died is None or day <= life.died) else life.died
