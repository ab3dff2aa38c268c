"""The readers of identifiers, and the secrets that stand between a person and their records.

Only `deposits`, `separate` and `spine` import this module: import-linter fails the build otherwise.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from boldlink.errors import KeyUnavailable
from boldlink.vault.identity import derive
from boldlink.vault.lease import Lease
from boldlink.vault.sealed import Sealed, read_batches, read_table

TOKEN_BYTES = 16
IDENTIFYING_STAGES = ("deposits", "identifiers")


def read_identifiers(sealed: Sealed, columns: list[str] | None = None) -> pa.Table:
    """All rows of an identifiers file: record key, source person, linkage columns."""
    _require_identifying(sealed)
    return read_table(sealed, columns)


def identifier_batches(sealed: Sealed) -> Iterator[pa.RecordBatch]:
    """An identifying file a batch at a time."""
    _require_identifying(sealed)
    return read_batches(sealed)


def record_keys(ordinals: pa.Array, lease: Lease) -> pa.Array:
    """Record key = AES-256 of the source ordinal under the deposit's own random key: unique, and joins nothing else.

    int64 ordinals (n) -> 16-byte binary (n).
    """
    blocks = np.zeros((len(ordinals), 2), dtype="<i8")
    blocks[:, 0] = ordinals.to_numpy(zero_copy_only=False)
    return _blocks(_encrypt(blocks.tobytes(), lease.key))


def substitutes(values: pa.Array | pa.ChunkedArray, lease: Lease, kind: str) -> pa.Array:
    """What stands in for an identifier: HMAC-SHA-256 under the key of the identifier's type, first 128 bits.

    string (n) -> 16-byte binary (n), null stays null. Equal ids of one type get equal substitutes.
    """
    keyed = hmac.new(derive(lease.key, f"substitute/{kind}"), digestmod="sha256")
    encoded = _one_chunk(values).dictionary_encode()
    made = b"".join([_token(keyed, value) for value in encoded.dictionary.cast(pa.binary()).to_pylist()])
    return _blocks(made).take(encoded.indices)


def sealed_units(tokens: pa.Array, lease: Lease) -> pa.Array:
    """The unit of disclosure: AES-256 of the source person's token under the place's disclosure key.

    It lets releases be compared as sets of people; only `outputs` holds the key that opens it.
    """
    return _blocks(_encrypt(b"".join(tokens.to_pylist()), lease.key))


def _token(keyed: hmac.HMAC, value: bytes) -> bytes:
    # A copy of what was keyed once: setting a key up costs more than the value does.
    mac = keyed.copy()
    mac.update(value)
    return mac.digest()[:TOKEN_BYTES]


def _one_chunk(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return pa.array(values.combine_chunks()) if isinstance(values, pa.ChunkedArray) else values


def _encrypt(blocks: bytes, key: bytes) -> bytes:
    # One block per value and never two values in a block: ECB is here just the block cipher itself, a permutation.
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(blocks) + encryptor.finalize()


def _blocks(data: bytes) -> pa.Array:
    return pa.Array.from_buffers(pa.binary(TOKEN_BYTES), len(data) // TOKEN_BYTES, [None, pa.py_buffer(data)])


def _require_identifying(sealed: Sealed) -> None:
    if sealed.lease.compartment.split("/")[0] not in IDENTIFYING_STAGES:
        raise KeyUnavailable("VAULT-NOT-IDENTIFIERS", f"{sealed.lease.compartment} holds no identifiers.")
