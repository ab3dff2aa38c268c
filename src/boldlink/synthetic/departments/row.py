"""One row of an extract, and the words in which extracts write dates and truths."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

FREE_TEXT = "Free text that is never taken in."
Headers = dict[str, tuple[str, ...]]
_SOURCE_KEY_AT = {"hclic": 2}  # elsewhere the second column


class Row(NamedTuple):
    """A dataset's row in the order of its header, and who it is about."""

    dataset: str
    person: str
    values: list[str]

    @property
    def key(self) -> str:
        """The row's primary key."""
        return self.values[0]

    @property
    def source_key(self) -> str:
        """The department's reference to the person."""
        return self.values[_SOURCE_KEY_AT.get(self.dataset, 1)]


def columns(**datasets: str) -> Headers:
    """Headers from words; an underscore in a dataset's name stands for a hyphen."""
    return {name.replace("_", "-"): tuple(text.split()) for name, text in datasets.items()}


def iso(day: date | None) -> str:
    """A date as 2024-05-31, empty where there is none."""
    return day.isoformat() if day else ""


def uk(day: date | None) -> str:
    """A date as 31/05/2024, empty where there is none."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}" if day else ""


def yes(value: bool) -> str:
    """A truth as extracts write it."""
    return "true" if value else "false"


def whole(value: int | None) -> str:
    """A whole number, empty where there is none."""
    return "" if value is None else str(value)
