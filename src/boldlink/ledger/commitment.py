"""Salted commitments: a history can bind what a person wrote without holding it, so that it can be erased.

The ledger keeps SHA-256(salt ‖ name ‖ 0 ‖ text) for each text; salt and text, the opening, lie in a file of the place that
can be removed. While the file is there, nobody can put other words in. When it is gone, the 32 random bytes of salt are
gone too, and nothing tells the words from the hash, however few words they might have been. Backups are another matter.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping

from boldlink.ledger.event import canonical

SALT_BYTES = 32


def commit_to(texts: Mapping[str, str]) -> tuple[dict[str, str], bytes]:
    """Commitments by name (hex), and the content of the file that opens them."""
    salts = {name: secrets.token_bytes(SALT_BYTES) for name in texts}
    commitments = {name: _commitment(salts[name], name, text) for name, text in texts.items()}
    return commitments, canonical({name: {"salt": salts[name].hex(), "text": text} for name, text in texts.items()})


def open_with(commitments: Mapping[str, str], openings: bytes) -> dict[str, str]:
    """The texts. ValueError unless the openings are those of exactly these commitments."""
    try:
        opened = {name: (bytes.fromhex(one["salt"]), str(one["text"])) for name, one in json.loads(openings).items()}
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError("not openings") from problem
    found = {name: _commitment(salt, name, text) for name, (salt, text) in opened.items()}
    if found != dict(commitments):
        raise ValueError("another text than was committed to")
    return {name: text for name, (_, text) in opened.items()}


def _commitment(salt: bytes, name: str, text: str) -> str:
    return hashlib.sha256(salt + name.encode() + b"\0" + text.encode()).hexdigest()
