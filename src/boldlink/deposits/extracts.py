"""Extracts as they lie in a folder: dataset, version and kind of delivery stand in the path.

FOLDER/DATASET/VERSION.KIND.csv     or .parquet; KIND is full, delta or withdrawal
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from boldlink.errors import BadExtract
from boldlink.values import Contract, DeliveryKind, Extract

NAME = re.compile(r"(?P<version>[A-Za-z0-9][A-Za-z0-9_-]{0,40})\.(?P<kind>full|delta|withdrawal)\.(csv|parquet)")


def find_extracts(folder: Path, contracts: Mapping[str, Contract]) -> tuple[list[Extract], list[BadExtract]]:
    """Extracts in the order of their versions, and what cannot be an extract. Hidden files and folders are passed over."""
    found: list[Extract] = []
    strange: list[BadExtract] = []
    for path in sorted(one for one in folder.glob("*/*") if not _is_hidden(one.parent) and not _is_hidden(one)):
        try:
            found.append(_extract(path, contracts))
        except BadExtract as problem:
            strange.append(problem)
    for path in sorted(one for one in folder.iterdir() if one.is_file() and not _is_hidden(one)):
        strange.append(_strange(path, "it lies in no dataset's folder."))
    return sorted(found, key=lambda one: (one.dataset, one.version, one.kind)), strange


def sha256_of_extract(path: Path) -> str:
    """SHA-256 of the file as it is, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _extract(path: Path, contracts: Mapping[str, Contract]) -> Extract:
    dataset, match = path.parent.name, NAME.fullmatch(path.name)
    if dataset not in contracts:
        raise _strange(path, "there is no data contract of the folder's name.")
    if match is None:
        raise _strange(path, "its name is not VERSION.KIND.csv or VERSION.KIND.parquet.")
    if path.parent.is_symlink() or path.is_symlink() or not path.is_file():
        raise _strange(path, "it is a link or a folder, and not a file.")
    try:
        digest = sha256_of_extract(path)
    except OSError:
        raise _strange(path, "it may not be read, or went while it was being read.") from None
    return Extract(dataset, match["version"], DeliveryKind(match["kind"]), path, digest)


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".")


def _strange(path: Path, why: str) -> BadExtract:
    # A name is any bytes: what would not print is shown as its escape.
    name = f"{path.parent.name}/{path.name}".encode("unicode_escape", "surrogatepass").decode()
    return BadExtract(
        "DEPOSIT-NOT-AN-EXTRACT",
        f"{name} is not taken in:",
        why,
        "lay extracts down as DATASET/VERSION.KIND.csv, KIND being full, delta or withdrawal",
        "the dataset's owner",
    )
