"""Hospital admissions: a hazard that follows needs, for causes that do."""

from __future__ import annotations

from functools import cache
from random import Random

from boldlink.synthetic.chance import Choice, between, happens, later
from boldlink.synthetic.effects import scaled
from boldlink.synthetic.events import Admission, Life
from boldlink.synthetic.lives.span import first_day, last_day
from boldlink.synthetic.waiting import wait_days

USUAL = 2_600  # hazard per 10,000,000 person-days: about one in ten people a year


def admit(life: Life, draw: Random) -> None:
    """Admissions in order; the next wait begins at discharge."""
    needs, last = life.needs, last_day(life)
    hazard = scaled(USUAL, 240 if needs.mental else 100, 220 if needs.drug else 100, 200 if needs.physical else 100)
    day = later(first_day(life), min(wait_days(draw, hazard), 2_000))
    while day <= last:
        out = min(later(day, min(between(draw, 0, 15), between(draw, 0, 15))), last)
        group = _causes(bool(needs.drug), needs.mental, needs.physical).draw(draw)
        elective = group == "other" and happens(draw, 5_500)
        life.admissions.append(Admission(day, out, "elective" if elective else "emergency", group))
        day = later(out, min(wait_days(draw, hazard), 2_000))


@cache
def _causes(drug: bool, mental: bool, physical: bool) -> Choice[str]:
    return Choice({
        "other": 50, "injury": 16, "respiratory": 25 if physical else 10, "drugs and alcohol": 40 if drug else 1,
        "mental and behavioural": 30 if mental else 2, "self-harm": 14 if mental else 2,
    })  # fmt: skip
