"""Relatives and housemates are not taken for one person, and strangers are weighed as ever."""

from __future__ import annotations

import random

import numpy as np
import pytest
from invented_records import MEANINGS, Row, links, people, precision_and_recall, source, with_errors

from boldlink.linkage import Comparison, Level, Model, cluster, score
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


def with_twins(count: int, seed: int = 9) -> list[Row]:
    """Every fourth person is the twin of the one before: one surname, one date of birth, one home."""
    rows = [
        {**row, "middle": other["forename"]}
        for row, other in zip(people(count, seed), people(count, seed + 1), strict=True)
    ]
    for n in range(0, count - 1, 4):
        rows[n + 1] |= {name: rows[n][name] for name in ("surname", "dob", "postcode")}
        for name, instead in (("forename", "winifred"), ("middle", "ottilie")):
            rows[n + 1][name] = instead if rows[n + 1][name] == rows[n][name] else rows[n + 1][name]
    return rows


def crossed(count: int) -> set[tuple[str, str]]:
    return {pair for n in range(0, count - 1, 4) for pair in ((str(n), str(n + 1)), (str(n + 1), str(n)))}


def test_twins_are_told_apart_by_what_is_their_own_and_slips_are_still_forgiven() -> None:
    rows, meanings = with_twins(600), {**MEANINGS, "middle": "middle_name"}
    found = score([source("a", rows, meanings), source("b", with_errors(rows, 0.12), meanings)], threads=1)
    assert found.quality["household"]["twins_per_true_pair"] > 0.1
    made = links(found.pairs)
    assert len(made & crossed(600)) <= 6
    assert sum(a == b for a, b in made) >= 0.97 * 600


def test_twins_of_whom_nothing_else_is_known_are_told_apart_by_who_goes_with_whom() -> None:
    rows = with_twins(600)
    found = score([source("a", rows), source("b", with_errors(rows, 0.12))], threads=1)
    told = cluster(found.records, found.pairs, distinct=frozenset({"a", "b"})).table.to_pylist()
    names = {(row["source_dataset"], row["unique_id"]): row["cluster_medium"] for row in told}
    assert sum(names["a", one] == names["b", other] for one, other in crossed(600)) <= 6
    assert sum(names["a", str(n)] == names["b", str(n)] for n in range(600)) >= 0.97 * 600


def test_one_persons_other_forename_is_no_sign_of_twins() -> None:
    """Every tenth forename is somebody else's altogether: nobody is a twin, and everybody is found."""
    rows = people(400)
    other = [{**row, "forename": "zebedee"} if n % 10 == 0 else row for n, row in enumerate(rows)]
    found = score([source("a", rows), source("b", other)], threads=1)
    assert found.quality["household"]["twins_per_true_pair"] < 0.02
    assert sum(a == b for a, b in links(found.pairs)) >= 395
