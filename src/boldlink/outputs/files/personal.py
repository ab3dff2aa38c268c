"""Columns about persons: found by what they are called, and by the shape of what they hold.

A header can lie and a shape can be a coincidence, so both are looked at, in every column, whatever was declared. Shapes
are those that linking reads (`boldlink.standardise`): an NHS number must have its check digit, a PNC id its letter. Names
have no shape; they are found by headers, by titles (Mr, Dr) and by "Surname, Forename"; declared categories do the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from boldlink.standardise import (
    read_cro,
    read_date,
    read_nhs_number,
    read_nino,
    read_pnc,
    read_postcode,
    read_prison_number,
)

HEADERS: Mapping[str, re.Pattern[str]] = {
    "a name": re.compile(
        r"(?:^|.* )(?:fore ?names?|sur ?names?|(?:first|last|middle|full|given|family|maiden|birth|previous) ?names?|aliase?s?|initials)$"
        r"|^(?:person|patient|client|offender|defendant|prisoner|victim|officer|worker|known|their)s? ?names?$|^names?$"
    ),
    "a date of birth": re.compile(
        r".*\bd ?o ?b\b.*|.*\b(?:date|day) of (?:birth|death)\b.*|.*\bbirth ?(?:date|day)\b.*"
    ),
    "a postcode or address": re.compile(
        r".*\bpost ?codes?\b.*|.*\bzip ?code\b.*|.*\buprn\b.*"
        r"|^(?:(?:home|postal|full|current|last|previous|street|their) )?address(?:es)?(?: line)?(?: \d+)?$"
    ),
    "a number of a person": re.compile(
        r".*\bnhs ?(?:no|number|num|id)\b.*|.*\bnino\b.*|.*\bnational insurance\b.*|.*\bpnc\b.*|.*\bcro\b.*|.*\bcrn\b.*"
        r"|.*\b(?:prison|noms|nomis|passport|hospital|case|reference|record|custody) ?(?:no|number|num|id|ref)\b.*"
        r"|.*\b(?:person|people|patient|client|offender|individual|participant|subject) ?(?:id|key|no|number|ref)\b.*"
        r"|.*\b(?:alf|ralf|pseudonyms?|record key|unit id)\b.*|^u?id$"
    ),
    "how to reach somebody": re.compile(
        r"^(?:.* )?(?:e ?mails?|(?:tele)?phones?|mobiles?)(?: (?:no|number|address))?$"
    ),
}
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"(?:\+44|0)[\d ()-]{9,14}")
_PSEUDONYM = re.compile(r"[0-9a-f]{32,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TITLED = re.compile(r"(?:mr|mrs|ms|miss|dr|prof|sir|lady|lord|rev)\.? \S+", re.IGNORECASE)
_SURNAME_FIRST = re.compile(r"[A-Z][A-Z'\-]+, [A-Z][\w'\-]+|[A-Z][a-z'\-]+, [A-Z][a-z]+(?: [A-Z]\.?)?")


def header_says(header: str) -> str:
    """What of a person a header says its column holds; empty if nothing."""
    plain = " ".join(_WORDS.findall(header)).lower()
    return next((what for what, pattern in HEADERS.items() if pattern.fullmatch(plain)), "")


def _clean(reader: Callable[[str], tuple[str | None, str | None]]) -> Callable[[str], bool]:
    """A reader that had to mend what it read has read something else."""
    return lambda text: reader(text)[0] is not None and reader(text)[1] in (None, "long_form")


def _is_full_date(text: str) -> bool:
    """A day that is not the first or last of a month, which stand for periods."""
    found, _ = read_date(text)
    if found is None or len(text) < 8 or text.isdigit():
        return False
    day = date.fromisoformat(found)
    return day.day != 1 and date.fromordinal(day.toordinal() + 1).day != 1


SHAPES: Mapping[str, Callable[[str], bool]] = {
    "NHS numbers": _clean(read_nhs_number),
    "National Insurance numbers": _clean(read_nino),
    "PNC ids": _clean(read_pnc),
    "CRO numbers": _clean(read_cro),
    "prison numbers": _clean(read_prison_number),
    "postcodes": _clean(read_postcode),
    "days, as dates of birth are": _is_full_date,
    "addresses of electronic mail": lambda text: bool(_EMAIL.fullmatch(text)),
    "telephone numbers": lambda text: bool(_PHONE.fullmatch(text)),
    "pseudonyms or keys of people": lambda text: bool(_PSEUDONYM.fullmatch(text)),
    "names of people": lambda text: bool(_TITLED.fullmatch(text) or _SURNAME_FIRST.fullmatch(text)),
}
OF_NUMBERS = ("NHS numbers",)  # shapes that a column of numbers can have


def shape_of(texts: Iterable[str], numbers: bool = False) -> tuple[str, int]:
    """The shape of a person's data that most of these texts have, and how many have it; ("", 0) if none has any."""
    distinct = set(texts)
    found = {
        what: sum(1 for text in distinct if is_one(text))
        for what, is_one in SHAPES.items()
        if not numbers or what in OF_NUMBERS
    }
    best = max(found, key=lambda what: found[what])
    return (best, found[best]) if found[best] else ("", 0)
