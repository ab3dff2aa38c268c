"""Hospital episodes of England, held by NHS England: no names, a token for the person, date of birth, sex, postcode."""

from __future__ import annotations

from collections.abc import Iterator

from boldlink.synthetic.departments.desk import Desk
from boldlink.synthetic.departments.row import Row, columns, iso, yes
from boldlink.synthetic.events import Admission, Life
from boldlink.synthetic.faults import HEALTH, HEALTH_NO_ADDRESS, birth_of, postcode_of

HEADERS = columns(
    hospital_episodes="""
    epikey token_person dob sex postcode admission_date discharge_date admission_method diagnosis_group national_opt_out"""
)


def rows(life: Life, desk: Desk) -> Iterator[Row]:
    """A row for each admission of somebody who lives in England; Wales's hospitals report to Wales."""
    if not life.person.in_wales:
        for admission in life.admissions:
            yield Row("hospital-episodes", life.person.id, _values(life, admission, desk))


def _values(life: Life, admission: Admission, desk: Desk) -> list[str]:
    person, draw = life.person, desk.draw
    return [
        desk.number("H", 10), desk.reference(person, "token"), iso(birth_of(person, HEALTH, draw)),
        desk.sex(person, "1", "2", "9"), postcode_of(person, HEALTH, draw, HEALTH_NO_ADDRESS), iso(admission.admitted),
        iso(admission.discharged), admission.method, admission.group, yes(life.opted_out),
    ]  # fmt: skip
