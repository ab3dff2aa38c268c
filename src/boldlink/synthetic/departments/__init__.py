"""Every department's rows of one life, in its own columns, codes, numbers and faults: one file for each owner's world.

A row is a list in the order of HEADERS; the headers are those of the department's data contract.
"""

from __future__ import annotations

from collections.abc import Iterator

from boldlink.synthetic.departments import (
    benefits,
    councils,
    courts,
    deaths,
    hospital,
    pnc,
    prison,
    probation,
    treatment,
    victims,
    wales,
)
from boldlink.synthetic.departments.desk import Desk
from boldlink.synthetic.departments.row import Headers, Row
from boldlink.synthetic.events import Life

DEPARTMENTS = (prison, probation, pnc, courts, councils, treatment, hospital, benefits, deaths, victims, wales)
HEADERS: Headers = {name: header for department in DEPARTMENTS for name, header in department.HEADERS.items()}


def rows_of(life: Life, desk: Desk) -> Iterator[Row]:
    """What every department knows about one person."""
    for department in DEPARTMENTS:
        yield from department.rows(life, desk)


__all__ = ["DEPARTMENTS", "HEADERS", "Desk", "Row", "rows_of"]
