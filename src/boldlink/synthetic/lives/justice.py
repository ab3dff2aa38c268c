"""Offending and what the courts make of it: convictions and cautions, custody and orders, release, the next offence.

A career is a chain of index events. After each one chance decides, with `reoffending_risk`, whether an offence of the
next 12 months is proven within 18; that proof is the next index event. Others come too late for the measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from boldlink.synthetic.chance import Choice, between, happens, later
from boldlink.synthetic.effects import Effects, scaled
from boldlink.synthetic.events import Life, Offence, Spell
from boldlink.synthetic.lives.deaths import die_early
from boldlink.synthetic.lives.release import follow_up, offer_in_custody
from boldlink.synthetic.lives.reoffences import Proof, next_proof
from boldlink.synthetic.lives.risks import Index, early_death_risk
from boldlink.synthetic.lives.span import first_day, last_day
from boldlink.synthetic.population import Person

GROUPS = Choice(
    {"Violence": 28, "Theft": 24, "Drugs": 16, "Public order": 9, "Other": 9, "Robbery": 5, "Fraud": 5, "Sexual": 4}
)
SHORT_SENTENCE = Choice({28: 12, 56: 20, 84: 20, 112: 16, 168: 18, 240: 8, 300: 6})
LONG_SENTENCE = Choice({365: 26, 480: 22, 600: 18, 730: 16, 1_095: 12, 1_460: 6})
PRIORS = {
    "young": Choice({0: 46, 1: 14, 2: 10, 4: 14, 7: 9, 12: 7}),
    "older": Choice({0: 30, 1: 10, 2: 9, 4: 13, 7: 12, 12: 14, 20: 12}),
}
# Disposals by earlier convictions: custody, an order in the community, a fine, a discharge, a caution.
DISPOSALS = {
    0: Choice({"Custody": 10, "Community order": 18, "Fine": 31, "Discharge": 11, "Caution": 30}),
    1: Choice({"Custody": 19, "Community order": 28, "Fine": 31, "Discharge": 10, "Caution": 12}),
    2: Choice({"Custody": 31, "Community order": 34, "Fine": 25, "Discharge": 7, "Caution": 3}),
    3: Choice({"Custody": 46, "Community order": 33, "Fine": 16, "Discharge": 4, "Caution": 1}),
}
BREACHED = 1_000  # risk, in ten-thousandths, of a breach that is proven
START_DAYS = 600  # careers begin in the window's first 600 days


def offends(person: Person, draw: Random) -> bool:
    """Whether somebody of this population comes before the courts at all."""
    return happens(draw, 7_500 if person.no_fixed_abode else 5_000 if person.sex == "M" else 2_800)


@dataclass
class Career:
    """Where somebody's offending stands: the proof to come, and the convictions before it."""

    life: Life
    effects: Effects
    draw: Random
    priors: int


def live_through_justice(life: Life, draw: Random, effects: Effects) -> None:
    """Every index event of the life, one after another, until nothing more is proven, custody outlasts it, or death."""
    career = Career(life, effects, draw, _earlier_convictions(life, draw))
    day = later(first_day(life), between(draw, 0, START_DAYS))
    committed = max(later(day, -between(draw, 20, 160)), life.person.arrived or date.min)
    proof: Proof | None = Proof(committed, day)
    while proof and proof.proven <= last_day(life):
        index = _sentence(career, proof)
        proof = next_proof(index, effects, draw) if index else None
    seen = (offence for offence in life.offences if offence.proven <= last_day(life))
    life.offences = sorted(seen, key=lambda offence: (offence.proven, offence.committed))


def _earlier_convictions(life: Life, draw: Random) -> int:
    """A count drawn by age, higher with dependence."""
    young = life.person.born.year > 1992
    drawn = PRIORS["young" if young else "older"].draw(draw)
    return drawn + (between(draw, 0, 8) if life.needs.drug else 0)


def _band(priors: int) -> int:
    return 0 if priors == 0 else 1 if priors < 3 else 2 if priors < 11 else 3


def _sentence(career: Career, proof: Proof) -> Index | None:
    """The conviction or caution, its sentence and what followed; None if custody outlasted life or window."""
    disposal = DISPOSALS[_band(career.priors)].draw(career.draw)
    group = GROUPS.draw(career.draw)
    spell = _receive(career, proof.proven, group) if disposal == "Custody" else None
    _record(career, proof, _order_name(disposal, career), spell, group)
    index = _release(career, spell) if spell else _in_the_community(career, proof.proven, disposal)
    career.priors += 1 + len(proof.others)
    return index


def _record(career: Career, proof: Proof, disposal: str, spell: Spell | None, group: str) -> None:
    """The offence and those proven with it, some of which are not recordable."""
    days, priors = spell.sentence_days if spell else None, career.priors
    career.life.offences.append(Offence(proof.committed, proof.proven, disposal, days, group, False, True, priors))
    for day in proof.others:
        kind, recordable = GROUPS.draw(career.draw), happens(career.draw, 9_500)
        career.life.offences.append(Offence(day, proof.proven, disposal, days, kind, False, recordable, priors))


def _order_name(disposal: str, career: Career) -> str:
    suspended = disposal == "Community order" and happens(career.draw, 4_000)
    return "Suspended sentence" if suspended else disposal


def _receive(career: Career, day: date, group: str) -> Spell:
    """A sentence of custody: more of them short for those with many convictions."""
    draw, life = career.draw, career.life
    short = happens(draw, 6_000 if career.priors >= 11 else 4_800)
    sentence = (SHORT_SENTENCE if short else LONG_SENTENCE).draw(draw) + between(draw, 0, 29)
    homeless = happens(draw, 7_800 if life.person.no_fixed_abode else 2_000 if life.needs.drug else 1_100)
    spell = Spell(day, None, group, sentence, homeless)
    release = later(day, max(7, scaled(sentence, 50) - between(draw, 0, 7)))
    spell.release = release if release <= last_day(life) else None
    life.spells.append(spell)
    for one in life.supervised[-1:]:
        one.ended = min(one.ended or day, day)
    return spell


def _release(career: Career, spell: Spell) -> Index | None:
    """The gate: what was offered, whether the first weeks are survived, where the person lives and works."""
    if spell.release is None:
        return None
    life, draw = career.life, career.draw
    offer_in_custody(spell, life.person, life.needs, career.priors, draw)
    index = Index(spell.release, "Custody", career.priors, life.person, life.needs, spell)
    die_early(life, spell.release, early_death_risk(index, career.effects), draw)
    return _supervise(career, index, spell.homeless_before)


def _in_the_community(career: Career, day: date, disposal: str) -> Index:
    index = Index(day, disposal, career.priors, career.life.person, career.life.needs)
    return _supervise(career, index, career.life.person.no_fixed_abode) if disposal == "Community order" else index


def _supervise(career: Career, index: Index, homeless: bool) -> Index:
    supervision = follow_up(career.life, index, career.effects, homeless, career.draw)
    if index.spell:
        index.spell.first_night = supervision.first_night
    else:
        supervision.disposal = SENTENCES[career.life.offences[-1].disposal]
        supervision.requirement = _requirement(career)
    career.life.supervised.append(supervision)
    _breach(career, index)
    return Index(index.on, index.disposal, index.priors, index.person, index.needs, index.spell, supervision)


SENTENCES: Mapping[str, str] = {"Community order": "CO", "Suspended sentence": "SSO"}


def _requirement(career: Career) -> str:
    """Treatment for dependence on alcohol (ATR) or drugs (DRR), or for mental ill-health (MHTR)."""
    needs = career.life.needs
    if needs.drug == "Alcohol":
        return "ATR" if happens(career.draw, 7_500) else "NONE"
    if needs.drug and needs.drug != "Cannabis":
        return "DRR" if happens(career.draw, 4_600) else "NONE"
    return "MHTR" if needs.mental and happens(career.draw, 1_200) else "NONE"


def _breach(career: Career, index: Index) -> None:
    """Now and then a licence or an order is breached: proven too, but no measure of reoffending counts it."""
    committed = later(index.on, between(career.draw, 10, 200))
    proven = later(committed, between(career.draw, 10, 60))
    if happens(career.draw, BREACHED) and proven <= last_day(career.life):
        career.life.offences.append(Offence(committed, proven, "Fine", None, "Other", True, True, career.priors))
