"""Sex, addresses, e-mail and telephone: light rules, for comparing and not for delivering."""

from __future__ import annotations

import re

from boldlink.standardise.names import Result, fold

SEXES = {
    "m": "M", "male": "M", "1": "M", "man": "M", "boy": "M",
    "f": "F", "female": "F", "2": "F", "woman": "F", "girl": "F",
}  # fmt: skip
NOT_A_SEX = frozenset(
    {"n", "ns", "u", "x", "0", "9", "i", "not specified", "not stated", "not known", "unknown", "not known / not recorded", "indeterminate",
     "not specified (indeterminate)", "other"}
)  # fmt: skip


def read_sex(text: str) -> Result:
    """M or F out of the vocabularies of Delius, LIBRA, Common Platform and NOMIS, and the codes 1 and 2."""
    plain = " ".join(text.lower().split())
    if plain in SEXES:
        return SEXES[plain], None
    return None, "sex_not_known" if plain in NOT_A_SEX else "no_sex"


def read_address(text: str) -> Result:
    """Letters and digits in lower case without accents, single spaces."""
    plain = re.sub(r"[^0-9a-z]+", " ", fold(text)).strip()
    return (plain, None) if plain else (None, "no_address")


def read_email(text: str) -> Result:
    """An e-mail address in lower case."""
    plain = text.strip().lower()
    return (plain, None) if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", plain) else (None, "no_email")


def read_phone(text: str) -> Result:
    """Digits only; a British country code becomes a leading nought."""
    digits = re.sub(r"[^0-9]+", "", text)
    digits = re.sub(r"^(0044|44)(?=[0-9]{10}$)", "0", digits)
    return (digits, None) if 7 <= len(digits) <= 15 else (None, "no_phone")
