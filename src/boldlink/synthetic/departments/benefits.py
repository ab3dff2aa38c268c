"""Child benefit: one row for each award. Only one adult of a household claims, whoever else lives there."""

from __future__ import annotations

from collections.abc import Iterator

from boldlink.synthetic.departments.desk import Desk
from boldlink.synthetic.departments.row import Row, columns, iso
from boldlink.synthetic.events import Award, Life
from boldlink.synthetic.faults import REGISTERS, write_down

HEADERS = columns(
    child_benefit="""
    award_ref claimant_ref forename surname date_of_birth sex nino postcode award_start award_end children"""
)


def rows(life: Life, desk: Desk) -> Iterator[Row]:
    """The awards of the one adult who claims for the household."""
    if life.awards and next(one for one in desk.household(life) if one.awards) is life:
        for award in life.awards:
            yield Row("child-benefit", life.person.id, _values(life, award, desk))


def _values(life: Life, award: Award, desk: Desk) -> list[str]:
    person = life.person
    written = write_down(person, REGISTERS, desk.draw, no_address="")
    return [
        desk.number("CB", 9), desk.reference(person, "benefit"), written.forename, written.surname, iso(written.born),
        "M" if person.sex == "M" else "F", person.nino if desk.chance() < 0.98 else "", written.postcode, iso(award.starts),
        iso(award.ends), str(award.children),
    ]  # fmt: skip
