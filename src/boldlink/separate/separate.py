"""Identifiers and attributes part company: n rows in, n rows each out, joined only by a fresh record key.

Both halves are shuffled on their own. The owner's reference to a person leaves both: linkers get a token that only
this dataset's key can make again (so that a later delivery can name the same person), research gets a sealed unit.
Data that arrives linked and nameless is given to join: its tokens are made under the key of its numbering, the same for
every dataset of that numbering in one place, and linkers see the grade with which its owner matched each record.
Source: BOLD programme page, 'How we protect your privacy'; UKAN Anonymisation Decision-Making Framework.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.values import ARROW_TYPES, Column, Contract, Role
from boldlink.vault import Lease, Sealed, SealedWriter
from boldlink.vault.identifiers import read_identifiers, record_keys, sealed_units, substitutes

KEY = pa.binary(16)
RECORD_KEY, SOURCE_PERSON, RECORD_REFERENCE, UNIT = "record_key", "source_person", "record_reference", "unit"
GRADE = "link_grade"  # as owners of data that arrives linked have it: boldlink.spine.grade says what the numbers mean
ORDINAL = "_ordinal"


@dataclass(frozen=True)
class SeparationKeys:
    """The leases that separation works under: record keys of this deposit, tokens of this dataset, types, units.

    Under the key of types stand substitutes of identifiers, and tokens of people whose numbering several datasets share.
    """

    record: Lease
    source_person: Lease
    identifier_types: Lease
    disclosure: Lease


def identifiers_schema(contract: Contract) -> pa.Schema:
    """Record key, source person, record reference, the owner's grade if there is one, then linkage columns as text."""
    keys = [pa.field(name, KEY) for name in (RECORD_KEY, SOURCE_PERSON, RECORD_REFERENCE)]
    keys += [pa.field(GRADE, pa.int8())] if contract.grade_column else []
    return pa.schema([*keys, *(pa.field(column.name, pa.string()) for column in contract.with_role(Role.LINKAGE))])


def attributes_schema(contract: Contract) -> pa.Schema:
    """Record key, sealed unit, attributes in their types, substitutes for identifiers."""
    fields = [pa.field(RECORD_KEY, KEY), pa.field(UNIT, KEY)]
    fields += [pa.field(c.name, ARROW_TYPES[c.logical_type]) for c in contract.with_role(Role.ATTRIBUTE)]
    fields += [pa.field(c.name, KEY) for c in contract.with_role(Role.IDENTIFIER)]
    return pa.schema(fields)


def separate(
    deposit: Sealed,
    contract: Contract,
    keys: SeparationKeys,
    identifiers: SealedWriter,
    attributes: SealedWriter,
) -> int:
    """Split one deposit in two. Returns the number of rows, the same in both halves."""
    table = read_identifiers(deposit)
    record = record_keys(table.column(ORDINAL), keys.record)
    person = source_people(table, contract, keys)
    linkage = {c.name: table.column(c.name) for c in contract.with_role(Role.LINKAGE)}
    reference = record_references(table, contract, keys)
    grade = {GRADE: table.column(contract.grade_column).cast(pa.int8())} if contract.grade_column else {}
    half = {RECORD_KEY: record, SOURCE_PERSON: person, RECORD_REFERENCE: reference, **grade, **linkage}
    identifiers.write(_shuffled(pa.table(half)))
    shown = {c.name: table.column(c.name) for c in contract.with_role(Role.ATTRIBUTE)}
    replaced = {c.name: _substitute(table, c, keys) for c in contract.with_role(Role.IDENTIFIER)}
    unit = sealed_units(person, keys.disclosure)
    attributes.write(_shuffled(pa.table({RECORD_KEY: record, UNIT: unit, **shown, **replaced})))
    return int(table.num_rows)


def source_people(table: pa.Table, contract: Contract, keys: SeparationKeys) -> pa.Array:
    """A token for the owner's reference to each row's person (n), the same in every delivery of this dataset."""
    column = contract.source_key
    assert column is not None  # a contract without one is refused when it is read
    references = table.column(column.name).cast(pa.string())
    return people_tokens(references, contract, keys.source_person, keys.identifier_types)


def people_tokens(
    references: pa.Array | pa.ChunkedArray, contract: Contract, own: Lease, identifier_types: Lease
) -> pa.Array:
    """Tokens of an owner's references to people (n), under the dataset's own key, or that of the numbering it shares.

    They are never the substitutes that the same references get where they stand in a column of role identifier:
    otherwise the two halves would join on them.
    """
    if contract.numbering is None:
        return substitutes(references, own, "person")
    return substitutes(references, identifier_types, f"person/{contract.numbering}")


def record_references(table: pa.Table, contract: Contract, keys: SeparationKeys) -> pa.Array:
    """A token for each row's primary key (n): by it a delta finds the rows it replaces."""
    parts = [table.column(name).cast(pa.string()) for name in contract.primary_key]
    joined = pc.binary_join_element_wise(*parts, "\x1f", null_handling="replace", null_replacement="")
    return substitutes(joined, keys.source_person, "record")


def _substitute(table: pa.Table, column: Column, keys: SeparationKeys) -> pa.Array:
    assert column.identifier_type is not None  # a contract without one is refused when it is read
    return substitutes(table.column(column.name).cast(pa.string()), keys.identifier_types, column.identifier_type)


def _shuffled(table: pa.Table) -> pa.Table:
    # From the operating system's randomness: nobody can run the shuffle again.
    return table.take(np.random.default_rng().permutation(table.num_rows))


def concatenated(tables: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    """One table of several, or an empty one."""
    return pa.concat_tables(tables) if tables else schema.empty_table()
