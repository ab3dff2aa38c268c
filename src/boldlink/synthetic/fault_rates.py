"""How often two records of one person differ, measured on written rows against the truth, beside what was published.

Targets are the Core Person Record's published model (model_2026_02_23_1e09.json of hmpps-person-match): the shares of true
pairs at each comparison level, both values present. Pairs here are one prison and one probation record of each person.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from boldlink.standardise import is_no_fixed_abode, outcode, read_birth_date, read_name, read_postcode
from boldlink.synthetic.deliveries import FIRST

SOURCE = "Core Person Record, hmpps-person-match, model of 23 February 2026"


@dataclass(frozen=True)
class FaultRate:
    """A share of true pairs, in per cent: what was published, what was got, and the pairs behind it."""

    id: str
    what: str
    target: float
    got: float
    behind: int
    source: str = SOURCE


@dataclass(frozen=True)
class Sides:
    """One record's standardised values; a value that is not usable is None."""

    name: tuple[str, str] | None
    alias: tuple[str, str] | None
    born: str | None
    postcode: str | None


Pair = tuple[Sides, Sides]
Judge = Callable[[Pair], bool | None]  # None: a value is missing, the pair says nothing


def fault_rates(folder: Path, truth: Path) -> list[FaultRate]:
    """Measure the first delivery in `folder` (csv) against `truth`."""
    pairs = list(_pairs(folder, truth))
    return [_rate(id, what, target, judge, pairs) for id, what, target, judge in JUDGES]


def _rate(id: str, what: str, target: float, judge: Judge, pairs: list[Pair]) -> FaultRate:
    judged = [found for pair in pairs if (found := judge(pair)) is not None]
    return FaultRate(id, what, target, round(100 * sum(judged) / max(len(judged), 1), 2), len(judged))


def _pairs(folder: Path, truth: Path) -> Iterator[Pair]:
    people = {(row["dataset"], row["record_key"]): row["person_id"] for row in _read(truth / "records.csv")}
    prison, probation = (
        {people[dataset, row[key]]: row for row in _read(folder / dataset / f"{FIRST}.full.csv")}
        for dataset, key in (("prison", "book_id"), ("probation", "event_id"))
    )
    for person, row in prison.items():
        if person in probation:
            yield _sides(row), _sides(probation[person])


def _sides(row: Mapping[str, str]) -> Sides:
    address = row["postcode"]
    return Sides(
        _full(row["forename"], row["surname"]),
        _full(row["alias_forename"], row["alias_surname"]),
        read_birth_date(row["date_of_birth"])[0],
        None if is_no_fixed_abode(address) else read_postcode(address)[0],
    )


def _full(forename: str, surname: str) -> tuple[str, str] | None:
    first, last = read_name(forename)[0], read_name(surname)[0]
    return (first, last) if first and last else None


def _names_differ(pair: Pair) -> bool | None:
    left, right = pair[0].name, pair[1].name
    return None if left is None or right is None else left != right


def _only_through_alias(pair: Pair) -> bool | None:
    one, other = pair
    differ = _names_differ(pair)
    return differ and bool({one.name, one.alias} & {other.name, other.alias} - {None})


def _swapped(pair: Pair) -> bool | None:
    left, right = pair[0].name, pair[1].name
    return None if left is None or right is None else left != right and left == right[::-1]


def _births_differ(pair: Pair) -> bool | None:
    left, right = pair[0].born, pair[1].born
    return None if left is None or right is None else left != right


def _no_shared_postcode(pair: Pair) -> bool | None:
    left, right = pair[0].postcode, pair[1].postcode
    return None if left is None or right is None else outcode(left) != outcode(right)


JUDGES: tuple[tuple[str, str, float, Judge], ...] = (
    ("names-differ", "Forename and surname not both exactly equal", 12.0, _names_differ),
    ("alias-only", "Names equal only through an alias", 2.1, _only_through_alias),
    ("names-swapped", "Forename and surname in the other order", 0.2, _swapped),
    ("births-differ", "Date of birth differs", 5.2, _births_differ),
    ("no-shared-postcode", "Neither postcode nor outward postcode shared", 20.0, _no_shared_postcode),
)


def _read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)
