"""How often two records of one person differ, measured on written rows against the truth, beside what was published.

Targets are the Core Person Record's published model (model_2026_02_23_1e09.json of hmpps-person-match): the shares of true
pairs at each comparison level, both values present. Pairs here are one prison and one probation record of each person.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

from boldlink.standardise import is_no_fixed_abode, outcode, read_birth_date, read_name, read_postcode
from boldlink.synthetic.calibration import Got, Row, Target, calibrate, percent
from boldlink.synthetic.deliveries import FIRST

SOURCE = "Core Person Record, hmpps-person-match, model of 23 February 2026"


@dataclass(frozen=True)
class Sides:
    """One record's standardised values; a value that is not usable is None."""

    name: tuple[str, str] | None
    alias: tuple[str, str] | None
    born: str | None
    postcode: str | None


Pair = tuple[Sides, Sides]
Judge = Callable[[Pair], bool | None]  # None: a value is missing, the pair says nothing


def fault_rates(folder: Path, truth: Path) -> list[Row]:
    """Measure the first delivery in `folder` (csv) against `truth`, in the shape in which lives are calibrated."""
    return calibrate(FAULTS, list(_pairs(folder, truth)))


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


def _target(id: str, what: str, tenths: int, within_tenths: int, judge: Judge) -> Target[Pair]:
    return Target(id, what, Fraction(tenths, 10), Fraction(within_tenths, 10), SOURCE, partial(_share, judge))


def _share(judge: Judge, pairs: Sequence[Pair]) -> Got:
    """Per cent of the pairs that say something."""
    return percent(found for pair in pairs if (found := judge(pair)) is not None)


FAULTS = (
    _target("names-differ", "Forename and surname not both exactly equal", 120, 16, _names_differ),
    _target("alias-only", "Names equal only through an alias", 21, 7, _only_through_alias),
    _target("names-swapped", "Forename and surname in the other order", 2, 2, _swapped),
    _target("births-differ", "Date of birth differs", 52, 11, _births_differ),
    _target("no-shared-postcode", "Neither postcode nor outward postcode shared", 200, 23, _no_shared_postcode),
)


def _read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)
