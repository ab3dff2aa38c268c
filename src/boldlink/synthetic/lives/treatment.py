"""Treatment for dependence in England: in prison, after release, with a sentence, from the street, of one's own accord.

A journey in the community ends when the first of its endings comes: each has its own hazard, and a settled home and work
act on them by their effects. Custody and death end it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from boldlink.synthetic.chance import Choice, between, happens, later
from boldlink.synthetic.effects import Effects, scaled
from boldlink.synthetic.events import ENDS, Journey, Life, Spell, Supervision
from boldlink.synthetic.lives.risks import EMPLOYED, SETTLED, engagement_risk, release_of
from boldlink.synthetic.lives.span import any_day, first_day, in_custody, last_day, next_reception
from boldlink.synthetic.waiting import wait_days

TREATED_IN_PRISON = 7_500  # risk, in ten-thousandths, for somebody with a dependence
CONTINUED = 7_800  # transferred at release to treatment in the community
LATE = 1_500  # of those who did not come within 21 days
AFTER_SENTENCE = {"ATR": 3_750, "DRR": 2_450}
AFTER_OUTREACH = 4_500
OWN_ACCORD = 3_000
SOURCES = Choice({"self": 50, "GP": 22, "hospital": 10, "other": 18})
PRISON_ENDINGS = Choice({
    "treatment completed - drug free": 35, "incomplete - dropped out": 25,
    "incomplete - retained in custody": 20, "transferred - in custody": 20,
})  # fmt: skip
# Hazards per 10,000,000 person-days.
COMPLETES, DROPS_OUT, TRANSFERS = 13_000, 19_500, 1_500
COMPLETED = {True: "treatment completed - drug free", False: "treatment completed - occasional user"}


Occasion = tuple[date, str, Supervision | None]


def treat(life: Life, draw: Random, effects: Effects) -> None:
    """Every journey, in order; the next in the community begins after the last one ended."""
    if not life.needs.drug or life.person.in_wales:
        return
    occasions = sorted(_occasions(life, draw, effects), key=lambda occasion: occasion[0])
    for day, source, after in occasions:
        if day <= last_day(life) and not in_custody(life, day) and _free(life, day):
            life.journeys.append(_community_journey(life, day, source, after, draw, effects))
    life.journeys.sort(key=lambda journey: journey.triaged)


def _free(life: Life, day: date) -> bool:
    outside = [journey.ended for journey in life.journeys if journey.setting == "community"]
    return not outside or (outside[-1] is not None and outside[-1] < day)


def _occasions(life: Life, draw: Random, effects: Effects) -> Iterator[Occasion]:
    """Days on which a journey could begin in the community, where it comes from, and the supervision behind it."""
    for spell in life.spells:
        if spell.opioid_substitution or happens(draw, TREATED_IN_PRISON):
            yield from _through_the_gate(life, spell, draw, effects)
    for one in life.supervised:
        if happens(draw, AFTER_SENTENCE.get(one.requirement, 0)):
            yield later(one.started, 1 + min(between(draw, 0, 90), between(draw, 0, 90))), "criminal justice", one
    for contact in life.rough_sleeping:
        if contact.referred_to_treatment and happens(draw, AFTER_OUTREACH):
            yield later(contact.day, between(draw, 1, 60)), "other", None
    day = any_day(life, draw)
    if day and not life.spells and not life.supervised and happens(draw, OWN_ACCORD):
        yield day, SOURCES.draw(draw), None


def _through_the_gate(life: Life, spell: Spell, draw: Random, effects: Effects) -> Iterator[Occasion]:
    """Treatment in prison; if it is transferred, the community within 21 days with `engagement_risk`, or later."""
    journey = _prison_journey(life, spell, draw)
    life.journeys.append(journey)
    if spell.release is None or journey.reason != "transferred - not in custody":
        return
    index = release_of(life, spell)
    if happens(draw, engagement_risk(index, effects)):
        yield later(spell.release, between(draw, 1, 22)), "prison", index.supervision
    elif happens(draw, LATE):
        yield later(spell.release, between(draw, 25, 150)), "prison", index.supervision


def _prison_journey(life: Life, spell: Spell, draw: Random) -> Journey:
    until = spell.release or last_day(life)
    begun = min(later(spell.reception, between(draw, 0, 6)), until)
    ended, reason = spell.release, "transferred - not in custody" if spell.release else ""
    if spell.release and not happens(draw, CONTINUED):
        ended, reason = max(begun, later(spell.release, -between(draw, 5, 14))), PRISON_ENDINGS.draw(draw)
    if spell.release is None and life.died and life.died <= ENDS:
        ended, reason = life.died, "incomplete - client died"
    return Journey(
        "prison", spell.reception, begun, ended, reason, life.needs.drug, "prison", spell.opioid_substitution
    )


def _community_journey(
    life: Life, day: date, source: str, after: Supervision | None, draw: Random, effects: Effects
) -> Journey:
    settled = after.three_months in SETTLED if after else happens(draw, 3_000 if life.rough_sleeping else 7_500)
    employed = after.employed_6_weeks == EMPLOYED if after else happens(draw, 2_200)
    ended, reason = _ending(life, day, settled, employed, draw, effects)
    referred = max(later(day, -between(draw, 1, 15)), after.started if after else first_day(life))
    opiates = life.needs.drug == "Opiates" and happens(draw, 7_000)
    return Journey("community", referred, day, ended, reason, life.needs.drug, source, opiates, settled, employed)


def _ending(
    life: Life, day: date, settled: bool, employed: bool, draw: Random, effects: Effects
) -> tuple[date | None, str]:
    """The first ending of the journey, and why; open if none has come by ENDS."""
    completes = scaled(COMPLETES, *_completion(life, settled, employed, effects))
    drops_out = scaled(DROPS_OUT, effects["settled-home-drop-out"].hundredths if settled else 100)
    ended = later(day, min(wait_days(draw, completes + drops_out + TRANSFERS), 2_000))
    place = between(draw, 0, completes + drops_out + TRANSFERS)
    reception = next_reception(life, day)
    if life.died and life.died <= min(ended, reception or ENDS, ENDS):
        return life.died, "incomplete - client died"
    if reception and reception <= min(ended, ENDS):
        return reception, "transferred - in custody"
    if ended > ENDS:
        return None, ""
    if place < completes:
        return ended, COMPLETED[life.needs.drug == "Opiates" or happens(draw, 7_000)]
    return ended, "incomplete - dropped out" if place < completes + drops_out else "transferred - not in custody"


def _completion(life: Life, settled: bool, employed: bool, effects: Effects) -> Iterator[int]:
    yield 70 if life.needs.drug in ("Opiates", "Crack") else 120
    if settled:
        yield effects["settled-home"].hundredths
    if employed:
        yield effects["employment"].hundredths
