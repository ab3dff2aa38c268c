"""p-NOMIS, the prisons' records: one row for each custody spell.

The postcode is the one given at reception: people without a fixed abode then have the courts' code for none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from boldlink.synthetic.departments.desk import Desk
from boldlink.synthetic.departments.row import FREE_TEXT, Row, columns, iso, yes
from boldlink.synthetic.events import Life, Spell
from boldlink.synthetic.faults import COURT_NO_ADDRESS, PRISON, cro_of, pnc_of, write_down
from boldlink.synthetic.population import AREAS

HEADERS = columns(
    prison="""
    book_id noms_number pnc cro forename middle_name surname alias_forename alias_surname date_of_birth sex postcode
    ethnicity reception_date release_date release_type sentence_length_days main_offence discharge_accommodation
    establishment release_region accommodation_service employment_support accredited_programme wing_notes"""
)
HOUSED = replace(PRISON, no_address=0.0)
# nDelius's codes of the first night, as p-NOMIS writes them down on discharge.
DISCHARGE = {
    "A01A": "DPH", "A01C": "DPH", "A01D": "DPH", "A07B": "DPH", "A02": "DSH", "A04": "DSH", "A12": "DSH", "A17": "DST",
    "A03": "DST", "A07A": "DST", "A16": "DST", "A08C": "DBH", "A08": "DNF", "A08A": "DNF", "A05": "DNF",
}  # fmt: skip


def rows(life: Life, desk: Desk) -> Iterator[Row]:
    """A row for each spell of a life."""
    for spell in life.spells:
        yield Row("prison", life.person.id, _values(life, spell, desk))


def _values(life: Life, spell: Spell, desk: Desk) -> list[str]:
    person, released = life.person, spell.release is not None
    written = write_down(person, HOUSED, desk.draw)
    return [
        desk.number("B", 8), desk.prison_number(person), pnc_of(person, PRISON, desk.draw), cro_of(person, PRISON, desk.draw),
        *written[:5], iso(written.born), desk.sex(person, "Male", "Female", "Not Known / Not Recorded"),
        COURT_NO_ADDRESS if spell.homeless_before else written.postcode,
        person.ethnicity if desk.chance() < 0.97 else "Not stated", iso(spell.reception), iso(spell.release),
        desk.draw.choice(("CRD", "CRD", "HDC", "ARD", "FTR")) if released else "", str(spell.sentence_days), spell.offence,
        DISCHARGE.get(spell.first_night, "") if released else "", f"HMP {person.local_authority}",
        person.region if desk.chance() < 0.85 else desk.draw.choice(AREAS)[2], spell.service if released else "",
        yes(spell.employment_support), yes(spell.accredited_programme), FREE_TEXT,
    ]  # fmt: skip
