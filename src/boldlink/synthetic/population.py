"""One population of England and Wales with the truth known: who people are, before any department writes them down.

People in touch with services, not a census: more men, more people in their twenties to forties, more without a home.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from random import Random

from boldlink.standardise import check_letter
from boldlink.synthetic.chance import Choice, between, happens, later
from boldlink.synthetic.names import COMMUNITIES, ETHNICITY, forenames, surnames

# Areas: postcode letters, number of districts, region, local authority. The Welsh ones come last.
AREAS = (
    ("M", 30, "North West", "Manchester"), ("L", 30, "North West", "Liverpool"), ("PR", 9, "North West", "Preston"),
    ("LS", 28, "Yorkshire and the Humber", "Leeds"), ("S", 26, "Yorkshire and the Humber", "Sheffield"),
    ("HU", 17, "Yorkshire and the Humber", "Hull"), ("NE", 40, "North East", "Newcastle upon Tyne"),
    ("TS", 26, "North East", "Middlesbrough"), ("B", 40, "West Midlands", "Birmingham"), ("CV", 12, "West Midlands", "Coventry"),
    ("ST", 14, "West Midlands", "Stoke-on-Trent"), ("NG", 20, "East Midlands", "Nottingham"),
    ("LE", 12, "East Midlands", "Leicester"), ("DE", 15, "East Midlands", "Derby"), ("NR", 20, "East of England", "Norwich"),
    ("PE", 30, "East of England", "Peterborough"), ("SE", 28, "London", "Southwark"), ("E", 17, "London", "Tower Hamlets"),
    ("N", 22, "London", "Haringey"), ("CR", 8, "London", "Croydon"), ("BN", 24, "South East", "Brighton and Hove"),
    ("PO", 22, "South East", "Portsmouth"), ("RG", 20, "South East", "Reading"), ("BS", 24, "South West", "Bristol"),
    ("PL", 18, "South West", "Plymouth"), ("EX", 16, "South West", "Exeter"),
    ("CF", 24, "Wales", "Cardiff"), ("SA", 20, "Wales", "Swansea"), ("NP", 20, "Wales", "Newport"), ("LL", 20, "Wales", "Wrexham"),
)  # fmt: skip
WELSH_AREAS = 4
WEIGHTS = {"british": 74, "welsh": 6, "south_asian": 9, "black": 7, "east_european": 4}
COMMUNITY = Choice({name: WEIGHTS[name] for name in COMMUNITIES})
# Risks in ten-thousandths of having come from abroad as an adult.
MIGRATED = {"british": 100, "welsh": 50, "south_asian": 3_000, "black": 2_800, "east_european": 8_500}
OLDEST, YOUNGEST, LAST_ARRIVAL = date(1940, 1, 1), date(2005, 12, 31), date(2023, 6, 30)
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass
class Person:
    """Somebody who does not exist. Former surnames and postcodes: oldest first."""

    id: str
    sex: str
    community: str
    forename: str
    middle_name: str
    surname: str
    born: date
    area: int  # position in AREAS
    postcode: str
    household: int
    nino: str
    arrived: date | None = None  # from abroad
    former_surnames: tuple[str, ...] = ()
    former_postcodes: tuple[str, ...] = ()
    alias: tuple[str, str] | None = None
    no_fixed_abode: bool = False
    pnc: str = ""
    cro: str = ""
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def former_surname(self) -> str:
        """The last one, or nothing."""
        return self.former_surnames[-1] if self.former_surnames else ""

    @property
    def former_postcode(self) -> str:
        """The last one, or nothing."""
        return self.former_postcodes[-1] if self.former_postcodes else ""

    @property
    def ethnicity(self) -> str:
        return ETHNICITY[self.community]

    @property
    def region(self) -> str:
        return AREAS[self.area][2]

    @property
    def local_authority(self) -> str:
        return AREAS[self.area][3]

    @property
    def in_wales(self) -> bool:
        return self.area >= len(AREAS) - WELSH_AREAS


def make_people(count: int, draw: Random) -> list[Person]:
    """`count` people: single, in households that share surname and address, and some twins. Households stand together."""
    people: list[Person] = []
    while len(people) < count:
        person = _person(draw)
        people.append(person)
        kind = draw.random() * 1_000
        if kind < 12:
            people.append(_twin(person, draw))
        elif kind < 160:
            people.append(_relative(person, draw))
    return people[:count]


def _person(draw: Random) -> Person:
    community = COMMUNITY.draw(draw)
    sex = "M" if happens(draw, 7_200) else "F"
    area, born = _area(community, draw), _born(draw)
    person = Person(
        id=f"{draw.getrandbits(64):016x}",
        sex=sex,
        community=community,
        forename=_common(forenames(community, sex), draw),
        middle_name=_common(forenames(community, sex), draw) if happens(draw, 6_000) else "",
        surname=_common(surnames(community), draw),
        born=born,
        area=area,
        postcode=make_postcode(area, draw),
        household=draw.getrandbits(48),
        nino=_nino(draw),
        arrived=_arrival(born, community, draw),
        former_surnames=_maiden_names(community, sex, draw),
    )
    person.former_postcodes = _moves(person, draw)
    _give_numbers(person, draw)
    return person


def _maiden_names(community: str, sex: str, draw: Random) -> tuple[str, ...]:
    """Surnames before marriages: a quarter of women have one, some of them two."""
    count = 0 if sex == "M" or not happens(draw, 2_500) else 1 if happens(draw, 8_500) else 2
    return tuple(_common(surnames(community), draw) for _ in range(count))


def _moves(person: Person, draw: Random) -> tuple[str, ...]:
    """Postcodes lived at before: one to three, most of them near."""
    count = 1 if happens(draw, 6_000) else between(draw, 2, 4)
    return tuple(
        make_postcode(person.area if happens(draw, 7_000) else _area(person.community, draw), draw)
        for _ in range(count)
    )


def _arrival(born: date, community: str, draw: Random) -> date | None:
    """The day somebody came from abroad, as an adult, by the middle of 2023."""
    grown = later(born, 17 * 365)
    if not happens(draw, MIGRATED[community]) or grown >= LAST_ARRIVAL:
        return None
    return later(grown, between(draw, 0, (LAST_ARRIVAL - grown).days))


def _nino(draw: Random) -> str:
    """A National Insurance number of valid shape."""
    letters = "ABCEHJKLMPRSTWXYZ"
    return f"{draw.choice(letters)}{draw.choice(letters[:10])}{draw.randrange(1_000_000):06d}{draw.choice('ABCD')}"


def _give_numbers(person: Person, draw: Random) -> None:
    person.no_fixed_abode = happens(draw, 900)
    # Faults go together: people without an address are likelier to be known by another name.
    if happens(draw, 3_500 if person.no_fixed_abode else 1_200):
        forename = _common(forenames(person.community, person.sex), draw)
        surname = person.surname if happens(draw, 4_000) else _common(surnames(person.community), draw)
        person.alias = (forename, surname)
    year, serial = between(draw, 1990, 2024), between(draw, 1, 1_000_000)
    person.pnc = f"{year}/{serial:07d}{check_letter(year, serial)}"
    year, serial = between(draw, 1990, 2024), between(draw, 1, 500_000)
    person.cro = f"{serial:06d}/{year % 100:02d}{check_letter(year, serial, 6)}"


def _relative(person: Person, draw: Random) -> Person:
    """Somebody of the same household: the surname shared, which a woman may have taken on marriage."""
    other = _person(draw)
    if other.sex == "F" and person.sex == "M" and happens(draw, 6_000):
        other.former_surnames = (*other.former_surnames, other.surname)
    return _live_together(other, person, draw)


def _twin(person: Person, draw: Random) -> Person:
    """A twin of the same sex: everything shared but forename and numbers."""
    other = _person(draw)
    other.sex, other.born, other.arrived = person.sex, person.born, person.arrived
    other.former_surnames = ()
    return _live_together(other, person, draw)


def _live_together(other: Person, person: Person, draw: Random) -> Person:
    other.community, other.surname, other.household = person.community, person.surname, person.household
    other.area, other.postcode, other.no_fixed_abode = person.area, person.postcode, person.no_fixed_abode
    names = tuple(name for name in forenames(other.community, other.sex) if name != person.forename)
    other.forename, other.middle_name = _common(names, draw), other.middle_name and _common(names, draw)
    return other


def _area(community: str, draw: Random) -> int:
    welsh = happens(draw, 9_000 if community == "welsh" else 200)
    return len(AREAS) - 1 - between(draw, 0, WELSH_AREAS) if welsh else between(draw, 0, len(AREAS) - WELSH_AREAS)


def make_postcode(area: int, draw: Random) -> str:
    """A postcode of valid shape in an area."""
    letters, districts = AREAS[area][:2]
    first, second = LETTERS[between(draw, 0, len(LETTERS))], LETTERS[between(draw, 0, len(LETTERS))]
    return f"{letters}{between(draw, 1, districts + 1)} {between(draw, 1, 10)}{first}{second}"


def _born(draw: Random) -> date:
    """From 1940 to 2005, most people in their twenties to forties."""
    days = (YOUNGEST - OLDEST).days
    back = (draw.randrange(days) + draw.randrange(days)) * draw.randrange(days) * 3 // (4 * days)
    return later(OLDEST, days - 1 - min(back, days - 1))


@cache
def _ranks(count: int) -> Choice[int]:
    return Choice({rank: 1_000_000 // (rank + 3) for rank in range(count)})


def _common(values: tuple[str, ...], draw: Random) -> str:
    """One of the values; the first are the commonest."""
    return values[_ranks(len(values)).draw(draw)]
