"""How large a file may be, in every way in which a file can be large. A file is small before it is read, not after."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """file_bytes: as submitted (OpenSAFELY's 16 MB). unpacked_bytes: of an archive in all. entries: of an archive.

    ratio: unpacked over packed; a sheet of one repeated number packs 200 times. depth, elements: of markup. characters:
    of a cell. columns: of a table. pixels: of a picture. drawn: elements of a drawing.
    """

    file_bytes: int = 16 * 1024 * 1024
    unpacked_bytes: int = 64 * 1024 * 1024
    entries: int = 100
    ratio: int = 250
    depth: int = 64
    elements: int = 1_000_000
    characters: int = 120
    words: int = 12
    columns: int = 100
    pixels: int = 25_000_000
    drawn: int = 50_000


LIMITS = Limits()
