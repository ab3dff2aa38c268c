"""What people live with: dependence, mental and physical ill-health, and the resolve that nobody records."""

from __future__ import annotations

from random import Random

from boldlink.synthetic.chance import Choice, happens
from boldlink.synthetic.events import Needs
from boldlink.synthetic.population import Person

DRUGS = Choice(
    {"Opiates": 36, "Crack": 8, "Cocaine": 7, "Alcohol": 30, "Cannabis": 10, "Amphetamines": 3, "Benzodiazepines": 3, "Other": 3}
)  # fmt: skip


def draw_needs(person: Person, offender: bool, draw: Random) -> Needs:
    """Needs go together: a life without a home brings dependence and ill-health, and dependence ill-health."""
    homeless = person.no_fixed_abode
    dependent = happens(draw, 8_000 if homeless else 5_200 if offender else 900)
    mental = happens(draw, (5_500 if homeless else 2_000) + (1_500 if dependent else 0))
    older = person.born.year < 1975
    physical = happens(draw, (2_800 if older else 1_000) + (1_200 if homeless or dependent else 0))
    return Needs(DRUGS.draw(draw) if dependent else "", mental, physical, happens(draw, 4_000))
