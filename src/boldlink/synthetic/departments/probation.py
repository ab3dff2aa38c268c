"""nDelius and OASys, the probation service's records: supervision, and assessments of risk and need.

Since the Probation Reset (29 April 2024) accommodation at three months is no longer recorded. OASys is delivered as it
lies in its tables: an assessment that was opened again stands there twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from boldlink.synthetic.departments.desk import Desk
from boldlink.synthetic.departments.row import FREE_TEXT, Row, columns, iso
from boldlink.synthetic.events import ENDS, Assessment, Life, Supervision
from boldlink.synthetic.faults import OASYS, PROBATION, cro_of, pnc_of, write_down

HEADERS = columns(
    probation="""
    event_id crn noms_number pnc cro forename middle_name surname alias_forename alias_surname date_of_birth gender postcode
    ethnicity disposal_type requirement event_date termination_date accommodation_status probation_region
    employment_6_weeks employment_6_months accommodation_3_months contact_notes""",
    oasys="""
    assessment_id crn pnc forename surname date_of_birth gender assessment_date question_3_3 question_3_4 question_3_tot
    question_5_tot question_bcs81 question_8_tot question_10_tot ogrs3""",
)
PROBATION_RESET = date(2024, 4, 29)
THREE_MONTHS = timedelta(days=91)


def rows(life: Life, desk: Desk) -> Iterator[Row]:
    """A row for each sentence or licence of a life, and for each assessment."""
    for supervision in life.supervised:
        yield Row("probation", life.person.id, _supervision(life, supervision, desk))
    for assessment in life.assessments:
        for _ in range(2 if desk.chance() < 0.02 else 1):
            yield Row("oasys", life.person.id, _assessment(life, assessment, desk))


def _supervision(life: Life, one: Supervision, desk: Desk) -> list[str]:
    person, draw = life.person, desk.draw
    written = write_down(person, PROBATION, draw)
    noms = desk.prison_number(person) if life.spells and desk.chance() < 0.55 else ""
    return [
        desk.number("E", 8), desk.case_reference(person), noms, pnc_of(person, PROBATION, draw), cro_of(person, PROBATION, draw),
        *written[:5], iso(written.born), desk.sex(person, "M", "F", "N"), written.postcode, person.ethnicity, one.disposal,
        one.requirement, iso(one.started), iso(one.ended if one.ended and one.ended <= ENDS else None), one.first_night,
        person.region, one.employed_6_weeks, one.employed_6_months,
        one.three_months if one.started + THREE_MONTHS < PROBATION_RESET else "", FREE_TEXT,
    ]  # fmt: skip


def _assessment(life: Life, one: Assessment, desk: Desk) -> list[str]:
    person = life.person
    written = write_down(person, OASYS, desk.draw)
    scores = (one.accommodation, one.finance, one.drug_problem, one.drugs, one.wellbeing, one.ogrs3)
    return [
        desk.number("O", 9), desk.case_reference(person), pnc_of(person, OASYS, desk.draw), written.forename, written.surname,
        iso(written.born), desk.sex(person, "M", "F", "N"), iso(one.day), one.no_fixed_abode, one.settled, *map(str, scores),
    ]  # fmt: skip
