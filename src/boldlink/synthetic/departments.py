"""Each department's rows of one population, in its own columns, codes and faults.

A row is a list in the order of HEADERS; the headers are those of the department's data contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from boldlink.synthetic import faults
from boldlink.synthetic.faults import Written, write_down
from boldlink.synthetic.lives import Life
from boldlink.synthetic.population import AREAS, Person

# Columns of each extract, in the order of its data contract.
HEADERS: dict[str, list[str]] = {
    dataset: columns.split()
    for dataset, columns in {
        "prison": """
            book_id noms_number pnc cro forename middle_name surname alias_forename alias_surname date_of_birth sex
            postcode ethnicity reception_date release_date release_type sentence_length_days main_offence
            discharge_accommodation establishment release_region wing_notes""",
        "probation": """
            event_id crn noms_number pnc cro forename middle_name surname alias_forename alias_surname date_of_birth
            gender postcode ethnicity disposal_type requirement event_date termination_date accommodation_status
            probation_region contact_notes""",
        "ndtms": """
            n_jy client_ref forename_initial surname_initial dob sex pc la agncy dat ethnic setting triaged_jy
            disd_jy disrsn_jy drug1 drug2 drug3""",
        "hclic": """
            case_id person_ref forename surname date_of_birth sex nino postcode local_authority assessment
            accommodation_at_application referral_body support_offending_history support_drug_dependency
            support_rough_sleeping application_date duty_end_date duty_end_reason officer_notes""",
        "wales-substance-misuse": """
            referral_id alf alf_sts_cd week_of_birth gndr_cd health_board substance referral_source referral_date
            treatment_start_date closure_date closure_reason""",
        "police-crimes": """
            crime_ref victim_ref case_urn forename surname date_of_birth sex postcode force offence_group
            recorded_date outcome_code outcome_date support_referred""",
        "courts": """
            defendant_on_case_id defendant_ref case_urn forename surname defendant_dob defendant_sex pnc postcode
            court_type charge_date first_hearing_date completion_date plea result""",
    }.items()
}
BOARDS = ("Cardiff and Vale", "Swansea Bay", "Aneurin Bevan", "Betsi Cadwaladr")
WELSH_SUBSTANCES = ("Alcohol", "Heroin", "Cannabis", "Cocaine", "Amphetamines", "Benzodiazepines", "Other")


@dataclass
class Row:
    """One row of an extract, and who it is about."""

    dataset: str
    values: list[str]
    person: str
    key: str  # the row's primary key
    source_key: str  # the department's reference to the person


class Desk:
    """Writes lives down as departments would, drawing every fault from one source of chance."""

    def __init__(self, draw: Random) -> None:
        self._draw = draw
        self._numbers: set[str] = set()

    def rows(self, life: Life) -> Iterator[Row]:
        """Every department's rows about one person."""
        noms = self._prison_number() if life.spells else ""
        yield from self._prison(life, noms)
        yield from self._probation(life, noms)
        yield from self._ndtms(life)
        yield from self._hclic(life)
        yield from self._wales(life)
        yield from self._police(life)
        yield from self._courts(life)

    def _prison(self, life: Life, noms: str) -> Iterator[Row]:
        for spell in life.spells:
            written = write_down(life.person, faults.PRISON, self._draw)
            release = _iso(spell.release)
            accommodation = (
                ("DNF" if life.person.no_fixed_abode else self._draw.choice(("DPH", "DSH", "DST", "DBH", "DPH")))
                if release
                else ""
            )
            region = self._draw.choices((life.person.region, self._region()), (85, 15))[0]
            key = self._number("B", 8)
            yield _row("prison", life.person, key, noms, [
                key, noms, written.pnc, written.cro, *_five_names(written), _iso(written.born),
                self._sex(life.person, "Male", "Female", "Not Known / Not Recorded"), written.postcode,
                life.person.ethnicity if self._draw.random() < 0.97 else "Not stated", _iso(spell.reception), release,
                self._draw.choice(("CRD", "HDC", "ARD", "FTR")) if release else "", str(spell.sentence_days), spell.offence,
                accommodation, f"HMP {life.person.local_authority}", region, "Free text that is never taken in.",
            ])  # fmt: skip

    def _probation(self, life: Life, noms: str) -> Iterator[Row]:
        crns = [self._crn()]
        if self._draw.random() < 0.01:
            crns.append(self._crn())  # the same person, opened twice
        for started, disposal, requirement in life.supervised:
            written = write_down(life.person, faults.PROBATION, self._draw)
            crn, key = self._draw.choice(crns), self._number("E", 8)
            ended = started + timedelta(days=self._draw.randrange(90, 700))
            yield _row("probation", life.person, key, crn, [
                key, crn, noms if noms and self._draw.random() < 0.55 else "", written.pnc, written.cro, *_five_names(written),
                _iso(written.born), self._sex(life.person, "M", "F", "N"), written.postcode, life.person.ethnicity, disposal,
                requirement, _iso(started), _iso(ended) if ended <= date(2024, 5, 31) else "",
                "A08A" if life.person.no_fixed_abode and self._draw.random() < 0.5 else self._draw.choice(("A01A", "A01C", "A01D", "A07B", "A16")),
                life.person.region, "Free text that is never taken in.",
            ])  # fmt: skip

    def _ndtms(self, life: Life) -> Iterator[Row]:
        person = life.person
        references: dict[str, str] = {}
        moved = self._draw.random() < 0.12
        for journey in life.journeys:
            written = write_down(person, faults.HEALTH, self._draw, faults.HEALTH_NO_ADDRESS)
            reference = references.setdefault(journey.setting, self._number("C", 9))
            key = self._number("J", 9)
            home = written.postcode.replace(" ", "")
            outcode = "" if not home or home.startswith("ZZ") else home[:-3]
            area = AREAS[person.area][3] if not moved else AREAS[self._draw.randrange(26)][3]
            names = (
                (person.forename, person.surname)
                if self._draw.random() < 0.985
                else (written.forename, written.surname)
            )
            yield _row("ndtms", person, key, reference, [
                key, reference, names[0][0].upper(), names[1][0].upper(), _uk(written.born), person.sex, outcode, area,
                f"{area} {'HMP' if journey.setting == 'prison' else 'Recovery'}", area, person.ethnicity, journey.setting,
                _uk(journey.triaged), _uk(journey.ended), journey.reason, journey.drug, self._second(journey.drug), "",
            ])  # fmt: skip

    def _hclic(self, life: Life) -> Iterator[Row]:
        if life.person.in_wales:
            return
        for applied, lived in life.homeless:
            written = write_down(life.person, faults.COUNCIL, self._draw)
            named = hash_share(life.person.local_authority) >= 20  # some councils do not take part with names
            key, reference = self._number("H", 8), self._number("P", 8)
            custody = lived.startswith("homeless on departure")
            yield _row("hclic", life.person, key, reference, [
                key, reference, written.forename if named else "", written.surname if named else "", _iso(written.born),
                self._sex(life.person, "Male", "Female", "Not known"), self._nino(life.person) if self._draw.random() < 0.4 else "",
                written.postcode if not written.postcode.startswith("NF") else "", life.person.local_authority,
                "homeless" if custody else self._draw.choice(("threatened within 56 days", "homeless", "neither")), lived,
                "prison" if custody else self._draw.choice(("probation", "hospital", "jobcentre", "none", "none")),
                _bool(bool(life.spells)), _bool(bool(life.journeys)), _bool(lived == "rough sleeping"), _iso(applied),
                _iso(applied + timedelta(days=self._draw.randrange(10, 120))),
                self._draw.choice(("secured accommodation 6+ months", "contact lost", "56 days elapsed", "refused accommodation")),
                "Free text that is never taken in.",
            ])  # fmt: skip

    def _wales(self, life: Life) -> Iterator[Row]:
        person = life.person
        alf = self._number("", 10)
        for referred in life.referrals:
            started = referred + timedelta(days=self._draw.randrange(2, 60)) if self._draw.random() < 0.75 else None
            closed = (started or referred) + timedelta(days=self._draw.randrange(20, 300))
            monday = person.born - timedelta(days=person.born.weekday())
            key = self._number("R", 8)
            reason = (
                self._draw.choice(("treatment complete", "referred on", "withdrawn by provider", "declined"))
                if started
                else "DNA before assessment"
            )
            yield _row("wales-substance-misuse", person, key, alf, [
                key, alf, self._draw.choices(("1", "4", "35", "39"), (70, 20, 7, 3))[0], _iso(monday), "1" if person.sex == "M" else "2",
                BOARDS[person.area % len(BOARDS)], self._draw.choice(WELSH_SUBSTANCES),
                self._draw.choice(("self", "GP", "criminal justice", "hospital", "social services")), _iso(referred), _iso(started),
                _iso(closed), reason,
            ])  # fmt: skip

    def _police(self, life: Life) -> Iterator[Row]:
        reference = self._number("V", 8)
        for recorded, offence in life.crimes:
            written = write_down(life.person, faults.POLICE, self._draw)
            outcome = self._draw.choices(("1", "8", "14", "15", "16", "18"), (14, 5, 12, 9, 20, 40))[0]
            urn = self._number("U", 10) if outcome == "1" else ""
            key = self._number("CR", 8)
            yield _row("police-crimes", life.person, key, reference, [
                key, reference, urn, written.forename, written.surname, _iso(written.born), self._sex(life.person, "M", "F", "U"),
                written.postcode, life.person.local_authority, offence, _iso(recorded), outcome,
                _iso(recorded + timedelta(days=self._draw.randrange(3, 200))), _bool(self._draw.random() < 0.3),
            ])  # fmt: skip
            if urn:
                life.person.notes[key] = urn

    def _courts(self, life: Life) -> Iterator[Row]:
        for heard in life.cases:
            yield self.case(life.person, heard, self._number("U", 10))

    def case(self, person: Person, heard: date, urn: str) -> Row:
        """A defendant's case: their own, or one that the police charged with a victim behind it."""
        written = write_down(person, faults.COURT, self._draw)
        key = self._number("D", 9)
        done = heard + timedelta(days=self._draw.randrange(1, 300))
        return _row("courts", person, key, f"c{key}", [
            key, f"c{key}", urn, written.forename, written.surname, _uk(written.born), self._sex(person, "M", "F", "NS"), written.pnc,
            written.postcode, self._draw.choice(("magistrates", "magistrates", "crown")), _uk(heard - timedelta(days=self._draw.randrange(5, 60))),
            _uk(heard), _uk(done) if done <= date(2024, 5, 31) else "", self._draw.choice(("guilty", "not guilty", "none")),
            self._draw.choice(("convicted", "convicted", "acquitted", "discontinued")) if done <= date(2024, 5, 31) else "pending",
        ])  # fmt: skip

    def _sex(self, person: Person, male: str, female: str, unknown: str) -> str:
        chance = self._draw.random()
        if chance < 0.004:
            return unknown
        if chance < 0.007:
            return female if person.sex == "M" else male
        return male if person.sex == "M" else female

    def _second(self, drug: str) -> str:
        return "Crack" if drug == "Opiates" and self._draw.random() < 0.6 else ""

    def _region(self) -> str:
        return AREAS[self._draw.randrange(len(AREAS))][2]

    def _nino(self, person: Person) -> str:
        number = int(person.id, 16)
        return f"{'ABCEGHJKLM'[number % 10]}{'ABCEGHJKLM'[number // 10 % 10]}{number // 100 % 1_000_000:06d}{'ABCD'[number % 4]}"

    def _prison_number(self) -> str:
        return self._unique(
            lambda: (
                f"A{self._draw.randrange(10_000):04d}{self._draw.choice('ABCDEFGH')}{self._draw.choice('ABCDEFGHJKLMNPQRSTVWXYZ')}"
            )
        )

    def _crn(self) -> str:
        return self._unique(lambda: f"X{self._draw.randrange(1_000_000):06d}")

    def _number(self, prefix: str, digits: int) -> str:
        return self._unique(lambda: f"{prefix}{self._draw.randrange(10**digits):0{digits}d}")

    def _unique(self, make) -> str:  # type: ignore[no-untyped-def]
        while (value := make()) in self._numbers:
            pass
        self._numbers.add(value)
        return str(value)


def hash_share(text: str) -> int:
    """A number from 0 to 99 that belongs to a text."""
    return sum(ord(letter) * (place + 7) for place, letter in enumerate(text)) % 100


def _row(dataset: str, person: Person, key: str, source_key: str, values: list[str]) -> Row:
    return Row(dataset, values, person.id, key, source_key)


def _five_names(written: Written) -> list[str]:
    return [
        written.forename,
        written.middle_name,
        written.surname,
        written.alias_forename,
        written.alias_surname,
    ]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _uk(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def _bool(value: bool) -> str:
    return "true" if value else "false"
