"""BagIt 1.0 (RFC 8493): files beside manifests of their SHA-512, so that whoever receives them can see a changed byte.

A manifest shows accidents and careless changes. Whoever changes file and manifest alike is seen by the ledger of the
place, which binds every file of every release by its own hash.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAGS = "manifest-sha512.txt", "tagmanifest-sha512.txt"
_LINE = re.compile(r"([0-9a-f]{128})  ((?!/)[A-Za-z0-9._/-]+)")


def bag(payload: Mapping[str, bytes], identifier: str, on: date, sender: str) -> dict[str, bytes]:
    """Path -> bytes of a whole bag. `payload`: path below `data/` -> bytes; `identifier`: a URN for bag-info.txt."""
    inside = {f"data/{path}": content for path, content in payload.items()}
    oxum = f"{sum(map(len, inside.values()))}.{len(inside)}"
    info = {"Source-Organization": sender, "Bagging-Date": on.isoformat(), "Payload-Oxum": oxum}
    told = "".join(f"{name}: {value}\n" for name, value in {**info, "External-Identifier": identifier}.items())
    tags = {"bagit.txt": DECLARATION, "bag-info.txt": told.encode(), MANIFEST: _manifest(inside)}
    return {**inside, **tags, TAGS: _manifest(tags)}


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha512(files[path]).hexdigest()}  {path}\n" for path in sorted(files)).encode()


def bag_problems(folder: Path) -> list[str]:
    """What is wrong with a bag, in words that name its files; nothing if it is whole."""
    if not (folder / "bagit.txt").is_file() or (folder / "bagit.txt").read_bytes() != DECLARATION:
        return ["bagit.txt does not declare BagIt 1.0 in UTF-8"]
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    payload = {path for path in there if path.startswith("data/")}
    return [
        *_compare(there, MANIFEST, payload),
        *_compare(there, TAGS, there.keys() - payload - {TAGS}),
    ]


def _compare(there: Mapping[str, Path], manifest: str, covered: set[str]) -> Iterator[str]:
    """Every file that a manifest covers is there and is what it says, and it covers every file that it should."""
    if manifest not in there:
        yield f"{manifest} is missing"
        return
    found = [_LINE.fullmatch(line) for line in there[manifest].read_text("utf-8", "replace").splitlines()]
    listed = {line[2]: line[1] for line in found if line}
    if len(listed) != len(found):
        yield f"{manifest} has {len(found) - len(listed)} line(s) that are no entry, or stand twice"
    for path in sorted(listed.keys() | covered):
        if path not in covered:
            yield f"{path} is missing"
        elif path not in listed:
            yield f"{path} stands in no manifest"
        elif there[path].is_symlink() or hashlib.sha512(there[path].read_bytes()).hexdigest() != listed[path]:
            yield f"{path} is not what {manifest} says"
