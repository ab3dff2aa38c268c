"""Texts inside files: which characters, how long, and nothing that another program would run.

A cell is a label, not a sentence: free text can say anything of anybody, and no machine can check it. A cell that begins
with = + - or @ is a formula to whoever opens the file in a spreadsheet.
Source: OWASP, CSV injection; Unicode Technical Report 36 (bidirectional and invisible characters).
"""

from __future__ import annotations

import re
import unicodedata

from boldlink.outputs.files.declared import refused
from boldlink.outputs.files.limits import Limits

FORMULA = re.compile(r"[=+\-@\t\r|]")
# Controls, marks of reading direction, characters of no width, private and unassigned ones.
ODD = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")
SENTENCE = re.compile(r"[.!?;:]\s+\S")
OF_A_COLUMN = re.compile(r"[a-z][a-z0-9_]*: (?=\S)", re.ASCII)  # "region: North", as models name a category


def decoded(content: bytes) -> str:
    """A text file's words: UTF-8, with or without its mark. Raises BadInput FILE-ENCODING."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        raise _encoding("it is UTF-16 or UTF-32")
    if b"\x00" in content:
        raise _encoding("it has NUL characters")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _encoding(f"byte {fault.start + 1} is no UTF-8") from None
    if "\ufeff" in text:
        raise _encoding("it has a byte order mark in its middle")
    return text


def _encoding(why: str) -> Exception:
    return refused("FILE-ENCODING", "The file's characters cannot be read:", f"{why}.", "save it as UTF-8")


def is_odd(text: str) -> bool:
    """Whether a text has characters that do not show, or that change how others show."""
    return any(unicodedata.category(one) in ODD for one in text)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula or a command; full-width signs count as their plain forms."""
    return bool(FORMULA.match(unicodedata.normalize("NFKC", text).lstrip(" '\"")))


def is_free_text(text: str, limits: Limits) -> bool:
    """Whether a cell holds more than a label: many words, several sentences, or several lines."""
    if len(text) > limits.characters or len(text.split()) > limits.words:
        return True
    return "\n" in text or bool(
        SENTENCE.search(OF_A_COLUMN.sub("", text, count=1) if OF_A_COLUMN.match(text) else text)
    )
