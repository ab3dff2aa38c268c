"""Research tables as they would be if every department recorded everything and every link were right.

A study of methods starts from these, then breaks the links on purpose. No fault, no coverage loss, no pseudonym key:
what is left is chance, confounding and the method. Columns are those of the data contracts that effects read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from boldlink.synthetic.events import Crime, Life

KEY = pa.binary(16)
PEOPLE = ("person_high", "person_medium", "person_low", "person_exact")
Row = tuple[Any, ...]


def research_tables(lives: Sequence[Life]) -> dict[str, pa.Table]:
    """One table for each dataset that effects read; person ids are positions in `lives`, links certain."""
    return {name: _table(lives, *_TABLES[name]) for name in _TABLES}


def person_id(position: int) -> bytes:
    """The 16-byte id of the person at a position."""
    return position.to_bytes(16, "big")


def _table(lives: Sequence[Life], columns: str, rows: Callable[[Life], Iterable[Row]]) -> pa.Table:
    found = [(position, row) for position, life in enumerate(lives) for row in rows(life)]
    names = [column.split(":")[0] for column in columns.split()]
    types = [_TYPES[column.split(":")[1]] if ":" in column else pa.string() for column in columns.split()]
    ids = pa.array([person_id(position) for position, _ in found], KEY)
    made: dict[str, Any] = dict.fromkeys(PEOPLE, ids)
    made["link_probability"] = pa.array([1.0] * len(found), pa.float64())
    for number, (name, kind) in enumerate(zip(names, types, strict=True)):
        made[name] = pa.array([row[number] for _, row in found], kind)
    return pa.table(made)


_TYPES: Mapping[str, pa.DataType] = {
    "date": pa.date32(), "flag": pa.bool_(), "number": pa.int64(), "key": KEY,
}  # fmt: skip


def _band(born: date) -> str:
    first = born.year // 5 * 5
    return f"{first}-{first + 4}"


def _sex(life: Life) -> str:
    return life.person.sex


def _prison(life: Life) -> Iterable[Row]:
    person = life.person
    for spell in life.spells:
        yield (
            spell.reception, spell.release, spell.sentence_days, spell.offence, spell.first_night, spell.service,
            spell.employment_support, spell.accredited_programme, person.region, person.ethnicity, _sex(life),
            _band(person.born), spell.homeless_before,
        )  # fmt: skip


def _probation(life: Life) -> Iterable[Row]:
    for one in life.supervised:
        yield (
            one.started, one.disposal, one.requirement, one.first_night, one.three_months, one.employed_6_weeks,
            one.employed_6_months, life.person.region,
        )  # fmt: skip


def _pnc(life: Life) -> Iterable[Row]:
    for one in life.offences:
        yield one.committed, one.proven, one.recordable, one.breach, one.priors, one.disposal


def _oasys(life: Life) -> Iterable[Row]:
    for one in life.assessments:
        yield one.day, one.ogrs3, one.accommodation, one.finance, one.drugs, one.wellbeing


def _ndtms(life: Life) -> Iterable[Row]:
    for one in life.journeys:
        yield (
            one.setting, one.triaged, one.ended, one.reason or None, one.drug, one.opioid_substitution,
            "none" if one.settled_home else "housing problem", _sex(life), _band(life.person.born),
        )  # fmt: skip


def _hclic(life: Life) -> Iterable[Row]:
    needs = life.needs
    for one in life.applications:
        yield (
            one.applied, one.duty, one.ended, True, needs.mental, needs.physical, bool(needs.drug), str(one.area),
            _band(life.person.born), one.lived,
        )  # fmt: skip


def _hospital(life: Life) -> Iterable[Row]:
    for one in life.admissions:
        yield one.admitted, one.group


def _crimes(life: Life) -> Iterable[Row]:
    for number, crime in enumerate(life.crimes):
        yield (
            _crime_id(life, number), _urn(crime), crime.group, crime.recorded, crime.outcome or None, crime.outcome_on,
            _sex(life), _band(life.person.born),
        )  # fmt: skip


def _cps(life: Life) -> Iterable[Row]:
    for crime in life.crimes:
        if crime.urn:
            stopped = crime.prosecution == "stopped" and crime.withdrew_on is not None
            yield _urn(crime), stopped, crime.prosecution_ended, crime.decision


def _service(life: Life) -> Iterable[Row]:
    for crime in life.crimes:
        if crime.support:
            yield crime.support.referred, crime.support.kind, crime.support.started


def _crime_id(life: Life, number: int) -> bytes:
    return bytes.fromhex(life.person.id.rjust(28, "0")) + number.to_bytes(2, "big")


def _urn(crime: Crime) -> bytes | None:
    return crime.urn.encode().rjust(16, b"0")[-16:] if crime.urn else None


_TABLES: Mapping[str, tuple[str, Callable[[Life], Iterable[Row]]]] = {
    "prison": (
        """reception_date:date release_date:date sentence_length_days:number main_offence discharge_accommodation
        accommodation_service employment_support:flag accredited_programme:flag release_region ethnicity sex_recorded
        birth_year no_fixed_abode:flag""",
        _prison,
    ),
    "probation": (
        """event_date:date disposal_type requirement accommodation_status accommodation_3_months employment_6_weeks
        employment_6_months probation_region""",
        _probation,
    ),
    "pnc": (
        "offence_date:date proven_date:date recordable:flag breach:flag prior_convictions:number disposal",
        _pnc,
    ),
    "oasys": (
        """assessment_date:date ogrs3:number question_3_tot:number question_5_tot:number question_8_tot:number
        question_10_tot:number""",
        _oasys,
    ),
    "ndtms": (
        """setting triaged_jy:date disd_jy:date disrsn_jy drug1 opioid_substitution:flag accommodation_need sex_recorded
        birth_year""",
        _ndtms,
    ),
    "hclic": (
        """application_date:date duty duty_end_date:date main_applicant:flag support_mental_health:flag
        support_physical_health:flag support_drug_dependency:flag local_authority birth_year accommodation_at_application""",
        _hclic,
    ),
    "hospital-episodes": ("admission_date:date diagnosis_group", _hospital),
    "police-crimes": (
        """crime_ref:key case_urn:key offence_group recorded_date:date outcome_code outcome_date:date sex_recorded
        birth_year""",
        _crimes,
    ),
    "cps": ("case_urn:key victim_withdrew:flag outcome_date:date decision", _cps),
    "victim-service": ("referral_date:date support_type support_start_date:date", _service),
}
