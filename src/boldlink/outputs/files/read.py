"""A file made elsewhere, read once: refused in words, or as its table and everything found in it.

The bytes that are hashed are the bytes that are read: the file is opened once, without following links, and nothing of it
is opened by another program. What was refused has left no trace, because nothing is written here.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from boldlink.outputs.files.declared import Finding, Structure, refused
from boldlink.outputs.files.kinds import kind_of
from boldlink.outputs.files.limits import LIMITS, Limits
from boldlink.outputs.files.names import ending_of
from boldlink.outputs.files.ods import ods_rows
from boldlink.outputs.files.png import check_png
from boldlink.outputs.files.svg import check_svg
from boldlink.outputs.files.table import Cell, read_table
from boldlink.outputs.files.text_tables import csv_rows, json_rows
from boldlink.outputs.files.verdicts import verdicts
from boldlink.outputs.files.xlsx import xlsx_rows
from boldlink.outputs.rules import RULES, Rules
from boldlink.values import StatTable

PICTURES = ("svg", "png")


@dataclass(frozen=True)
class MadeElsewhere:
    """kind: csv, json, xlsx, ods, svg or png. sha256: of the bytes that were read. table: None for a drawing.

    findings: everything that fails, or that somebody must look at. outcome: fail, review or pass.
    """

    name: str
    kind: str
    sha256: str
    table: StatTable | None
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> str:
        """fail if anything failed, else review if somebody must look, else pass."""
        found = {one.outcome for one in self.findings}
        return next(one for one in ("fail", "review", "pass") if one in found or one == "pass")


def read_output(
    path: Path,
    structure: Structure | None = None,
    rules: Rules = RULES,
    *,
    raw: StatTable | None = None,
    data: StatTable | None = None,
    limits: Limits = LIMITS,
) -> MadeElsewhere:
    """Read a file that asks to leave.

    structure: of a table, required. raw: the table as the data give it, worked out again inside the place. data: of a
    drawing, the protected table that it shows. Raises BadInput with a stable code FILE-... for a file that is not taken.
    """
    ending = ending_of(path.name)
    content = _content(path, limits)
    kind = kind_of(ending, content[:64])
    sha256 = hashlib.sha256(content).hexdigest()
    if kind in PICTURES:
        found = check_svg(content, data, limits) if kind == "svg" else check_png(content, data, limits)
        return MadeElsewhere(path.name, kind, sha256, None, tuple(found))
    if structure is None:
        raise refused(
            "FILE-STRUCTURE",
            "The table's structure was not declared:",
            "nobody guesses what a column means.",
            "declare it",
        )
    rows, beside = _rows(kind, content, structure, rules, limits)
    table = read_table(rows, structure, rules, limits)
    return MadeElsewhere(path.name, kind, sha256, table, (*beside, *verdicts(table, structure, rules, raw)))


def _rows(
    kind: str, content: bytes, structure: Structure, rules: Rules, limits: Limits
) -> tuple[Iterator[Sequence[Cell]], list[Finding]]:
    if kind == "csv":
        return csv_rows(content), []
    if kind == "json":
        return json_rows(content, structure), []
    reader = xlsx_rows if kind == "xlsx" else ods_rows
    return reader(content, structure, rules.rows_at_most, limits)


def _content(path: Path, limits: Limits) -> bytes:
    """The bytes of a plain file, no more than may be. Raises BadInput FILE-PLAIN, FILE-SIZE, FILE-EMPTY."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise refused(
            "FILE-PLAIN", "The file cannot be opened:", "it is not there, or is a link.", "give the file itself"
        ) from None
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise refused("FILE-PLAIN", "This is no plain file:", "it is a folder or a device.", "give the file itself")
    with os.fdopen(opened, "rb") as file:
        content = file.read(limits.file_bytes + 1)
    if len(content) > limits.file_bytes:
        raise refused(
            "FILE-SIZE",
            f"The file is larger than {limits.file_bytes // 1024**2} MB:",
            "no table of groups is.",
            "give groups",
        )
    if not content:
        raise refused("FILE-EMPTY", "The file is empty:", "there is nothing to check.", "give the file that was meant")
    return content
