"""What happens to people: custody, release, probation, treatment, homelessness, victimisation, courts.

Events depend on each other as they are believed to: treatment follows custody, homelessness follows release without an
address, licence follows custody. First form; no rate here is an official figure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from boldlink.synthetic.population import Person

STARTS, ENDS = date(2021, 10, 1), date(2024, 5, 31)
DRUGS = ("Opiates", "Crack", "Cocaine", "Alcohol", "Cannabis", "Amphetamines", "Benzodiazepines", "Other")
OFFENCES = ("Violence", "Theft", "Drugs", "Robbery", "Sexual", "Fraud", "Public order", "Other")


@dataclass
class Spell:
    """Time in custody."""

    reception: date
    release: date | None
    offence: str
    sentence_days: int


@dataclass
class Journey:
    """A treatment journey at one agency."""

    setting: str
    triaged: date
    ended: date | None
    reason: str
    drug: str


@dataclass
class Life:
    """One person's events."""

    person: Person
    spells: list[Spell] = field(default_factory=list)
    supervised: list[tuple[date, str, str]] = field(default_factory=list)  # start, disposal, requirement
    journeys: list[Journey] = field(default_factory=list)
    homeless: list[tuple[date, str]] = field(default_factory=list)  # application, where they lived
    crimes: list[tuple[date, str]] = field(default_factory=list)  # recorded, offence group
    cases: list[date] = field(default_factory=list)  # first hearings as defendant
    referrals: list[date] = field(default_factory=list)  # to Welsh agencies
    consents: bool = True


def live(person: Person, draw: Random) -> Life:
    """One person's life between STARTS and ENDS."""
    life = Life(person, consents=draw.random() >= 0.02)
    offends = draw.random() < (0.5 if person.sex == "M" else 0.28)
    uses = draw.random() < (0.55 if offends else 0.08)
    if offends:
        _justice(life, uses, draw)
    if uses and life.consents and not life.journeys and draw.random() < 0.45:
        _community_journey(life, _day(draw), draw)
    if draw.random() < (0.45 if person.no_fixed_abode else 0.1):
        life.homeless.append((_day(draw), "no fixed abode" if person.no_fixed_abode else draw.choice(HOMES)))
    if draw.random() < 0.18:
        life.crimes = [(_day(draw), draw.choice(VICTIM_OFFENCES)) for _ in range(1 if draw.random() < 0.8 else 2)]
    if person.in_wales and (uses or draw.random() < 0.35):
        life.referrals = sorted(_day(draw) for _ in range(draw.choice((1, 1, 2, 3))))
    return life


HOMES = (
    "private rented",
    "social rented",
    "living with family",
    "living with friends",
    "rough sleeping",
    "other",
)
VICTIM_OFFENCES = ("Violence", "Sexual", "Theft", "Robbery", "Domestic abuse", "Public order")


def _justice(life: Life, uses: bool, draw: Random) -> None:
    imprisoned = draw.random() < 0.52
    if imprisoned:
        _custody(life, uses, draw)
    if draw.random() < (0.85 if imprisoned else 0.75):
        for spell in life.spells:
            if spell.release and (not life.supervised or draw.random() < 0.5):
                life.supervised.append((spell.release, "LIC", "NONE"))
        if not life.supervised or draw.random() < 0.25:
            requirement = draw.choice(("DRR", "ATR")) if uses and draw.random() < 0.4 else "NONE"
            life.supervised.append((_day(draw), draw.choice(("CO", "SSO")), requirement))
            if requirement != "NONE" and life.consents and draw.random() < 0.39:
                _community_journey(life, life.supervised[-1][0] + timedelta(days=draw.randrange(0, 60)), draw)
    life.cases = [_day(draw) for _ in range(draw.choice((0, 0, 1, 1, 2)))]


def _custody(life: Life, uses: bool, draw: Random) -> None:
    reception = STARTS + timedelta(days=draw.randrange(0, 600))
    for _ in range(draw.choice((1, 1, 1, 1, 2, 2, 3))):
        sentence = int(30 + 400 * draw.random() * draw.random())
        release = reception + timedelta(days=max(14, sentence // 2 + draw.randrange(0, 30)))
        if reception > ENDS:
            return
        life.spells.append(Spell(reception, release if release <= ENDS else None, draw.choice(OFFENCES), sentence))
        if release > ENDS:
            return
        if uses and life.consents and not life.person.in_wales and draw.random() < 0.75:
            _prison_treatment(life, reception, release, draw)
        if (life.person.no_fixed_abode and draw.random() < 0.35) or draw.random() < 0.05:
            life.homeless.append((release, "homeless on departure from institution: custody"))
        reception = release + timedelta(days=draw.randrange(20, 300))


def _prison_treatment(life: Life, reception: date, release: date, draw: Random) -> None:
    """Treatment in prison, and what becomes of it: about four in ten are seen in the community within three weeks."""
    drug = draw.choices(DRUGS, (40, 10, 6, 24, 9, 4, 4, 3))[0]
    transferred = draw.random() < 0.78
    ended = (
        release + timedelta(days=draw.choice((0, 0, 0, 0, 0, 1, 2)))
        if transferred
        else release - timedelta(days=draw.randrange(5, 14))
    )
    reason = "transferred - not in custody" if transferred else draw.choice(ENDINGS)
    started = min(reception + timedelta(days=draw.randrange(0, 10)), ended)
    life.journeys.append(Journey("prison", started, ended, reason, drug))
    if transferred:
        kind = draw.random()
        if kind < 0.41:
            _community_journey(life, release + timedelta(days=3 + draw.randrange(0, 18)), draw, drug)
        elif kind < 0.56:
            _community_journey(life, release + timedelta(days=draw.randrange(25, 150)), draw, drug)


ENDINGS = (
    "treatment completed - drug free",
    "incomplete - dropped out",
    "incomplete - retained in custody",
    "transferred - in custody",
)
OUTSIDE = (
    "treatment completed - drug free",
    "treatment completed - occasional user",
    "incomplete - dropped out",
    "incomplete - dropped out",
    "incomplete - client died",
)


def _community_journey(life: Life, triaged: date, draw: Random, drug: str | None = None) -> None:
    ended = triaged + timedelta(days=draw.randrange(20, 500))
    reason = draw.choices(OUTSIDE, (30, 8, 40, 18, 2))[0]
    drug = drug or draw.choices(DRUGS, (40, 10, 6, 24, 9, 4, 4, 3))[0]
    if triaged <= ENDS:
        closed = ended <= ENDS
        life.journeys.append(Journey("community", triaged, ended if closed else None, reason if closed else "", drug))


def _day(draw: Random) -> date:
    return STARTS + timedelta(days=draw.randrange(0, (ENDS - STARTS).days))
