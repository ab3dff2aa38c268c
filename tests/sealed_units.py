"""Sealed units beside small research tables, and whose each count is as words that a test can name."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b

import pyarrow as pa

FINEST = ("person_exact", "person_high", "person_medium", "person_low", "attributor")


def sealed(research):
    """The tables with a unit in each row: one for each of a dataset's people as the strictest links tell them apart."""
    return {name: table.append_column("unit", _units(name, table)) for name, table in research.items()}


def unit_of(dataset, person):
    """The unit of a dataset's source person."""
    return blake2b(dataset.encode() + person, digest_size=16).digest()


def _units(name, table):
    known = next((column for column in FINEST if column in table.schema.names), None)
    people = table.column(known).to_pylist() if known else [bytes([row]) for row in range(len(table))]
    return pa.array([unit_of(name, person or bytes([row])) for row, person in enumerate(people)], pa.binary(16))


def sizes(whose):
    """How many units each count has in each row: (row, count) -> number."""
    return Counter(zip(whose.column("row").to_pylist(), whose.column("count").to_pylist(), strict=True))


def members(whose):
    """The names of the units behind each count of people, where units are names padded with zeros: (row, count) -> names in order."""
    found = {}
    for line in whose.to_pylist():
        if not line["record"]:
            found.setdefault((line["row"], line["count"]), []).append(line["unit"].rstrip(b"\0").decode())
    return found


def records(whose):
    """The units behind each count of records: (row, count) -> set of units."""
    found = {}
    for line in whose.to_pylist():
        if line["record"]:
            found.setdefault((line["row"], line["count"]), set()).add(line["unit"])
    return found


def of_nobody(table, whose):
    """Counts that are of something, somewhere in the table, and of people or records in none of its rows."""
    told = {count for _, count in sizes(whose)}
    return {count for count in table.counts if count not in told and any(row[count] for row in table.rows)}


def misfits(table, whose):
    """Cells that have units, but not as many as their value."""
    return {
        (row, count): (number, table.rows[row][count])
        for (row, count), number in sizes(whose).items()
        if number != table.rows[row][count]
    }
