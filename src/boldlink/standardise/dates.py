"""Dates of birth in the layouts that systems use, to YYYY-MM-DD; placeholders are no dates."""

from __future__ import annotations

import re
from datetime import date, datetime

from boldlink.standardise.names import Result

PLACEHOLDER_DATES = frozenset({"1900-01-01", "1970-01-01"})  # "problematic in Delius"
EARLIEST = date(1890, 1, 1)
_MONTHS = {
    m: n
    for n, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1)
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{2}:\d{2}[\d:.+Z-]*)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]([a-z]{3})[a-z]*[-/., ]+(\d{4})", re.IGNORECASE | re.ASCII)


def read_date(text: str, layout: str | None = None) -> Result:
    """Any date in a usual layout, as YYYY-MM-DD; `layout` (strptime) says which, when the owner declared it."""
    found = _strict(text.strip(), layout) if layout else _usual(text.strip())
    return (found.isoformat(), None) if found else (None, "no_date")


def read_birth_date(text: str, layout: str | None = None) -> Result:
    """A date of birth: placeholders, future dates and dates before 1890 are not usable."""
    value, rule = read_date(text, layout)
    if value is None:
        return None, rule
    if value in PLACEHOLDER_DATES:
        return None, "placeholder_date"
    if not EARLIEST <= date.fromisoformat(value) <= date.today():
        return None, "impossible_date"
    return value, "first_of_january" if value.endswith("-01-01") else None


def month_first(texts: list[str]) -> bool:
    """Do these dates read as month/day/year? True if second parts are over 12 more often than first parts are."""
    parts = [match for match in (_DAY_FIRST.fullmatch(text.strip()) for text in texts) if match]
    return sum(int(m[2]) > 12 for m in parts) > sum(int(m[1]) > 12 for m in parts)


def _usual(text: str) -> date | None:
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _date(match[1], match[2], match[3])
    if match := _DAY_FIRST.fullmatch(text):
        return _date(match[3], match[2], match[1])
    if (match := _NAMED.fullmatch(text)) and match[2].lower() in _MONTHS:
        return _date(match[3], str(_MONTHS[match[2].lower()]), match[1])
    return None


def _strict(text: str, layout: str) -> date | None:
    try:
        return datetime.strptime(text, layout).date()
    except ValueError:
        return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
