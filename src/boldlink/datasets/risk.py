"""How recognisable people are in a research dataset: k-anonymity over what others may know of them.

Source: UKAN Anonymisation Decision-Making Framework, component 4 (the data); Sweeney (2002), k-anonymity.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from boldlink.values import Column, DataClass, Role

SMALL = 10
KNOWN_TO_OTHERS = frozenset({DataClass.PERSONAL, DataClass.SPECIAL_CATEGORY})


def quasi_identifiers(columns: Sequence[Column]) -> list[str]:
    """Attributes that others may know of a person: personal or special category, and not a date of an event."""
    return [
        c.name for c in columns if c.role is Role.ATTRIBUTE and c.logical_type != "date" and c.classes & KNOWN_TO_OTHERS
    ]


def risk_report(table: pa.Table, columns: Sequence[Column]) -> dict[str, Any]:
    """Smallest group (people), share of people who are alone, share in groups under ten. Counts of people, not rows."""
    keys = quasi_identifiers(columns)
    if not keys or table.num_rows == 0:
        return {
            "over": keys,
            "people": 0,
            "smallest_group": None,
            "alone_percent": None,
            "small_group_percent": None,
        }
    people = table.select([*keys, "person_medium"]).group_by([*keys, "person_medium"]).aggregate([])
    groups = people.group_by(keys).aggregate([("person_medium", "count")]).column("person_medium_count")
    total = pc.sum(groups).as_py()
    alone = pc.sum(pc.equal(groups, 1)).as_py() or 0
    small = pc.sum(groups.filter(pc.less(groups, SMALL))).as_py() or 0
    return {
        "over": keys,
        "people": total,
        "smallest_group": pc.min(groups).as_py(),
        "alone_percent": round(100 * alone / total, 2),
        "small_group_percent": round(100 * small / total, 2),
    }
