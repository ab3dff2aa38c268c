"""Three systems of the criminal courts: LIBRA (magistrates), XHIBIT (Crown Court), and Common Platform, which replaces both.

Areas move to Common Platform one after another: a case that is charged after its area has moved is missing from LIBRA, and
from XHIBIT since the middle of 2021. LIBRA and XHIBIT hold defendants case by case; Common Platform knows a defendant again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from boldlink.synthetic.departments.desk import Desk
from boldlink.synthetic.departments.row import Row, columns, iso, uk
from boldlink.synthetic.events import ENDS, Case, Life
from boldlink.synthetic.faults import COURT, cro_of, pnc_of, write_down
from boldlink.synthetic.population import AREAS

HEADERS = columns(
    magistrates="""
    defendant_on_case_id defendant_ref case_urn forename surname defendant_dob defendant_sex pnc postcode offence_group
    charge_date first_hearing_date completion_date plea result""",
    crown_court="""
    defendant_on_case_id defendant_ref case_urn forename surname date_of_birth sex postcode offence_group receipt_date
    main_hearing_date completion_date plea result""",
    common_platform="""
    defendant_id master_defendant_id case_urn forename surname date_of_birth gender pnc_id cro_number postcode court_type
    offence_group charge_date first_hearing_date completion_date plea result""",
)
# Per cent of areas that have moved by a day. The first and the last step are public, the steps between are unverified.
MOVED_PERCENT = (
    (date(2020, 9, 1), 4), (date(2021, 7, 1), 20), (date(2022, 1, 1), 40), (date(2022, 7, 1), 55), (date(2023, 1, 1), 75),
    (date(2023, 7, 1), 100),
)  # fmt: skip
PLATFORM = replace(COURT, name=0.02, birth=0.022, pnc=0.6)


def rows(life: Life, desk: Desk) -> Iterator[Row]:
    """Each case in the system that its area then used; a Crown Court case of the older systems stands in both."""
    for case in life.cases:
        urn = case.urn or desk.number("U", 10)
        if has_moved(life.person.area, case.charged):
            yield Row("common-platform", life.person.id, _platform(life, case, urn, desk))
            continue
        yield Row("magistrates", life.person.id, _magistrates(life, case, urn, desk))
        if case.court == "crown":
            yield Row("crown-court", life.person.id, _crown(life, case, urn, desk))


def has_moved(area: int, day: date) -> bool:
    """Does an area (position in AREAS) use Common Platform on that day?"""
    percent = max((share for since, share in MOVED_PERCENT if since <= day), default=0)
    turn = area * 7 % len(AREAS)
    return turn * 100 < percent * len(AREAS)


def _magistrates(life: Life, case: Case, urn: str, desk: Desk) -> list[str]:
    written, sent = write_down(life.person, COURT, desk.draw), case.court == "crown"
    done = desk.after(case.first_hearing, 0, 10) if sent else _by_then(case.completed)
    return [
        desk.number("L", 9), desk.number("LR", 9), urn, written.forename, written.surname, uk(written.born),
        desk.sex(life.person, "M", "F", "NS"), pnc_of(life.person, COURT, desk.draw), written.postcode, case.group,
        uk(case.charged), uk(case.first_hearing), uk(done), "none" if sent else case.plea,
        ("sent to Crown Court" if sent else case.result) if done else "pending",
    ]  # fmt: skip


def _crown(life: Life, case: Case, urn: str, desk: Desk) -> list[str]:
    written, received, done = write_down(life.person, COURT, desk.draw), case.first_hearing, _by_then(case.completed)
    heard = received + (done - received) // 2 if done else None
    return [
        desk.number("D", 9), desk.number("XR", 9), urn, written.forename, written.surname, iso(written.born),
        desk.sex(life.person, "M", "F", "U"), written.postcode, case.group, iso(received), iso(heard), iso(done), case.plea,
        case.result if done else "pending",
    ]  # fmt: skip


def _platform(life: Life, case: Case, urn: str, desk: Desk) -> list[str]:
    person, done = life.person, _by_then(case.completed)
    written = write_down(person, PLATFORM, desk.draw)
    # A defendant who is not recognised gets a new master number.
    master = desk.number("MD", 9) if desk.chance() < 0.03 else desk.reference(person, "master defendant")
    return [
        desk.number("K", 9), master, urn, written.forename, written.surname, iso(written.born),
        desk.sex(person, "MALE", "FEMALE", "NOT SPECIFIED"), pnc_of(person, PLATFORM, desk.draw),
        cro_of(person, PLATFORM, desk.draw), written.postcode, case.court, case.group, iso(case.charged),
        iso(case.first_hearing), iso(done), case.plea, case.result if done else "pending",
    ]  # fmt: skip


def _by_then(day: date | None) -> date | None:
    return day if day and day <= ENDS else None
