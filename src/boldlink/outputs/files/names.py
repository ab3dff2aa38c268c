"""A file's name is read by people, shells and other systems: it must mean the same to all of them.

So it is plain: letters, digits, spaces, hyphens, underscores, one dot before its ending. That alone keeps out paths,
characters that look like others or turn the reading direction round, a second ending that hides the first, and names
that are devices on Windows.
"""

from __future__ import annotations

import re

from boldlink.outputs.files.declared import refused

PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _-]{0,98}[A-Za-z0-9_-])?\.[A-Za-z0-9]{1,8}", re.ASCII)
DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


def ending_of(name: str) -> str:
    """The ending of a plain name, in lower case. Raises BadInput FILE-NAME; the name itself is not repeated."""
    if re.search(r"[/\\]|\.\.", name) or re.match(r"[A-Za-z]:", name):
        raise _refused("it has parts of a path")
    if not name.isascii():
        raise _refused("it has characters that are not plain letters")
    if not PLAIN.fullmatch(name):
        raise _refused("it is not letters, digits, spaces, hyphens and underscores with one dot before its ending")
    stem, _, ending = name.rpartition(".")
    if stem.lower() in DEVICES:
        raise _refused("it is the name of a device on some systems")
    return ending.lower()


def _refused(why: str) -> Exception:
    what = "The file's name is not one that every system reads alike:"
    return refused("FILE-NAME", what, f"{why}.", "rename it, such as table-1.csv")
