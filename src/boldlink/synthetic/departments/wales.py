"""Wales in SAIL: records that arrive linked and nameless, under an ALF with its match grade.

Substance misuse referrals, the population spine, admissions and deaths. One group of suppliers (about a sixth of referrals)
moved to WCCIS and reported no closures from 2021 to 2023: its referrals are carried forward as open.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from boldlink.synthetic.departments.desk import Desk
from boldlink.synthetic.departments.row import Row, columns, iso
from boldlink.synthetic.events import ENDS, Life, Referral
from boldlink.synthetic.population import Person

HEADERS = columns(
    wales_substance_misuse="""
    referral_id alf alf_sts_cd week_of_birth gndr_cd health_board substance referral_source referral_date assessment_date
    treatment_start_date closure_date closure_reason""",
    wales_population="residence_id alf alf_sts_cd week_of_birth gndr_cd health_board start_date end_date",
    wales_admissions="spell_id alf alf_sts_cd admission_date discharge_date admission_method diagnosis_group",
    wales_deaths="death_id alf alf_sts_cd death_date cause_group",
)
BOARDS = ("Cardiff and Vale", "Swansea Bay", "Aneurin Bevan", "Betsi Cadwaladr")
GRADES, WEIGHTS = ("1", "4", "35", "39"), (70, 90, 97, 100)  # cumulative per cent
CARRIED_FORWARD_PERCENT = 17
GAP = (date(2021, 10, 1), date(2023, 6, 30))  # the quarters without closures; their exact days are unverified
REGISTERED = date(2015, 1, 1)


def rows(life: Life, desk: Desk) -> Iterator[Row]:
    """Everything that SAIL holds about somebody who lives in Wales."""
    if not life.person.in_wales:
        return
    person, alf = life.person, desk.reference(life.person, "alf", lambda: desk.number("", 10))
    for referral in life.referrals:
        yield Row("wales-substance-misuse", person.id, _referral(person, referral, alf, desk))
    for starts, ends in _residences(life, desk):
        values = [desk.number("W", 9), alf, _grade(desk), *_demography(person), _board(person), iso(starts), iso(ends)]
        yield Row("wales-population", person.id, values)
    for stay in life.admissions:
        dates = [iso(stay.admitted), iso(stay.discharged), stay.method, stay.group]
        yield Row("wales-admissions", person.id, [desk.number("PE", 9), alf, _grade(desk), *dates])
    if life.died:
        values = [desk.number("AD", 8), alf, _grade(desk), iso(life.died), life.cause]
        yield Row("wales-deaths", person.id, values)


def _referral(person: Person, one: Referral, alf: str, desk: Desk) -> list[str]:
    closed = None if _is_carried_forward(one, desk) else one.closed
    return [
        desk.number("R", 8), alf, _grade(desk), *_demography(person), _board(person), one.substance, one.source,
        iso(one.referred), iso(one.assessed), iso(one.started), iso(closed), one.reason if closed else "",
    ]  # fmt: skip


def _is_carried_forward(one: Referral, desk: Desk) -> bool:
    lost = one.closed is not None and GAP[0] <= one.closed <= GAP[1]
    return lost and desk.draw.randrange(100) < CARRIED_FORWARD_PERCENT


def _residences(life: Life, desk: Desk) -> Iterator[tuple[date, date | None]]:
    """Where the spine has them live: one address, or two for those who moved."""
    starts = max(REGISTERED, life.person.born)
    if desk.chance() < 0.2:
        moved = date(2021, 10, 1) + timedelta(days=desk.draw.randrange(900))
        if not life.died or moved < life.died:
            yield starts, moved
            starts = moved
    yield starts, life.died if life.died and life.died <= ENDS else None


def _demography(person: Person) -> tuple[str, str]:
    """Week of birth (its Monday) and gender code: SAIL holds no date of birth."""
    return iso(person.born - timedelta(days=person.born.weekday())), "1" if person.sex == "M" else "2"


def _board(person: Person) -> str:
    return BOARDS[person.area % len(BOARDS)]


def _grade(desk: Desk) -> str:
    return desk.draw.choices(GRADES, cum_weights=WEIGHTS)[0]
