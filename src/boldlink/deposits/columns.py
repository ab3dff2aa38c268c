"""From text to typed columns: each of a contract's columns read in its logical type, or derived from others."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from boldlink.standardise import apply, is_no_fixed_abode, read_date, read_outcode, standardise
from boldlink.standardise.names import Result, read_initial
from boldlink.values import ARROW_TYPES, Column, Role

TRUTHS = {
    "true": "true", "yes": "true", "y": "true", "1": "true",
    "false": "false", "no": "false", "n": "false", "0": "false",
}  # fmt: skip


@dataclass(frozen=True)
class Read:
    """A column read: its values, which rows could not be read (a mask), and how many rows each rule touched."""

    values: pa.Array
    unreadable: pa.Array
    counts: Mapping[str, int]


def stored_type(column: Column) -> pa.DataType:
    """How a column is stored: linkage as standardised text, everything else in its logical type."""
    return pa.string() if column.role is Role.LINKAGE else ARROW_TYPES[column.logical_type]


def read_column(text: pa.Array, column: Column) -> Read:
    """Text (n) in the column's form. A linkage value that cannot be standardised is null and counted, not unreadable."""
    if column.role is Role.LINKAGE:
        done = standardise(text, column.meaning or "", date_format=column.date_format)
        return Read(done.values, _none_of(text), done.counts)
    if column.logical_type == "string":
        return Read(text, _none_of(text), {})
    done = apply(text, _reader(column))
    unreadable = pc.and_(text.is_valid(), done.values.is_null())
    return Read(done.values.cast(stored_type(column)), unreadable, {})


def _none_of(text: pa.Array) -> pa.Array:
    return pa.repeat(False, len(text))


def _reader(column: Column) -> Callable[[str], Result]:
    if column.logical_type == "date":
        layout = column.date_format or "%Y-%m-%d"
        return lambda text: read_date(text, layout)
    return {"integer": _integer, "number": _number, "boolean": _boolean}[column.logical_type]


# Both hand on what Python read, so that the cast that follows cannot fail: its message would quote the text.
def _integer(text: str) -> Result:
    return (str(int(text)), None) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else (None, "no_integer")


def _number(text: str) -> Result:
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        return None, "no_number"
    return (repr(float(text)), None) if math.isfinite(float(text)) else (None, "no_number")


def _boolean(text: str) -> Result:
    return TRUTHS.get(text.lower()), None


def _year(parts: list[pa.Array]) -> pa.Array:
    return pc.cast(pc.utf8_slice_codeunits(parts[0], 0, 4), pa.int64())


def _month(parts: list[pa.Array]) -> pa.Array:
    return pc.cast(pc.utf8_slice_codeunits(parts[0], 5, 7), pa.int64())


def _attributor(parts: list[pa.Array]) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "|", null_handling="emit_null")


# How a column is made from others. "known" gets the sources as they were read, "given" as they were delivered.
DERIVATIONS: Mapping[str, tuple[str, Callable[[list[pa.Array]], pa.Array]]] = {
    "year": ("known", _year),
    "month": ("known", _month),
    "attributor": ("known", _attributor),
    "copy": ("given", lambda parts: parts[0]),
    "initial": ("given", lambda parts: apply(parts[0], read_initial).values),
    "outcode": ("given", lambda parts: apply(parts[0], read_outcode).values),
    "no_fixed_abode": (
        "given",
        lambda parts: apply(parts[0], lambda text: (str(is_no_fixed_abode(text)).lower(), None)).values.cast(
            pa.bool_()
        ),
    ),
}


def derive(column: Column, given: Mapping[str, pa.Array], known: Mapping[str, pa.Array]) -> pa.Array:
    """A derived column (n), as it is stored; its derivation is one of DERIVATIONS."""
    source, make = DERIVATIONS[column.derivation or ""]
    parts = [(known if source == "known" else given)[name] for name in column.derived_from]
    parts = [part.cast(pa.string()) if source == "known" else part for part in parts]
    return make(parts).cast(stored_type(column))
