"""Extract files of people who do not exist, and the truth about them.

    FOLDER/DATASET/VERSION.KIND.csv     what a department would deliver
    TRUTH/people.csv records.csv withdrawn.csv

The same number of people and the same seed give the same bytes.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from boldlink.synthetic.departments import HEADERS, Desk, Row
from boldlink.synthetic.lives import ENDS, Life, live
from boldlink.synthetic.population import Person, make_people

FIRST, SECOND, WITHDRAWAL = "2024-06", "2024-09", "2024-10"
BAD_ROWS = 0.003
Say = Callable[[str], None]


@dataclass(frozen=True)
class Summary:
    """What was written: rows by file, people."""

    rows: Mapping[str, int]
    people: int


def write_extracts(
    folder: Path, truth: Path, *, people: int = 20_000, seed: int = 1, progress: Say | None = None
) -> Summary:
    """The first delivery: every dataset in full, and one council's file that must be refused."""
    if progress:
        progress(f"Making {people:,} synthetic people")
    lives, rows = _world(people, seed)
    draw = Random(seed + 1)
    written = {}
    for dataset, found in rows.items():
        spoilt = [_spoilt(row, draw) if draw.random() < BAD_ROWS else row.values for row in found]
        written[f"{dataset}/{FIRST}.full.csv"] = _write_rows(
            folder / dataset / f"{FIRST}.full.csv", HEADERS[dataset], spoilt
        )
    _write_refusable(folder / "hclic" / "2024-05.full.csv", rows["hclic"][:50])
    _write_records(truth / "records.csv", [row for found in rows.values() for row in found])
    # Last of all: whoever finds it finds everything.
    _write_people(truth / "people.csv", [life.person for life in lives])
    return Summary(written, len(lives))


def write_second_delivery(folder: Path, truth: Path, *, people: int = 20_000, seed: int = 1) -> Summary:
    """The second: prison and probation by their changes, new treatment journeys, and clients who withdrew."""
    lives, rows = _world(people, seed)
    draw = Random(seed + 2)
    written = {}
    new: list[Row] = []
    for dataset in ("prison", "probation", "ndtms"):
        changed = [row for row in rows[dataset] if draw.random() < 0.04]
        added = _added(dataset, lives, rows, draw)
        new += added
        values = [_touched(row, draw) for row in changed] + [row.values for row in added]
        name = f"{dataset}/{SECOND}.delta.csv"
        written[name] = _write_rows(folder / name, HEADERS[dataset], values)
    gone = {row.person for row in rows["ndtms"] if draw.random() < 0.008} or {row.person for row in rows["ndtms"][:1]}
    withdrawn = {row.source_key: row for row in [*rows["ndtms"], *new] if row.dataset == "ndtms" and row.person in gone}
    name = f"ndtms/{WITHDRAWAL}.withdrawal.csv"
    written[name] = _write_rows(folder / name, ["client_ref"], [[key] for key in sorted(withdrawn)])
    _write_records(truth / "records.csv", [*(row for found in rows.values() for row in found), *new])
    _write_rows(
        truth / "withdrawn.csv",
        ["dataset", "source_key", "person_id"],
        [["ndtms", k, withdrawn[k].person] for k in sorted(withdrawn)],
    )
    return Summary(written, len(lives))


def _world(people: int, seed: int) -> tuple[list[Life], dict[str, list[Row]]]:
    draw = Random(seed)
    lives = [live(person, draw) for person in make_people(people, draw)]
    desk, rows = Desk(draw), defaultdict(list)
    for life in lives:
        for row in desk.rows(life):
            rows[row.dataset].append(row)
    rows["courts"] += _charged(desk, lives, draw)
    for found in rows.values():
        draw.shuffle(found)
    return lives, {dataset: rows[dataset] for dataset in HEADERS}


def _charged(desk: Desk, lives: Sequence[Life], draw: Random) -> list[Row]:
    """The court cases of crimes that were charged: the victim's case number, another person as the defendant."""
    defendants = [life.person for life in lives if life.cases or life.spells]
    urns = [urn for life in lives for urn in life.person.notes.values()]
    return [desk.case(draw.choice(defendants), ENDS, urn) for urn in urns] if defendants else []


def _added(dataset: str, lives: Sequence[Life], rows: Mapping[str, list[Row]], draw: Random) -> list[Row]:
    """New rows about people who were known before and people who were not."""
    desk = Desk(Random(draw.getrandbits(32)))
    taken = {row.key for row in rows[dataset]}
    known = {row.person: row.source_key for row in rows[dataset]}
    found = []
    for life in lives:
        if draw.random() < 0.01:
            made = [row for row in desk.rows(life) if row.dataset == dataset and row.key not in taken]
            for row in made[-1:]:
                found.append(_under(row, known.get(row.person, row.source_key)))
    return found


def _under(row: Row, source_key: str) -> Row:
    """The row under the reference that the department already has for the person."""
    values = [source_key if value == row.source_key else value for value in row.values]
    return Row(row.dataset, values, row.person, row.key, source_key)


def _touched(row: Row, draw: Random) -> list[str]:
    """A row as it was updated: its postcode filled in or lost."""
    values = list(row.values)
    column = HEADERS[row.dataset].index("pc" if row.dataset == "ndtms" else "postcode")
    values[column] = "" if draw.random() < 0.5 else values[column]
    return values


def _spoilt(row: Row, draw: Random) -> list[str]:
    """A row that must be quarantined: a date that does not exist, or a value that the contract does not know."""
    values, header = list(row.values), HEADERS[row.dataset]
    dates = [n for n, name in enumerate(header) if name in SPOILABLE]
    values[draw.choice(dates)] = draw.choice(("2023-02-31", "not a date", "31/02/2023"))
    return values


SPOILABLE = frozenset(
    {
        "reception_date",
        "event_date",
        "triaged_jy",
        "application_date",
        "referral_date",
        "recorded_date",
        "first_hearing_date",
    }
)


def _write_refusable(path: Path, rows: Iterable[Row]) -> None:
    """A council's file without a column that its contract requires."""
    missing = HEADERS["hclic"].index("local_authority")
    header = [name for name in HEADERS["hclic"] if name != "local_authority"]
    _write_rows(path, header, [[v for n, v in enumerate(row.values) if n != missing] for row in rows])


def _write_people(path: Path, people: Sequence[Person]) -> None:
    header = [
        "person_id",
        "forename",
        "middle_name",
        "surname",
        "date_of_birth",
        "sex",
        "postcode",
        "region",
        "no_fixed_abode",
    ]
    rows = (
        [
            p.id,
            p.forename,
            p.middle_name,
            p.surname,
            p.born.isoformat(),
            p.sex,
            p.postcode,
            p.region,
            str(p.no_fixed_abode).lower(),
        ]
        for p in people
    )
    _write_rows(path, header, rows)


def _write_records(path: Path, rows: Iterable[Row]) -> None:
    found = ([row.dataset, row.key, row.source_key, row.person] for row in rows)
    _write_rows(path, ["dataset", "record_key", "source_key", "person_id"], found)


def _write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        count = sum(1 for row in rows if writer.writerow(row))
    temporary.replace(path)
    return count
