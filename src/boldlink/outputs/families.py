"""Tables that ask to leave together, protected together: beside each other and beside everything that asked before.

Link confidences, revisions, subgroups and periods of one figure count nearly the same people. Each is safe alone; side by
side their numbers may give away the few people by whom they differ. So tables asked for together are one family: their
numbers, and the numbers of earlier requests from the same data by any use case, are compared as sets of people, and where
what shows would let somebody bound a few people too narrowly the family is shown at a level where it does not: the number
of fewest people among those that give something away is withheld, until nothing is; and tables of which more than a few
numbers are involved are rounded more coarsely instead (two nested counts rounded to 10 leave ten values for their
difference, whatever they are). First what two numbers tell, which is found in no time; then what only all of them tell.

What is left over, where a table must be taken as it is or no change helps, is told, and the table is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from boldlink.outputs.checks import Check
from boldlink.outputs.control.connected import Difference
from boldlink.outputs.control.populations import Comparison, PublishedSets
from boldlink.outputs.control.protected import SmallCounts
from boldlink.outputs.control.system import Floats, Integers
from boldlink.outputs.numbers import Numbers, concluded, in_words
from boldlink.outputs.protect import Cell, protect
from boldlink.outputs.rules import Rules, strictest
from boldlink.outputs.totals import Totals, adding_up
from boldlink.outputs.ways import coarser
from boldlink.values import Rounding, StatTable

FEW = 0.1  # of a table's numbers: rather than lose more, it is rounded more coarsely
Say = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """A table that asks to leave. fixed: it is as somebody wants it and may not be changed, only taken or refused.

    totals: which rows of the table are totals over which, where its rounding is controlled.
    """

    id: str
    raw: StatTable
    numbers: Numbers
    rules: Rules
    fixed: StatTable | None = None
    totals: Totals = field(default_factory=dict)


@dataclass(frozen=True)
class Earlier:
    """What an earlier request lets readers conclude. cells: each number in words. low, high: (numbers,)."""

    id: str
    cells: tuple[str, ...]
    members: tuple[Integers, ...]
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Revealed:
    """A number of few people, or a difference of two, that could be worked out. cells: in words; with: earlier requests."""

    cells: tuple[str, ...]
    with_: tuple[str, ...]


@dataclass(frozen=True)
class Protected:
    """A table as it may show beside the others. rules: with the rounding it got. withheld: numbers beyond the small ones.

    compared: how many numbers of how many other requests it was compared with. revealed: what readers could work out.
    low, high: (numbers,) what readers conclude.
    """

    shown: StatTable
    rules: Rules
    withheld: int
    compared: tuple[int, int]
    revealed: tuple[Revealed, ...]
    low: Floats
    high: Floats


def protect_together(
    asked: Sequence[Asked], earlier: Sequence[Earlier], say: Say = lambda text: None
) -> dict[str, Protected]:
    """Every table as it may show beside the others and beside what asked earlier. Of a table, id -> how it may show."""
    if not asked:
        return {}
    family = _Family(asked, earlier)
    comparison = Comparison(family.past, [one for table in asked for one in table.numbers.members], family.rule)
    family.settle(lambda low, high: [comparison.by_two(low, high)])
    family.settle(lambda low, high: comparison.revealed(low, high, say))
    differences = comparison.differences(*family.concluded(), say)
    return {one.id: family.protected(place, differences) for place, one in enumerate(asked)}


class _Family:
    """The tables and how each shows at the moment: its rounding and the numbers that are withheld for the others' sake.

    involved: numbers that revealed something since tables were last rounded more coarsely.
    """

    def __init__(self, asked: Sequence[Asked], earlier: Sequence[Earlier]) -> None:
        self.asked, self.earlier = asked, earlier
        self.rules = [one.rules for one in asked]
        self.withheld: list[set[Cell]] = [set() for _ in asked]
        self.past = _published([(one.members, one.low, one.high) for one in earlier])
        self.owners = [(place, cell) for place, one in enumerate(asked) for cell in one.numbers.cells]
        self.sizes = [len(members) for one in asked for members in one.numbers.members]
        self.involved: set[int] = set()
        self.shown = [self._show(place) for place in range(len(asked))]

    @property
    def rule(self) -> SmallCounts:
        """The strictest minimum and width of all its tables. Nobody is in a number of nobody: that is no set to protect."""
        all_of_them = strictest(*self.rules)
        return SmallCounts(all_of_them.version, all_of_them.minimum, width=all_of_them.width)

    def concluded(self) -> tuple[Floats, Floats]:
        """(numbers,) what readers conclude from every number of the family, as it shows at the moment."""
        ends = [self._concluded(place) for place in range(len(self.asked))]
        return np.concatenate([low for low, _ in ends]), np.concatenate([high for _, high in ends])

    def settle(self, asked: Callable[[Floats, Floats], Iterable[Sequence[Difference]]]) -> None:
        """Withhold until nothing is told. Where tables lose too much so, round them more coarsely, and begin again."""
        while True:
            while any(self._withhold(told) for told in asked(*self.concluded())):
                pass
            if not self._round_more_coarsely():
                return

    def _withhold(self, told: Iterable[Difference]) -> bool:
        """Numbers so that these differences are not told in this way. False if there is nothing to withhold."""
        involved = [[*self._own(one)] for one in told]
        self.involved.update(number for numbers in involved for number in numbers)
        chosen = self._fewest(involved)
        for place, cell in (self.owners[number] for number in chosen):
            self.withheld[place].add(cell)
        for place in {self.owners[number][0] for number in chosen}:
            self.shown[place] = self._show(place)
        return bool(chosen)

    def _round_more_coarsely(self) -> bool:
        """The tables of which many numbers are involved. What was withheld shows again: it may be safe beside those now."""
        places = self._better_rounded()
        for place in places:
            self.rules[place] = coarser(self.rules[place])
        if places:
            self.withheld = [set() for _ in self.asked]
            self.shown = [self._show(place) for place in range(len(self.asked))]
        self.involved.clear()
        return bool(places)

    def protected(self, place: int, differences: Sequence[Difference]) -> Protected:
        """How a table shows in the end, and what is to be told of it."""
        before, others = len(self.past.members), [one for at, one in enumerate(self.asked) if at != place]
        concerned = [one for one in differences if place in self._places(one, before)]
        told = tuple(self._in_words(one, before) for one in concerned if one.revealed)
        numbers = before + sum(len(one.numbers.cells) for one in others)
        requests = len(self.earlier) + len(others)
        low, high = self._concluded(place)
        hidden = len(self.withheld[place])
        return Protected(
            self.shown[place], self.rules[place], hidden, (numbers, requests), told, low, high
        )  # fmt: skip

    def _show(self, place: int) -> StatTable:
        one, rules, hidden = self.asked[place], self.rules[place], frozenset(self.withheld[place])
        if one.fixed:
            return one.fixed
        if rules.rounding is Rounding.CONTROLLED:
            return adding_up(one.raw, one.numbers, one.totals, rules, hidden)
        return protect(one.raw, rules, hidden)

    def _concluded(self, place: int) -> tuple[Floats, Floats]:
        one = self.asked[place]
        return concluded(self.shown[place], one.raw, one.numbers, self.rules[place])

    def _own(self, one: Difference) -> Iterator[int]:
        """Numbers of the family that reveal a difference and may be changed, as they stand in `owners`."""
        before = len(self.past.members)
        for number in one.held_by:
            if number >= before and self.asked[self.owners[number - before][0]].fixed is None:
                yield number - before

    def _better_rounded(self) -> set[int]:
        """Tables that would lose more than a few of their numbers, and that can still be rounded more coarsely."""
        lost = Counter(self.owners[number][0] for number in self.involved)
        many = {place for place, number in lost.items() if number > FEW * len(self.asked[place].numbers.cells)}
        return {place for place in many if self.rules[place] != coarser(self.rules[place])}

    def _fewest(self, involved: Iterable[Sequence[int]]) -> set[int]:
        """One number to withhold for each difference that none of the others settles: that of fewest people."""
        chosen: set[int] = set()
        for numbers in involved:
            if numbers and not chosen & set(numbers):
                chosen.add(min(numbers, key=lambda number: (self.sizes[number], number)))
        return chosen

    def _places(self, one: Difference, before: int) -> set[int]:
        return {self.owners[number - before][0] for number in _numbers(one) if number >= before}

    def _in_words(self, one: Difference, before: int) -> Revealed:
        numbers = sorted(_numbers(one))
        starts = np.cumsum([0, *(len(earlier.members) for earlier in self.earlier)])
        cells, with_ = [], []
        for number in numbers:
            if number >= before:
                place, cell = self.owners[number - before]
                cells.append(in_words(self.asked[place].raw, cell))
            else:
                request = int(np.searchsorted(starts, number, side="right")) - 1
                cells.append(self.earlier[request].cells[number - starts[request]])
                with_.append(self.earlier[request].id)
        return Revealed(tuple(dict.fromkeys(cells)), tuple(dict.fromkeys(with_)))


def check_beside(found: Protected) -> Check:
    """The check of a table beside others: which few people its numbers would give away, with whom, and what would pass."""
    numbers, requests = found.compared
    if not len(found.low):
        said = (
            "None of its counts is of people whom the place knows: it was compared with nothing. A reviewer weighs it."
        )
        return Check("beside other outputs", "review", said)
    beside = f"Compared as sets of people with {numbers} number(s) of {requests} other request(s) from the same data"
    if not found.revealed:
        # How many few people there are between numbers would itself say something: the check is published.
        return Check("beside other outputs", "pass", f"{beside}: together they give no few people away.")
    first = found.revealed[0]
    earlier = f", with {' and '.join(first.with_)}," if first.with_ else ""
    told = f"{len(found.revealed)} count(s) or differences of few people could be worked out. The first{earlier} from: {'; '.join(first.cells)}."
    fix = "let the place round and withhold (a request without --raw), fewer groups, or a later period"
    return Check("beside other outputs", "fail", f"{beside}. {told} What would pass: {fix}.")


def _numbers(one: Difference) -> set[int]:
    """Every number that a difference is about or held by."""
    return {number for number in (one.one, one.other, *one.held_by) if number is not None}


def _published(found: Sequence[tuple[Sequence[Integers], Floats, Floats]]) -> PublishedSets:
    members = tuple(one for group, _, _ in found for one in group)
    low, high = (np.concatenate([np.empty(0), *(one[side] for one in found)]) for side in (1, 2))
    return PublishedSets(members, low, high)
