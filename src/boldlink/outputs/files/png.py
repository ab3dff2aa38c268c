"""A picture: its pixels, and not one byte beside them.

A picture's labels cannot be read by a machine, so it leaves only beside the table that it shows, and a reviewer compares
them. What a machine can see to is that nothing travels with it: only the chunks that pixels need, each with the right
checksum, pixel data of exactly the size that the header says, nothing after the end.
Source: W3C, Portable Network Graphics, third edition.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise

from boldlink.errors import BadInput
from boldlink.outputs.files.declared import Finding, refused, review
from boldlink.outputs.files.kinds import PNG
from boldlink.outputs.files.limits import Limits
from boldlink.values import StatTable

NEEDED = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"sBIT", b"bKGD")
TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # colour type -> samples of a pixel
# Adam7: the first column and row of each pass, and the steps between its columns and rows.
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
FIXED = {b"IHDR": 13, b"IEND": 0, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9}


def check_png(content: bytes, data: StatTable | None, limits: Limits) -> list[Finding]:
    """What was found in a picture. data: the table that it shows, without which it does not leave. Raises BadInput."""
    if data is None:
        raise refused(
            "FILE-NO-DATA",
            "The picture came without its data:",
            "nobody can say what it shows.",
            "give its table with it",
        )
    chunks = list(_chunks(content))
    names = [name for name, _ in chunks]
    _order(names)
    _pixels(chunks[0][1], b"".join(body for name, body in chunks if name == b"IDAT"), limits)
    return [review("FILE-PICTURE", "file", "A machine cannot read a picture: a reviewer compares it with its table.")]


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(PNG)
    while place < len(content):
        if place + 12 > len(content):
            raise _bad("FILE-IMAGE", "it ends in the middle")
        length, name = struct.unpack(">I4s", content[place : place + 8])
        body = content[place + 8 : place + 8 + length]
        check = content[place + 8 + length : place + 12 + length]
        if len(check) < 4 or struct.unpack(">I", check)[0] != zlib.crc32(name + body):
            raise _bad("FILE-IMAGE", "a part of it is damaged")
        _needed(name, length)
        yield name, body
        place += 12 + length
        if name == b"IEND" and place != len(content):
            raise _bad("FILE-EMBEDDED", "something stands after its end")


def _needed(name: bytes, length: int) -> None:
    if name in TEXTS:
        raise _bad("FILE-TEXT", "it holds texts beside its pixels")
    if name not in NEEDED:
        raise _bad("FILE-EMBEDDED", "it holds parts that its pixels do not need")
    if FIXED.get(name, length) != length or (name in (b"tRNS", b"sBIT", b"bKGD") and length > 256):
        raise _bad("FILE-EMBEDDED", "a part of it is longer than its kind")


def _order(names: list[bytes]) -> None:
    """One header first, one end last, pixel data together, anything else at most once."""
    once = [name for name in names if name != b"IDAT"]
    pieces = sum(before != b"IDAT" and name == b"IDAT" for before, name in pairwise(names))
    if not names or names[0] != b"IHDR" or names[-1] != b"IEND" or len(once) > len(set(once)) or pieces != 1:
        raise _bad("FILE-IMAGE", "its parts are not in order")


def _pixels(header: bytes, packed: bytes, limits: Limits) -> None:
    """Raises BadInput unless the pixel data unpack to exactly the size of the picture, and end there."""
    width, height, depth, colour, packing, filtering, interlace = struct.unpack(">IIBBBBB", header)
    if not width or not height or colour not in CHANNELS or (packing, filtering) != (0, 0) or interlace > 1:
        raise _bad("FILE-IMAGE", "its header is none")
    if width * height > limits.pixels or depth not in (1, 2, 4, 8, 16):
        raise _bad("FILE-SIZE", f"it has more than {limits.pixels // 1_000_000} million pixels")
    size = _size(width, height, depth * CHANNELS[colour], interlace)
    unpacker = zlib.decompressobj()
    try:
        found = len(unpacker.decompress(packed, size + 1))
    except zlib.error:
        raise _bad("FILE-IMAGE", "its pixels do not unpack") from None
    if found != size or not unpacker.eof or unpacker.unused_data:
        raise _bad("FILE-EMBEDDED", "its data are more, or fewer, than its pixels")


def _size(width: int, height: int, bits: int, interlace: int) -> int:
    """Bytes of the pixel data: each row has a byte for its filter."""
    if not interlace:
        return height * (1 + (width * bits + 7) // 8)
    size = 0
    for left, top, right, down in PASSES:
        columns, rows = (width - left + right - 1) // right, (height - top + down - 1) // down
        size += rows * (1 + (columns * bits + 7) // 8) if columns > 0 and rows > 0 else 0
    return size


def _bad(code: str, why: str) -> BadInput:
    do = "save it again as a plain picture; from matplotlib with savefig(metadata={'Software': None})"
    return refused(code, "The picture is more than its pixels:", f"{why}.", do)
