"""Do the kernels agree with the DuckDB that is installed, to the last bit? Asked once per process, before any scoring.

DuckDB's builds differ in one respect: whether Jaro-Winkler's last step multiplies and adds with one rounding. A value
that is one bit off can cross a threshold, so the kernels follow the build, and refuse to work if neither way agrees.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import duckdb
import numpy as np

from boldlink.errors import BoldError
from boldlink.linkage.kernels import text

PAIRS, LONGEST, LONGEST_TEXT, LETTERS = 400, 14, 80, b"abcde \xc3\xa9'-z"
Array = np.ndarray[Any, np.dtype[Any]]


def fused_jaro_winkler(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether DuckDB here multiplies and adds at once. Raises BoldError if the kernels and DuckDB disagree."""
    return _tested(duckdb.__version__)


@cache
def _tested(version: str) -> bool:
    pairs = _pairs()
    with duckdb.connect() as connection:
        rows = ", ".join(f"({_quoted(a)}, {_quoted(b)})" for a, b in pairs)
        found = connection.execute(
            f"""SELECT jaro_similarity(a, b), jaro_winkler_similarity(a, b), levenshtein(a, b), damerau_levenshtein(a, b),
            least(levenshtein(a, b), 2), least(damerau_levenshtein(a, b), 2) FROM (VALUES {rows}) t(a, b)"""
        ).fetchall()
    for fused in (True, False):
        if np.array_equal(_measured(pairs, fused), np.array(found, float)):
            return fused
    raise BoldError(
        "LINK-SELF-TEST",
        "The engine's kernels do not agree with the DuckDB that is installed.",
        f"DuckDB {version} computes similarities of text in another way.",
        "install the version of DuckDB in constraints.txt",
    )


def _pairs() -> list[tuple[str, str]]:
    rng = np.random.default_rng(1)
    letters = LETTERS.decode()

    def word() -> str:
        return "".join(letters[n] for n in rng.integers(0, len(letters), rng.integers(0, LONGEST)))

    found = [(word(), word()) for _ in range(PAIRS)]
    changed = [
        (a, a[: len(a) // 2] + letters[n % len(letters)] + a[len(a) // 2 + 1 :]) for n, (a, _) in enumerate(found)
    ]
    return [*found, *changed, ("ca", "abc"), ("", ""), ("a", ""), ("a" * 70, "a" * 69 + "b"), ("ab" * 40, "ba" * 40)]


def _quoted(text_: str) -> str:
    return "'" + text_.replace("'", "''") + "'"


def _measured(pairs: list[tuple[str, str]], fused: bool) -> Array:
    """Pairs x measures, by the kernels."""
    encoded = [one.encode() for pair in pairs for one in pair]
    ends = np.cumsum([len(one) for one in encoded])
    masks, room = np.zeros(256, np.uint64), np.zeros(text.room_for(LONGEST_TEXT), np.int64)
    data = np.frombuffer(b"".join(encoded), np.uint8).copy()
    return np.asarray(text.measured(data, ends.astype(np.int64), masks, room, fused))
