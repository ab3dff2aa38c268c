"""Tables that count nearly the same people, protected together: what no single check of a table can see."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.outputs import RULES, SUPPRESSED, run_checks
from boldlink.outputs.control.populations import PublishedSets, compare
from boldlink.outputs.control.protected import SmallCounts
from boldlink.outputs.families import Asked, Earlier, Numbers, Protected, check_beside, concluded, protect_together
from boldlink.values import StatTable


def table(groups: dict[str, np.ndarray], key: str = "confidence") -> StatTable:
    rows = tuple({key: name, "people": len(members)} for name, members in groups.items())
    return StatTable("A table", (key,), ("people",), rows, overlapping=(key,))


def numbers(groups: dict[str, np.ndarray]) -> Numbers:
    return Numbers(tuple((row, "people") for row in range(len(groups))), tuple(groups.values()))


def asked(groups: dict[str, np.ndarray], name: str = "one", fixed: StatTable | None = None) -> Asked:
    return Asked(name, table(groups), numbers(groups), RULES, fixed)


def left(request: Asked, found: Protected) -> Earlier:
    """What a request says once it has left."""
    words = tuple(f"row {row}" for row, _ in request.numbers.cells)
    return Earlier(request.id, words, request.numbers.members, found.low, found.high)


def people(first: int, last: int) -> np.ndarray:
    return np.arange(first, last)


def column(found: Protected) -> list[int | str]:
    return [row["people"] for row in found.shown.rows]


CONFIDENCES = {"High": people(0, 118), "Medium": people(0, 123), "Low": people(0, 124)}


def test_three_confidences_that_differ_by_few_are_rounded_until_the_few_cannot_be_told():
    found = protect_together([asked(CONFIDENCES)], [])["one"]
    assert (column(found), found.rules.base, found.withheld) == ([120, 120, 120], 10, 0)
    assert check_beside(found).outcome == "pass"


def test_a_table_alone_whose_groups_share_nobody_keeps_its_rounding():
    found = protect_together([asked({"North": people(0, 62), "South": people(62, 141)})], [])["one"]
    assert (column(found), found.rules.base) == ([60, 80], 5)


def test_the_checks_of_the_table_hold_with_the_rounding_it_got():
    request = asked(CONFIDENCES)
    found = protect_together([request], [])["one"]
    assert {one.outcome for one in run_checks(found.shown, request.raw, found.rules, (), ("people",))} == {"pass"}


def test_a_revised_quarter_passes_beside_the_first():
    first = asked({"Everybody": people(0, 240)}, "first")
    before = left(first, protect_together([first], [])["first"])
    moved = protect_together([asked({"Everybody": people(0, 243)}, "revised")], [before])["revised"]
    still = protect_together([asked({"Everybody": people(0, 241)}, "revised")], [before])["revised"]
    assert (column(moved), moved.revealed) == ([245], ())  # one to nine more, says the reader
    assert (column(still), still.revealed) == ([SUPPRESSED], ())  # another 240 would say: nought to four more


def test_a_revised_quarter_that_moves_many_shows_beside_the_first():
    first = asked({"Everybody": people(0, 240)}, "first")
    before = left(first, protect_together([first], [])["first"])
    revised = protect_together([asked({"Everybody": people(0, 290)}, "revised")], [before])["revised"]
    assert (column(revised), revised.revealed) == ([290], ())


def test_two_use_cases_that_ask_on_the_same_day_are_compared_as_well():
    one, two = asked({"Everybody": people(0, 200)}, "one"), asked({"Everybody": people(1, 200)}, "two")
    found = protect_together([one, two], [])
    assert {answer.rules.base for answer in found.values()} == {10}
    assert found["one"].compared == (1, 1)


def test_a_table_that_must_be_taken_as_it_is_is_refused_in_words():
    before = left(asked(CONFIDENCES, "earlier"), protect_together([asked(CONFIDENCES, "earlier")], [])["earlier"])
    exact = {"Low": people(0, 124)}
    known = Earlier("r-77", ("All, People",), (people(0, 121),), np.array([121.0]), np.array([121.0]))
    found = protect_together([asked(exact, "raw", table(exact))], [before, known])["raw"]
    check = check_beside(found)
    assert check.outcome == "fail"
    assert "r-77" in check.explanation and "confidence: Low, people" in check.explanation
    assert "What would pass" in check.explanation
    assert not any(char.isdigit() and word == "121" for word in check.explanation.split() for char in word)


def test_what_left_earlier_is_never_withheld_after_the_fact_but_the_new_table_is():
    known = Earlier("r-77", ("All, People",), (people(0, 121),), np.array([121.0]), np.array([121.0]))
    found = protect_together([asked({"Everybody": people(0, 124)})], [known])["one"]
    assert column(found) == [SUPPRESSED] and found.withheld == 1 and not found.revealed


def test_a_family_of_nobody_is_nothing():
    assert protect_together([], []) == {}


def test_a_table_without_numbers_of_people_is_compared_with_nothing():
    crimes = StatTable("Crimes", ("kind",), ("crimes",), ({"kind": "Theft", "crimes": 42},))
    found = protect_together([Asked("crimes", crimes, Numbers((), ()), RULES)], [])["crimes"]
    assert found.shown.rows[0]["crimes"] == 40 and found.compared == (0, 0)
    assert check_beside(found).outcome == "review"


SETS = st.lists(st.tuples(st.integers(0, 25), st.integers(15, 90)), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(SETS, min_size=1, max_size=4))
def test_whatever_left_one_after_another_nobody_can_tell_a_few_people(releases: list[list[tuple[int, int]]]):
    """The attack: put everything that ever left together, and bound every small difference with it."""
    history: list[Earlier] = []
    for place, spans in enumerate(releases):
        groups = {f"g{at}": people(first, first + many) for at, (first, many) in enumerate(spans)}
        request = asked(groups, f"r{place}")
        found = protect_together([request], history)[request.id]
        assert not found.revealed
        history.append(left(request, found))
    everything = PublishedSets(
        tuple(m for one in history for m in one.members),
        np.concatenate([one.low for one in history]),
        np.concatenate([one.high for one in history]),
    )
    nothing = PublishedSets((), np.empty(0), np.empty(0))
    assert not [d for d in compare(nothing, everything, SmallCounts("attack", RULES.minimum)) if d.revealed]


def test_the_same_releases_each_safe_by_itself_are_broken():
    """What the history is for: alone, each of these would pass."""
    sets = [people(0, 100), people(0, 99), people(0, 91)]
    alone = [protect_together([asked({"Everybody": one}, "one")], [])["one"] for one in sets]
    assert all(not one.revealed and one.rules.base == 5 for one in alone)
    together = PublishedSets(tuple(sets), *(np.concatenate([getattr(a, s) for a in alone]) for s in ("low", "high")))
    found = compare(PublishedSets((), np.empty(0), np.empty(0)), together, SmallCounts("attack", 10))
    assert any(one.revealed for one in found)


@pytest.mark.parametrize(("value", "ends"), [(120, (118, 122)), (SUPPRESSED, (0, np.inf)), (121, (121, 121))])
def test_what_a_reader_concludes(value, ends):
    raw = StatTable("t", ("all",), ("people",), ({"all": "x", "people": 121},))
    shown = StatTable("t", ("all",), ("people",), ({"all": "x", "people": value},))
    low, high = concluded(shown, raw, Numbers(((0, "people"),), (people(0, 121),)), RULES)
    assert (low[0], high[0]) == ends


def test_confidences_that_are_the_same_people_are_one_number():
    found = protect_together([asked({"High": people(0, 50), "Medium": people(0, 50)})], [])["one"]
    assert column(found) == [50, 50] and found.rules.base == 5
    assert all(one == other for one, other in pairwise(column(found)))
