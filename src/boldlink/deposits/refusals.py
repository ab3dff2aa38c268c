"""How this room says no: the file by its place in the folder, the reason in counts and column names, never a value."""

from __future__ import annotations

from boldlink.errors import BadExtract
from boldlink.values import Extract


def refuse(extract: Extract, code: str, why: str, do: str) -> BadExtract:
    """The error for a whole extract."""
    what = f"The extract {extract.dataset}/{extract.path.name} is not taken in:"
    return BadExtract(code, what, why, do, "the dataset's owner")
