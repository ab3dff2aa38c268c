"""Support for victims by an invented service: offered by offence, started after a wait, ended, and what it did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from boldlink.synthetic.chance import Choice, between, happens, later
from boldlink.synthetic.effects import Effects
from boldlink.synthetic.events import Crime, Support
from boldlink.synthetic.waiting import wait_days

# Risks in ten-thousandths of a referral, by offence; and what is offered.
REFERRED = {
    "Sexual": 6_500,
    "Domestic abuse": 5_500,
    "Violence": 3_200,
    "Robbery": 3_500,
    "Public order": 1_500,
    "Theft": 1_200,
}
KINDS = {
    "Sexual": Choice({"Advocate": 45, "Counselling": 40, "Information only": 15}),
    "Domestic abuse": Choice({"Advocate": 50, "Counselling": 22, "Information only": 28}),
}
OTHER_KINDS = Choice({"Advocate": 20, "Counselling": 28, "Information only": 52})
EFFECT = {"Advocate": "advocate", "Counselling": "counselling", "Information only": "information-only"}
STARTS_AFTER = 400_000  # hazard per 10,000,000 person-days of starting: a wait of 25 days on average
OPEN_DAYS = {"Advocate": 240, "Counselling": 180, "Information only": 30}
CLOSURES = Choice({"planned end": 62, "disengaged": 26, "referred on": 12})


@dataclass(frozen=True)
class Offer:
    """A referral, and the day support would start if the victim is still there."""

    referred: date
    starts: date
    kind: str

    @property
    def effect(self) -> str:
        """The id of its effect on withdrawal."""
        return EFFECT[self.kind]


def offer_support(recorded: date, group: str, draw: Random) -> Offer | None:
    """Whether, when and which; by the offence alone."""
    if not happens(draw, REFERRED[group]):
        return None
    referred = later(recorded, between(draw, 0, 8))
    kind = KINDS.get(group, OTHER_KINDS).draw(draw)
    return Offer(referred, later(referred, min(wait_days(draw, STARTS_AFTER), 400)), kind)


def give_support(offer: Offer, crime: Crime, last: date, draw: Random, effects: Effects) -> Support | None:
    """What was given: nothing where the victim withdrew first; None where not even the referral was made by then."""
    if offer.referred > last or (crime.withdrew_on and crime.withdrew_on <= offer.referred):
        return None
    contacted = later(offer.referred, between(draw, 0, max(1, (offer.starts - offer.referred).days)))
    met = contacted if contacted <= last else None
    if crime.withdrew_on and crime.withdrew_on <= offer.starts:
        return Support(offer.referred, met, offer.kind, None, None, 0, None, None, "not taken up")
    if offer.starts > last:
        return Support(offer.referred, met, offer.kind, None, None, 0, None, None, "open")
    return _given(offer, met, last, draw, effects)


def _given(offer: Offer, met: date | None, last: date, draw: Random, effects: Effects) -> Support:
    days = between(draw, 5, OPEN_DAYS[offer.kind])
    ended = later(offer.starts, days)
    over = ended <= last
    before = between(draw, 1, 7) if happens(draw, 7_500) else None
    closure = CLOSURES.draw(draw) if over else "open"
    after = _after(before, offer.kind, draw, effects) if before is not None and closure == "planned end" else None
    sessions = 1 + (days if over else (last - offer.starts).days) // (21 if offer.kind == "Advocate" else 14)
    return Support(
        offer.referred, met, offer.kind, offer.starts, ended if over else None, sessions, before, after, closure
    )


def _after(before: int, kind: str, draw: Random, effects: Effects) -> int:
    """Wellbeing at the end, 0-10: what time does, and counselling on top; halves of points by chance."""
    gain = 100 * between(draw, -1, 3) + (effects["counselling-wellbeing"].hundredths if kind == "Counselling" else 0)
    return max(0, min(10, before + (gain + between(draw, 0, 100)) // 100))
