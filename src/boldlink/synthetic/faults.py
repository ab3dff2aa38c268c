"""How departments write people down: the faults of domain knowledge, at the rates that were seen in live data.

Rates after the Core Person Record's published model (pairs of records of one person): names not exactly equal 12 %,
2.1 % of pairs equal only through an alias, dates of birth 5.2 %, swapped names 0.2 %, no shared postcode 20 %
(`fault_rates` measures them). Faults go together: people without an address lose the postcode and are likelier to go by an
alias, women change their surname, and some communities' names are written in the other order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from boldlink.synthetic.names import NICKNAMES
from boldlink.synthetic.population import Person, make_postcode

KEYBOARD = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "s": "d", "t": "y", "r": "t", "l": "k", "h": "j"}
PLACEHOLDERS = (date(1900, 1, 1), date(1970, 1, 1))
JUNK = ("MIG_ERROR_", "NO_SHOW_", "DUPLICATE_")
COURT_NO_ADDRESS = "NF1 1NF"
HEALTH_NO_ADDRESS = "ZZ99 3VZ"
SWAPPING = ("south_asian", "east_european")


@dataclass(frozen=True)
class Habits:
    """How careful a system is: rates of its faults, each a share of records (`name`: of each of two names)."""

    name: float = 0.02
    nickname: float = 0.05
    former: float = 0.12  # of those who had another surname once
    under_alias: float = 0.047  # of those who have an alias: the alias in front, their name behind it
    birth: float = 0.025
    placeholder: float = 0.003
    moved: float = 0.1
    no_postcode: float = 0.03
    no_address: float = 0.6  # of those without a fixed abode: the code for none stands for a postcode
    pnc: float = 0.7  # share of records that have one
    short_pnc: float = 0.3
    cro: float = 0.5
    junk: float = 0.002


PRISON = Habits(name=0.0165, birth=0.0235, moved=0.095, pnc=0.82)
PROBATION = Habits(name=0.019, birth=0.0275, placeholder=0.006, moved=0.125, pnc=0.8, junk=0.004)
OASYS = Habits(name=0.018, birth=0.02, pnc=0.75)
NATIONAL_COMPUTER = Habits(name=0.015, birth=0.02, pnc=0.998, short_pnc=0.1, cro=0.85)
COURT = Habits(name=0.03, birth=0.03, moved=0.16, pnc=0.45)
POLICE = Habits(name=0.025, birth=0.025, moved=0.08)
COUNCIL = Habits(name=0.025, birth=0.022, moved=0.3, no_postcode=0.08)
OUTREACH = Habits(name=0.04, nickname=0.4, birth=0.05, under_alias=0.15)
CHARITY = Habits(name=0.03, nickname=0.12, birth=0.02, moved=0.08, no_postcode=0.06)
HEALTH = Habits(name=0.009, birth=0.005, placeholder=0.001, moved=0.2, under_alias=0.01)
REGISTERS = Habits(
    name=0.006, nickname=0.01, birth=0.004, placeholder=0, moved=0.1, no_postcode=0.01, junk=0, under_alias=0
)


class Written(NamedTuple):
    """A person as one record has them."""

    forename: str
    middle_name: str
    surname: str
    alias_forename: str
    alias_surname: str
    born: date
    postcode: str


def write_down(person: Person, habits: Habits, draw: Random, no_address: str = COURT_NO_ADDRESS) -> Written:
    """One record's names, date of birth and postcode, faults and all."""
    forename, surname = _names(person, habits, draw)
    alias_forename = alias_surname = ""
    if person.alias:
        kind = draw.random()
        if kind < habits.under_alias:
            alias_forename, alias_surname, (forename, surname) = forename, surname, person.alias
        elif kind < 0.7:
            alias_forename, alias_surname = person.alias
    middle_name = person.middle_name if draw.random() < 0.75 else ""
    born, postcode = birth_of(person, habits, draw), postcode_of(person, habits, draw, no_address)
    return Written(forename, middle_name, surname, alias_forename, alias_surname, born, postcode)


def _names(person: Person, habits: Habits, draw: Random) -> tuple[str, str]:
    chance, forename, surname = draw.random, person.forename, person.surname
    if person.former_surname and chance() < habits.former:
        surname = person.former_surname
    if forename in NICKNAMES and chance() < habits.nickname:
        forename = NICKNAMES[forename]
    if chance() < habits.name:
        forename = _typo(forename, draw)
    if chance() < habits.name:
        surname = _typo(surname, draw)
    if chance() < (0.0045 if person.community in SWAPPING else 0.0007):
        forename, surname = surname, forename
    return _worn(forename, surname, habits, draw)


def _worn(forename: str, surname: str, habits: Habits, draw: Random) -> tuple[str, str]:
    """Names as systems wear them: junk in front, nothing entered, capitals."""
    kind = draw.random()
    if kind < habits.junk:
        surname = draw.choice(JUNK) + surname
    elif kind < habits.junk * 1.25:
        forename = "NOT ENTERED"
    elif kind > 0.7:
        surname = surname.upper()
        forename = forename.upper() if kind > 0.8 else forename
    return forename, surname


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


def birth_of(person: Person, habits: Habits, draw: Random) -> date:
    """The date of birth as a record has it: exchanged, mistyped, years out, or a placeholder."""
    chance = draw.random()
    if chance >= habits.placeholder + habits.birth:
        return person.born
    if chance < habits.placeholder:
        return draw.choice(PLACEHOLDERS)
    born, kind = person.born, draw.random()
    if kind < 0.4 and born.day <= 12 and born.day != born.month:
        return date(born.year, born.day, min(born.month, 28))  # day and month exchanged
    if kind < 0.75:
        return born + timedelta(days=draw.choice((1, -1, 10, -10, 30, -30)))
    if kind < 0.95:
        return date(born.year + draw.choice((-5, -2, -1, 1, 2, 5)), born.month, min(born.day, 28))
    return date(born.year, 1, 1)


def postcode_of(person: Person, habits: Habits, draw: Random, no_address: str = COURT_NO_ADDRESS) -> str:
    """The postcode as a record has it: current, an earlier one, a wrong one, none, or the code for no fixed abode."""
    if person.no_fixed_abode and draw.random() < habits.no_address:
        return no_address
    kind = draw.random()
    if kind < habits.no_postcode:
        return ""
    if kind < habits.no_postcode + habits.moved:
        earlier = person.former_postcode and draw.random() < 0.6
        return person.former_postcode if earlier else make_postcode(person.area, draw)
    return person.postcode.replace(" ", "") if kind > 0.9 else person.postcode


def pnc_of(person: Person, habits: Habits, draw: Random) -> str:
    """The PNC id, often missing, sometimes in its short form, seldom with a check letter that is wrong."""
    pnc = person.pnc
    if not pnc or draw.random() >= habits.pnc:
        return ""
    kind = draw.random()
    if kind < 0.004:
        return pnc[:-1] + ("A" if pnc[-1] != "A" else "B")
    if kind < 0.004 + habits.short_pnc:
        year, rest = pnc.split("/")
        return f"{year[2:]}/{int(rest[:-1])}{rest[-1]}"
    return pnc


def cro_of(person: Person, habits: Habits, draw: Random) -> str:
    """The CRO number, often missing, and sometimes the dummy that stands for none."""
    if draw.random() < habits.cro:
        return person.cro
    return "000000/00Z" if draw.random() < 0.02 else ""
