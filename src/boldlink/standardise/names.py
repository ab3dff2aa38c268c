"""Names as people are called, out of what systems hold: case, spacing, accents, and the junk that systems leave.

Rates and kinds of junk after the public cleaning rules of the Core Person Record (hmpps-person-match).
"""

from __future__ import annotations

import re
import unicodedata

JUNK_PREFIXES = ("MIG_ERROR_", "NO_SHOW_", "DUPLICATE_")
NO_NAMES = frozenset({"not entered", "not known", "unknown", "not recorded", "none", "n a", "test", "baby", "no name"})
TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "sir", "prof"})
# Letters that Unicode does not take apart into a plain letter and a mark.
_WHOLE_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)
_APOSTROPHES = re.compile(r"['’`]")
_NOT_A_LETTER = re.compile(r"[^a-z ]+")
_SPACES = re.compile(r"[\s_]+")
_MC = re.compile(r"\b(mc|mac|o) (?=[a-z]{3,})")

Result = tuple[str | None, str | None]  # the value (None: not usable), and the rule that changed or refused it


def read_name(text: str) -> Result:
    """One part of a name: lower-case letters and single spaces; hyphens are spaces, apostrophes are dropped.

    Accents are folded (`Zoë` becomes `zoe`), because one department keeps them and another does not.
    """
    stripped, rule = without_junk(text.strip())
    plain = _words(fold(_APOSTROPHES.sub("", stripped)).replace("-", " "))
    name = _words(_NOT_A_LETTER.sub("", plain)) if plain.isascii() else plain
    if not name or {name, _words(_NOT_A_LETTER.sub(" ", plain))} & NO_NAMES:
        return None, "no_name"
    joined = _MC.sub(r"\1", name)
    return joined, rule or ("prefix_joined" if joined != name else None)


def read_full_name(text: str) -> Result:
    """A whole name with titles dropped and `SURNAME, Forenames` turned round."""
    surname, comma, forenames = text.partition(",")
    name, rule = read_name(f"{forenames} {surname}" if comma else text)
    words = [word for word in (name or "").split() if word not in TITLES]
    plain = " ".join(words)
    if not plain or plain in NO_NAMES:
        return None, "no_name"
    return plain, "turned_round" if forenames.strip() and surname.strip() else rule


def read_initial(text: str) -> Result:
    """The first letter of a name."""
    name, rule = read_name(text)
    return (name[0] if name else None), rule


def without_junk(text: str) -> tuple[str, str | None]:
    """A name without what systems put before it, however often: a migrated record may be migrated again."""
    for prefix in JUNK_PREFIXES:
        if text.upper().startswith(prefix):
            return without_junk(text[len(prefix) :])[0], "junk_prefix"
    return text, None


def fold(text: str) -> str:
    """Lower case without accents: `Łukasz` -> `lukasz`. Text in another script stays as it is."""
    lower = text.lower().translate(_WHOLE_LETTERS)
    return unicodedata.normalize("NFKD", lower).encode("ascii", "ignore").decode() or lower


def _words(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
