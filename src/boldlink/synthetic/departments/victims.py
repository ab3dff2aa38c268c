"""Three records of being a victim: police crimes, prosecutions (CPS), and a third-sector service's clients.

There is no common number for a victim: each office has its own reference, and CPS a new one with every case. Only the case
number joins police, CPS and courts, and only once somebody is charged.
"""

from __future__ import annotations

from collections.abc import Iterator

from boldlink.synthetic.departments.desk import Desk
from boldlink.synthetic.departments.row import Row, columns, iso, whole, yes
from boldlink.synthetic.events import Crime, Life, Support
from boldlink.synthetic.faults import CHARITY, POLICE, write_down

HEADERS = columns(
    police_crimes="""
    crime_ref victim_ref case_urn forename surname date_of_birth sex postcode force offence_group recorded_date outcome_code
    outcome_date support_referred suspect_identified""",
    cps="""
    cps_case_ref victim_ref case_urn forename surname date_of_birth offence_group received_date decision decision_date
    victim_withdrew outcome outcome_date""",
    victim_service="""
    referral_id client_ref forename surname date_of_birth sex postcode ethnicity referral_date first_contact_date
    support_type support_start_date support_end_date sessions wellbeing_start wellbeing_end closure_reason""",
)


def rows(life: Life, desk: Desk) -> Iterator[Row]:
    """Each crime against somebody, as police, prosecutors and supporters know it."""
    for crime in life.crimes:
        yield Row("police-crimes", life.person.id, _police(life, crime, desk))
        if crime.referred_to_cps:
            yield Row("cps", life.person.id, _prosecution(life, crime, desk))
        if crime.support:
            yield Row("victim-service", life.person.id, _support(life, crime.support, desk))


def _police(life: Life, crime: Crime, desk: Desk) -> list[str]:
    person, written = life.person, write_down(life.person, POLICE, desk.draw)
    force = person.local_authority
    return [
        desk.number("CR", 9), desk.reference(person, f"victim in {force}"), crime.urn, written.forename, written.surname,
        iso(written.born), desk.sex(person, "M", "F", "U"), written.postcode, force, crime.group, iso(crime.recorded),
        crime.outcome, iso(crime.outcome_on), yes(crime.support is not None and desk.chance() < 0.85), yes(crime.suspect),
    ]  # fmt: skip


def _prosecution(life: Life, crime: Crime, desk: Desk) -> list[str]:
    written = write_down(life.person, POLICE, desk.draw)
    withdrew = crime.withdrew_on is not None  # of cases that reached prosecutors, before the decision or after it
    return [
        desk.number("PR", 9), desk.number("PV", 9), crime.urn, written.forename, written.surname, iso(written.born),
        crime.group, iso(crime.referred_to_cps), crime.decision, iso(crime.decided_on), yes(withdrew), crime.prosecution,
        iso(crime.prosecution_ended),
    ]  # fmt: skip


def _support(life: Life, support: Support, desk: Desk) -> list[str]:
    person, written = life.person, write_down(life.person, CHARITY, desk.draw)
    client = desk.number("SC", 8) if desk.chance() < 0.04 else desk.reference(person, "support")
    return [
        desk.number("SR", 8), client, written.forename, written.surname, iso(written.born),
        desk.sex(person, "M", "F", "Not stated"), "" if written.postcode.startswith("NF") else written.postcode,
        person.ethnicity if desk.chance() < 0.9 else "Not stated", iso(support.referred), iso(support.contacted), support.kind,
        iso(support.started), iso(support.ended), str(support.sessions), whole(support.wellbeing_start),
        whole(support.wellbeing_end), support.closure,
    ]  # fmt: skip
