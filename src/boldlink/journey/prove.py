"""Proofs for strangers and witnesses, about places of a home: made from its segment files, nothing is changed."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from boldlink.errors import BadInput
from boldlink.journey.audit import read_exported
from boldlink.journey.home import require_home
from boldlink.ledger import check_history
from boldlink.ledger.checkpoint import Checkpoint, read_checkpoint
from boldlink.ledger.proofs import prove_consistency, prove_inclusion
from boldlink.ledger.storage import tampered
from boldlink.ledger.verify import Broken
from boldlink.ledger.witness import Exported, Witness


def inclusion(root: Path, place: str, number: int) -> tuple[dict[str, Any], str]:
    """That an event stands before a place's last checkpoint: the proof, and that checkpoint's note."""
    folder = _ledger(root, place)
    checkpoint = _last_checkpoint(folder)
    return _proved(folder, lambda: prove_inclusion(folder, number, checkpoint.size)), checkpoint.note()


def consistency(root: Path, place: str, since: Exported) -> tuple[dict[str, Any], str]:
    """That a place's last checkpoint adds to an earlier one: the proof, and the last checkpoint's note."""
    folder = _ledger(root, place)
    checkpoint = _last_checkpoint(folder)
    old = _checkpoint(since, place)
    return _proved(folder, lambda: prove_consistency(folder, old.size, checkpoint.size)), checkpoint.note()


def with_proofs(root: Path, exported: Mapping[str, Exported], since: Path) -> dict[str, Exported]:
    """What is exported, each place with the proof that it adds to what was exported `since`."""
    known = read_exported(since)
    return {
        name: replace(one, consistency=consistency(root, name, known[name])[0]) if name in known else one
        for name, one in exported.items()
    }


def witness(heads: Path, name: str, key_file: Path, known: Path | None) -> tuple[dict[str, Exported], Witness]:
    """Cosign every place's checkpoint in an exported file, in that file. Raises Tampered, before anything is written.

    known: what this witness last signed or saw; without it, it starts from what it is shown.
    """
    shown = read_exported(heads)
    before = read_exported(known) if known else {}
    if gone := sorted(before.keys() - shown.keys()):
        raise BadInput("WITNESS-GONE", f"Places known here are missing: {', '.join(gone)}.", do="ask where they went")
    one = Witness(name, key_file)
    now = int(time.time())
    return {place: one.cosign(place, export, before.get(place), now) for place, export in shown.items()}, one


def write_proof(proof: Mapping[str, Any], note: str, path: Path) -> None:
    """FILE.json with the proof, and beside it FILE.note with what it holds against."""
    path.write_text(json.dumps(proof, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    path.with_suffix(".note").write_text(note, encoding="utf-8")


def _proved(folder: Path, make: Any) -> dict[str, Any]:
    try:
        return dict(make())
    except Broken as broken:
        raise tampered(f"{folder.parent.name}/{folder.name}", broken.problem) from None


def _ledger(root: Path, place: str) -> Path:
    require_home(root)
    folder = root / "places" / place / "ledger"
    if place not in {path.name for path in (root / "places").iterdir()}:
        raise BadInput("PROOF-PLACE", f"There is no place {place} in this home.", do="`boldlink status` shows them")
    return folder


def _last_checkpoint(folder: Path) -> Checkpoint:
    history = check_history(folder)
    if history.problems:
        raise tampered(f"{folder.parent.name}/{folder.name}", history.problems[0])
    if not history.checkpoints:
        raise BadInput("PROOF-NO-CHECKPOINT", "This place has no checkpoint yet.", do="run the programme first")
    return read_checkpoint(history.checkpoints[-1][0].body["note"])


def _checkpoint(exported: Exported, place: str) -> Checkpoint:
    try:
        return exported.checkpoint
    except ValueError:
        raise BadInput(
            "PROOF-NO-NOTE",
            f"The earlier file holds no checkpoint of {place}.",
            do="give a file that `boldlink audit head` wrote",
        ) from None
