"""A released table as files: CSV that no spreadsheet runs, and JSON with everything that the CSV cannot say."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from boldlink.outputs.frozen import as_json
from boldlink.values import StatTable

# A cell that begins so is run as a formula by some spreadsheet (OWASP, CSV injection).
_RUNS = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(table: StatTable) -> bytes:
    """The table as CSV (RFC 4180, UTF-8): keys, counts, rates, estimates; what is withheld stands as its marker."""
    names = (*table.keys, *table.counts, *table.rates, *table.estimates)
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(_inert(name) for name in names)
    writer.writerows([_inert(row.get(name, "")) for name in names] for row in table.rows)
    return lines.getvalue().encode()


def json_bytes(content: Any) -> bytes:
    """A JSON document for people and machines: sorted keys, one space of indent, UTF-8."""
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()


def table_json(table: StatTable) -> bytes:
    """The table as JSON; which of its groups share people is not told."""
    return json_bytes({name: value for name, value in as_json(table).items() if name != "overlapping"})


def _inert(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_RUNS) else cell
