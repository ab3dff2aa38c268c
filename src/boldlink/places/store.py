"""What a place holds: files written and events recorded as one step, and every file bound to the ledger.

A step writes its files into `staging`, then appends one event that names every file by path and SHA-256, then moves the
files to where they belong and removes what the event says is erased. A process killed before the event leaves only
staging files, which are dropped; killed after it, the moves are made good when the place is next opened. Repair goes in
that one direction only: what the ledger says happened, happened.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from boldlink.errors import Tampered
from boldlink.ledger import Event, Ledger, Problem
from boldlink.ledger.commitment import commit_to, open_with
from boldlink.ledger.segments import sync_folder
from boldlink.values import StoredFile
from boldlink.vault import Lease, Sealed, SealedWriter

STAGING = "staging"
PART = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._~@+=-]+")  # of a path: never empty, never upwards
OPENINGS = "openings"  # what people wrote, bound by commitments


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Holdings:
    """The files of a place as its ledger tells them: those it holds, in the order they came, and those it erased."""

    def __init__(self) -> None:
        self.files: dict[str, Mapping[str, Any]] = {}
        self.erased: set[str] = set()
        self.commitments: dict[str, Mapping[str, str]] = {}  # by the file that opens them
        self.strange: list[int] = []  # events that name paths no place of ours would write

    def add(self, event: Event) -> None:
        """Fold the next event in. A path outside the place, or into its ledger, is never followed."""
        erased, files = event.body.get("erased", ()), event.body.get("files", ())
        if not _sound(erased, files):
            self.strange.append(event.number)
            return
        if isinstance(event.body.get("commitments"), dict):
            self.commitments[event.body["openings"]] = event.body["commitments"]
        for path in erased:
            if self.files.pop(path, None) is not None:
                self.erased.add(path)
        for file in files:
            self.files[file["path"]] = file
            self.erased.discard(file["path"])


def _sound(erased: Any, files: Any) -> bool:
    """Are these lists of paths below a place, as a step writes them?"""
    if not isinstance(erased, list | tuple) or not isinstance(files, list | tuple):
        return False
    named = [*erased, *(file.get("path") if isinstance(file, dict) and "sha256" in file else None for file in files)]
    return all(isinstance(path, str) and _is_below(path) for path in named)


def _is_below(path: str) -> bool:
    parts = path.split("/")
    return parts[0] not in ("ledger", STAGING) and all(PART.fullmatch(part) for part in parts)


def bound_files(ledger: Ledger) -> dict[str, str]:
    """Path → SHA-256 of every file that this place holds, as its ledger tells it."""
    return {path: file["sha256"] for path, file in ledger.fold(Holdings).files.items()}


class Step:
    """Files being written for one event. `commit` records the event and puts the files in their places."""

    def __init__(self, root: Path, ledger: Ledger) -> None:
        self._root, self._ledger = root, ledger
        self._writers: list[tuple[str, SealedWriter]] = []
        self._plain: list[tuple[str, Path]] = []
        self.done = False

    def writer(self, lease: Lease, path: str, schema: pa.Schema) -> SealedWriter:
        """A writer of a sealed file that will lie at `path` below the place's root."""
        writer = SealedWriter(self._staged(path), schema, lease)
        self._writers.append((path, writer))
        return writer

    def write_bytes(self, path: str, content: bytes) -> None:
        """A file that is not sealed: a released output, a public export, a package's envelope."""
        target = self._staged(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self._plain.append((path, target))

    def write_private(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """A file, readable by its owner alone, with what a person wrote. Returns what the event says of it.

        The event binds the texts by salted commitments and holds none of them; the file can be erased.
        """
        commitments, openings = commit_to(texts)
        path = f"{OPENINGS}/{secrets.token_hex(8)}.json"
        self.write_bytes(path, openings)
        self._staged(path).chmod(0o600)
        return {"commitments": commitments, "openings": path}

    def stored(self) -> dict[str, StoredFile]:
        """The files of this step by path, closed and hashed."""
        found = {}
        for path, writer in self._writers:
            writer.close()
            found[path] = StoredFile(path, sha256_of(writer.path), writer.lease.compartment, writer.rows)
        for path, target in self._plain:
            found[path] = StoredFile(path, sha256_of(target), "", 0)
        return found

    def commit(self, kind: str, person: str, body: Mapping[str, Any], erased: Sequence[str] = ()) -> Event:
        """Record the event with every file of this step, then move files in and erase what it replaces."""
        files = self.stored()
        for path in files:
            _sync(self._staged(path))
        whole = {**body, "files": [file.as_dict() for file in files.values()]}
        if erased:
            whole["erased"] = list(erased)
        event = self._ledger.append(kind, person, whole)
        self.done = True
        for path in files:
            _move_in(self._root, path)
        for path in erased:
            (self._root / path).unlink(missing_ok=True)
        return event

    def discard(self) -> None:
        """Leave nothing behind."""
        for _, writer in self._writers:
            writer.close()
        for path in [*(writer.path for _, writer in self._writers), *(target for _, target in self._plain)]:
            path.unlink(missing_ok=True)

    def _staged(self, path: str) -> Path:
        return self._root / STAGING / path.replace("/", "+")


class Store:
    """The sealed files of one place."""

    def __init__(self, root: Path, ledger: Ledger) -> None:
        self.root, self._ledger = root, ledger

    @contextmanager
    def step(self) -> Iterator[Step]:
        """Begin a step; whatever was not committed when the block ends is gone."""
        step = Step(self.root, self._ledger)
        try:
            yield step
        finally:
            if not step.done:
                step.discard()

    def open(self, file: StoredFile, lease: Lease) -> Sealed:
        """A handle on a stored file. Raises Tampered unless its bytes are those the ledger bound to its path."""
        return self.sealed(file.path, lease)

    def sealed(self, path: str, lease: Lease) -> Sealed:
        """The same, by path."""
        return Sealed(self.checked(path), lease)

    def checked(self, path: str) -> Path:
        """The path of a file whose bytes are what the ledger says; Tampered otherwise."""
        bound = self._ledger.fold(Holdings).files.get(path)
        target = self.root / path
        if bound is None or not target.is_file() or target.is_symlink() or sha256_of(target) != bound["sha256"]:
            raise Tampered(
                "STORE-CHANGED",
                f"The stored file {path} is not what the ledger bound to its path.",
                "it was changed, swapped, removed, or put there from outside.",
                "run `boldlink audit verify`, keep the place as it is, and compare with a copy",
                "the place's security lead",
            )
        return target

    def private(self, event: Event) -> dict[str, str]:
        """What a person wrote with an event; empty once it was erased. Raises Tampered unless it is what was written."""
        path = event.body.get("openings")
        if path is None or path in self._ledger.fold(Holdings).erased:
            return {}
        try:
            return open_with(event.body["commitments"], self.checked(path).read_bytes())
        except ValueError:
            raise Tampered(
                "STORE-OPENING",
                f"The file {path} does not open what the ledger committed to.",
                "other words stand there than were written.",
                "keep the place as it is, and compare with a copy",
                "the place's security lead",
            ) from None

    def erase_private(self, event: Event, person: str, why: str) -> Event:
        """Erase what a person wrote with an event, and write down that it was erased."""
        body = {"event": event.number, "justification": why}
        return self.erase("private.erased", person, body, [event.body["openings"]])

    def erase(self, kind: str, person: str, body: Mapping[str, Any], paths: Sequence[str]) -> Event:
        """Record that files are erased, then remove them."""
        event = self._ledger.append(kind, person, {**body, "erased": list(paths)})
        for path in paths:
            (self.root / path).unlink(missing_ok=True)
        return event

    def unlink(self, paths: Sequence[str]) -> None:
        """Remove files that an event said are erased."""
        for path in paths:
            (self.root / path).unlink(missing_ok=True)

    def repair(self) -> int:
        """Make good what a killed process left undone. Returns how many files were moved, dropped or erased."""
        held = bound_files(self._ledger)
        repaired = 0
        for path, expected in held.items():
            staged = self.root / STAGING / path.replace("/", "+")
            if staged.is_file() and sha256_of(staged) == expected:
                _move_in(self.root, path)
                repaired += 1
        return repaired + self._clear_staging() + self._finish_erasing()

    def _clear_staging(self) -> int:
        left = [path for path in (self.root / STAGING).rglob("*") if path.is_file()]
        for path in left:
            path.unlink()
        return len(left)

    def _finish_erasing(self) -> int:
        erased = self._ledger.fold(Holdings).erased
        left = [self.root / path for path in erased if (self.root / path).is_file()]
        for path in left:
            path.unlink()
        return len(left)


def check_files(root: Path, holdings: Holdings) -> list[Problem]:
    """Compare a place's files with its ledger: changed, missing, added, and work that a killed run left unfinished."""
    held = {path: str(file["sha256"]) for path, file in holdings.files.items()}
    what = "it names files that no place of ours would write; nothing of it is followed"
    problems = [Problem("STORE-STRANGE", f"event {number}", what) for number in holdings.strange]
    for path, expected in sorted(held.items()):
        target = root / path
        if not target.is_file() or target.is_symlink():
            problems.append(Problem("STORE-MISSING", path, "the ledger binds this file, and it is not there"))
        elif sha256_of(target) != expected:
            problems.append(Problem("STORE-CHANGED", path, "its bytes are not those the ledger bound to its path"))
        elif path in holdings.commitments and not _opens(target, holdings.commitments[path]):
            problems.append(Problem("STORE-OPENING", path, "it does not open what the ledger committed to"))
    for target in sorted(path for path in root.rglob("*") if path.is_symlink() or not path.is_dir()):
        relative = target.relative_to(root).as_posix()
        if relative.startswith(f"{STAGING}/"):
            problems.append(Problem("STORE-UNFINISHED", relative, "a run was stopped here; run it again"))
        elif relative not in held and not _is_segment(relative):
            problems.append(Problem("STORE-ADDED", relative, "no event of the ledger put this file here"))
    return problems


def _opens(target: Path, commitments: Mapping[str, str]) -> bool:
    try:
        return bool(open_with(commitments, target.read_bytes()))
    except ValueError:
        return False


def _is_segment(relative: str) -> bool:
    folder, _, name = relative.partition("/")
    return folder == "ledger" and name.endswith(".jsonl") and name[:-6].isdigit()


def _move_in(root: Path, path: str) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    (root / STAGING / path.replace("/", "+")).replace(target)
    sync_folder(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
