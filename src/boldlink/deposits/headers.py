"""The names over an extract's columns: the contract's, each once, in any order."""

from __future__ import annotations

from boldlink.deposits.refusals import refuse
from boldlink.values import Contract, DeliveryKind, Extract

MOST_NAMED = 12


def expected_columns(extract: Extract, contract: Contract) -> list[str]:
    """Columns that the file must have: a withdrawal names people and nothing else."""
    if extract.kind is DeliveryKind.WITHDRAWAL:
        assert contract.source_key is not None  # a contract without one is refused when it is read
        return [contract.source_key.name]
    return [column.name for column in contract.delivered]


def require_header(extract: Extract, header: list[str], columns: list[str]) -> None:
    """Raises BadExtract that names the contract's columns, and only counts the file's own words.

    A file without a header shows a row of data in its place: what is not in the contract is never repeated.
    """
    missing, unknown = sorted(set(columns) - set(header)), sorted(set(header) - set(columns))
    if again := len(header) - len(set(header)):
        twice = sorted({name for name in columns if header.count(name) > 1})
        why = f"{again} column name(s) stand twice{': ' * bool(twice)}{_listed(twice)}."
        raise refuse(extract, "DEPOSIT-COLUMNS-TWICE", why, "name every column once")
    if missing:
        why = f"{len(missing)} column(s) are missing: {_listed(missing)}.{_hint(header, missing, unknown)}"
        raise refuse(extract, "DEPOSIT-COLUMNS-MISSING", why, "deliver every column of the data contract")
    if unknown:
        why = f"{len(unknown)} column(s) are not in the data contract."
        raise refuse(extract, "DEPOSIT-COLUMNS-UNKNOWN", why, "leave them out, or agree them in the contract first")


def _hint(header: list[str], missing: list[str], unknown: list[str]) -> str:
    """What the file may have meant."""
    if len(header) == 1 and len(missing) > 1:
        return " The whole header stands in one field: is the separator a comma?"
    seen = {_plain(name) for name in unknown}
    alike = [name for name in missing if _plain(name) in seen]
    return f" Names that differ only in case, spaces or marks: {_listed(alike)}." if alike else ""


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _listed(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (" and more" if len(names) > MOST_NAMED else "")
