"""UK postcodes: shape, spacing, slips of O and 0 or I and 1 by position, and the codes that say "no address"."""

from __future__ import annotations

import re

from boldlink.standardise.names import Result

NO_FIXED_ABODE = frozenset({"NF1 1NF", "NF1 1FA", "ZZ99 3VZ"})  # courts; health
NO_FIXED_ABODE_OUTCODE = "NF1"
GIROBANK = "GIR 0AA"  # the one postcode in use that keeps no shape
_SHAPE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})", re.ASCII)
_GAPS = re.compile(r"[\s\-.]+")
_OUTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?", re.ASCII)
_TO_LETTER = str.maketrans("015", "OIS")
_TO_DIGIT = str.maketrans("OIS", "015")


def read_postcode(text: str) -> Result:
    """A whole postcode with one space before its inward code; pseudo-postcodes are not usable, and counted apart."""
    compact = _GAPS.sub("", text).upper()
    spaced = f"{compact[:-3]} {compact[-3:]}" if len(compact) >= 5 else compact
    if spaced in NO_FIXED_ABODE:
        return None, "no_fixed_abode"
    if compact.startswith("ZZ99"):
        return None, "pseudo_postcode"
    if _SHAPE.fullmatch(spaced) or spaced == GIROBANK:
        return spaced, None
    mended = _mended(compact)
    return (mended, "letter_for_digit") if mended else (None, "no_postcode")


def read_outcode(text: str) -> Result:
    """The first part of a postcode, from itself or from the whole; pseudo-postcodes have none."""
    plain = text.strip().upper()
    if plain == NO_FIXED_ABODE_OUTCODE:
        return None, "no_fixed_abode"
    if plain == "ZZ99":
        return None, "pseudo_postcode"
    if _OUTCODE.fullmatch(plain):
        return plain, None
    value, rule = read_postcode(text)
    return (value.split()[0] if value else None), rule


def is_no_fixed_abode(text: str | None) -> bool:
    """Does a postcode say that its holder has no fixed abode?"""
    return text is not None and read_postcode(text)[1] == "no_fixed_abode"


def outcode(postcode: str) -> str:
    """`SW1A 1AA` -> `SW1A`."""
    return postcode.split()[0]


def sector(postcode: str) -> str:
    """`SW1A 1AA` -> `SW1A 1`."""
    return postcode[:-2]


def _mended(compact: str) -> str | None:
    """Read slips of letter and digit where only the other could stand."""
    if not 5 <= len(compact) <= 7:
        return None
    inward = compact[-3].translate(_TO_DIGIT) + compact[-2:].translate(_TO_LETTER)
    for letters in (2, 1):
        outward = compact[:-3]
        mended = (
            outward[:letters].translate(_TO_LETTER)
            + outward[letters : letters + 1].translate(_TO_DIGIT)
            + outward[letters + 1 :]
        )
        if _SHAPE.fullmatch(f"{mended} {inward}"):
            return f"{mended} {inward}"
    return None
