"""Numbers that departments give, none of them twice, without remembering any that was given.

A counter for each kind of number, interleaved between blocks, is multiplied by a prime and taken modulo the number space:
a permutation, so numbers neither repeat nor stand in the order in which they were given. Each kind starts elsewhere.
"""

from __future__ import annotations

from zlib import crc32

PRIME = 2_654_435_761  # shares no factor with 10, 13 or 26
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Numbers:
    """The numbers of one block among `blocks`: no other block of the same world gives any of them."""

    def __init__(self, block: int = 0, blocks: int = 1) -> None:
        self._block, self._blocks = block, blocks
        self._given: dict[str, int] = {}

    def take(self, prefix: str, digits: int) -> str:
        """The next number of a kind: its prefix, which is the kind's own, and `digits` digits."""
        return f"{prefix}{self._spread(prefix, 10**digits):0{digits}d}"

    def prison_number(self) -> str:
        """A prison number such as A1234AA."""
        rest, first = divmod(self._spread("noms", 26 * 10_000 * 26 * 26), 26)
        rest, digits = divmod(rest, 10_000)
        return f"{LETTERS[first]}{digits:04d}{LETTERS[rest // 26]}{LETTERS[rest % 26]}"

    def case_reference(self) -> str:
        """A probation case reference (CRN) such as X123456."""
        digits, letter = divmod(self._spread("crn", 26 * 1_000_000), 26)
        return f"{LETTERS[letter]}{digits:06d}"

    def _spread(self, kind: str, space: int) -> int:
        given = self._given.get(kind, 0)
        self._given[kind] = given + 1
        return ((given * self._blocks + self._block) * PRIME + crc32(kind.encode())) % space
