"""Names as people are called, out of what systems hold: case, spacing, accents, and the junk that systems leave.

Rates and kinds of junk after the public cleaning rules of the Core Person Record (hmpps-person-match).
"""

from __future__ import annotations

import re
import unicodedata

JUNK_PREFIXES = ("MIG_ERROR_", "NO_SHOW_", "DUPLICATE_")
NO_NAMES = frozenset(
    {"not entered", "not known", "unknown", "not recorded", "none", "n a", "na", "test", "baby", "no name"}
)
TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "sir", "prof"})
_NOT_A_LETTER = re.compile(r"[^a-z \-']+")
_SPACES = re.compile(r"[\s_]+")
_MC = re.compile(r"\b(mc|mac|o) (?=[a-z]{3,})")

Result = tuple[str | None, str | None]  # the value (None: not usable), and the rule that changed or refused it


def read_name(text: str) -> Result:
    """One part of a name in lower case, letters, hyphens, apostrophes and single spaces.

    Accents are folded (`Zoë` becomes `zoe`), because one department keeps them and another does not.
    """
    stripped, rule = without_junk(text.strip())
    folded = unicodedata.normalize("NFKD", stripped).encode("ascii", "ignore").decode() or stripped
    plain = _SPACES.sub(" ", folded.lower().replace("’", "'").replace("`", "'")).strip()
    name = _NOT_A_LETTER.sub("", plain).strip(" -'") if plain.isascii() else plain
    if not name or _NOT_A_LETTER.sub("", plain.replace("'", "")) in NO_NAMES:
        return None, "no_name"
    joined = _MC.sub(r"\1", name.replace("'", ""))
    if joined != name.replace("'", ""):
        rule = rule or "prefix_joined"
    return _SPACES.sub(" ", joined.replace("-", " ")).strip() or None, rule


def read_full_name(text: str) -> Result:
    """A whole name with titles dropped and `SURNAME, Forenames` turned round."""
    surname, comma, forenames = text.partition(",")
    name, rule = read_name(f"{forenames} {surname}" if comma else text)
    words = [word for word in (name or "").split() if word not in TITLES]
    return (" ".join(words) or None), ("turned_round" if comma else rule)


def read_initial(text: str) -> Result:
    """The first letter of a name."""
    name, rule = read_name(text)
    return (name[0] if name else None), rule


def without_junk(text: str) -> tuple[str, str | None]:
    """A name without what a system put before it."""
    for prefix in JUNK_PREFIXES:
        if text.upper().startswith(prefix):
            return text[len(prefix) :], "junk_prefix"
    return text, None
