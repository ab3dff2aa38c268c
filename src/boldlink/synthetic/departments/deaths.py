"""Deaths registered in England and Wales: one row for each, late where a coroner looks into it.

A death that an inquest looks into is registered months later; what was not registered by the day of the extract is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from boldlink.synthetic.departments.desk import Desk
from boldlink.synthetic.departments.row import Row, columns, iso
from boldlink.synthetic.events import Life
from boldlink.synthetic.faults import REGISTERS, write_down

HEADERS = columns(
    deaths="""
    death_ref entry_ref forename surname middle_name date_of_birth sex postcode death_date registration_date cause_group"""
)
INQUEST = ("drug misuse", "suicide")


def rows(life: Life, desk: Desk) -> Iterator[Row]:
    """The registration of a death, if it happened and was registered in time."""
    if life.died:
        registered = desk.after(life.died, *((60, 260) if life.cause in INQUEST else (1, 15)))
        if registered:
            yield Row("deaths", life.person.id, _values(life, life.died, registered, desk))


def _values(life: Life, died: date, registered: date, desk: Desk) -> list[str]:
    person = life.person
    written = write_down(person, REGISTERS, desk.draw, no_address="")
    return [
        desk.number("DR", 8), desk.number("DE", 8), written.forename, written.surname, written.middle_name,
        iso(written.born), "1" if person.sex == "M" else "2", written.postcode, iso(died), iso(registered), life.cause,
    ]  # fmt: skip
