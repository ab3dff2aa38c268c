#!/usr/bin/env python3
"""Write records of people who do not exist, as many as wanted: the workload of benchmarks/engine.py.

usage: people.py N OUT.parquet

About 0.7 N people. Names follow Zipf's law, one in eight carries a slip, one date of birth in twenty is wrong, a third of
postcodes and towns have changed, and 2 to 10 % of values are missing. The same N, the same file.
"""

from __future__ import annotations

import sys
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

Array = np.ndarray[Any, np.dtype[Any]]
PARTS = [
    "an",
    "be",
    "ca",
    "do",
    "el",
    "fi",
    "ga",
    "ha",
    "is",
    "jo",
    "ka",
    "le",
    "ma",
    "ni",
    "ol",
    "pe",
    "ra",
    "sa",
    "ti",
    "ul",
    "va",
    "wi",
    "ya",
    "zo",
    "mar",
    "son",
    "ley",
    "ton",
    "ric",
    "beth",
    "anne",
    "ham",
    "ford",
    "wood",
    "ker",
    "smi",
]
MOST_ROWS_AT_ONCE = 1 << 17


def names(rng: np.random.Generator, count: int, parts: int) -> Array:
    """Different names of two to `parts` syllables."""
    known: dict[str, None] = {}
    while len(known) < count:
        known["".join(rng.choice(PARTS, rng.integers(2, parts + 1)))] = None
    return np.array(list(known))


def drawn(rng: np.random.Generator, values: Array, count: int, exponent: float) -> Array:
    weight = 1 / np.arange(1, len(values) + 1) ** exponent
    return np.asarray(values[rng.choice(len(values), count, p=weight / weight.sum())])


def with_slips(rng: np.random.Generator, values: Array, rate: float) -> Array:
    """Letters lost, changed or doubled."""
    made = values.astype(object)
    for n in np.flatnonzero(rng.random(len(made)) < rate):
        text, place = made[n], int(rng.integers(len(made[n])))
        change = ("", chr(97 + int(rng.integers(26))), text[place] * 2)[int(rng.integers(3))]
        made[n] = text[:place] + change + text[place + 1 :] or text
    return made


def with_gaps(rng: np.random.Generator, values: Array, rate: float) -> pa.Array:
    return pa.array(np.where(rng.random(len(values)) < rate, None, values.astype(object)), pa.string())


def people(n: int, seed: int = 1) -> pa.Table:
    """n records: unique_id, person (the truth), first_name, surname, dob, sex, postcode, town."""
    rng = np.random.default_rng(seed)
    count = int(0.7 * n)
    first, last = drawn(rng, names(rng, 4_000, 3), count, 1.0), drawn(rng, names(rng, 30_000, 4), count, 0.8)
    codes = np.array(
        [f"{a}{d} {s}{x}{y}" for a, d, s, x, y in
         product(["SW", "M", "B", "LS", "CF", "NE", "BS", "L", "S", "N"], range(1, 31), range(1, 10), "ABDEFGH", "JLNPQRS")]
    )  # fmt: skip
    towns = np.array([f"town{number}" for number in range(400)])
    born = np.datetime64("1945-01-01") + rng.integers(0, 60 * 365, count).astype("timedelta64[D]")
    sex, code, town = rng.choice(["M", "F"], count, p=[0.8, 0.2]), rng.choice(codes, count), rng.choice(towns, count)
    who = rng.integers(0, count, n)
    dob, postcode, place = born[who], code[who], town[who]
    wrong, moved = rng.random(n) < 0.05, rng.random(n) < 0.35
    dob[wrong] += rng.integers(-400, 400, wrong.sum()).astype("timedelta64[D]")
    postcode[moved], place[moved] = rng.choice(codes, moved.sum()), rng.choice(towns, moved.sum())
    return pa.table(
        {
            "unique_id": np.arange(n),
            "person": who,
            "first_name": with_gaps(rng, with_slips(rng, first[who], 0.12), 0.03),
            "surname": with_gaps(rng, with_slips(rng, last[who], 0.12), 0.02),
            "dob": with_gaps(rng, dob.astype("U10"), 0.03),
            "sex": pa.array(sex[who]),
            "postcode": with_gaps(rng, postcode, 0.10),
            "town": pa.array(place),
        }
    )


if __name__ == "__main__":
    pq.write_table(people(int(sys.argv[1])), sys.argv[2], row_group_size=MOST_ROWS_AT_ONCE)
