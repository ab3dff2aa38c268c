"""Records of people who do not exist, with the truth in their ids: person 7 is "7" in one file and "7" in the other."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pyarrow as pa

from boldlink.linkage import Source

FORENAMES = """amina bert carol dev elif femi grace hugo ines jack kofi lena mona nils olga pavel quinn rosa sami tara
uma vera wes xena yusuf zoe adele bruno clara denis esther farid gemma henry isla james"""
SYLLABLES = "bar cole den fer gan hol jam ker lom mar nor pel ros san tor vin wal yor"
MEANINGS = {
    "forename": "forename",
    "surname": "surname",
    "dob": "date_of_birth",
    "sex": "sex",
    "postcode": "postcode",
}
Row = dict[str, str | None]


def people(count: int, seed: int = 1) -> list[Row]:
    """Strangers: everyone with a date of birth and a postcode of their own."""
    chance, forenames, syllables = random.Random(seed), FORENAMES.split(), SYLLABLES.split()
    return [
        {
            "id": str(number),
            "forename": chance.choice(forenames),
            "surname": chance.choice(syllables) + chance.choice(syllables),
            "dob": f"{chance.randint(1940, 2005)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            "sex": chance.choice("MF"),
            "postcode": f"LS{chance.randint(1, 29)} {chance.randint(1, 9)}{chance.choice('ABDE')}{chance.choice('JLNP')}",
        }
        for number in range(count)
    ]


def with_errors(rows: Sequence[Row], share: float = 0.15, seed: int = 2) -> list[Row]:
    """The same people as a second department holds them: slips, moves and gaps in a share of the columns."""
    chance = random.Random(seed)
    return [{name: _slipped(name, value, chance, share) for name, value in row.items()} for row in rows]


def _slipped(name: str, value: str | None, chance: random.Random, share: float) -> str | None:
    if value is None or name in ("id", "sex") or chance.random() > share:
        return value
    if name == "postcode":
        return chance.choice([None, f"M{chance.randint(1, 29)} {chance.randint(1, 9)}AB"])
    if name == "dob":
        return f"{value[:8]}{chance.randint(1, 28):02d}"
    if len(value) < 4:
        return None
    place = chance.randrange(1, len(value) - 1)
    return value[:place] + chance.choice("aeiourst") + value[place + 1 :]


def source(
    name: str, rows: Sequence[Row], meanings: Mapping[str, str] = MEANINGS, *, distinct_people: bool = True
) -> Source:
    """Rows as the engine takes them."""
    columns = {column: pa.array([row.get(column) for row in rows], pa.string()) for column in meanings}
    ids = pa.array([row["id"] for row in rows], pa.string())
    return Source(name, pa.table({"unique_id": ids, **columns}), meanings, distinct_people)


def links(pairs: pa.Table, probability: float = 0.5) -> set[tuple[str, str]]:
    """Ids of the pairs at or above a probability."""
    columns = (pairs.column(name).to_pylist() for name in ("unique_id_l", "unique_id_r", "match_probability"))
    return {(left, right) for left, right, found in zip(*columns, strict=True) if found >= probability}


def precision_and_recall(pairs: pa.Table, true: int) -> tuple[float, float]:
    """Of links at one half, against the truth in the ids."""
    found = links(pairs)
    right = sum(a == b for a, b in found)
    return right / max(len(found), 1), right / true
