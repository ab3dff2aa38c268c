"""Research datasets: for one use case, only its columns, cohort and period, under its own pseudonyms.

One file for each contributing dataset. They join through the pseudonyms: of the person, at three confidences and by the
deterministic method, and of every identifier that was replaced (so that a case is followed from police to court without
its number).
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from boldlink.datasets.held import plain
from boldlink.datasets.part import LINK, PEOPLE, UNIT, Part, schema_of
from boldlink.datasets.rows import Array, columns_of, in_spine, shuffled
from boldlink.values import Role
from boldlink.vault import Lease, Sealed, SealedWriter
from boldlink.vault.pseudonyms import pseudonyms

BLOCK_ROWS = 65_536


def build(
    part: Part, spine: Sealed, lease: Lease, release: int, write: SealedWriter, place: Array | None = None
) -> None:
    """Write one dataset's part of a release, rows shuffled: one row for each of its records in the spine.

    place: where its rows are in the spine, as its survey found them.
    """
    found = in_spine(part, spine, place=place)
    columns = columns_of(part, [UNIT, *(column.name for column in part.shown)], found.place)
    spine_rows = pa.array(found.place[found.place >= 0])
    hidden = {column.name for column in part.shown if column.role is Role.IDENTIFIER}
    for block in shuffled(len(spine_rows), BLOCK_ROWS):
        there = spine_rows.take(block)
        made = {name: pseudonyms(found.said[name].take(there), lease, release) for name in PEOPLE}
        made |= {name: found.said[name].take(there) for name in LINK}
        made |= _shown(columns, block, hidden, lease, release)
        write.write(pa.table(made, schema_of(part)))


def _shown(
    columns: Mapping[str, pa.Array], block: pa.Array, hidden: set[str], lease: Lease, release: int
) -> dict[str, pa.Array]:
    taken = {name: plain(values.take(block)) for name, values in columns.items()}
    return {name: pseudonyms(v, lease, release) if name in hidden else v for name, v in taken.items()}
