"""What a new delivery does to what was there: which records it retires, and files rewritten without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from boldlink.separate.separate import (
    RECORD_KEY,
    RECORD_REFERENCE,
    SOURCE_PERSON,
    SeparationKeys,
    record_references,
    source_people,
)
from boldlink.values import Contract, DeliveryKind
from boldlink.vault import Sealed, read_batches
from boldlink.vault.identifiers import identifier_batches, read_identifiers


def retired_records(
    deposit: Sealed, kind: DeliveryKind, contract: Contract, keys: SeparationKeys, earlier: Sequence[Sealed]
) -> pa.Array:
    """Record keys of earlier deposits that a delivery retires.

    full: all of them. delta: records of the same primary key. withdrawal: every record of the people named.
    """
    if not earlier:
        return pa.array([], pa.binary(16))
    name, gone = _named(deposit, kind, contract, keys)
    found = []
    for sealed in earlier:
        known = read_identifiers(sealed, [RECORD_KEY, name])
        retired = known if gone is None else known.filter(pc.is_in(known.column(name), gone))
        found += retired.column(RECORD_KEY).chunks
    return pa.concat_arrays(found) if found else pa.array([], pa.binary(16))


def _named(
    deposit: Sealed, kind: DeliveryKind, contract: Contract, keys: SeparationKeys
) -> tuple[str, pa.Array | None]:
    """The column by which a delivery names what it retires, and what it names; None: everything."""
    if kind is DeliveryKind.FULL:
        return RECORD_REFERENCE, None
    if kind is DeliveryKind.DELTA:
        named = read_identifiers(deposit, list(contract.primary_key))
        return RECORD_REFERENCE, record_references(named, contract, keys)
    return SOURCE_PERSON, source_people(read_identifiers(deposit), contract, keys)


def without(sealed: Sealed, retired: pa.Array) -> Iterator[pa.RecordBatch]:
    """The rows of a separated file that stay."""
    stage = sealed.lease.compartment.split("/")[0]
    batches = identifier_batches(sealed) if stage == "identifiers" else read_batches(sealed)
    for batch in batches:
        yield batch.filter(pc.invert(pc.is_in(batch.column(RECORD_KEY), retired)))


def quarantined_without(
    quarantined: Sealed, deposit: Sealed, contract: Contract, keys: SeparationKeys
) -> Iterator[pa.RecordBatch]:
    """Quarantined rows that stay after a withdrawal: those of people it does not name."""
    gone = source_people(read_identifiers(deposit), contract, keys)
    for batch in read_batches(quarantined):
        tokens = source_people(pa.Table.from_batches([batch]), contract, keys)
        yield batch.filter(pc.invert(pc.is_in(tokens, gone)))
