"""How departments write people down: the faults of domain knowledge, at the rates that were seen in live data.

Rates after the Core Person Record's published model (pairs of records of one person): names not exactly equal 12 %,
dates of birth 5.2 %, swapped names 0.2 %, no shared postcode 20 %; faults of people without an address go together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from boldlink.synthetic.names import NICKNAMES
from boldlink.synthetic.population import Person, make_postcode

KEYBOARD = {
    "a": "s",
    "e": "r",
    "i": "o",
    "o": "p",
    "n": "m",
    "s": "d",
    "t": "y",
    "r": "t",
    "l": "k",
    "h": "j",
}
PLACEHOLDERS = (date(1900, 1, 1), date(1970, 1, 1))
COURT_NO_ADDRESS = ("NF1 1NF", "NF1 1FA")
HEALTH_NO_ADDRESS = "ZZ99 3VZ"


@dataclass(frozen=True)
class Habits:
    """How careful a system is: rates of its faults, each a share of records."""

    name: float = 0.05
    birth: float = 0.02
    placeholder: float = 0.003
    moved: float = 0.15
    no_postcode: float = 0.03
    pnc: float = 0.7  # share of records that have one
    short_pnc: float = 0.3
    cro: float = 0.5
    junk: float = 0.002


PRISON = Habits(name=0.045, birth=0.018, moved=0.12, pnc=0.82)
PROBATION = Habits(name=0.055, birth=0.02, placeholder=0.006, moved=0.16, pnc=0.8, junk=0.004)
COURT = Habits(name=0.07, birth=0.025, moved=0.18, pnc=0.45)
POLICE = Habits(name=0.06, birth=0.02, moved=0.08)
COUNCIL = Habits(name=0.06, birth=0.02, moved=0.35, no_postcode=0.08)
HEALTH = Habits(name=0.02, birth=0.008, placeholder=0.001, moved=0.2)


@dataclass(frozen=True)
class Written:
    """A person as one record has them."""

    forename: str
    middle_name: str
    surname: str
    alias_forename: str
    alias_surname: str
    born: date
    postcode: str
    pnc: str
    cro: str


def write_down(person: Person, habits: Habits, draw: Random, no_address: str = COURT_NO_ADDRESS[0]) -> Written:
    """One record's identifiers, faults and all."""
    forename, surname = _names(person, habits, draw)
    alias = person.alias if person.alias and draw.random() < 0.7 else ("", "")
    if person.alias and draw.random() < 0.04:  # known by the alias, with the real name behind it
        forename, surname, alias = *person.alias, (person.forename, person.surname)
    return Written(
        forename=forename,
        middle_name=person.middle_name if draw.random() < 0.75 else "",
        surname=surname,
        alias_forename=alias[0],
        alias_surname=alias[1],
        born=_birth(person.born, habits, draw),
        postcode=_postcode(person, habits, draw, no_address),
        pnc=_pnc(person.pnc, habits, draw),
        cro=_cro(person.cro, habits, draw),
    )


def _names(person: Person, habits: Habits, draw: Random) -> tuple[str, str]:
    forename, surname = person.forename, person.surname
    if person.former_surname and draw.random() < 0.12:
        surname = person.former_surname
    if forename in NICKNAMES and draw.random() < 0.06:
        forename = NICKNAMES[forename]
    forename = _typo(forename, draw) if draw.random() < habits.name else forename
    surname = _typo(surname, draw) if draw.random() < habits.name else surname
    swap = 0.006 if person.community in ("south_asian", "east_european") else 0.001
    if draw.random() < swap:
        forename, surname = surname, forename
    if draw.random() < habits.junk:
        surname = draw.choice(("MIG_ERROR_", "NO_SHOW_", "DUPLICATE_")) + surname
    elif draw.random() < habits.junk / 4:
        forename = "NOT ENTERED"
    return (forename.upper() if draw.random() < 0.2 else forename), (
        surname.upper() if draw.random() < 0.3 else surname
    )


def _typo(name: str, draw: Random) -> str:
    where = draw.randrange(1, len(name)) if len(name) > 1 else 0
    kind = draw.randrange(4)
    letter = name[where]
    if kind == 0 and len(name) > 3:
        return name[:where] + name[where + 1 :]
    if kind == 1:
        return name[:where] + letter + name[where:]
    if kind == 2 and where + 1 < len(name):
        return name[:where] + name[where + 1] + letter + name[where + 2 :]
    return name[:where] + KEYBOARD.get(letter, "e") + name[where + 1 :]


def _birth(born: date, habits: Habits, draw: Random) -> date:
    if draw.random() < habits.placeholder:
        return draw.choice(PLACEHOLDERS)
    if draw.random() >= habits.birth:
        return born
    kind = draw.random()
    if kind < 0.45 and born.day <= 12:
        return date(born.year, born.day, min(born.month, 28))  # day and month exchanged
    if kind < 0.75:
        return born + timedelta(days=draw.choice((1, -1, 10, -10, 30, -30)))
    if kind < 0.95:
        return date(born.year + draw.choice((-5, -2, -1, 1, 2, 5)), born.month, min(born.day, 28))
    return date(born.year, 1, 1)


def _postcode(person: Person, habits: Habits, draw: Random, no_address: str) -> str:
    if person.no_fixed_abode and draw.random() < 0.6:
        return no_address
    kind = draw.random()
    if kind < habits.no_postcode:
        return ""
    if kind < habits.no_postcode + habits.moved:
        return person.former_postcode if draw.random() < 0.6 else make_postcode(person.area, draw)
    plain = person.postcode
    return plain.replace(" ", "") if draw.random() < 0.1 else plain


def _pnc(pnc: str, habits: Habits, draw: Random) -> str:
    if draw.random() >= habits.pnc:
        return ""
    if draw.random() < 0.004:
        return pnc[:-1] + ("A" if pnc[-1] != "A" else "B")  # a check letter that is wrong
    if draw.random() < habits.short_pnc:
        year, rest = pnc.split("/")
        return f"{year[2:]}/{int(rest[:-1])}{rest[-1]}"
    return pnc


def _cro(cro: str, habits: Habits, draw: Random) -> str:
    if draw.random() >= habits.cro:
        return "000000/00Z" if draw.random() < 0.02 else ""
    return cro
