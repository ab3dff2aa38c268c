"""The desk at which departments write: one source of chance, numbers, references that last, who lives with whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

from boldlink.synthetic.events import ENDS, Life
from boldlink.synthetic.numbers import Numbers
from boldlink.synthetic.population import Person


class Desk:
    """Everything that one block's departments share. `draw` is the only chance there is."""

    def __init__(self, lives: Sequence[Life], draw: Random, numbers: Numbers | None = None) -> None:
        self.draw, self.chance = draw, draw.random
        self.numbers = numbers or Numbers()
        self._references: dict[tuple[str, str], str] = {}
        self._households: dict[int, list[Life]] = defaultdict(list)
        for life in lives:
            self._households[life.person.household].append(life)

    def number(self, prefix: str, digits: int) -> str:
        """A number that nothing else of its kind has."""
        return self.numbers.take(prefix, digits)

    def reference(self, person: Person, office: str, make: Callable[[], str] | None = None) -> str:
        """An office's reference to a person: the same whenever the same office writes about them."""
        key = (person.id, office)
        if key not in self._references:
            self._references[key] = make() if make else self.number(f"{office[0].upper()}R", 8)
        return self._references[key]

    def prison_number(self, person: Person) -> str:
        return self.reference(person, "prison", self.numbers.prison_number)

    def case_reference(self, person: Person) -> str:
        """Their CRN; one person in a hundred was opened twice and has two."""
        again = opened_twice(person) and self.chance() < 0.5
        return self.reference(person, "probation again" if again else "probation", self.numbers.case_reference)

    def household(self, life: Life) -> list[Life]:
        """Everybody of the block who lives there, in the order in which they were made; alone if nobody says."""
        return self._households[life.person.household] if life.person.household else [life]

    def sex(self, person: Person, male: str, female: str, unknown: str) -> str:
        """A sex in a system's words: seldom not known, more seldom wrong."""
        chance = self.chance()
        if chance < 0.004:
            return unknown
        return male if (person.sex == "M") == (chance >= 0.007) else female

    def after(self, day: date, least_days: int, most_days: int) -> date | None:
        """A day so many days later, none where it falls after the extract was taken."""
        later = day + timedelta(days=self.draw.randrange(least_days, most_days))
        return later if later <= ENDS else None


def opened_twice(person: Person) -> bool:
    """Does probation hold this person under two references? One in a hundred."""
    return int(person.id[:6], 16) % 100 == 0


def share_of(text: str) -> int:
    """A number from 0 to 99 that belongs to a text."""
    return sum(ord(letter) * (place + 7) for place, letter in enumerate(text)) % 100
