"""Sealed files: Parquet under one data key, every page and the footer encrypted and authenticated.

Parquet modular encryption with `uniform_encryption` and AES_GCM_V1: AES_GCM_CTR_V1 would let changed data through, and
columns that are not named would stay clear. The format alone does not notice two files of one key being swapped, so
every file's SHA-256 and path stand in the ledger and are checked before it is opened (boldlink.places.store).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

from boldlink.errors import KeyUnavailable
from boldlink.vault.lease import Lease, file_damaged

BATCH_ROWS = 65_536


class _LeasedKey(pe.KmsClient):  # type: ignore[misc]
    """Wraps a file's own keys through the lease, which may do it here or in the vault's own process."""

    def __init__(self, lease: Lease) -> None:
        super().__init__()
        self._lease = lease

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> str:
        return base64.b64encode(self._lease.wrap_file_key(key_bytes)).decode()

    def unwrap_key(self, wrapped_key: str, master_key_identifier: str) -> bytes:
        try:
            return self._lease.unwrap_file_key(base64.b64decode(wrapped_key))
        except ValueError:
            raise file_damaged(self._lease.compartment) from None


@dataclass(frozen=True)
class Sealed:
    """An opened handle: where a sealed file lies, and the lease that opens it."""

    path: Path
    lease: Lease


class SealedWriter:
    """Writes record batches of one schema into one sealed file."""

    def __init__(self, path: Path, schema: pa.Schema, lease: Lease) -> None:
        if not lease.writable:
            raise KeyUnavailable(
                "VAULT-READ-ONLY",
                f"The lease of {lease.compartment} was given for reading.",
                do="ask for a decision that opens the compartment for writing",
            )
        self.path, self.lease, self.rows, self.schema = path, lease, 0, schema
        path.parent.mkdir(parents=True, exist_ok=True)
        # A key stands once: a dictionary of keys would hold every one of them, and then an index of each.
        repeating = [field.name for field in schema if not pa.types.is_fixed_size_binary(field.type)]
        self._writer = pq.ParquetWriter(
            path, schema, encryption_properties=_encryption(lease), compression="zstd", use_dictionary=repeating
        )

    def write(self, batch: pa.RecordBatch | pa.Table) -> None:
        """Write rows; their columns must be those of the schema."""
        table = batch if isinstance(batch, pa.Table) else pa.Table.from_batches([batch])
        self._writer.write_table(table.select(self.schema.names).cast(self.schema), row_group_size=BATCH_ROWS)
        self.rows += table.num_rows

    def close(self) -> None:
        self._writer.close()


def read_batches(
    sealed: Sealed, columns: list[str] | None = None, holding: tuple[str, str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of a sealed file, a batch at a time. Raises Tampered if it does not open under its key.

    holding: a column and a value; stretches of the file in which no row has it are passed over, rows of others are not.
    """
    try:
        with _open(sealed) as file:
            groups = [number for number in range(file.num_row_groups) if _may_hold(file, number, holding)]
            yield from file.iter_batches(batch_size=BATCH_ROWS, row_groups=groups, columns=columns)
    except (OSError, pa.ArrowException) as problem:
        raise file_damaged(sealed.lease.compartment) from problem


def _may_hold(file: pq.ParquetFile, group: int, holding: tuple[str, str] | None) -> bool:
    """Whether a row of the group may have the value: its least and greatest stand in the sealed footer."""
    if holding is None:
        return True
    known = file.metadata.row_group(group).column(file.schema_arrow.names.index(holding[0])).statistics
    return known is None or not known.has_min_max or bool(known.min <= holding[1] <= known.max)


def read_table(sealed: Sealed, columns: list[str] | None = None) -> pa.Table:
    """All rows of a sealed file."""
    try:
        with _open(sealed) as file:
            return file.read(columns=columns)
    except (OSError, pa.ArrowException) as problem:
        raise file_damaged(sealed.lease.compartment) from problem


def stored_schema(sealed: Sealed) -> pa.Schema:
    """The columns and types of a sealed file, from its footer: a file without rows has them too."""
    try:
        with _open(sealed) as file:
            return file.schema_arrow
    except (OSError, pa.ArrowException) as problem:
        raise file_damaged(sealed.lease.compartment) from problem


def row_count(sealed: Sealed) -> int:
    """How many rows a sealed file has, from its footer."""
    with _open(sealed) as file:
        return int(file.metadata.num_rows)


def _open(sealed: Sealed) -> Any:
    factory = pe.CryptoFactory(lambda _: _LeasedKey(sealed.lease))
    properties = factory.file_decryption_properties(pe.KmsConnectionConfig(), pe.DecryptionConfiguration())
    # A reader that buffers ahead holds the bytes of the whole file until it is closed, however small its batches are.
    return pq.ParquetFile(sealed.path, decryption_properties=properties, pre_buffer=False)


def _encryption(lease: Lease) -> Any:
    factory = pe.CryptoFactory(lambda _: _LeasedKey(lease))
    configuration = pe.EncryptionConfiguration(
        footer_key=lease.compartment,
        uniform_encryption=True,
        encryption_algorithm="AES_GCM_V1",
        double_wrapping=False,
        internal_key_material=True,
        data_key_length_bits=256,
    )
    return factory.file_encryption_properties(pe.KmsConnectionConfig(), configuration)
