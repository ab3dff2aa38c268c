"""The bytes of an extract, before anybody reads them as a table: there, unchanged, and of the kind their name says."""

from __future__ import annotations

import codecs
import hashlib

from boldlink.deposits.extracts import sha256_of_extract
from boldlink.deposits.refusals import refuse
from boldlink.values import Extract

PIECE_BYTES = 1 << 20
MAGIC = {
    b"PK\x03\x04": "a spreadsheet or zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet",
}
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def require_bytes(extract: Extract) -> None:
    """One pass over the bytes: not empty, the ones that were found, and text if the name says text. Raises BadExtract."""
    is_text = extract.path.suffix == ".csv"
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    with extract.path.open("rb") as file:
        _require_kind(extract, file.read(4), is_text)
        file.seek(0)
        for piece in iter(lambda: file.read(PIECE_BYTES), b""):
            digest.update(piece)
            if is_text:
                _require_text(extract, piece, decoder)
    if is_text:
        _require_text(extract, b"", decoder, final=True)
    _require_digest(extract, digest.hexdigest())


def require_unchanged(extract: Extract) -> None:
    """Once more, after the last row: what was read is what was found. Raises BadExtract."""
    try:
        _require_digest(extract, sha256_of_extract(extract.path))
    except OSError:
        _require_digest(extract, "gone")


def _require_kind(extract: Extract, start: bytes, is_text: bool) -> None:
    if not start:
        raise refuse(extract, "DEPOSIT-EMPTY", "it has no bytes.", "deliver the file again")
    if not is_text:
        return
    kind = next((what for magic, what in MAGIC.items() if start.startswith(magic)), None)
    if kind:
        why = f"it is {kind} under the name of a csv file."
        raise refuse(extract, "DEPOSIT-UNREADABLE", why, "export it as csv or Parquet")
    # Without a mark at its start, UTF-16 shows by a NUL beside every plain letter of the header.
    if start[:2] in UTF_16 or start[0::2].count(0) == 2 or start[1::2].count(0) == 2:
        raise refuse(extract, "DEPOSIT-ENCODING", "it is written in UTF-16.", "write it in UTF-8")


def _require_text(extract: Extract, piece: bytes, decoder: codecs.IncrementalDecoder, *, final: bool = False) -> None:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        raise refuse(extract, "DEPOSIT-ENCODING", "it is not written in UTF-8.", "write it in UTF-8") from None
    if b"\x00" in piece:
        why = "it holds NUL bytes, which text does not."
        raise refuse(extract, "DEPOSIT-UNREADABLE", why, "export it as csv again")


def _require_digest(extract: Extract, sha256: str) -> None:
    if sha256 != extract.sha256:
        why = "it changed while it was being read."
        raise refuse(extract, "DEPOSIT-CHANGED", why, "deliver it when it is complete")
