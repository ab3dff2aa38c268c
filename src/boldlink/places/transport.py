"""Carrying sealed packages: folders copied from an outbox to an inbox, piece by piece, by anybody at all.

A carrier needs no key and no trust: what it carries is sealed and signed. Carrying is resumable (a file that arrived
whole is not carried again) and idempotent (a package that arrived is left as it is). Nothing is taken in here: a place
checks what lies in its inbox when it opens it (boldlink.places.packages).
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from boldlink.errors import BadInput
from boldlink.places.store import sha256_of

PACKAGE = re.compile(r"[0-9a-f]{24}(\.receipt)?")
PARTS = re.compile(r"(manifest\.json|receipt\.json|[a-z]+\.parquet)")
UNFINISHED = ".part"


def packages_in(folder: Path) -> Iterator[Path]:
    """Package folders that lie in an outbox or inbox, in the order of their names; what was emptied is none."""
    if folder.is_dir():
        found = sorted(path for path in folder.iterdir() if path.is_dir() and PACKAGE.fullmatch(path.name))
        yield from (path for path in found if any(path.iterdir()))


def addressee(package: Path) -> str:
    """The place that a package or receipt is for, as it says outside. Raises BadInput if it says nothing."""
    return str(outside(package).get("to", ""))


def outside(package: Path) -> dict[str, Any]:
    """What a package says of itself, unchecked: good enough to carry it, never to take it in."""
    path = package / ("receipt.json" if package.name.endswith(".receipt") else "manifest.json")
    try:
        raw = json.loads(path.read_bytes())
        return dict(raw["facts"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise BadInput(
            "PACKAGE-UNREADABLE",
            f"The folder {package.name} holds no package that can be read.",
            "its manifest is missing, or is not one.",
            "carry it again from the sender's outbox",
            "the sending place's custodian",
        ) from None


def carry(package: Path, inbox: Path) -> bool:
    """Copy a package into an inbox; False if it was there already. Stopped half-way, carrying again finishes it."""
    there = inbox / package.name
    if there.is_dir():
        return False
    half = inbox / f"{package.name}{UNFINISHED}"
    half.mkdir(parents=True, exist_ok=True)
    for file in sorted(path for path in package.iterdir() if PARTS.fullmatch(path.name) and path.is_file()):
        _copy(file, half / file.name)
    half.replace(there)
    return True


def set_aside(package: Path) -> None:
    """Leave a package that was refused beside the others, under a name by which it is not looked at again."""
    aside = package.with_name(f"{package.name}.refused")
    if aside.exists():
        shutil.rmtree(aside)
    package.replace(aside)


def discard(package: Path) -> None:
    """Remove a package from an inbox: it was taken in, or is one that was."""
    shutil.rmtree(package)


def _copy(file: Path, to: Path) -> None:
    if to.is_file() and sha256_of(to) == sha256_of(file):
        return
    with file.open("rb") as source, to.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
        target.flush()
        os.fsync(target.fileno())
