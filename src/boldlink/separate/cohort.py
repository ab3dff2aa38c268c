"""Which records a use case may touch at all: those inside its cohort and period, as a list of record keys.

Consent and opt-outs count here, before anything is linked: whoever did not consent is compared with nobody. They are a
person's and not a row's: whoever refused or opted out in one row of a dataset is left out with all of their rows in it.
A row that does not say is left out alone.
Linkers cannot see the dates that say who is in a cohort, so the list is made on the attributes' side and only record
keys cross over. No use case, no cohort, no link. Source: UK GDPR Article 5(1)(c), data minimisation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from boldlink.separate.separate import RECORD_KEY, UNIT
from boldlink.vault import Sealed, read_batches, read_table

ROWS_AT_ONCE = 1 << 20


def in_cohort(column: pa.Array, starts: date | None, ends: date | None) -> pa.Array:
    """Boolean mask: the date lies in the period, both ends included. A missing date is outside."""
    inside = column.is_valid()
    if starts is not None:
        inside = pc.and_(inside, pc.fill_null(pc.greater_equal(column, pa.scalar(starts, column.type)), False))
    if ends is not None:
        inside = pc.and_(inside, pc.fill_null(pc.less_equal(column, pa.scalar(ends, column.type)), False))
    return inside


@dataclass(frozen=True)
class Scoping:
    """What says who is in scope: a date column and its period, and the columns of consent and opt-out that count here.

    Which of them count follows from the dataset's route of confidentiality: consent where consent is the route,
    opt-outs where the agreement applies them.
    """

    column: str | None = None
    starts: date | None = None
    ends: date | None = None
    consent: str | None = None
    opt_out: str | None = None

    @property
    def columns(self) -> list[str]:
        return [RECORD_KEY, UNIT, *filter(None, (self.column, self.consent, self.opt_out))]

    @property
    def objections(self) -> Mapping[str, tuple[str, bool]]:
        """Reason to leave somebody out -> the column in which people say so, and the answer that does."""
        columns = {"without_consent": (self.consent, False), "opted_out": (self.opt_out, True)}
        return {reason: (column, answer) for reason, (column, answer) in columns.items() if column}


@dataclass(frozen=True)
class Chosen:
    """Record keys (16-byte binary) in scope, and how many rows were left out, by reason: the first that applied."""

    keys: pa.Array
    counts: Mapping[str, int]


def select(attributes: Sequence[Sealed], scoping: Scoping) -> Chosen:
    """Who is in scope: everybody in the cohort who consented and did not opt out, where these count."""
    found: list[pa.Array] = []
    counts = {"records": 0, "outside_cohort": 0, "without_consent": 0, "opted_out": 0}
    objectors = {reason: _people_who_say(attributes, *said) for reason, said in scoping.objections.items()}
    for sealed in attributes:
        for batch in read_batches(sealed, scoping.columns):
            left, keep_rows = batch.num_rows, pa.repeat(True, batch.num_rows)
            for reason, mask in _masks(batch, scoping, objectors):
                keep_rows = pc.and_(keep_rows, mask)
                now = pc.sum(keep_rows).as_py() or 0
                counts[reason] += left - now
                left = now
            counts["records"] += left
            found.append(batch.column(RECORD_KEY).filter(keep_rows))
    return Chosen(pa.concat_arrays(found) if found else pa.array([], pa.binary(16)), counts)


def _people_who_say(attributes: Sequence[Sealed], column: str, answer: bool) -> pa.Array:
    """Units of people who give this answer in any row."""
    found = [pa.array([], pa.binary(16))]
    for sealed in attributes:
        for batch in read_batches(sealed, [UNIT, column]):
            found.append(batch.column(UNIT).filter(pc.equal(batch.column(column), answer)))
    return pa.concat_arrays(found).unique()


def _masks(
    batch: pa.RecordBatch, scoping: Scoping, objectors: Mapping[str, pa.Array]
) -> Iterator[tuple[str, pa.Array]]:
    if scoping.column:
        yield "outside_cohort", in_cohort(batch.column(scoping.column), scoping.starts, scoping.ends)
    for reason, (column, _) in scoping.objections.items():
        # What a row does not say may be an objection: not to know is no permission.
        yield reason, pc.and_not(batch.column(column).is_valid(), pc.is_in(batch.column(UNIT), objectors[reason]))


def scope_of(scope: Sequence[Sealed]) -> pa.Array:
    """Record keys of a stored scope."""
    chunks = [chunk for sealed in scope for chunk in read_table(sealed).column(RECORD_KEY).chunks]
    return pa.concat_arrays(chunks) if chunks else pa.array([], pa.binary(16))


def keep(batches: Iterator[pa.RecordBatch], scope: pa.Array, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Rows in scope, and only these columns."""
    for table in _together(batches):
        kept = table.filter(pc.is_in(table.column(RECORD_KEY), scope)).select(list(columns))
        yield from kept.combine_chunks().to_batches()


def _together(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Batches, many at a time: every look-up in a scope first goes through the whole scope."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(one.num_rows for one in held) >= ROWS_AT_ONCE:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)
