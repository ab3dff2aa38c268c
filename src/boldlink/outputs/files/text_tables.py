"""Tables as text: csv and json, read row by row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from boldlink.outputs.files.declared import Structure, refused
from boldlink.outputs.files.table import Cell
from boldlink.outputs.files.words import decoded

DIGITS_AT_MOST = 18


def csv_rows(content: bytes) -> Iterator[Sequence[Cell]]:
    """Rows of a csv file: commas, double quotes, UTF-8. Raises BadInput FILE-CSV, FILE-ENCODING."""
    reader = csv.reader(io.StringIO(decoded(content), newline=""), strict=True)
    try:
        for row in reader:
            if row:
                yield row
    except csv.Error:
        what = f"Line {reader.line_num} is no line of a csv file:"
        raise refused("FILE-CSV", what, "its quotes do not close, or it is too long.", "write the file again") from None


def json_rows(content: bytes, structure: Structure) -> Iterator[Sequence[Cell]]:
    """Rows of a json file: a list of objects, each with every declared column and no other. Raises BadInput FILE-JSON."""
    try:
        found = json.loads(
            decoded(content), object_pairs_hook=_object, parse_constant=_no_number, parse_int=_whole, parse_float=_kept
        )
    except (json.JSONDecodeError, RecursionError):
        raise _bad("it does not read, or is nested too deeply") from None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise _bad("it is no list of objects")
    names = list(found[0]) if found else list(structure.columns)
    yield names
    for row in found:
        if row.keys() != set(names):
            raise _bad("its objects do not all have the same names")
        if any(isinstance(cell, dict | list | bool) for cell in row.values()):
            raise _bad("an object holds something that is no number and no word")
        yield [row[name] for name in names]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice would let two readers see two tables."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise _bad("a name stands twice in one object")
    return dict(pairs)


def _whole(text: str) -> int:
    if len(text) > DIGITS_AT_MOST:
        raise _bad("a number has too many digits")
    return int(text)


def _kept(text: str) -> str:
    """A number with a point stays as written, so that its decimals can be counted."""
    return text


def _no_number(text: str) -> None:
    raise _bad("it holds NaN or an infinite number")


def _bad(why: str) -> Exception:
    return refused(
        "FILE-JSON",
        "The file is no table in json:",
        f"{why}.",
        "write a list of objects, one for each row of the table",
    )
