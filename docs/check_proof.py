#!/usr/bin/env python3
"""Check a proof about a boldlink ledger, alone: copy this file away, it needs nothing of boldlink.

usage: check_proof.py inclusion PROOF.json HEAD.note [--key HEX]
       check_proof.py consistency PROOF.json OLD.note NEW.note [--key HEX]

A note is three lines (which ledger, how many events, base64 of the Merkle root over them), an empty line, and signatures.
Take it from somebody other than whoever gave you the proof: a witness, or the public register. --key is the public
Ed25519 key (64 hex digits) of the place or of a witness, as the register shows it; every note must be signed with it.

Ends with 0: it holds and is signed by that key. 1: it does not hold. 2: the files cannot be read.
3: the hashes hold, but the signature was NOT checked (no --key, or the Python package `cryptography` is not installed).
"""

import argparse
import base64
import hashlib
import json
import sys
from contextlib import suppress
from pathlib import Path

HOLDS, FAILS, UNREADABLE, UNSIGNED = 0, 1, 2, 3


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["inclusion", "consistency"])
    parser.add_argument("proof", type=Path)
    parser.add_argument("notes", type=Path, nargs="+", metavar="NOTE")
    parser.add_argument("--key", help="public Ed25519 key that must have signed, 64 hex digits")
    options = parser.parse_args()
    if len(options.notes) != (1 if options.kind == "inclusion" else 2):
        parser.error("an inclusion proof is held against one note, a consistency proof against an old and a new one")
    try:
        proof = json.loads(options.proof.read_text(encoding="utf-8"))
        notes = [read_note(path.read_text(encoding="utf-8")) for path in options.notes]
        holds = (inclusion if options.kind == "inclusion" else consistency)(proof, *notes)
        signed = [is_signed(note, options.key) for note in notes]
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as problem:
        return say(UNREADABLE, f"these files cannot be read as a proof and notes: {type(problem).__name__}")
    if not holds:
        return say(FAILS, f"the {options.kind} proof does NOT hold")
    if None in signed:
        return say(UNSIGNED, f"the hashes of the {options.kind} proof hold; the signature was NOT checked")
    if not all(signed):
        return say(FAILS, "the hashes hold, but a note is NOT signed by that key")
    return say(HOLDS, f"the {options.kind} proof holds, and what it was held against is signed by that key")


def say(code, words):
    print(words)
    return code


def read_note(note):
    text, _, signatures = note.partition("\n\n")
    origin, size, root = text.split("\n")
    lines = [line.split(" ") for line in signatures.splitlines()]
    found = [(name, base64.b64decode(content, validate=True)) for dash, name, content in lines if dash == "—"]
    if len(base64.b64decode(root, validate=True)) != 32:
        raise ValueError
    read = {"origin": origin, "size": int(size), "root": base64.b64decode(root, validate=True)}
    return {**read, "text": text + "\n", "signatures": found}


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size):
    """The largest power of two below a size."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def inclusion(proof, note):
    """RFC 6962, 2.1.1, followed from the root down: which half is the event in, and what is the other half's root?"""
    steps = [bytes.fromhex(step) for step in proof["proof"]]
    index, line = proof["number"] - 1, proof["event"]
    if not 0 <= index < note["size"] or json.loads(line)["number"] != proof["number"]:
        return False
    return walk(hashlib.sha256(b"\x00" + line.encode()).digest(), index, note["size"], steps) == note["root"]


def walk(found, index, size, steps):
    if size == 1:
        return found if not steps else None
    if not steps:
        return None
    half, other = split(size), steps[-1]
    inner = walk(
        found, index % half if index < half else index - half, half if index < half else size - half, steps[:-1]
    )
    return inner and (node(inner, other) if index < half else node(other, inner))


def consistency(proof, old, new):
    """RFC 6962, 2.1.2: from the same hashes both roots must come out."""
    steps = [bytes.fromhex(step) for step in proof["proof"]]
    if old["origin"] != new["origin"] or not 0 <= old["size"] <= new["size"]:
        return False
    if old["size"] == 0:
        return not steps and old["root"] == hashlib.sha256(b"").digest()
    return roots(old["size"], new["size"], steps, old["root"], True) == (old["root"], new["root"])


def roots(old, new, steps, old_root, known):
    """The roots over the first `old` and over all `new` leaves below one node; `known`: the old root is this node's."""
    if old == new:
        if known:
            return (old_root, old_root) if not steps else None
        return (steps[0], steps[0]) if len(steps) == 1 else None
    if not steps:
        return None
    half, other = split(new), steps[-1]
    if old <= half:
        inner = roots(old, half, steps[:-1], old_root, known)
        return inner and (inner[0], node(inner[1], other))
    inner = roots(old - half, new - half, steps[:-1], old_root, False)
    return inner and (node(other, inner[0]), node(other, inner[1]))


def is_signed(note, key):
    """True or False; None if it cannot be checked here. A witness's signature covers the time at which it signed."""
    if key is None:
        return None
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None
    public = bytes.fromhex(key)
    for name, content in note["signatures"]:
        for kind in (b"\x01", b"\x04"):
            if content[:4] != hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]:
                continue
            timed = f"cosignature/v1\ntime {int.from_bytes(content[4:12], 'big')}\n" if kind == b"\x04" else ""
            with suppress(InvalidSignature):
                signature = content[12:] if timed else content[4:]
                Ed25519PublicKey.from_public_bytes(public).verify(signature, (timed + note["text"]).encode())
                return True
    return False


if __name__ == "__main__":
    sys.exit(main())
