"""How many pairs of different people would agree on everything by chance: what sparse identifiers cannot rule out.

With initials, date of birth, sex and area alone this number decides whether a link can be trusted (domain knowledge:
area is what makes such links safe, and people who move are what it loses).
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from boldlink.linkage.automatic.sources import Source, frame, of_values


def expected_chance_matches(left: Source, right: Source) -> float:
    """Pairs expected to agree on every column that both hold, if no person were in both.

    Columns are taken as independent: the product of each column's chance of agreement, times the pairs of records with a
    value. Alias columns and what is derived twice do not count.
    """
    common = frame([left, right])
    columns = of_values(common.columns)
    sides = [
        common.table.filter(pc.equal(common.table.column("source_dataset"), source.name)) for source in (left, right)
    ]
    expected = float(sides[0].num_rows) * float(sides[1].num_rows)
    for name in columns:
        expected *= _agreement(sides[0].column(name), sides[1].column(name))
    return expected


def _agreement(left: pa.ChunkedArray, right: pa.ChunkedArray) -> float:
    """Chance that two values drawn from either side are there and equal."""
    shares = []
    for side in (left, right):
        counts = {entry["values"]: entry["counts"] for entry in pc.value_counts(side.drop_null()).to_pylist()}
        shares.append({value: count / max(len(side), 1) for value, count in counts.items()})
    return float(sum(share * shares[1].get(value, 0.0) for value, share in shares[0].items()))
