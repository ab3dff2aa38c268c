"""Councils' records of homelessness: H-CLIC cases, one row for each adult of a household, and outreach to rough sleepers.

Some councils supply no names. Somebody who applies to two councils has two references and nothing that joins them; outreach
knows people by the name they give, and often not by their date of birth.
"""

from __future__ import annotations

from collections.abc import Iterator

from boldlink.synthetic.departments.desk import Desk, share_of
from boldlink.synthetic.departments.row import FREE_TEXT, Row, columns, iso, yes
from boldlink.synthetic.events import Application, Contact, Life
from boldlink.synthetic.faults import COUNCIL, OUTREACH, write_down
from boldlink.synthetic.population import AREAS, WELSH_AREAS

HEADERS = columns(
    hclic="""
    person_case_id case_id person_ref forename surname date_of_birth sex nino postcode local_authority main_applicant
    assessment accommodation_at_application referral_body support_offending_history support_drug_dependency
    support_mental_health support_physical_health support_rough_sleeping duty application_date duty_end_date
    duty_end_reason main_duty_decision household_people officer_notes""",
    rough_sleeping="""
    contact_id client_ref forename surname date_of_birth sex contact_date local_authority support_alcohol support_drugs
    support_mental_health referred_to_treatment""",
)
ENGLISH_AREAS = len(AREAS) - WELSH_AREAS
ALONE = ("homeless on departure from institution: custody", "rough sleeping")
NAMELESS_PERCENT = 20  # of councils


def rows(life: Life, desk: Desk) -> Iterator[Row]:
    """The cases that somebody opened, with every adult of the household, and their contacts with outreach. England only."""
    for application in life.applications:
        if application.area < ENGLISH_AREAS:
            yield from _case(life, application, desk)
    for contact in life.rough_sleeping:
        if contact.area < ENGLISH_AREAS:
            yield Row("rough-sleeping", life.person.id, _contact(life, contact, desk))


def _case(life: Life, application: Application, desk: Desk) -> Iterator[Row]:
    case = desk.number("CA", 8)
    others = [] if application.lived in ALONE else [one for one in desk.household(life) if one is not life]
    people = 1 + len(others) + max((award.children for award in life.awards), default=0)
    for one in (life, *others):
        yield Row("hclic", one.person.id, _adult(one, one is life, case, people, application, desk))


def _adult(life: Life, main: bool, case: str, people: int, application: Application, desk: Desk) -> list[str]:
    person, council = life.person, AREAS[application.area][3]
    written = write_down(person, COUNCIL, desk.draw)
    named = share_of(council) >= NAMELESS_PERCENT
    return [
        desk.number("PC", 9), case, desk.reference(person, f"applicant to {council}"), written.forename if named else "",
        written.surname if named else "", iso(written.born), desk.sex(person, "Male", "Female", "Not known"),
        person.nino if desk.chance() < 0.4 else "", "" if written.postcode.startswith("NF") else written.postcode, council,
        yes(main), application.assessment, application.lived, application.referred_by, *_support(life, application, desk),
        application.duty, iso(application.applied), iso(application.ended), application.reason, application.main_duty,
        str(people), FREE_TEXT,
    ]  # fmt: skip


def _support(life: Life, application: Application, desk: Desk) -> list[str]:
    """Support needs as an officer ticks them: one in seven is not seen."""
    rough = application.lived == "rough sleeping" or any(c.day <= application.applied for c in life.rough_sleeping)
    offending = bool(life.offences) or any(spell.reception <= application.applied for spell in life.spells)
    needs = (offending, bool(life.needs.drug), life.needs.mental, life.needs.physical, rough)
    return [yes(need and desk.chance() < 0.86) for need in needs]


def _contact(life: Life, contact: Contact, desk: Desk) -> list[str]:
    person, council, drug = life.person, AREAS[contact.area][3], life.needs.drug
    written = write_down(person, OUTREACH, desk.draw)
    return [
        desk.number("OC", 9), desk.reference(person, f"outreach of {council}"), written.forename,
        written.surname if desk.chance() < 0.94 else "", iso(written.born) if desk.chance() < 0.78 else "",
        desk.sex(person, "Male", "Female", "Not known"), iso(contact.day), council, yes(drug == "Alcohol"),
        yes(bool(drug) and drug != "Alcohol"), yes(life.needs.mental and desk.chance() < 0.8), yes(contact.referred_to_treatment),
    ]  # fmt: skip
