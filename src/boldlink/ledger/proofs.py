"""Proofs about one history, read from its segment files: an event stands in it; a later history only adds to an earlier.

A proof is worth as much as the checkpoint it is held against. Take that from somebody other than whoever gives the proof:
a partner department that witnessed it, or the public register. docs/check_proof.py checks both kinds alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from boldlink.errors import BadInput
from boldlink.ledger.merkle import consistency_proof, inclusion_proof, leaf_hash
from boldlink.ledger.verify import Chain, whole_lines

INCLUSION, CONSISTENCY = "boldlink-inclusion-proof/1", "boldlink-consistency-proof/1"


def prove_inclusion(folder: Path, number: int, size: int) -> dict[str, Any]:
    """That event `number` (from 1) stands among the first `size` events. Holds the event's line itself.

    Raises BadInput if there is no such event, Broken (a ValueError) if the chain does not hold.
    """
    lines = _lines(folder, size)
    if not 1 <= number <= len(lines):
        raise BadInput(
            "PROOF-NO-EVENT",
            f"The checkpoint covers {len(lines)} events, and event {number} is not among them.",
            do="give the number of an event that stands before the last checkpoint",
        )
    proof = inclusion_proof([leaf_hash(line) for line in lines], number - 1)
    told = {"format": INCLUSION, "event": lines[number - 1].decode(), "number": number, "size": size}
    return {**told, "proof": [step.hex() for step in proof]}


def prove_consistency(folder: Path, old_size: int, size: int) -> dict[str, Any]:
    """That the first `old_size` events are a beginning of the first `size`. Raises BadInput if it never went so far."""
    leaves = [leaf_hash(line) for line in _lines(folder, size)]
    if not 0 <= old_size <= len(leaves):
        raise BadInput(
            "PROOF-TOO-SHORT",
            f"The history has {len(leaves)} events, fewer than the {old_size} of the earlier checkpoint.",
            "its end is gone, or the checkpoint is another place's.",
            "run `boldlink audit verify` with that head",
        )
    steps = consistency_proof(leaves, old_size)
    return {"format": CONSISTENCY, "old_size": old_size, "size": size, "proof": [step.hex() for step in steps]}


def _lines(folder: Path, size: int) -> list[bytes]:
    """The first `size` lines without their newlines, followed as they are read."""
    chain, lines = Chain(), []
    for _, line in whole_lines(folder):
        if chain.number == size:
            break
        chain.follow(line)
        lines.append(line[:-1])
    return lines
