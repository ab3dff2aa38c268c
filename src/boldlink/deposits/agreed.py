"""Can this room keep a data contract at all? Asked before the first row, so that no half-made deposit shows the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from boldlink.deposits.columns import DERIVATIONS
from boldlink.errors import BadProgramme
from boldlink.standardise import MEANINGS
from boldlink.values import Column, Contract, Role

A_DAY = date(2001, 11, 23)  # day, month and year cannot be taken for one another


def require_keepable(contract: Contract) -> None:
    """Raises BadProgramme for the first column that asks for what does not exist."""
    for column in contract.columns:
        for code, why, do in (fault for test in TESTS for fault in test(column)):
            what = f"The data contract of {contract.dataset} cannot be kept:"
            raise BadProgramme(code, what, f"the column {column.name} {why}.", do, "the dataset's owner")


Fault = tuple[str, str, str]


def _derivation(column: Column) -> Iterator[Fault]:
    if column.derivation is not None and column.derivation not in DERIVATIONS:
        why = f"is derived by {column.derivation}, which does not exist"
        yield "DEPOSIT-DERIVATION", why, f"use one of: {', '.join(DERIVATIONS)}"


def _meaning(column: Column) -> Iterator[Fault]:
    if column.role is Role.LINKAGE and column.meaning not in MEANINGS:
        why = f"has the meaning {column.meaning}, which does not exist"
        yield "DEPOSIT-MEANING", why, f"use one of: {', '.join(MEANINGS)}"


def _date_format(column: Column) -> Iterator[Fault]:
    layout = column.date_format
    if layout is not None and not _reads_back(layout):
        yield "DEPOSIT-DATE-FORMAT", f"has the date format {layout}, in which no day reads back", "write it as %d/%m/%Y"


def _reads_back(layout: str) -> bool:
    try:
        return datetime.strptime(A_DAY.strftime(layout), layout).date() == A_DAY
    except ValueError:
        return False


def _key(column: Column) -> Iterator[Fault]:
    if column.primary_key and (column.role is Role.EXCLUDED or column.derivation is not None):
        yield "DEPOSIT-KEY", "is a record key that is not delivered and kept", "name a delivered column that is kept"


TESTS: tuple[Callable[[Column], Iterator[Fault]], ...] = (_derivation, _meaning, _date_format, _key)
