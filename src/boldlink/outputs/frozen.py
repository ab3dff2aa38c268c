"""An output as it is frozen: the raw table beside the table that would be shown, in one sealed file."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from boldlink.values import StatTable
from boldlink.vault import Sealed, SealedWriter, read_table

SCHEMA = pa.schema([("name", pa.string()), ("table", pa.string())])


def freeze(writer: SealedWriter, raw: StatTable, shown: StatTable) -> None:
    """Write both tables."""
    texts = [json.dumps(as_json(table), sort_keys=True) for table in (raw, shown)]
    writer.write(pa.table({"name": ["raw", "shown"], "table": texts}))


def thaw(sealed: Sealed) -> tuple[StatTable, StatTable]:
    """Read both tables: raw, shown."""
    rows = read_table(sealed).to_pylist()
    found = {row["name"]: from_json(json.loads(row["table"])) for row in rows}
    return found["raw"], found["shown"]


def as_json(table: StatTable) -> dict[str, Any]:
    """A table as plain JSON values."""
    raw = asdict(table)
    return {
        **raw,
        "keys": list(table.keys),
        "counts": list(table.counts),
        "rows": [dict(row) for row in table.rows],
    }


def from_json(raw: dict[str, Any]) -> StatTable:
    """A table from plain JSON values."""
    return StatTable(
        title=raw["title"],
        keys=tuple(raw["keys"]),
        counts=tuple(raw["counts"]),
        rows=tuple(raw["rows"]),
        rates={name: (part, whole) for name, (part, whole) in raw["rates"].items()},
        total_label=raw["total_label"],
        notes=tuple(raw["notes"]),
        labels=raw["labels"],
        overlapping=tuple(raw["overlapping"]),
        estimates=raw.get("estimates", {}),  # tables frozen before there were estimates have none
    )
