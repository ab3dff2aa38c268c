"""A new programme, written by copying a complete one: whole, or only some of its use cases and what they need."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from boldlink.errors import BadInput
from boldlink.programme.folder import read_programme
from boldlink.programme.instruments import UseCaseDocument

NAME = re.compile(r"[a-z][a-z0-9-]*")


def new_programme(folder: Path, source: Path, name: str, use_cases: Sequence[str] = ()) -> list[str]:
    """Copy a programme to a new folder under a new id. Returns the use cases it has. Raises BadInput.

    Nothing in a copy is signed: signatures stand in ledgers, over content that will be another.
    """
    if folder.exists():
        raise _refused(f"{folder.name} is there already.", "give a folder that does not exist yet")
    if source.resolve() in folder.resolve().parents:
        raise _refused(
            f"{folder.name} would lie inside the programme that it is copied from.", "give a folder elsewhere"
        )
    if not NAME.fullmatch(name):
        raise _refused(f"{name!r} is no id.", "use lower-case letters, digits and hyphens, beginning with a letter")
    programme = read_programme(source)
    cases = {one.id: one for one in programme.instruments.values() if isinstance(one, UseCaseDocument)}
    if unknown := sorted(set(use_cases) - set(cases)):
        raise _refused(f"there is no use case {', '.join(unknown)} to copy.", f"use some of: {', '.join(cases)}")
    kept = list(dict.fromkeys(use_cases)) or list(cases)
    needed = {dataset for one in kept for dataset in cases[one].datasets}
    shutil.copytree(source, folder)
    for case in set(cases) - set(kept):
        shutil.rmtree(folder / "use-cases" / case)
    for contract in (folder / "contracts").glob("*.yaml"):
        if contract.stem not in needed:
            contract.unlink()
    _rename(folder / "programme.yaml", name)
    return kept


def _rename(path: Path, name: str) -> None:
    """Give the programme its id, and leave every other line, comments included, as it was."""
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^id: .*$", f"id: {name}", text, count=1, flags=re.MULTILINE), encoding="utf-8")


def _refused(why: str, do: str) -> BadInput:
    return BadInput("PROGRAMME-NEW", "The new programme was not written:", why, do)
