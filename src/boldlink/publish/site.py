"""The register's folder: built whole beside its place, then swapped in, so that nobody meets half of it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from boldlink.errors import BadInput
from boldlink.publish import catalogue, feed
from boldlink.publish.pages import pages
from boldlink.publish.register import Register, read_register
from boldlink.publish.render import write_page

CHECKSUMS = "checksums.txt"
STYLESHEETS = ("govuk-frontend.css", "register.css")


@dataclass(frozen=True)
class Published:
    """What stands in the folder now: pages, files by relative path, and whether anything changed."""

    pages: int
    index: Path
    files: tuple[str, ...]
    changed: bool


def publish(exports: Sequence[Mapping[str, Any]], folder: Path) -> Published:
    """Write the whole register from one public export per place; signatures have been verified by the caller.

    The same exports give the same bytes. Either the whole register changes or nothing does. Raises BadInput
    when an export is not in the form, when exports contradict each other, or when `folder` holds anything but
    a register.
    """
    register = read_register(exports)
    folder = folder.absolute()
    building, former = _beside(folder, "building"), _beside(folder, "former")
    _recover(folder, building, former)
    _check_ours(folder)
    try:
        _build(building, register)
        changed = _listing(building) != _listing(folder)
        if changed:
            _swap(folder, building, former)
    finally:
        _remove(building)
    return _published(folder, changed)


def _beside(folder: Path, state: str) -> Path:
    return folder.parent / f".{folder.name}.{state}"


def _recover(folder: Path, building: Path, former: Path) -> None:
    """Finish what a killed run left: half a build goes, a register moved aside and not replaced returns."""
    _remove(building)
    if former.exists() and not folder.exists():
        former.rename(folder)
    _remove(former)


def _check_ours(folder: Path) -> None:
    """A folder with files that no register wrote is left alone: swapping it would delete somebody's work."""
    known = _known(folder / CHECKSUMS)
    if foreign := [path for path in _files(folder) if path.relative_to(folder).as_posix() not in known]:
        raise _not_ours(folder, f"it holds {len(foreign)} files that are not part of a register.")
    if folder.exists() and not folder.is_dir():
        raise _not_ours(folder, "it is not a folder.")


def _known(checksums: Path) -> set[str]:
    if not checksums.is_file():
        return set()
    return {CHECKSUMS, *(line[66:] for line in checksums.read_text("utf-8").splitlines())}


def _not_ours(folder: Path, why: str) -> BadInput:
    return BadInput(
        "PUBLISH-FOLDER",
        f"The register cannot be written to {folder.name}.",
        why,
        "name a folder that is new, empty, or holds a register published before",
        "whoever looks after the register's web space",
    )


def _build(building: Path, register: Register) -> None:
    building.mkdir(parents=True)
    for page in pages(register):
        write_page(building, register, page)
    (building / catalogue.FILE).write_bytes(catalogue.catalogue_text(register).encode("utf-8"))
    (building / feed.FILE).write_bytes(feed.feed_text(register))
    for name in STYLESHEETS:
        (building / name).write_bytes(files(__package__).joinpath("static", name).read_bytes())
    lines = [f"{digest}  {path}\n" for path, digest in _listing(building).items()]
    (building / CHECKSUMS).write_bytes("".join(lines).encode("utf-8"))


def _listing(folder: Path) -> dict[str, str]:
    """SHA-256 (hex) of every file by its path from `folder`, in order; empty when there is no folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in _files(folder)
    }


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def _swap(folder: Path, building: Path, former: Path) -> None:
    if folder.exists():
        folder.rename(former)
    try:
        building.rename(folder)
    except OSError:
        if former.exists():
            former.rename(folder)
        raise
    _remove(former)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _published(folder: Path, changed: bool) -> Published:
    paths = tuple(_listing(folder))
    return Published(sum(path.endswith(".html") for path in paths), folder / "index.html", paths, changed)
