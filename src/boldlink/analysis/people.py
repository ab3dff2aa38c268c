"""Whose each count is, as a measure tells it while it counts: people by their pseudonyms, and never by what is sealed.

A measure that is asked for its people (`Ask.people`) claims of its counts whom they count. A claim is believed only if it
fits the table (`whose`): the value of every cell that it speaks of is the number of different people claimed for it, or where
it counts records, releases or offences, the number of those that the people have. A count of households has neither.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from boldlink.analysis.engine import keys_of

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """Some of those whom a count counts, who are told apart by one column of pseudonyms.

    row: (n,) row of the table; number: (n,) place of the person's pseudonym in `People.known[known_by]`. Pairs differ.
    times: (n,) how much the count counts of the person there, from 1.
    """

    known_by: str
    row: Integers
    number: Integers
    times: Integers


@dataclass(frozen=True)
class Claim:
    """That a count counts people, and these, in all of some rows of the table; or records, of these people.

    of_records: it counts records even where each is of somebody else.
    """

    count: str
    rows: range
    parts: tuple[Part, ...]
    of_records: bool = False


class People:
    """What a measure claims of its counts. known: column of pseudonyms -> (n,) different ones, 16-byte binary."""

    def __init__(self) -> None:
        self.known: dict[str, pa.Array] = {}
        self.claims: list[Claim] = []

    def know(self, known_by: str, pseudonyms: pa.Array) -> None:
        """From now on, people of a column of pseudonyms are named by their places among these."""
        assert known_by not in self.known, f"people by {known_by} have their numbers already"
        self.known[known_by] = pseudonyms

    def claim(self, count: str, row: int, known_by: str, numbers: Any) -> None:
        """A row's count counts these people, who may be named more than once. numbers: (n,) integers."""
        number = np.unique(np.asarray(numbers, dtype=np.int64))
        part = Part(known_by, np.full_like(number, row), number, np.ones_like(number))
        self.claims.append(Claim(count, range(row, row + 1), (part,)))

    def claim_all(
        self, counts: Collection[str], order: Sequence[int], each: Iterable[pa.Table], records: Collection[str] = ()
    ) -> None:
        """Every count counts, in all rows of the table, those of whom it counts something. records: which count records.

        order: for each row of the table, its place as counted. each: tables that follow each other, of one line for a
        person in a row: `place` among the table's own rows, `known_by`, `person`, and what each count counts of that
        person there. Lines of nobody (no person id) are left out, and a count that needs them does not fit.
        """
        row_of, start = np.argsort(order), 0
        parts: dict[str, list[Part]] = {count: [] for count in counts}
        for lines in each:
            place = np.asarray(lines.column("place"), dtype=np.int64)
            rows = row_of[start + place]
            start += int(place.max(initial=-1)) + 1
            for known_by in lines.column("known_by").unique().to_pylist():
                own = pc.and_(pc.equal(lines.column("known_by"), known_by), lines.column("person").is_valid())
                for count, part in self._parts(known_by, rows[np.asarray(own)], lines.filter(own), counts):
                    parts[count].append(part)
        self.claims += [
            Claim(count, range(len(order)), tuple(found), count in records) for count, found in parts.items()
        ]

    def _parts(
        self, known_by: str, rows: Integers, lines: pa.Table, counts: Iterable[str]
    ) -> Iterator[tuple[str, Part]]:
        people = keys_of(lines.column("person")).dictionary_encode()
        self.know(known_by, people.dictionary)
        number = np.asarray(people.indices).astype(np.int64)
        for count in counts:
            times = np.asarray(pc.fill_null(lines.column(count), 0)).astype(np.int64)
            some = times > 0
            yield count, Part(known_by, rows[some], number[some], times[some])
