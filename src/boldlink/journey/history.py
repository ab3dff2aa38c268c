"""What earlier requests let readers conclude, kept beside whose each number is: sealed, by dataset, in the place it was made.

A person is a sealed unit: the same for every use case of a place, known to nobody else, and read by nothing but this
comparison. What was rejected, or never left because its data changed, says nothing to anybody and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.journey.home import Home
from boldlink.ledger import Event
from boldlink.outputs import (
    NEVER_LEFT,
    Asked,
    Earlier,
    Numbers,
    Protected,
    WithTotals,
    in_words,
    protect_together,
    requests,
)
from boldlink.outputs.control.system import Floats, Integers
from boldlink.places import Place
from boldlink.places.store import Step
from boldlink.values import StatTable
from boldlink.vault import SealedWriter, read_table

SCHEMA = pa.schema(
    [
        ("number", pa.int32()),
        ("cell", pa.dictionary(pa.int32(), pa.string())),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("unit", pa.binary(16)),
    ]
)


@dataclass(frozen=True)
class Sets:
    """Numbers of people in a table, and their sealed units, (people,) binary, number after number."""

    numbers: Numbers
    units: tuple[pa.Array, ...]


def sets_of(whose: pa.Table) -> Sets:
    """Numbers from rows of row, count, record and unit, sorted by row and count."""
    rows, counts = whose.column("row").to_numpy(), whose.column("count").combine_chunks()
    codes = counts.indices.to_numpy() if pa.types.is_dictionary(counts.type) else _coded(counts)
    starts = np.flatnonzero(np.diff(rows, prepend=-1) | np.diff(codes, prepend=-1))
    ends = np.append(starts[1:], len(rows))[: len(starts)]
    units = whose.column("unit").combine_chunks()
    each = tuple(units.slice(start, end - start) for start, end in zip(starts.tolist(), ends.tolist(), strict=True))
    cells = tuple((int(rows[start]), str(counts[start])) for start in starts.tolist())
    of_records = np.asarray(whose.column("record"))[starts]
    records = frozenset(cell for cell, one in zip(cells, of_records.tolist(), strict=True) if one)
    return Sets(Numbers(cells, tuple(np.sort(_ids(one)) for one in each), records), each)


def with_unions(sets: Sets, found: WithTotals) -> Sets:
    """Numbers with those of totals, whose units are those of the numbers that they are over."""
    more = (pc.unique(pa.concat_arrays([sets.units[part] for part in parts])) for parts in found.made_of)
    return Sets(found.numbers, (*sets.units, *more))


def earlier(home: Home, place: Place, decision: Event, dataset: str) -> list[Earlier]:
    """What every request from a dataset that left or may leave lets readers conclude, by every use case of the place."""
    gone = {one.id for one in requests(place.ledger).values() if one.state in NEVER_LEFT}
    opened = home.opened(place, decision, f"history/{dataset}")
    return [_earlier(one.path.stem, read_table(one)) for one in opened if one.path.stem not in gone]


def compared(
    home: Home, place: Place, use_case: str, dataset: str, asked: Sequence[Asked]
) -> tuple[Event, dict[str, Protected]]:
    """Tables from a dataset as they may show beside each other and what asked earlier, and the decision it took.

    Raises Refused where the agreement does not let outputs be compared.
    """
    custodian = home.holder(place, "custodian", at=place.name)
    decision = home.require(place, custodian, "compare", f"output:{use_case}", use_case)
    before = earlier(home, place, decision, dataset)
    home.say(f"Comparing {len(asked)} output(s) from {dataset} with {len(before)} asked for earlier")
    return decision, protect_together(asked, before)


@dataclass(frozen=True)
class Keeper:
    """What lets a request's numbers be kept: where, under which decision to compare, with which dataset's."""

    home: Home
    place: Place
    decision: Event
    dataset: str

    def keep(self, step: Step, request: str, raw: StatTable, sets: Sets, found: Protected) -> None:
        """Write a request's numbers, if it has any, where those that come after it are compared with them."""
        if sets.units:
            lease = self.home.writing(self.place, self.decision, f"history/{self.dataset}")
            remember(step.writer(lease, file_of(self.dataset, request), SCHEMA), raw, sets, found)


def remember(writer: SealedWriter, raw: StatTable, sets: Sets, found: Protected) -> None:
    """Write a request's numbers down for those that will ask after it."""
    lengths = [len(units) for units in sets.units]
    number = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    words = pa.array([in_words(raw, cell) for cell in sets.numbers.cells], pa.string())
    cells = pa.DictionaryArray.from_arrays(pa.array(number), words)
    units = pa.concat_arrays(sets.units)
    low, high = (np.repeat(ends, lengths) for ends in (found.low, found.high))
    writer.write(pa.table([pa.array(number), cells, pa.array(low), pa.array(high), units], schema=SCHEMA))


def file_of(dataset: str, request: str) -> str:
    """Where a request's numbers lie."""
    return f"history/{dataset}/{request}.parquet"


def _earlier(request: str, table: pa.Table) -> Earlier:
    numbers = table.column("number").to_numpy()
    starts = np.flatnonzero(np.diff(numbers, prepend=-1))
    units = table.column("unit").combine_chunks()
    members = tuple(np.sort(one) for one in np.split(_ids(units), starts[1:])) if len(starts) else ()
    cells = tuple(str(one) for one in table.column("cell").take(pa.array(starts)).to_pylist())
    ends: Mapping[str, Floats] = {side: table.column(side).to_numpy()[starts] for side in ("low", "high")}
    return Earlier(request, cells, members, ends["low"], ends["high"])


def _ids(units: pa.Array) -> Integers:
    """(people,) whole numbers for sealed units: the first half of their bytes. Of a million people no two share them."""
    whole = np.frombuffer(pc.cast(units, pa.binary(16)).buffers()[1], np.int64, 2 * len(units), 16 * units.offset)
    found: Integers = whole[::2]
    return found


def _coded(words: pa.Array) -> Integers:
    codes: Integers = words.dictionary_encode().indices.to_numpy().astype(np.int64)
    return codes
