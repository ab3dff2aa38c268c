"""NDTMS, treatment for drugs and alcohol in England: one row for each treatment journey.

Initials, date of birth, sex, outward postcode and local authority are all there is of a person; every agency has its own
reference. People who did not consent, or opted out nationally, are delivered and marked: they must be left out before linking.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from boldlink.synthetic.departments.desk import Desk
from boldlink.synthetic.departments.row import Row, columns, uk, yes
from boldlink.synthetic.events import Journey, Life
from boldlink.synthetic.faults import HEALTH, HEALTH_NO_ADDRESS, birth_of, postcode_of
from boldlink.synthetic.population import AREAS, WELSH_AREAS, Person

HEADERS = columns(
    ndtms="""
    n_jy client_ref forename_initial surname_initial dob sex pc la agncy dat ethnic setting triaged_jy disd_jy disrsn_jy
    drug1 drug2 drug3 consent national_opt_out referred_jy referral_source opioid_substitution accommodation_need"""
)
AGENCIES = ("Recovery", "Recovery", "New Start", "Outreach Team")
NEAR = timedelta(days=90)
ENGLISH_AREAS = len(AREAS) - WELSH_AREAS


def rows(life: Life, desk: Desk) -> Iterator[Row]:
    """A row for each treatment journey; one person in eight is known to be somewhere else than they live."""
    moved = desk.chance() < 0.12 if life.journeys else False
    area = desk.draw.randrange(ENGLISH_AREAS) if moved or life.person.in_wales else life.person.area
    for journey in life.journeys:
        yield Row("ndtms", life.person.id, _values(life, journey, AREAS[area][3], desk))


def _values(life: Life, journey: Journey, area: str, desk: Desk) -> list[str]:
    person, draw = life.person, desk.draw
    agency = f"{area} {'HMP' if journey.setting == 'prison' else draw.choice(AGENCIES)}"
    crack = "Crack" if journey.drug == "Opiates" and desk.chance() < 0.6 else ""
    return [
        desk.number("J", 9), desk.reference(person, f"client of {agency}"), *_initials(person, desk),
        uk(birth_of(person, HEALTH, draw)), desk.sex(person, "M", "F", person.sex), _outcode(person, desk), area, agency, area,
        person.ethnicity, journey.setting, uk(journey.triaged), uk(journey.ended), journey.reason, journey.drug, crack, "",
        yes(life.consents), yes(life.opted_out), uk(journey.referred), journey.source, yes(journey.opioid_substitution),
        _accommodation_need(life, journey, desk),
    ]  # fmt: skip


def _initials(person: Person, desk: Desk) -> tuple[str, str]:
    chance = desk.chance()
    if chance < 0.006 and person.alias:
        return person.alias[0][0], person.alias[1][0]
    if chance < 0.08 and person.former_surname:
        return person.forename[0], person.former_surname[0]
    return (person.surname[0], person.forename[0]) if chance > 0.998 else (person.forename[0], person.surname[0])


def _outcode(person: Person, desk: Desk) -> str:
    home = postcode_of(person, HEALTH, desk.draw, HEALTH_NO_ADDRESS).replace(" ", "")
    return "" if not home or home.startswith("ZZ") else home[:-3]


def _accommodation_need(life: Life, journey: Journey, desk: Desk) -> str:
    if journey.settled_home:
        return "none"
    near = any(abs(contact.day - journey.triaged) <= NEAR for contact in life.rough_sleeping)
    return "urgent" if near or (life.person.no_fixed_abode and desk.chance() < 0.5) else "housing problem"
