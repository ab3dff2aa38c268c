"""One population of England and Wales with the truth known: who people are, before any department writes them down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from boldlink.standardise import check_letter
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
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass
class Person:
    """Somebody who does not exist."""

    id: str
    sex: str
    community: str
    forename: str
    middle_name: str
    surname: str
    born: date
    area: int  # position in AREAS
    postcode: str
    former_surname: str = ""
    former_postcode: str = ""
    alias: tuple[str, str] | None = None
    no_fixed_abode: bool = False
    pnc: str = ""
    cro: str = ""
    notes: dict[str, str] = field(default_factory=dict)

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
        return self.region == "Wales"


def make_people(count: int, draw: Random) -> list[Person]:
    """`count` people: single, in households that share surname and address, and some twins."""
    people: list[Person] = []
    while len(people) < count:
        person = _person(draw)
        people.append(person)
        kind = draw.random()
        if kind < 0.012:
            people.append(_relative(person, draw, twin=True))
        elif kind < 0.16:
            people.append(_relative(person, draw, twin=False))
    return people[:count]


def _person(draw: Random) -> Person:
    community = draw.choices(COMMUNITIES, [WEIGHTS[name] for name in COMMUNITIES])[0]
    sex = "M" if draw.random() < 0.72 else "F"
    area = _area(community, draw)
    person = Person(
        id=f"{draw.getrandbits(64):016x}",
        sex=sex,
        community=community,
        forename=_zipf(forenames(community, sex), draw),
        middle_name=_zipf(forenames(community, sex), draw) if draw.random() < 0.6 else "",
        surname=_zipf(surnames(community), draw),
        born=date(1940, 1, 1) + timedelta(days=_age_shift(draw)),
        area=area,
        postcode=make_postcode(area, draw),
        former_postcode=make_postcode(area if draw.random() < 0.7 else _area(community, draw), draw),
    )
    if sex == "F" and draw.random() < 0.25:
        person.former_surname = _zipf(surnames(community), draw)
    _give_numbers(person, draw)
    return person


def _give_numbers(person: Person, draw: Random) -> None:
    person.no_fixed_abode = draw.random() < 0.09
    # Faults go together: people without an address are likelier to be known by another name.
    if draw.random() < (0.35 if person.no_fixed_abode else 0.12):
        forename = _zipf(forenames(person.community, person.sex), draw)
        surname = person.surname if draw.random() < 0.4 else _zipf(surnames(person.community), draw)
        person.alias = (forename, surname)
    year, serial = draw.randrange(1990, 2024), draw.randrange(1, 1_000_000)
    person.pnc = f"{year}/{serial:07d}{check_letter(year, serial)}"
    year, serial = draw.randrange(1990, 2024), draw.randrange(1, 500_000)
    person.cro = f"{serial:06d}/{year % 100:02d}{check_letter(year, serial, 6)}"


def _relative(person: Person, draw: Random, *, twin: bool) -> Person:
    other = _person(draw)
    other.community, other.surname, other.area, other.postcode = (
        person.community,
        person.surname,
        person.area,
        person.postcode,
    )
    other.sex = person.sex if twin else other.sex
    if twin:
        other.born = person.born
    names = tuple(name for name in forenames(other.community, other.sex) if name != person.forename)
    other.forename = _zipf(names, draw)
    return other


def _area(community: str, draw: Random) -> int:
    welsh = draw.random() < (0.9 if community == "welsh" else 0.02)
    return len(AREAS) - 1 - draw.randrange(WELSH_AREAS) if welsh else draw.randrange(len(AREAS) - WELSH_AREAS)


def make_postcode(area: int, draw: Random) -> str:
    """A postcode of valid shape in an area."""
    letters, districts = AREAS[area][:2]
    return f"{letters}{draw.randrange(1, districts + 1)} {draw.randrange(1, 10)}{draw.choice(LETTERS)}{draw.choice(LETTERS)}"


def _age_shift(draw: Random) -> int:
    """Days from 1940 to 2005, most of them people in their twenties to forties."""
    days = (date(2005, 12, 31) - date(1940, 1, 1)).days
    return days - 1 - min(int((draw.random() + draw.random()) * draw.random() * days * 0.75), days - 1)


@cache
def _cumulative(count: int) -> tuple[float, ...]:
    return tuple(accumulate(1 / (rank + 3) ** 0.9 for rank in range(count)))


def _zipf(values: tuple[str, ...], draw: Random) -> str:
    """The first values are the commonest."""
    return draw.choices(values, cum_weights=_cumulative(len(values)))[0]
