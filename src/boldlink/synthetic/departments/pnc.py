"""The Police National Computer: one row for each disposal, a conviction or a caution."""

from __future__ import annotations

from collections.abc import Iterator

from boldlink.synthetic.departments.desk import Desk
from boldlink.synthetic.departments.row import Row, columns, iso, whole, yes
from boldlink.synthetic.events import ENDS, Life, Offence
from boldlink.synthetic.faults import NATIONAL_COMPUTER, cro_of, pnc_of, write_down

HEADERS = columns(
    pnc="""
    disposal_ref person_ref pnc cro forename surname middle_name date_of_birth sex offence_date proven_date disposal
    custody_days offence_group breach recordable prior_convictions"""
)


def rows(life: Life, desk: Desk) -> Iterator[Row]:
    """A row for each offence that was proven by the day of the extract."""
    for offence in life.offences:
        if offence.proven <= ENDS:
            yield Row("pnc", life.person.id, _values(life, offence, desk))


def _values(life: Life, offence: Offence, desk: Desk) -> list[str]:
    person, draw = life.person, desk.draw
    written = write_down(person, NATIONAL_COMPUTER, draw)
    return [
        desk.number("N", 9), desk.reference(person, "national computer"), pnc_of(person, NATIONAL_COMPUTER, draw),
        cro_of(person, NATIONAL_COMPUTER, draw), written.forename, written.surname, written.middle_name, iso(written.born),
        desk.sex(person, "M", "F", "U"), iso(offence.committed), iso(offence.proven), offence.disposal,
        whole(offence.custody_days), offence.group, yes(offence.breach), yes(offence.recordable), str(offence.priors),
    ]  # fmt: skip
