"""Lives of a block of people, one part after another, and the court cases that join victims to defendants."""

from __future__ import annotations

from random import Random

from boldlink.synthetic.chance import happens
from boldlink.synthetic.effects import EFFECTS, Effects
from boldlink.synthetic.events import Life
from boldlink.synthetic.lives.assessments import assess
from boldlink.synthetic.lives.courts import charge_defendants, hear_own_cases
from boldlink.synthetic.lives.deaths import expect_death
from boldlink.synthetic.lives.family import support_family
from boldlink.synthetic.lives.homelessness import apply_to_councils
from boldlink.synthetic.lives.hospital import admit
from boldlink.synthetic.lives.justice import live_through_justice, offends
from boldlink.synthetic.lives.needs import draw_needs
from boldlink.synthetic.lives.outreach import sleep_rough
from boldlink.synthetic.lives.treatment import treat
from boldlink.synthetic.lives.victims import suffer_crimes
from boldlink.synthetic.lives.wales import refer_in_wales
from boldlink.synthetic.population import Person, make_people


def make_lives(count: int, draw: Random, effects: Effects = EFFECTS) -> list[Life]:
    """`count` lives between STARTS and ENDS; households stand together. The same draw gives the same lives."""
    lives = [live(person, draw, effects) for person in make_people(count, draw)]
    charge_defendants(lives, draw)
    return lives


def live(person: Person, draw: Random, effects: Effects) -> Life:
    """One person's life."""
    offender = offends(person, draw)
    life = Life(person, draw_needs(person, offender, draw), happens(draw, 9_800), happens(draw, 400))
    expect_death(life, draw)
    if offender:
        live_through_justice(life, draw, effects)
    sleep_rough(life, draw)
    treat(life, draw, effects)
    apply_to_councils(life, draw, effects)
    admit(life, draw)
    support_family(life, draw)
    suffer_crimes(life, draw, effects)
    refer_in_wales(life, draw)
    assess(life, draw)
    hear_own_cases(life, draw)
    return life
