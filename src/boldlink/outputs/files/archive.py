"""Opening a spreadsheet's archive without trusting a word that it says of itself.

What a zip file declares is checked before anything is unpacked, and what it gives is counted while it is unpacked: a file
of forty kilobytes can declare a kilobyte and give gigabytes. Names, overlaps, links, nested archives and bytes before or
after the archive are refused, so that every program that opens the file sees the same parts.
Source: Fifield 2019, A better zip bomb (overlapping entries); PKWARE APPNOTE 6.3.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Sequence

from boldlink.outputs.files.declared import refused
from boldlink.outputs.files.limits import Limits

PART = re.compile(r"[A-Za-z0-9_\[\]][A-Za-z0-9_\-\[\] .]*(?:/[A-Za-z0-9_\-][A-Za-z0-9_\-. ]*|/\.rels|/)*/?", re.ASCII)
END_OF_DIRECTORY = 22  # bytes of the last record of an archive without a comment
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


class Archive:
    """The parts of a zip file, by name. Raises BadInput FILE-ARCHIVE or FILE-BOMB on opening, or on reading a part."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError):
            raise _bad("it does not open") from None
        _whole(content, self._zip, infos)
        _sizes(infos, limits)
        for info in infos:
            _entry(info)
        self.names: tuple[str, ...] = tuple(info.filename for info in infos)
        self._left = limits.unpacked_bytes
        self._infos = {info.filename: info for info in infos}
        self._read: dict[str, bytes] = {}
        if len({name.lower() for name in self.names}) < len(infos):
            raise _bad("two parts have one name")

    def size(self, name: str) -> int:
        """Bytes that a part declares."""
        return int(self._infos[name].file_size)

    def read(self, name: str) -> bytes:
        """A part, unpacked: as many bytes as it declares and not one more."""
        if name not in self._read:
            self._read[name] = self._unpack(name)
        return self._read[name]

    def _unpack(self, name: str) -> bytes:
        info = self._infos[name]
        try:
            with self._zip.open(info) as file:
                content = file.read(min(info.file_size, self._left) + 1)
                more = file.read(1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
            raise _bad("a part of it does not unpack") from None
        self._left -= len(content)
        if self._left < 0 or more or len(content) != info.file_size:
            raise _bomb("a part unpacks to another size than it declares")
        if content.startswith(ARCHIVES):
            raise _bad("it holds another packed file")
        return content


def _whole(content: bytes, opened: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo]) -> None:
    """Nothing before the first part, between parts that overlap, or after the last record."""
    if not infos or min(info.header_offset for info in infos) != 0 or not content.startswith(ARCHIVES[0]):
        raise _bad("something stands before its first part")
    if opened.comment or not content[-END_OF_DIRECTORY:].startswith(b"PK\x05\x06"):
        raise _bad("something stands after its last part")
    ordered = sorted(infos, key=lambda info: info.header_offset)
    ends = [*(info.header_offset for info in ordered[1:]), opened.start_dir]
    for info, end in zip(ordered, ends, strict=True):
        if info.header_offset + 30 + len(info.filename) + info.compress_size > end:
            raise _bomb("parts of it lie over each other")


def _sizes(infos: Sequence[zipfile.ZipInfo], limits: Limits) -> None:
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > limits.entries:
        raise _bomb(f"it has more than {limits.entries} parts")
    if unpacked > limits.unpacked_bytes:
        raise _bomb(f"it unpacks to more than {limits.unpacked_bytes // 1024**2} MB")
    if any(info.file_size > limits.ratio * max(info.compress_size, 1) + 4096 for info in infos):
        raise _bomb(f"a part unpacks to more than {limits.ratio} times its size")


def _entry(info: zipfile.ZipInfo) -> None:
    if ".." in info.filename or info.orig_filename != info.filename or not PART.fullmatch(info.filename):
        raise _bad("a part's name has parts of a path, or characters that are not plain")
    if info.flag_bits & 0x1:
        raise _bad("a part of it is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _bad("a part is packed in a way that spreadsheets do not use")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _bad("a part is a link to another file")


def _bad(why: str) -> Exception:
    return refused(
        "FILE-ARCHIVE", "The spreadsheet's archive is not sound:", f"{why}.", "save it again in a spreadsheet"
    )


def _bomb(why: str) -> Exception:
    return refused(
        "FILE-BOMB", "The spreadsheet would unpack to more than it says, or may:", f"{why}.", "save it again"
    )
