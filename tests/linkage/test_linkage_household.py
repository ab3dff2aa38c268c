"""Relatives and housemates are not taken for one person, and strangers are weighed as ever."""

from __future__ import annotations

import random

import numpy as np
import pytest
from invented_records import Row, links, people, precision_and_recall, source, with_errors

from boldlink.linkage import Comparison, Level, Model, score
from boldlink.linkage.automatic.household import Household, dwelling, estimate_household
from boldlink.linkage.pairs.count import Patterns

ADDRESS = {
    "forename": "forename", "surname": "surname", "dob": "date_of_birth", "house": "house_number", "street": "address",
    "town": "town", "postcode": "postcode",
}  # fmt: skip


def families(count: int, seed: int = 5) -> list[Row]:
    """Households of four: two share surname and address, and two the address alone."""
    chance, rows = random.Random(seed), people(4 * count, seed)
    for number in range(count):
        home = {
            "house": str(chance.randint(1, 150)), "street": f"{chance.choice(rows)['surname']} road", "town": "leeds",
            "postcode": rows[4 * number]["postcode"],
        }  # fmt: skip
        for place in range(4):
            rows[4 * number + place] |= home
        rows[4 * number + 1]["surname"] = rows[4 * number]["surname"]
    return rows


def test_people_of_one_household_are_told_apart() -> None:
    rows = families(60)
    found = score([source("a", rows, ADDRESS), source("b", with_errors(rows, 0.1), ADDRESS)], threads=1)
    precision, recall = precision_and_recall(found.pairs, true=240)
    assert found.quality["household"]["relatives_per_true_pair"] > 0.2
    assert precision >= 0.97
    assert recall >= 0.95


def test_relatives_are_not_linked_where_only_one_of_them_is_in_the_other_file() -> None:
    rows = families(60)
    left, right = [r for r in rows if int(r["id"] or 0) % 4 == 0], [r for r in rows if int(r["id"] or 0) % 4 == 1]
    both = rows[2::4]
    found = links(score([source("a", left + both, ADDRESS), source("b", right + both, ADDRESS)], threads=1).pairs)
    assert sum(a != b for a, b in found) <= 2
    assert sum(a == b for a, b in found) >= 58


def test_strangers_show_no_households() -> None:
    rows = people(300)
    found = score([source("a", rows), source("b", with_errors(rows))], threads=1)
    assert set(found.quality["household"].values()) == {0.0}


def compared(name: str) -> Comparison:
    return Comparison(name, (Level("same", "same", 0.9, 0.001), Level("ELSE", "another", 0.1, 0.999)))


MODEL = Model("link_only", (compared("forename"), compared("surname"), compared("postcode")), ())
RANDOM = Patterns(np.zeros((1, 3), dtype=np.int64), np.array([1_000.0]))


@pytest.mark.parametrize("relatives", [100, 300, 900])
def test_relatives_are_counted_by_what_a_person_has_alone(relatives: int) -> None:
    patterns = Patterns(np.array([[1, 1, 1], [0, 1, 1]]), np.array([270.0, 30.0 + relatives]))
    found = estimate_household(MODEL, patterns, RANDOM, 300 + relatives, 1e6)
    assert found.relatives == pytest.approx(relatives / 300, rel=0.05)
    assert found.housemates == 0


def test_housemates_are_the_pairs_of_a_dwelling_that_surnames_leave_over() -> None:
    patterns = Patterns(np.array([[1, 1, 1], [0, 1, 1]]), np.array([270.0, 30.0]))
    found = estimate_household(MODEL, patterns, RANDOM, 300 + 2_000 + 1_000, 1e6)
    assert found.relatives == 0
    assert found.housemates == pytest.approx((3_300 - 300 / 0.9 - 1_000) * 0.9 / 300, rel=0.05)


def test_an_alternative_adds_to_the_sum_only_when_it_was_noticed() -> None:
    assert Household(0.0, 0.0).alternatives == ()
    ((shared, bits),) = Household(2.0, 0.0).alternatives
    assert bits == -1.0
    assert {"surname", "postcode", "town"} <= shared


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (("address", "house_number", "postcode"), ("address", "house_number")),
        (("address", "postcode"), ("address",)),
        (("postcode", "town"), ("postcode",)),
        (("town", "outcode"), ()),
    ],
)
def test_a_dwelling_is_named_by_the_best_that_is_there(names: tuple[str, ...], columns: tuple[str, ...]) -> None:
    assert dwelling([compared(name) for name in names]) == columns
