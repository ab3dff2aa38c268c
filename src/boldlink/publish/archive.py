"""Office files are ZIP archives: parts changed in place, every date fixed, so that the same content gives the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

_DAY = (1980, 1, 1, 0, 0, 0)  # the first day that a ZIP archive can name


def rewrite(path: Path, changes: Mapping[str, Callable[[bytes], bytes]]) -> None:
    """Write the archive again, in the order of its parts, with some of them changed."""
    with zipfile.ZipFile(path) as archive:
        parts = [(member, archive.read(member)) for member in archive.infolist()]
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in parts:
            change = changes.get(member.filename)
            entry = zipfile.ZipInfo(member.filename, _DAY)
            archive.writestr(entry, change(content) if change else content, compress_type=member.compress_type)
