"""Applications to councils in England for help with homelessness, and homelessness that comes back.

A first application comes after release, with exactly `application_risk` within 6 months, or of its own. After it, from
28 days after the case ended, the next one has a hazard that needs, custody and community treatment act on. A reception
into custody ends that wait (an analysis censors there); 6 months after release it begins anew unless release itself
brought an application.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from boldlink.synthetic.chance import Choice, between, happens, later
from boldlink.synthetic.effects import Effects, scaled
from boldlink.synthetic.events import ENDS, Application, Life, Spell
from boldlink.synthetic.lives.risks import application_risk, release_of
from boldlink.synthetic.lives.span import any_day, last_day, next_reception
from boldlink.synthetic.population import AREAS, WELSH_AREAS
from boldlink.synthetic.waiting import wait_through

AGAIN = 6_000  # hazard of another application, per 10,000,000 person-days
SETTLING_DAYS = 28  # after a case ended
RELEASE_DAYS = 182  # within 6 calendar months
CUSTODY = "homeless on departure from institution: custody"
ON_DEPARTURE = 4_050  # of those who apply and had no home when released
LIVED = Choice({
    "private rented": 30, "living with family": 26, "living with friends": 14, "social rented": 11, "other": 10,
    "no fixed abode": 6, "rough sleeping": 3,
})  # fmt: skip
LIVED_ROUGH = Choice({"no fixed abode": 50, "rough sleeping": 40, "living with friends": 10})
SECURED = "secured accommodation 6+ months"
REASONS = {
    "prevention": Choice({SECURED: 55, "56 days elapsed": 14, "contact lost": 14, "withdrew or deceased": 9,
        "refused suitable accommodation": 3, "no longer eligible": 5}),
    "relief": Choice({"56 days elapsed": 42, SECURED: 36, "contact lost": 12, "withdrew or deceased": 4,
        "refused suitable accommodation": 3, "intentionally homeless from accommodation provided": 2, "no longer eligible": 1}),
}  # fmt: skip
REFERRED = Choice({"none": 64, "jobcentre": 12, "hospital": 8, "probation": 16})


def apply_to_councils(life: Life, draw: Random, effects: Effects) -> None:
    """Every application of one person, in order, as main applicant."""
    if life.person.in_wales:
        return
    first = _of_its_own(life, draw)
    if first:
        _apply(life, first, LIVED_ROUGH if life.person.no_fixed_abode else LIVED, draw)
        _come_back(life, draw, effects)
    for spell in life.spells:
        if spell.release:
            _after_release(life, spell, spell.release, draw, effects)


def _of_its_own(life: Life, draw: Random) -> date | None:
    """A first application without a release before it: before any custody, or by those who never go there."""
    needs = life.needs
    risk = 4_500 if life.person.no_fixed_abode else 700 + (600 if needs.drug else 0) + (500 if needs.mental else 0)
    day = any_day(life, draw)
    before_custody = not life.spells or (day is not None and day < life.spells[0].reception)
    return day if before_custody and happens(draw, risk) else None


def _after_release(life: Life, spell: Spell, release: date, draw: Random, effects: Effects) -> None:
    """Six months in which release decides; then, for those who applied before, the wait that custody broke off."""
    if happens(draw, application_risk(release_of(life, spell), effects)):
        leaving = spell.homeless_before and happens(draw, ON_DEPARTURE)
        day = release if leaving else _soon_after(life, release, draw)
        if day <= last_day(life):
            _apply(life, day, LIVED_ROUGH if spell.homeless_before else LIVED, draw, leaving=leaving)
            _come_back(life, draw, effects)
    elif life.applications:
        _come_back(life, draw, effects, release)


def _soon_after(life: Life, release: date, draw: Random) -> date:
    """A day of the six months, early ones likelier, before custody or death: neither takes away from the risk."""
    stops = [day for day in (next_reception(life, release), life.died) if day]
    days = min([RELEASE_DAYS - 2, *((stop - release).days for stop in stops)])
    return later(release, min(between(draw, 0, days), between(draw, 0, days)))


def _come_back(life: Life, draw: Random, effects: Effects, release: date | None = None) -> None:
    """Applications again and again, until custody, death or ENDS; `release`: the six months after it go by first."""
    while life.applications[-1].duty != "none":
        last = life.applications[-1]
        begins = later(release, RELEASE_DAYS) if release else last.ended and later(last.ended, SETTLING_DAYS)
        until = min(next_reception(life, release or last.applied) or ENDS, last_day(life))
        day = wait_through(draw, _stretches(life, begins, until, effects)) if begins and begins < until else None
        if day is None:
            return
        _apply(life, day, LIVED_ROUGH if life.person.no_fixed_abode else LIVED, draw, again=True)
        release = None


def _stretches(life: Life, begins: date, until: date, effects: Effects) -> Iterator[tuple[date, date, int]]:
    """From `begins` to `until`, cut where community treatment begins or ends."""
    usual = scaled(AGAIN, *_ratios(life, begins, effects))
    treated = scaled(usual, effects["treatment-homelessness"].hundredths)
    for journey in life.journeys:
        ended = min(journey.ended or until, until)
        if journey.setting == "community" and ended > begins and journey.triaged < until:
            yield begins, max(begins, journey.triaged), usual
            yield max(begins, journey.triaged), ended, treated
            begins = ended
    if until > begins:
        yield begins, until, usual


def _ratios(life: Life, begins: date, effects: Effects) -> Iterator[int]:
    needs = life.needs
    exposed = {
        "mental": needs.mental, "drug-dependence": bool(needs.drug), "physical": needs.physical,
        "custody-history": any(spell.reception < begins for spell in life.spells),
    }  # fmt: skip
    yield from (effects[name].hundredths for name, present in exposed.items() if present)


def _apply(
    life: Life, day: date, homes: Choice[str], draw: Random, *, leaving: bool = False, again: bool = False
) -> None:
    lived = CUSTODY if leaving else homes.draw(draw)
    assessment = _assessment(lived, again or bool(life.spells), draw)
    duty = {"homeless": "relief", "threatened within 56 days": "prevention"}.get(assessment, "none")
    ended, reason = _close(life, day, duty, draw)
    owed = "owed" if reason == "56 days elapsed" and duty == "relief" and happens(draw, 5_000) else ""
    main = owed or ("not owed" if reason and duty == "relief" else "none")
    referred = "prison" if leaving else REFERRED.draw(draw)
    life.applications.append(
        Application(day, lived, assessment, duty, ended, reason, main, referred, _council(life, draw, again=again))
    )


def _assessment(lived: str, owed: bool, draw: Random) -> str:
    if lived in (CUSTODY, "no fixed abode", "rough sleeping"):
        return "homeless"
    if not owed and happens(draw, 700):
        return "neither"
    return "homeless" if happens(draw, 4_500) else "threatened within 56 days"


def _close(life: Life, day: date, duty: str, draw: Random) -> tuple[date | None, str]:
    """When the duty ended and why; a case that is open when the window closes has neither."""
    if duty == "none":
        return None, ""
    reason = REASONS[duty].draw(draw)
    ended = later(day, between(draw, 56, 75) if reason == "56 days elapsed" else between(draw, 10, 60))
    if life.died and life.died < min(ended, last_day(life)):
        return life.died, "withdrew or deceased"
    return (ended, reason) if ended <= last_day(life) else (None, "")


def _council(life: Life, draw: Random, *, again: bool) -> int:
    """The home council; one in six who come back do so elsewhere."""
    moved = again and happens(draw, 1_700)
    return between(draw, 0, len(AREAS) - WELSH_AREAS) if moved else life.person.area
