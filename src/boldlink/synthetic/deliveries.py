"""What departments deliver of a block: a first delivery in full, a second of changes, new rows and withdrawals; the truth.

The truth is written beside the extracts and never in them. A few rows are spoilt on purpose, so that there is something to
put in quarantine, and one council's file lacks a column, so that there is something to refuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from boldlink.synthetic.blocks import Block, World, make_world
from boldlink.synthetic.departments import HEADERS, Row, prison, probation, treatment
from boldlink.synthetic.departments.row import Headers, columns, yes
from boldlink.synthetic.effects import EFFECTS, Effect
from boldlink.synthetic.population import Person

FIRST, SECOND, WITHDRAWAL = "2024-06", "2024-09", "2024-10"
BAD_ROWS = 0.003
UNREAL_DATES = ("2023-02-31", "not a date", "31/02/2023")
SPOILABLE = frozenset({
    "reception_date", "event_date", "triaged_jy", "application_date", "referral_date", "recorded_date", "first_hearing_date",
    "receipt_date", "assessment_date", "proven_date", "contact_date", "award_start", "registration_date", "received_date",
    "admission_date", "start_date", "death_date",
})  # fmt: skip
REFUSABLE, MISSING = "hclic/2024-05.full", "local_authority"
CHANGING = {"prison": prison, "probation": probation, "ndtms": treatment}

TRUTH = columns(
    people="person_id forename middle_name surname date_of_birth sex postcode region no_fixed_abode",
    records="dataset record_key source_key person_id",
    effects="id exposure outcome scale value null confounded",
    withdrawn="dataset source_key person_id",
)
FIRST_SHEETS: Headers = {f"{dataset}/{FIRST}.full": header for dataset, header in HEADERS.items()} | {
    REFUSABLE: tuple(name for name in HEADERS["hclic"] if name != MISSING)
}
SECOND_SHEETS: Headers = {f"{dataset}/{SECOND}.delta": HEADERS[dataset] for dataset in CHANGING} | {
    f"ndtms/{WITHDRAWAL}.withdrawal": ("client_ref",)
}
Sheets = Iterator[tuple[str, Iterable[list[str]]]]


def first_delivery(block: Block) -> Sheets:
    """Every dataset in full, by sheet; truth last."""
    world, draw = make_world(block), block.chance("first delivery")
    for dataset, rows in world.rows.items():
        yield (
            f"{dataset}/{FIRST}.full",
            (_spoilt(row, draw) if draw.random() < BAD_ROWS else row.values for row in rows),
        )
    if block.place == 0:
        yield REFUSABLE, _without(MISSING, world.rows["hclic"][:50])
    yield "records", map(_truth, _everything(world))
    yield "people", (_person(life.person) for life in world.lives)
    if block.place == 0:
        yield "effects", map(_effect, EFFECTS.values())


def second_delivery(block: Block) -> Sheets:
    """Prison and probation by their changes, new treatment journeys, and clients who withdrew."""
    world, draw = make_world(block), block.chance("second delivery")
    new = {dataset: _added(dataset, world, draw) for dataset in CHANGING}
    for dataset, added in new.items():
        changed = [_touched(row, draw) for row in world.rows[dataset] if draw.random() < 0.04]
        yield f"{dataset}/{SECOND}.delta", changed + [row.values for row in added]
    withdrawn = _withdrawn(block, world.rows["ndtms"], new["ndtms"], draw)
    yield f"ndtms/{WITHDRAWAL}.withdrawal", ([key] for key in withdrawn)
    yield "records", map(_truth, [*_everything(world), *(row for added in new.values() for row in added)])
    yield "withdrawn", (["ndtms", key, person] for key, person in withdrawn.items())


def _everything(world: World) -> Iterator[Row]:
    return (row for rows in world.rows.values() for row in rows)


def _added(dataset: str, world: World, draw: Random) -> list[Row]:
    """New rows about people who are known: the department writes under the reference that it has."""
    return [
        row
        for life in world.lives
        if draw.random() < 0.01
        for row in [row for row in CHANGING[dataset].rows(life, world.desk) if row.dataset == dataset][-1:]
    ]


def _withdrawn(block: Block, rows: list[Row], new: list[Row], draw: Random) -> dict[str, str]:
    """Every reference of some clients, and whose it is; at least one client in the first block."""
    gone = {row.person for row in rows if draw.random() < 0.008}
    if block.place == 0:
        gone |= {row.person for row in rows[:1]}
    return {row.source_key: row.person for row in [*rows, *new] if row.person in gone}


def _touched(row: Row, draw: Random) -> list[str]:
    """A row as it was updated: its postcode lost, or sent again."""
    values = list(row.values)
    column = HEADERS[row.dataset].index("pc" if row.dataset == "ndtms" else "postcode")
    values[column] = "" if draw.random() < 0.5 else values[column]
    return values


def _spoilt(row: Row, draw: Random) -> list[str]:
    """A row that must be quarantined: one of its dates does not exist."""
    values = list(row.values)
    dates = [place for place, name in enumerate(HEADERS[row.dataset]) if name in SPOILABLE]
    values[draw.choice(dates)] = draw.choice(UNREAL_DATES)
    return values


def _without(column: str, rows: Iterable[Row]) -> Iterator[list[str]]:
    place = HEADERS["hclic"].index(column)
    return (row.values[:place] + row.values[place + 1 :] for row in rows)


def _truth(row: Row) -> list[str]:
    return [row.dataset, row.key, row.source_key, row.person]


def _person(person: Person) -> list[str]:
    names = [person.id, person.forename, person.middle_name, person.surname, person.born.isoformat(), person.sex]
    return [*names, person.postcode, person.region, yes(person.no_fixed_abode)]


def _effect(effect: Effect) -> list[str]:
    sign, size = "-" if effect.hundredths < 0 else "", abs(effect.hundredths)
    value = f"{sign}{size // 100}.{size % 100:02d}"
    named = [effect.id, effect.exposure, effect.outcome, effect.scale, value]
    return [*named, yes(effect.null), yes(effect.confounded_by_hidden)]
