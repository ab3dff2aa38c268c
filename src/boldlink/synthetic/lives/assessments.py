"""OASys assessments: at the start of supervision or custody; scores follow needs, home, work and history."""

from __future__ import annotations

from datetime import date
from random import Random

from boldlink.synthetic.chance import between, happens, later
from boldlink.synthetic.effects import scaled
from boldlink.synthetic.events import Assessment, Life
from boldlink.synthetic.lives.span import last_day

CUSTODY, COMMUNITY = 6_500, 7_500  # risks in ten-thousandths of being assessed


def assess(life: Life, draw: Random) -> None:
    """Assessments in order of time, never after death."""
    days = [(spell.reception, spell.homeless_before, CUSTODY) for spell in life.spells]
    days += [(one.started, life.person.no_fixed_abode, COMMUNITY) for one in life.supervised if one.disposal != "LIC"]
    for begun, homeless, risk in sorted(days):
        day = later(begun, between(draw, 3, 60))
        if happens(draw, risk) and day <= last_day(life):
            life.assessments.append(_scores(life, day, homeless, draw))


def _scores(life: Life, day: date, homeless: bool, draw: Random) -> Assessment:
    needs = life.needs
    settled = 2 if homeless else between(draw, 0, 3 if needs.drug else 2)
    drug = (2 if happens(draw, 7_000) else 1) if needs.drug else 0
    return Assessment(
        day, "YES" if homeless else "NO", str(settled),
        accommodation=min(8, (4 if homeless else 0) + settled + between(draw, 0, 3)),
        finance=min(9, (2 if needs.drug else 0) + (2 if homeless else 0) + between(draw, 0, 5)),
        drug_problem=drug,
        drugs=min(10, 3 * drug + between(draw, 0, 4)),
        wellbeing=min(10, (5 if needs.mental else 0) + (1 if needs.drug else 0) + between(draw, 0, 4)),
        ogrs3=_reconviction_score(life, day, draw),
    )  # fmt: skip


def _reconviction_score(life: Life, day: date, draw: Random) -> int:
    """A two-year risk per cent by history, age and sex, as OGRS3 uses them; not its formula."""
    priors = max((one.priors for one in life.offences if one.proven <= day), default=0)
    age = day.year - life.person.born.year
    score = 18 + min(48, 4 * priors) + between(draw, 0, 12)
    return min(99, scaled(score, 120 if age < 25 else 100 if age < 45 else 75, 88 if life.person.sex == "F" else 100))
