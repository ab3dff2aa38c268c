"""How a process talks to the vault: one JSON object a line over a local socket, one answer a request.

    {"do": "known_head", "place"}                                  → {"head"}
    {"do": "sign_head", "place", "message"}                        → {"signature"}
    {"do": "new_key", "place", "decision", "compartment"}          → {"content"}            a wrapped key, for the ledger
    {"do": "lease", "place", "decision", "compartment", "write", "content"} → {"lease", "until"[, "key"]}
    {"do": "wrap", "lease", "key"}                                 → {"key"}
    {"do": "unwrap", "lease", "key"}                               → {"key"}

Bytes travel as Base64. A refusal travels as {"error": {code, what, why, do, ask, kind}} and is raised again on this side.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, BinaryIO

from boldlink.errors import BadInput, BoldError, KeyUnavailable, Refused, Tampered

MOST_BYTES = 64 * 1024  # of a line; the longest that anybody needs holds one wrapped key
KINDS: dict[str, type[BoldError]] = {kind.__name__: kind for kind in (KeyUnavailable, Tampered, Refused, BadInput)}


def write_message(stream: BinaryIO, message: Mapping[str, Any]) -> None:
    """Send one message."""
    stream.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
    stream.flush()


def read_message(stream: BinaryIO) -> dict[str, Any] | None:
    """The next message; None at the end. Raises BadInput for a line that is too long, cut short, or no object."""
    line = stream.readline(MOST_BYTES + 1)
    if not line:
        return None
    try:
        message = json.loads(line)
        if line.endswith(b"\n") and len(line) <= MOST_BYTES and isinstance(message, dict):
            return message
    except (ValueError, RecursionError):
        pass
    raise BadInput("VAULT-WIRE", "The vault was sent something that is no request.", ask="whoever wrote the client")


def error_message(problem: BoldError) -> dict[str, Any]:
    """A refusal, to be sent."""
    return {"error": {**problem.as_dict(), "kind": type(problem).__name__}}


def raise_error(message: Mapping[str, Any]) -> None:
    """Raise a refusal that was received; nothing to do for any other answer."""
    if isinstance(error := message.get("error"), dict):
        parts = [str(error.get(part, "")) for part in ("code", "what", "why", "do", "ask")]
        raise KINDS.get(str(error.get("kind")), KeyUnavailable)(*parts)


def to_text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def from_text(text: Any) -> bytes:
    """Bytes again. Raises BadInput for anything else."""
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        raise BadInput("VAULT-WIRE", "The vault was sent something that is no request.") from None
