"""Reference numbers with a shape or a check letter: PNC, CRO, National Insurance, NHS and prison numbers.

Check letters after the public code of the Core Person Record (hmpps-person-record).
"""

from __future__ import annotations

import re

from boldlink.standardise.names import Result

CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
_PNC = re.compile(r"(\d{4}|\d{2})/?(\d{1,7})([A-Z])", re.ASCII)
_CRO = re.compile(r"(\d{1,6})/(\d{2})([A-Z])", re.ASCII)
_CRO_SHORT = re.compile(r"SF(\d{2})/?(\d{1,6})([A-Z])", re.ASCII)
_NINO = re.compile(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]?", re.ASCII)
_PRISON = re.compile(r"[A-Z]\d{4}[A-Z]{2}", re.ASCII)
_GAPS = re.compile(r"[\s\-]+")
_NO_CODE = re.compile(r"[^0-9A-Z]+")


def check_letter(year: int, serial: int, digits: int = 7) -> str:
    """The letter over a two-digit year and a serial number: their digits, modulo 23."""
    return CHECK_LETTERS[(year % 100 * 10**digits + serial) % 23]


def read_pnc(text: str) -> Result:
    """A PNC id in its long form, YYYY/NNNNNNND; a wrong check letter makes it unusable."""
    match = _PNC.fullmatch(_compact(text))
    if not match:
        return None, "no_pnc"
    year, serial, letter = int(match[1]), int(match[2]), match[3]
    if check_letter(year, serial) != letter:
        return None, "check_letter"
    if len(match[1]) == 4:
        return f"{year:04d}/{serial:07d}{letter}", None
    # A short form keeps two digits of the year; PNC ids of people now living begin in the 1950s.
    return f"{1900 + year if year >= 50 else 2000 + year}/{serial:07d}{letter}", "long_form"


def read_cro(text: str) -> Result:
    """A CRO number as NNNNNN/YYD or SFYY/NNNNNND; 000000/00Z is a dummy."""
    compact = _compact(text)
    if match := _CRO.fullmatch(compact):
        serial, year, letter = int(match[1]), int(match[2]), match[3]
        form = f"{serial:06d}/{year:02d}{letter}"
    elif match := _CRO_SHORT.fullmatch(compact):
        serial, year, letter = int(match[2]), int(match[1]), match[3]
        form = f"SF{year:02d}/{serial:06d}{letter}"
    else:
        return None, "no_cro"
    if serial == 0:
        return None, "dummy_cro"
    return (form, None) if check_letter(year, serial, 6) == letter else (None, "check_letter")


def read_nino(text: str) -> Result:
    """A National Insurance number without its suffix, which systems often drop."""
    compact = _GAPS.sub("", text).upper()
    return (compact[:8], None) if _NINO.fullmatch(compact) else (None, "no_nino")


def read_nhs_number(text: str) -> Result:
    """Ten digits whose last checks the others, modulo 11; ten times the same digit is a dummy."""
    digits = _GAPS.sub("", text)
    if not re.fullmatch(r"[0-9]{10}", digits):
        return None, "no_nhs_number"
    if len(set(digits)) == 1:
        return None, "dummy_nhs_number"
    check = 11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=False)) % 11
    return (digits, None) if check % 11 == int(digits[9]) and check != 10 else (None, "check_digit")


def read_prison_number(text: str) -> Result:
    """A prison number such as A1234AA."""
    compact = _compact(text)
    return (compact, None) if _PRISON.fullmatch(compact) else (None, "no_prison_number")


def read_code(text: str) -> Result:
    """Any other number or code: letters and digits in upper case."""
    plain = _NO_CODE.sub("", text.upper())
    return (plain, None) if plain.strip("0") else (None, "empty_code")


def _compact(text: str) -> str:
    return "".join(text.split()).upper()
